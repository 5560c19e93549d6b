"""Extracts of a few hundred simulated persons, as a municipality's own systems write them.

Semicolons, decimal commas, Latin-1, line ends of Windows, dates as dd-mm-yyyy, Danish names of
columns, and the weekly register with a column a week.
"""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import polars as pl

from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.io import replacing
from trajectories.simulator.extracts.weekly_file import wide_register
from trajectories.simulator.registers import simulate

FIRST_DAY: Final = dt.date(2010, 1, 4)
LAST_DAY: Final = dt.date(2016, 1, 3)
"""Whole ISO weeks of 2010 to 2015."""
SCALE: Final = 40
"""Persons of the simulated register for each that is kept."""
COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    "borgere": {
        "person": "BORGER_ID",
        "birth_date": "FØDSELSDATO",
        "sex": "KØN",
        "municipality": "KOMMUNENR",
    },
    "sagsbehandlere": {
        "person": "BORGER_ID",
        "caseworker": "SAGSBEHANDLER",
        "team": "TEAM",
        "start": "TILKNYTTET_FRA",
        "end": "TILKNYTTET_TIL",
    },
    "ansaettelser": {
        "person": "BORGER_ID",
        "start": "ANSAT_FRA",
        "end": "ANSAT_TIL",
        "weekly_hours": "TIMER_PR_UGE",
        "industry": "BRANCHE",
    },
}
"""Of each file but the weekly register, the project's names of its columns and its own."""


def example_tables(persons: int, seed: int) -> dict[str, pl.DataFrame]:
    """Simulate the tables of the example.

    Args:
        persons: number of persons, who all receive social assistance at some time.
        seed: of the simulated register.

    Returns:
        The tables by the names of their files, with the files' own names of columns.
    """
    settings = SimulatorConfig(persons=SCALE * persons, seed=seed, office_persons=SCALE * persons)
    register = simulate(settings)
    somewhere = register.assignments.filter(pl.col("start") <= LAST_DAY)
    places = (
        somewhere["municipality"]
        .value_counts(sort=True, name="n")
        .sort(["n", "municipality"], descending=[True, False])
    )
    # One municipality alone: its caseworkers then have lists of a common length.
    here = somewhere.filter(pl.col("municipality") == places["municipality"][0])
    wanted = here["person"].drop_nulls().unique(maintain_order=True).head(persons)
    kept = {
        name: getattr(register, name).filter(pl.col("person").is_in(wanted.implode()))
        for name in ("persons", "spells", "employment", "assignments", "readiness")
    }
    weekly = wide_register(
        wanted,
        spells=kept["spells"],
        employment=kept["employment"],
        readiness=kept["readiness"],
        first_day=FIRST_DAY,
        last_day=LAST_DAY,
    )
    tables = {
        "borgere": kept["persons"],
        "sagsbehandlere": kept["assignments"].filter(pl.col("start") <= LAST_DAY),
        "ansaettelser": kept["employment"].filter(pl.col("start").is_between(FIRST_DAY, LAST_DAY)),
    }
    named = {
        name: frame.select(pl.col(ours).alias(theirs) for ours, theirs in COLUMNS[name].items())
        for name, frame in tables.items()
    }
    no_place = [column for column in weekly.columns if not column.startswith("nykom_")]
    return {**named, "dream": weekly.select(no_place).rename({"person": "BORGER_ID"})}


def write_example(folder: Path, *, persons: int, seed: int) -> list[Path]:
    """Write the tables as CSV files and return their paths."""
    written = []
    for name, frame in example_tables(persons, seed).items():
        path = folder / f"{name}.csv"
        text = frame.with_columns(pl.col(pl.Date).dt.strftime("%d-%m-%Y")).write_csv(
            separator=";", decimal_comma=True, line_terminator="\r\n"
        )
        with replacing(path) as temporary:
            temporary.write_bytes(text.encode("latin-1"))
        written.append(path)
    return written
