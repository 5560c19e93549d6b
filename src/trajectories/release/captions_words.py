"""How captions and alternative texts put the rows of a table into words."""

from collections.abc import Callable
from typing import Any

import polars as pl

from trajectories.release.style import Style

Row = dict[str, Any]


def share(style: Style, value: float | None) -> str:
    """Say a share, or that it is withheld."""
    return "a withheld share" if value is None else style.percent(value)


def ratio(style: Style, row: Row) -> str:
    """Say a hazard ratio and its interval."""
    value, low, high = (style.ratio(row[name]) for name in ("hazard_ratio", "low", "high"))
    return f"{value} ({low} to {high})"


def by_group(table: pl.DataFrame, style: Style, say: Callable[[pl.DataFrame], str]) -> str:
    """Say something of each group's rows, the groups in the style's order."""
    return "; ".join(
        f"{style.word(group)}: {say(table.filter(pl.col('group') == group))}"
        for group in style.arrange(table["group"])
    )


def from_to(table: pl.DataFrame, by: str, say: Callable[[Row, Row], str]) -> str:
    """Say how the first row of each value of a column and its last differ, as they come."""
    parts = table.partition_by(by, maintain_order=True)
    return "; ".join(say(part.row(0, named=True), part.row(-1, named=True)) for part in parts)
