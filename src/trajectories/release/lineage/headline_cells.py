"""Which cells of released tables each headline number is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from trajectories.release.tables import Tables


@dataclass(frozen=True)
class Cells:
    """Cells that a headline number is made of.

    Attributes:
        how: what the number is of them.
        table: the table's name.
        columns: the columns.
        rows: values of columns by which the rows are known, none for all rows.
        first: whether the first of these rows counts alone: of a model's variances.
    """

    how: str
    table: str
    columns: tuple[str, ...]
    rows: Mapping[str, str] = field(default_factory=dict)
    first: bool = False

    def of(self, table: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of a released table that hold the cells."""
        wanted = [pl.col(name).cast(pl.String) == value for name, value in self.rows.items()]
        rows = table.filter(*wanted)
        return rows.head(1) if self.first else rows


DEPARTURE = {"model": "departures_total", "term": "departures"}
GIVEN_OTHER = {"model": "departures_given_other", "term": "departures"}
CHANGES = {"model": "association", "term": "changes"}
RATIO, INTERVAL = ("hazard_ratio",), ("low", "high")


def _risk(months: str) -> dict[str, tuple[Cells, ...]]:
    rows = {"time": months}
    points = Cells("in percentage points", "job_risks", ("difference",), rows)
    bounds = Cells("in percentage points", "job_risks", INTERVAL, rows)
    name = f"job_risk_difference_{months}m_pp"
    return {name: (points,), f"{name}_ci": (bounds,)}


CELLS: dict[str, tuple[Cells, ...]] = {
    "departure_hr": (Cells("as it stands", "models", RATIO, DEPARTURE, first=True),),
    "departure_hr_ci": (Cells("as it stands", "models", INTERVAL, DEPARTURE, first=True),),
    "departures_given_other_hr": (Cells("as it stands", "models", RATIO, GIVEN_OTHER, first=True),),
    "association_hr": (Cells("as it stands", "models", RATIO, CHANGES, first=True),),
    "association_hr_ci": (Cells("as it stands", "models", INTERVAL, CHANGES, first=True),),
    **_risk("12"),
    **_risk("24"),
    "risk_differences": (
        Cells("in percentage points, for each horizon", "job_risks", ("difference", *INTERVAL)),
    ),
    "ever_changed_share": (
        Cells("as it stands", "ever_changed", ("share",), {"population": "ready_month"}),
        Cells("of the first row", "ever_changed", ("share",), first=True),
    ),
    "relabelling_contrast": (
        Cells("the largest absolute value", "relabelling", ("difference",), {"age": "all"}),
        Cells("the largest absolute value", "relabelling", ("difference",)),
    ),
    "k": (Cells("as it stands", "quality", ("k",), {"chosen": "true"}),),
    "asw": (Cells("as it stands", "quality", ("ASW",), {"chosen": "true"}),),
    "persons": (
        Cells("the sum", "accounting", ("rows",), {"table": "persons", "step": "used"}),
        Cells("the sum", "sizes", ("persons",)),
        Cells("the largest", "models", ("persons",)),
        Cells("the largest", "kaplan_meier", ("at_risk",)),
    ),
    "person_months": (
        Cells("the largest", "person_months", ("total",)),
        Cells("the largest", "models", ("person_months",)),
        Cells("the sum over groups and months", "state_distribution", ("total",)),
    ),
    "rows_read": (Cells("the sum", "accounting", ("rows",), {"step": "read"}),),
    "rows_rejected": (Cells("the sum", "accounting", ("rows",), {"step": "rejected"}),),
}
"""For each key the cells: the first of these that the release has."""


def cells_of(key: str, tables: Tables) -> Cells | None:
    """Return the cells of a headline number; None where the release has none of their tables."""
    return next(
        (
            cells
            for cells in CELLS[key]
            if cells.table in tables and cells.of(tables[cells.table]).height
        ),
        None,
    )
