"""What page one says of relabelling, and how large it is."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from trajectories.release.outputs.reform.readiness import decimals, largest
from trajectories.release.style import Style
from trajectories.release.tables import Tables
from trajectories.words import _


def relabelled(headline: Mapping[str, Any], tables: Tables, style: Style) -> list[str]:
    """Say who changed state overnight at the reform, and what rests on readiness alone.

    Where a run has neither, it is what the undoing of renamed codes changes.
    """
    told = [*_seam(tables, style), *_readiness(tables, style)]
    contrast = headline["relabelling_contrast"]
    if told or contrast is None:
        return told
    unchanged = _(
        "Undoing the reform's renaming of codes leaves the share of every type as it was, "
        "after rounding."
    )
    changed = _(
        "Undoing the reform's renaming of codes changes a share of a type by up to {points} "
        "percentage points: part of what looks like change is relabelling."
    )
    shown = style.number(100 * contrast, 1)
    return [style.say(unchanged if contrast == 0 else changed, points=shown)]


def _seam(tables: Tables, style: Style) -> list[str]:
    """Say which change of state exceeded other years most in the month of the reform."""
    event = style.study.role_event("in_force")
    if "seam" not in tables or event is None:
        return []
    split = style.study.split_age
    young = "all" if split is None else f"under {split}"
    table = tables["seam"].filter(
        (pl.col("event") == event)
        & (pl.col("from_state") != pl.col("to_state"))
        & pl.col("excess").is_not_null()
    )
    ages = [age for age in (young, "all") if age in table["age"]]
    if not ages:
        return []
    part = table.filter(pl.col("age") == ages[0])
    row = part.row(int(part["excess"].abs().arg_max() or 0), named=True)
    text = _(
        "Overnight at {reform}, {rate} of recipients ({age}) moved from {first} to {last}, against "
        "{other} in the same months of other years."
    )
    return [
        style.say(
            text,
            rate=style.share(row["rate_at_event"]),
            other=style.share(row["rate_other"]),
            age=style.word(ages[0]).lower(),
            first=style.look(row["from_state"]).short.lower(),
            last=style.look(row["to_state"]).short.lower(),
        )
    ]


def _readiness(tables: Tables, style: Style) -> list[str]:
    """Say how much of a type's difference between periods rests on readiness."""
    if "readiness" not in tables or style.study.group_by:
        return []
    change = largest(tables, style)
    if change is None:
        return []
    shown = decimals(tables)
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    nothing = round(abs(100 * change.rests), shown) == 0
    same = _(
        "Where states do not use readiness, every type's share changes from before to after as "
        "much as it does where they use it."
    )
    text = _(
        "Of what changes from before to after, at most {rests} percentage points rest on "
        "readiness: the share of {type} changes by {registered} points, and by {without} where "
        "states do not use readiness."
    )
    return [
        style.say(
            same if nothing else text,
            type=style.cluster(names.get(change.cluster)),
            rests=style.number(abs(100 * change.rests), shown),
            registered=style.number(100 * change.registered, shown),
            without=style.number(100 * change.without, shown),
        )
    ]
