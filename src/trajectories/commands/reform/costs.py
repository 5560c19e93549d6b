"""`costs`: what courses cost, by cluster, group and municipality."""

from pathlib import Path

import numpy as np
import polars as pl

from trajectories.artefacts.tables import write_tables
from trajectories.artefacts.windows import read_windows, with_clusters
from trajectories.config.section import read_section
from trajectories.config.sections.reform import CostsConfig
from trajectories.config.sections.sequences import SequencesConfig
from trajectories.costs import (
    before_exit_table,
    cost_table,
    monthly_costs,
    rate_table,
    read_rates,
    read_refunds,
)
from trajectories.errors import UserError
from trajectories.inputs import attested


def costs(*, config: Path, sequences: Path, typology: Path, out: Path) -> None:
    """Price the months of each course by a table of rates.

    Writes to `out/tables`: costs, cost_places, before_exit and cost_rates; and to `out` the hashes
    of the tables that were read, `inputs.json`.

    Args:
        config: the run's configuration.
        sequences: folder of the windows and their states.
        typology: folder of the typology.
        out: the folder to write to.

    Raises:
        UserError: a table of rates cannot be read, names no state of the alphabet, or has no rate
            for a month of a window.
    """
    settings = read_section(config, "costs", CostsConfig)
    if settings.rates is None:
        raise UserError("costs.rates names no table of rates, so courses cannot be priced.")
    files = [Path(path) for path in (settings.rates, settings.refunds) if path is not None]
    frame, found = read_windows(sequences)
    windows = with_clusters(frame, typology)
    with attested(files, out):
        rates = read_rates(files[0])
        refunds = read_refunds(files[1]) if settings.refunds is not None else None
    states, alphabet = found.states.astype(np.int64), [str(state) for state in found.alphabet]
    _require_states(files[0], rates["state"], alphabet)
    origin = windows["origin"]
    first = 12 * origin.dt.year().to_numpy() + origin.dt.month().to_numpy() - 1
    monthly = monthly_costs(states, alphabet, first, rates, refunds)
    tables = {
        "costs": cost_table(windows, monthly, by=["cluster", "group"]),
        "cost_rates": rate_table(rates, refunds),
    }
    if "municipality" in windows.columns:
        places = windows.with_columns(
            pl.col("municipality").cast(pl.String).fill_null("unknown municipality")
        )
        tables["cost_places"] = cost_table(places, monthly, by=["municipality", "group"])
    month = read_section(config, "sequences", SequencesConfig).month
    ended_by = settings.exit_state or month.job_state
    if ended_by in alphabet:
        tables["before_exit"] = before_exit_table(
            windows,
            states,
            monthly,
            exit_code=alphabet.index(ended_by),
            months=settings.months_before,
            by=["cluster", "group"],
        )
    write_tables({name: table for name, table in tables.items() if table.height}, out)


def _require_states(path: Path, named: pl.Series, alphabet: list[str]) -> None:
    for state in named.unique(maintain_order=True):
        if state not in alphabet:
            known = ", ".join(alphabet)
            raise UserError(f"{path}: {state} is no state of this run; its states are {known}.")
