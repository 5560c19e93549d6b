"""How captions, alternative texts and tables put rows of a released table into words."""

from collections.abc import Callable
from typing import Any

import polars as pl

from trajectories.release.style import Style
from trajectories.release.tables import LEAST_P
from trajectories.words import _

Row = dict[str, Any]

THEN = _(", then ")
"""Between two steps of a course."""


def share_or_withheld(style: Style, value: float | None) -> str:
    """Say a share, or that it is withheld."""
    return style.say(_("a withheld share")) if value is None else style.percent(value)


def ratio_and_interval(style: Style, row: Row) -> str:
    """Say a hazard ratio and its interval."""
    value, low, high = (style.ratio(row[name]) for name in ("hazard_ratio", "low", "high"))
    return style.say(_("{value} ({low} to {high})"), value=value, low=low, high=high)


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


def commonest_state(panel: pl.DataFrame, position: int, style: Style) -> str:
    """Say the commonest state of one month and its share, of what is published."""
    rows = panel.filter((pl.col("position") == position) & pl.col("share").is_not_null())
    if rows.is_empty():
        return style.say(_("all states withheld"))
    top = rows.sort("share", descending=True, maintain_order=True).row(0, named=True)
    return f"{style.look(top['state']).label} {style.percent(top['share'])}"


def first_and_last_month(
    table: pl.DataFrame, by: str, name: Callable[[Any], str], style: Style
) -> str:
    """Say the commonest state of the first month and of the last, for each value of a column."""
    months = sorted(table["position"].to_list())
    first, last = months[0], months[-1]
    keys = table[by].unique(maintain_order=True).to_list()
    ordered = style.arrange(keys) if by == "group" else sorted(keys)
    parts = [
        style.say(
            _("{key}: from {from_state} in month {first} to {to_state} in month {last}"),
            key=name(key),
            from_state=commonest_state(part, first, style),
            first=first,
            to_state=commonest_state(part, last, style),
            last=last,
        )
        for key in ordered
        for part in [table.filter(pl.col(by) == key)]
    ]
    return "; ".join(parts)


def order_of_changes(subsequence: str, style: Style) -> str:
    """Write `(A>B)-(B>C)` as `A → B, then B → C` with the states' short labels."""
    brackets = subsequence.strip("()").split(")-(")
    events = [
        " + ".join(
            " → ".join(style.look(state).short for state in event.split(">"))
            for event in bracket.split(",")
        )
        for bracket in brackets
    ]
    return style.say(THEN).join(events)


COVARIATES = {
    "group": _("Period"),
    "age": _("Age"),
    "sex": _("Sex"),
    "municipality": _("Municipality"),
    "total": _("All together"),
}


def covariate(style: Style, name: str) -> str:
    """Name a covariate: the column that windows are grouped by, the house's word, or its own."""
    if name == "group" and style.study.group_by:
        return style.word(style.study.group_by).capitalize()
    known = COVARIATES.get(name)
    return style.word(name).capitalize() if known is None else style.say(known)


SEXES = {"K": "women", "M": "men"}
"""The words of the register's values of sex."""


def level(style: Style, name: str, key: str) -> str:
    """Name a level of a covariate within a sentence: the house's word in lower case, or itself."""
    key = SEXES.get(key, key) if name == "sex" else key
    word = style.word(key)
    return word if word == key else word.lower()


def p_words(style: Style, value: float | None) -> str:
    """Say a p-value: "p = 0.02", or that it is smaller than the least that is written."""
    if value is None:
        return style.say(_("not tested"))
    if value < LEAST_P:
        return f"p < {style.plain(LEAST_P)}"
    return f"p = {style.plain(value)}"


def contrast_in_words(style: Style, contrast: str) -> str:
    """Say `after - before` as a difference of two groups."""
    last, _minus, first = contrast.partition(" - ")
    return style.say(
        _("{last} minus {first}"), last=style.word(last), first=level(style, "group", first)
    )


def widest_contrast(table: pl.DataFrame) -> pl.DataFrame:
    """Keep the contrast between the first and the last group: all others lie within it."""
    contrasts = table["contrast"].unique(maintain_order=True).to_list()
    later = [name.partition(" - ")[0] for name in contrasts]
    earlier = [name.partition(" - ")[2] for name in contrasts]
    whole = [
        c
        for c, b, a in zip(contrasts, later, earlier, strict=True)
        if a not in later and b not in earlier
    ]
    return table.filter(pl.col("contrast") == (whole or contrasts)[0])
