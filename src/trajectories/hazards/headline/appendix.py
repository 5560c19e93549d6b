"""Appendix tables: simultaneous bands, subdistribution hazards and timing of events."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from trajectories.caseworkers.handovers import COUNTED_SCHEMA, LAST_CHANGE, count_of
from trajectories.config.sections.hazards import ModelsConfig
from trajectories.distributions import normal_quantile
from trajectories.hazards.columns import TIMING_ESTIMATES
from trajectories.hazards.headline.competing_exits import incidence_bands, subdistribution
from trajectories.hazards.headline.timing_of_events import TimingFit, timing_of_events
from trajectories.hazards.parts import Parts

ALONE, SHARED = "no unobserved factors", "shared unobserved factors"
TIMING_SCHEMA = {
    "model": pl.String,
    **dict.fromkeys(("persons", "events", "changes", "residual_degrees"), pl.Int64),
    **COUNTED_SCHEMA,
    **dict.fromkeys(TIMING_ESTIMATES, pl.Float64),
}
NORMAL_95 = normal_quantile(0.975)


def appendix(panel: pl.DataFrame, rules: ModelsConfig, parts: Parts) -> dict[str, pl.DataFrame]:
    """The appendix's tables by name; `parts` collects the notes on those that cannot be made."""
    if panel.is_empty():
        return {}
    tables = {
        "incidence_bands": parts.attempt(
            "incidence_bands",
            "Bands of cumulative incidence",
            lambda: incidence_bands(panel),
            pl.DataFrame(),
        ),
        "subdistribution": parts.attempt(
            "subdistribution",
            "Subdistribution hazards",
            lambda: subdistribution(panel, rules.subdistribution_exits, parts),
            pl.DataFrame(),
        ),
    }
    if rules.timing_of_events:
        tables["timing_of_events"] = parts.attempt(
            "timing", "Timing of events", lambda: _timing(panel, rules, parts), pl.DataFrame()
        )
    return tables


def _timing(panel: pl.DataFrame, rules: ModelsConfig, parts: Parts) -> pl.DataFrame:
    fit = timing_of_events(
        panel,
        event=rules.event,
        terms=main_effects(rules.adjustment),
        points=rules.timing_points,
        starts=rules.timing_starts,
    )
    parts.notes.append(("timing_of_events", sentence(fit)))
    return timing_table(fit, panel)


def main_effects(adjustment: Sequence[str]) -> list[str]:
    """The categorical terms of an adjustment without interactions and teams.

    Each optimisation evaluates the design some hundred times, and teams are most of its columns.
    """
    found = [match for term in adjustment for match in re.findall(r"C\(\w+\)", term)]
    return [term for term in dict.fromkeys(found) if term != "C(team_first)"]


def timing_table(fit: TimingFit, panel: pl.DataFrame) -> pl.DataFrame:
    """One row without unobserved factors and one with; columns of `TIMING_SCHEMA`."""
    sizes = {
        "persons": panel["person"].n_unique(),
        "events": fit.events,
        "changes": fit.changes,
        "residual_degrees": panel["person"].n_unique() - fit.parameters,
        **count_of(panel, LAST_CHANGE),
    }
    known = np.isfinite(fit.se)
    wide = NORMAL_95 * fit.se
    shared: dict[str, Any] = {
        "model": SHARED,
        "coef": fit.coef,
        "hazard_ratio": float(np.exp(fit.coef)),
        "se": fit.se if known else None,
        "low": float(np.exp(fit.coef - wide)) if known else None,
        "high": float(np.exp(fit.coef + wide)) if known else None,
        "starts": float(len(fit.loglik)),
        "share_at_maximum": fit.same,
        "lowest": float(np.exp(fit.coefs.min())),
        "highest": float(np.exp(fit.coefs.max())),
        "likelihood_gain": fit.gain,
        "correlation": fit.correlation,
    }
    alone = {"model": ALONE, "coef": fit.without, "hazard_ratio": float(np.exp(fit.without))}
    blank = dict.fromkeys(TIMING_SCHEMA)
    return pl.DataFrame([blank | sizes | alone, blank | sizes | shared], schema=TIMING_SCHEMA)


def sentence(fit: TimingFit) -> str:
    """The note to read with the estimate."""
    return (
        f"Timing of events: {fit.same:.0%} of {len(fit.loglik)} starts reached the best maximum; "
        "where they disagree the estimate is that of the best and no more. It rests on changes "
        "that nobody foresees and on factors that are proportional, constant and unrelated to the "
        "covariates at the start; the first change sums many causes, for which the last can fail."
    )
