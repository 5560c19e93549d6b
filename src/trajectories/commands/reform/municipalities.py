"""`municipalities`: entries, exits and caseworkers by municipality and year."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from trajectories.artefacts.changes import read_changes
from trajectories.artefacts.coverage import read_coverage
from trajectories.artefacts.persons import scan
from trajectories.artefacts.tables import write_tables
from trajectories.caseworkers.changes import NOT_A_CHANGE
from trajectories.config.section import read_section
from trajectories.config.sections.reform import ReformConfig
from trajectories.config.sections.sequences import SequencesConfig
from trajectories.reform.municipalities.municipal_tables import (
    caseworker_tables,
    support_tables,
    years_around,
)
from trajectories.reform.municipalities.support_events import support_events


def municipalities(
    *, config: Path, register: Path, months: Path, out: Path, changes: Sequence[Path] = ()
) -> None:
    """Count entries, exits and caseworkers by municipality and year.

    Writes to `out/tables`: municipality_support and municipality_exits, and where the data hold
    caseworkers municipality_changes and municipality_caseloads; nothing where no reform divides
    the time, no municipality is known or no whole year lies on either side of the reform.

    Args:
        config: the run's configuration.
        register: folder of the cleaned register.
        months: the run's person-months.
        out: the folder to write to.
        changes: the folder of caseworker changes, where there is one.
    """
    own = read_section(config, "reform", ReformConfig).municipalities
    sequences = read_section(config, "sequences", SequencesConfig)
    in_force = sequences.event("in_force")
    tables: dict[str, pl.DataFrame] = {}
    if in_force is not None and sequences.group_by is None:
        first, last = _whole_months(*read_coverage(register))
        calendar = years_around(in_force.date, first, last, years=own.years)
        person_months = _months_of(
            months, sequences.window.origin_states, calendar, own.lasting_months
        )
        if person_months["municipality"].null_count() < person_months.height:
            found = support_events(
                person_months,
                own.exits,
                states=sequences.window.origin_states,
                lasting_months=own.lasting_months,
            )
            tables |= support_tables(found, calendar, last=last, lasting_months=own.lasting_months)
            for folder in changes:
                held = read_changes(folder)
                tables |= caseworker_tables(
                    held.changes.filter(pl.col("cause").cast(pl.String) != NOT_A_CHANGE),
                    held.assignments,
                    calendar,
                )
    write_tables({name: table for name, table in tables.items() if table.height}, out)


def _months_of(
    months: Path, states: Sequence[str], calendar: pl.DataFrame, lasting_months: int
) -> pl.DataFrame:
    """Read the months of those ever on support, from the first year to the last follow-up."""
    file = scan(months).select("person", "month", "state", "municipality")
    if calendar.is_empty():
        return file.head(0).collect()
    near = file.filter(
        pl.col("month").is_between(
            calendar["month"].dt.offset_by("-1mo").min(),
            calendar["month"].dt.offset_by(f"{lasting_months - 1}mo").max(),
        )
    )
    supported = near.filter(pl.col("state").cast(pl.String).is_in(list(states)))
    return near.join(supported.select("person").unique(), on="person", how="semi").collect(
        engine="streaming"
    )


def _whole_months(first: dt.date, last: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first and the last month of which every day is covered."""
    start = first if first.day == 1 else (first.replace(day=1) + dt.timedelta(32)).replace(day=1)
    after = last + dt.timedelta(1)
    return start, (after.replace(day=1) - dt.timedelta(1)).replace(day=1)
