"""Edge cases by name: small registers, each with the outcome that is expected of it.

`edge_cases()` gives them to tests, docs and notebooks; `EdgeCase.clean()` runs one.
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
# The days of every edge case, unless it says otherwise.
EXTRACT = {"first_day": "2008-01-01", "last_day": "2018-12-31"}


@dataclass(frozen=True)
class EdgeCase:
    """A small register and what is expected of it.

    Rows are words with blanks between, in the order of `COLUMNS`; `-` is a missing cell, and
    columns left out at the end are missing too.

    Attributes:
        name: what to call it.
        story: what happens to the persons, in one sentence.
        tables: rows of the raw tables.
        expected: rows that the cleaned tables must hold, all of them.
        fates: of each table, how many rows ended in which step and reason (`step: reason`).
        months: the state of a person in a month (`person YYYY-MM`).
        changes: how many changes of caseworker have which cause.
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
        """List the columns of one of its raw tables."""
        return f"{COLUMNS[table]} {self.extra.get(table, '')}".split()

    @property
    def section(self) -> RegisterConfig:
        """The section `register` of its configuration."""
        return RegisterConfig.model_validate({**EXTRACT, **self.config})

    def raw(self) -> dict[str, RawTable]:
        """Build its raw tables, every cell as text."""
        found = {}
        for table, rows in self.tables.items():
            columns = self.columns(table)
            cells = [[None if x == MISSING else x for x in row.split()] for row in rows]
            padded = [row + [None] * (len(columns) - len(row)) for row in cells]
            frame = pl.DataFrame(padded, schema=dict.fromkeys(columns, pl.String), orient="row")
            found[table] = RawTable(table, frame, (f"{self.name}/{table}.csv",))
        return found

    def clean(self, codelist: pl.DataFrame, *, key_seed: int = 1) -> dict[str, CleanTable]:
        """Clean it.

        Args:
            codelist: as `load_codelist` returns it.
            key_seed: of the row numbers.

        Raises:
            UserError: where that is what is expected of it.
        """
        return clean_register(self.raw(), codelist, self.section, key_seed=key_seed)


def edge_cases() -> dict[str, EdgeCase]:
    """Return all edge cases by name."""
    from trajectories.register.named_cases.cases import DAYS, PEOPLE, RULES

    return {case.name: case for case in (*DAYS, *PEOPLE, *RULES)}


def edge_case_page() -> str:
    """Write the page of the documentation that lists all edge cases."""
    head = (
        "# Edge cases by name\n\n"
        "Small registers that ship with the package, each with the outcome expected of it. The "
        "tests run every one; this page is written from the same lines by "
        "`trajectories docs write`.\n\n"
        "```python\nfrom trajectories.register import edge_cases, load_codelist\n\n"
        'case = edge_cases()["death_mid_spell"]\n'
        'tables = case.clean(load_codelist(Path("config/codelists/dream.csv")))\n```\n\n'
        "A `-` is a missing cell. The extract runs from 1 January 2008 to 31 December 2018 unless "
        "the case says otherwise. Fates count rows.\n"
    )
    return head + "".join(_section(case) for case in edge_cases().values())


def _section(case: EdgeCase) -> str:
    lines = [f"\n## `{case.name}`\n\n{case.story}\n\n```text"]
    for table, rows in case.tables.items():
        lines += [f"{table}: {' '.join(case.columns(table))}", *(f"  {row}" for row in _few(rows))]
    for key, value in case.config.items():
        lines.append(f"register.{key}: {value}")
    for table, rows in case.expected.items():
        lines += [f"→ {table}", *(f"  {row}" for row in rows or ("(none)",))]
    for month, state in case.months.items():
        lines.append(f"→ {month} is {state}")
    for cause, count in case.changes.items():
        lines.append(f"→ {count} changes of caseworker: {cause}")
    for table, fates in case.fates.items():
        lines.append(f"→ fates of {table}: {', '.join(f'{k} {n}' for k, n in fates.items())}")
    return "\n".join([*lines, "```\n"])


def _few(rows: tuple[str, ...], most: int = 8) -> tuple[str, ...]:
    """Cut a long list of rows."""
    return rows if len(rows) <= most else (*rows[: most - 1], f"… {len(rows) - most + 1} more")
