"""What two samples with published estimates do not share.

Publishing two samples also publishes their difference. If that difference holds few persons,
events or caseworkers, one of the two must be withheld. Every design that uses other months or
another event than the headline, and every group of a whole, therefore counts the difference.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

OUT = ("out_persons", "out_events", "out_caseworkers")
OUT_SCHEMA = dict.fromkeys(OUT, pl.Int64)
LEAST = 10
"""With fewer persons or events a part is not compared with a whole: it could not be told apart."""
KEY = "person_month"
PERSON_MONTH = (pl.col("course").cast(pl.Int64) * 2**20 + pl.col("month").to_physical()).alias(KEY)
"""Course and day of the month in one number: joins on one number take a third of the memory."""


def between(
    whole: pl.DataFrame, used: pl.DataFrame, *, event: str, used_event: str | None = None
) -> dict[str, Any]:
    """Count what two samples do not share.

    Args:
        whole: person-months at risk: person, course, month, caseworker and `event`.
        used: the other sample, with `used_event`.
        event: the event of `whole`.
        used_event: the event of `used`; the same if None.

    Returns:
        out_persons, out_events and out_caseworkers (responsible ones) of the months that are in
        only one of the two, or have the event in only one; None for each if the two are the same.
    """
    left, right = (
        rows.select("person", "caseworker", PERSON_MONTH, here=pl.col(name).cast(pl.Int8))
        for rows, name in ((whole, event), (used, used_event or event))
    )
    # Few months have the event, so that what differs is looked for among them alone.
    own, others = (rows.filter(pl.col("here") != 0) for rows in (left, right))
    months = pl.concat(
        [
            _outside(left, right),
            _outside(right, left),
            *(
                _outside(few, other).join(every.select(KEY), on=KEY, how="semi")
                for few, other, every in ((own, others, right), (others, own, left))
            ),
        ],
        how="vertical_relaxed",
    )
    if months.is_empty():
        return dict.fromkeys(OUT)
    return {
        "out_persons": months["person"].n_unique(),
        "out_events": int(months["here"].cast(pl.Int64).sum()),
        "out_caseworkers": months["caseworker"].drop_nulls().n_unique(),
    }


def _outside(rows: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Return the rows whose month the others do not have."""
    return rows.join(others.select(KEY), on=KEY, how="anti")


def beside_smaller(groups: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Count, for each group of a whole, the persons and events of all smaller groups together.

    The groups shown and the whole reveal the sum of the groups that are not shown. A group is
    therefore shown only if the smaller ones together are large enough: if the smallest is withheld,
    so is the next, until their sum identifies nobody.

    Returns:
        out_persons and out_events of each group (out_caseworkers None); None for the smallest.
    """
    found: dict[str, dict[str, Any]] = {}
    persons = events = 0
    for name in sorted(groups, key=lambda name: (groups[name]["events"], groups[name]["persons"])):
        counted = (persons, events, None) if found else (None, None, None)
        found[name] = dict(zip(OUT, counted, strict=True))
        persons += groups[name]["persons"]
        events += groups[name]["events"]
    return found


def smallest(groups: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The smallest numbers of persons and events in any group, for an estimate over all groups.

    The mean of the groups' estimates would reveal a single withheld one.
    """
    every = list(groups)
    return {f"out_{name}": min(group[name] for group in every) for name in ("persons", "events")}
