"""Keyed sketches of who is in a release and with which data, without the data."""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

import polars as pl

SKETCH = {"person": pl.String, "contribution": pl.String}
RUN_NUMBERS = ("window", "course", "list", "row")
"""Numbers that a run gives: they change with who else is in it."""
WORKERS = ("caseworker", "from_caseworker", "to_caseworker")
DATES = ("start", "end", "month", "origin")
DAYS_A_MONTH = 28
AT_ONCE = 100_000
"""Persons whose rows are texts in memory at a time."""
BYTES = 12
"""Of a hash: two persons agree by chance once in 10^28 times."""
BETWEEN = "\x1f"


def contributions(
    frames: Iterable[tuple[str, pl.DataFrame]], persons: pl.DataFrame, caseworkers: pl.DataFrame
) -> tuple[pl.DataFrame, dict[str, float]]:
    """Hash the data of each person, and find how much one may add to a number.

    Args:
        frames: name and frame with the column `person`, as numbered by the run; sorted by name.
        persons: key, person: what the extracts call the persons.
        caseworkers: key, caseworker.

    Returns:
        person (as the extracts call them), contribution: equal if all rows of a person are; and by
        unit the most that one person adds to a number, under `caseworkers` that of one caseworker.
    """
    keys = persons.with_columns(pl.col("key").cast(pl.String))
    workers = dict(zip(caseworkers["caseworker"], caseworkers["key"].cast(pl.String), strict=True))
    hashes = {key: hashlib.blake2b(digest_size=BYTES) for key in keys["key"]}
    most: dict[str, float] = defaultdict(lambda: 1.0)
    first, last = date.max, date.min
    for name, frame in frames:
        for key, text in _rows(frame, keys, workers):
            hashes[key].update(f"{name}{BETWEEN}{text}".encode())
        rows = _largest(frame, "person")
        for unit in (
            "events",
            "rows",
            "other",
            *(["windows"] if "window" in frame.columns else []),
        ):
            most[unit] = max(most[unit], rows)
        for worker in {*WORKERS} & {*frame.columns}:
            most["caseworkers"] = max(most["caseworkers"], _largest(frame, worker))
        for day in _ends(frame):
            first, last = min(first, day), max(last, day)
    span = max(0, (last - first).days) / DAYS_A_MONTH
    most["months"] = span + 1
    return pl.DataFrame(
        [(key, digest.hexdigest()) for key, digest in hashes.items()], schema=SKETCH, orient="row"
    ), dict(most)


def _rows(
    frame: pl.DataFrame, persons: pl.DataFrame, workers: dict[int, str]
) -> Iterator[tuple[str, str]]:
    """Yield the rows of each person as one text, in an order that does not depend on the run."""
    texts = [
        pl.col(name).replace_strict(workers, default=None, return_dtype=pl.String)
        if name in WORKERS
        else pl.col(name).cast(pl.String)
        for name in sorted(frame.columns)
        if name not in ("person", *RUN_NUMBERS)
    ]
    row = pl.concat_str(
        [pl.lit(""), *(one.fill_null("") for one in texts)], separator=BETWEEN
    ).alias("row")
    for some in persons.iter_slices(AT_ONCE):
        yield from (
            frame.join(some, on="person", how="inner")
            .select("key", row)
            .group_by("key")
            .agg(pl.col("row").sort())
            .select("key", pl.col("row").list.join("\n"))
            .iter_rows()
        )


def _largest(frame: pl.DataFrame, column: str) -> int:
    counts = frame.drop_nulls(column).group_by(column).len()["len"].to_list()
    return max(counts, default=1)


def _ends(frame: pl.DataFrame) -> Iterator[date]:
    for name in DATES:
        if frame.schema.get(name) == pl.Date:
            days = frame[name].drop_nulls().sort()
            yield from (days[0], days[-1]) if len(days) else ()


def keyed(sketch: pl.DataFrame, key: bytes) -> pl.DataFrame:
    """Hash persons and contributions (HMAC-SHA-256) with the key of the project, sorted."""

    def hashed(*texts: str) -> str:
        return hmac.digest(key, BETWEEN.join(texts).encode(), "sha256")[:BYTES].hex()

    rows = [(hashed(person), hashed(person, data)) for person, data in sketch.iter_rows()]
    return pl.DataFrame(rows, schema=SKETCH, orient="row").sort("person")


def persons_changed(one: pl.DataFrame, other: pl.DataFrame) -> tuple[int, int]:
    """Count the persons of two keyed sketches.

    Returns:
        Persons that are in both; persons whose data differ or who are in one alone.
    """
    both = one.join(other, on="person", how="inner")
    equal = int((both["contribution"] == both["contribution_right"]).sum())
    return both.height, one.height + other.height - both.height - equal
