"""Check a certificate without a solver, from the released tables and its witnesses alone.

This module imports nothing of the gate: what a published number may stand for is written here a
second time.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import polars as pl

from trajectories.arrays import Bools, Floats, Ints

LEAST_WIDTH = 3
"""No certificate may promise less."""


def check_certificate(
    certificate: Mapping[str, Any], tables: Mapping[str, pl.DataFrame]
) -> Iterator[str]:
    """Confirm that the witnesses agree with all that is published and tell no withheld number.

    Args:
        certificate: rules, numbers, equations and witnesses, as the gate wrote them.
        tables: the released tables by file name, all columns read as text.

    Yields:
        What is wrong, a sentence each; nothing where the guarantee holds.
    """
    rules, named = certificate["rules"], int(certificate["named"])
    witnesses = np.array(certificate["witnesses"], dtype=np.int64)
    if witnesses.ndim != 2 or len(witnesses) < 1:
        yield "the certificate has no witnesses"
        return
    if int(rules["width"]) < LEAST_WIDTH:
        yield f"the certificate promises a width of {rules['width']}, less than {LEAST_WIDTH}"
    if (witnesses < 0).any():
        yield "a witness has a negative count"
    wrong = sum(
        bool((witnesses[:, parts].sum(axis=1) != witnesses[:, whole]).any())
        for whole, *parts in certificate["equations"]
    )
    if wrong:
        yield f"{wrong} identities do not hold in every witness"
    known = _mask(certificate["known"], witnesses.shape[1])
    if witnesses[:, known].any():
        yield "a witness is not zero where nothing else is possible"
    shown = np.full(witnesses.shape[1], np.nan)
    for entry in certificate["tables"]:
        table = tables.get(entry["file"])
        if table is not None:
            yield from _read(entry, table, shown)
    stands = np.full(witnesses.shape[1], -1)
    for number, reach in certificate.get("standing", ()):
        stands[number] = reach
    yield from _published(witnesses, shown, known, stands, rules)
    yield from _withheld(witnesses, shown, known, certificate, named)


def _mask(places: list[int], size: int) -> Bools:
    mask = np.zeros(size, bool)
    mask[places] = True
    return mask


def _read(entry: Mapping[str, Any], table: pl.DataFrame, shown: Floats) -> Iterator[str]:
    """Read the published numbers of one table into the variables that they are."""
    keys = table.select(pl.col(name).fill_null("") for name in entry["keys"]).rows()
    place = {key: row for row, key in enumerate(keys)}
    ours = [place.get(tuple(row)) for row in entry["rows"]]
    if len(set(keys) - {tuple(row) for row in entry["rows"]}):
        yield f"{entry['file']} has a row that the certificate does not cover"
    for column, numbers in entry["columns"].items():
        if column not in table.columns:
            yield f"{entry['file']} lacks the column {column}"
            continue
        values = table[column].cast(pl.Float64, strict=False).to_list()
        for row, number in zip(ours, numbers, strict=True):
            value = None if row is None else values[row]
            if value is None:
                continue
            if number < 0:
                yield f"{entry['file']} shows a number of {column} that nobody counted"
            elif np.isfinite(shown[number]) and shown[number] != value:
                yield f"{entry['file']} shows a number of {column} otherwise than others"
            else:
                shown[number] = value


def _published(
    witnesses: Ints, shown: Floats, known: Bools, stands: Ints, rules: Mapping[str, Any]
) -> Iterator[str]:
    """Every witness is published as the release is.

    What stands of an earlier release was published of a number that may since have moved by as much
    as rests on too few persons.
    """
    base, threshold = int(rules["base"]), int(rules["threshold"])
    old = np.flatnonzero(np.isfinite(shown) & ~known & (stands >= 0))
    low = np.maximum(np.ceil(shown[old] - base / 2), threshold) - stands[old]
    high = np.ceil(shown[old] + base / 2) - 1 + stands[old]
    far = ((witnesses[:, old] < low) | (witnesses[:, old] > high)).any(axis=0)
    if far.any():
        yield f"{int(far.sum())} numbers that stand are too far from what the witnesses hold"
    seen = np.flatnonzero(np.isfinite(shown) & ~known & (stands < 0))
    rounded = np.floor(witnesses[:, seen] / base + 0.5) * base
    wrong = ((rounded != shown[seen]) | (witnesses[:, seen] < threshold)).any(axis=0)
    if wrong.any():
        yield f"{int(wrong.sum())} published numbers are not what the witnesses round to"
    if (shown[known & np.isfinite(shown)] != 0).any():
        yield "a number that can only be zero is published as another"


def _withheld(
    witnesses: Ints, shown: Floats, known: Bools, certificate: Mapping[str, Any], named: int
) -> Iterator[str]:
    """Witnesses leave every withheld number open, and the first keeps which ones are small."""
    rules = certificate["rules"]
    small = _mask(certificate["small"], witnesses.shape[1])
    hidden = np.isnan(shown) & ~known
    hidden[named:] = False
    threshold = int(rules["threshold"])
    if (witnesses[:, hidden & small] >= threshold).any():
        yield "a witness has a large count where a small one was withheld"
    if (witnesses[0, hidden & ~small] < threshold).any():
        yield "the first witness has a small count where a large one was withheld"
    stands = _mask([one for one, _ in certificate.get("standing", ())], witnesses.shape[1])
    if (small & ~hidden & ~known & ~stands)[:named].any():
        yield "a count under the threshold is published"
    near = hidden & (np.ptp(witnesses, axis=0) < int(rules["width"]))
    if near.any():
        yield f"{int(near.sum())} withheld numbers can be told more closely than promised"
