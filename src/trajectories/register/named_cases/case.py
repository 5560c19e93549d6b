"""Named edge cases: small registers with their expected outcomes.

`edge_cases()` returns them for tests, docs and notebooks; `EdgeCase.clean()` runs one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from trajectories.config.sections.register import RegisterConfig
from trajectories.register.clean.clean_table import CleanTable
from trajectories.register.clean.ingestion import clean_register
from trajectories.register.read.readers import RawTable

COLUMNS = {
    "persons": "person birth_date sex municipality died emigrated",
    "spells": "person code start end municipality",
    "employment": "person start end weekly_hours industry",
    "assignments": "person caseworker start end team municipality",
    "readiness": "person readiness start end",
    "activities": "person activity start end",
}
MISSING = "-"
# The days of every edge case, unless its configuration differs.
EXTRACT = {"first_day": "2008-01-01", "last_day": "2018-12-31"}


@dataclass(frozen=True)
class EdgeCase:
    """A small register and its expected outcome.

    Rows are cells separated by blanks, in the order of `COLUMNS`; `-` is a missing cell, and
    columns left out at the end are missing too.

    Attributes:
        name: name of the case.
        story: what happens to the persons, in one sentence.
        tables: rows of the raw tables.
        expected: all rows of the cleaned tables.
        fates: for each table, the number of rows per step and reason (`step: reason`).
        months: the state of a person in a month (`person YYYY-MM`).
        changes: number of caseworker changes by cause.
        config: keys of the section `register` that differ from the defaults.
        extra: columns that follow those of `COLUMNS` in a table.
    """

    name: str
    story: str
    tables: Mapping[str, tuple[str, ...]]
    expected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fates: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    months: Mapping[str, str] = field(default_factory=dict)
    changes: Mapping[str, int] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)

    def columns(self, table: str) -> list[str]:
        """Return the columns of one of its raw tables."""
        return f"{COLUMNS[table]} {self.extra.get(table, '')}".split()

    @property
    def section(self) -> RegisterConfig:
        """Return the section `register` of its configuration."""
        return RegisterConfig.model_validate({**EXTRACT, **self.config})

    def raw(self) -> dict[str, RawTable]:
        """Return its raw tables, every cell as text."""
        found = {}
        for table, rows in self.tables.items():
            columns = self.columns(table)
            cells = [[None if x == MISSING else x for x in row.split()] for row in rows]
            padded = [row + [None] * (len(columns) - len(row)) for row in cells]
            frame = pl.DataFrame(padded, schema=dict.fromkeys(columns, pl.String), orient="row")
            found[table] = RawTable(table, frame, (f"{self.name}/{table}.csv",))
        return found

    def clean(self, codelist: pl.DataFrame, *, key_seed: int = 1) -> dict[str, CleanTable]:
        """Clean its raw tables.

        Raises:
            UserError: if this is the expected outcome.
        """
        return clean_register(self.raw(), codelist, self.section, key_seed=key_seed)
