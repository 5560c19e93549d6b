"""`durations`: hazards from a table of durations."""

from pathlib import Path

import polars as pl

from trajectories.artefacts.tables import write_tables
from trajectories.config.section import read_section
from trajectories.config.sections.durations import DurationsConfig
from trajectories.config.sections.files import TableFiles
from trajectories.config.sections.hazards import HazardsConfig
from trajectories.errors import FileError
from trajectories.hazards import durations as from_file
from trajectories.inputs import attested
from trajectories.register.read.columns import find_columns, refuse_twins
from trajectories.register.read.parsing import tidy_columns
from trajectories.register.read.readers import read_one


def durations(*, config: Path, out: Path) -> None:
    """Estimate hazards from a table of durations instead of a register.

    Writes to `out/tables`: models, notes and kaplan_meier as Parquet; and to `out` the hash of the
    file, `inputs.json`.

    Args:
        config: the run's configuration; `hazards.durations` is read.
        out: the folder to write to.

    Raises:
        UserError: the file is missing or cannot be read, or its columns are not as configured.
    """
    rules = read_section(config, "hazards", HazardsConfig).durations
    path = Path(rules.path or "")
    with attested([path] if path.is_file() else [], out):
        table = read_durations(rules)
    periods = from_file.person_periods(table, rules)
    fit = from_file.fit_durations(periods, rules)
    tables = {
        "models": from_file.model_table(fit),
        "notes": from_file.notes(table, fit, rules),
        "kaplan_meier": from_file.survival(table, rules),
    }
    write_tables(tables, out)


def read_durations(rules: DurationsConfig) -> pl.DataFrame:
    """Read the file of durations as any extract is read; text columns get the type they hold.

    Raises:
        FileError: the file is missing.
        UserError: it cannot be read, or has a column twice.
    """
    path = Path(rules.path or "")
    if not path.is_file():
        raise FileError(
            f"The file of durations {path} does not exist: name it in hazards.durations.path."
        )
    raw = read_one(path, TableFiles(path=str(path)))
    refuse_twins(raw.header, file=path.name)
    named = [rules.time, rules.event, rules.entry, rules.group, *rules.exit_flags]
    wanted = {name: name for name in named if name}
    found = find_columns(raw.header, wanted, named=(), file=path.name, key="hazards.durations")
    own = {raw.frame.columns[place]: name for name, place in found.items()}
    table = tidy_columns(raw.frame.rename(own))
    words = [column.str.to_lowercase() for column in table.select(pl.col(pl.String))]
    # R and pandas write flags in words.
    return table.with_columns(
        column.replace_strict({"true": 1, "false": 0}, return_dtype=pl.Int64)
        for column in words
        if column.drop_nulls().is_in(["true", "false"]).all()
    )
