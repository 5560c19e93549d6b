"""Plausible exact tables from declarations: what a stage could hand over, for any output."""

import itertools
import math
from collections.abc import Iterator

import polars as pl

from trajectories.release.gate.spec import TableSpec
from trajectories.release.gate.vocabulary import text_of

UNITS = {
    "rows": 9_000,
    "months": 24_000,
    "weight": 2_400,
    "windows": 2_400,
    "persons": 2_100,
    "events": 900,
    "caseworkers": 90,
    "other": 40,
}
"""Counts of each unit in a row, about."""
TEXTS: dict[str, tuple[str, ...]] = {
    "state": ("SA_PASSIVE", "JOB"),
    "from_state": ("SA_PASSIVE", "JOB"),
    "to_state": ("SA_PASSIVE", "JOB"),
    "group": ("before", "during", "after"),
    "age": ("under 30", "30 and over"),
    "cause": ("departure", "request"),
    "exit": ("job", "education"),
    "month": ("2014-01", "2014-02", "2014-03"),
    "from_month": ("2014-01", "2016-01"),
    "from_week": ("", "5"),
    "year": ("2013", "2014", "2015"),
    "duration": ("0–2", "3–5", "6–11"),
    "municipality": ("159", "657"),
    "sequence": ("SA_PASSIVE/24", "SA_PASSIVE/4-JOB/20"),
    "path": ("SA_PASSIVE", "SA_PASSIVE>JOB"),
    "subsequence": ("(SA_PASSIVE>JOB)", "(SA_PASSIVE>JOB)-(JOB>SA_PASSIVE)"),
    "term": ("departures", "changes"),
    "rule": (
        *("first kind", "second kind"),
        *("time in JOB <= 6", "time in JOB > 6 and state at 12 in (SA_PASSIVE, SICK)"),
    ),
    "part": ("composition", "rates", "difference"),
    "test": ("leads", "pooled lead"),
}
"""Texts of columns that the gate or a figure takes at their word."""
INTEGERS: dict[str, range] = {"lag": range(-3, 4), "position": range(1, 13), "time": range(1, 13)}
"""Integers of columns; others count from 1 to 3."""
SAMPLES = (
    *("first kind", "second kind", "1", "2", "om pam k=6", "om ward k=6", "sex M against K"),
    *("ASW", "HC", "combined", "markov", "medseq", "markov_mixture"),
)
"""Texts of the other columns: those that the declaration allows."""
BELOW = {"low": 0.8, "set_low": 0.8, "lowest": 0.8, "first_month": 1.0}
ABOVE = {"high": 1.3, "set_high": 1.3, "highest": 1.3, "last_month": 24.0}


def plausible_table(spec: TableSpec) -> pl.DataFrame:
    """Make an exact table that a declaration allows, all cells large enough to be published.

    Rows are combinations of the dimensions. Sums that the declaration names add up, a count that is
    part of another is smaller, and intervals hold their estimates.
    """
    life = spec.life_table
    keys = [_texts(spec, name) for name in spec.dims]
    if life is not None and life.exit is not None:
        keys[spec.dims.index(life.exit)] = ("job",)
    rows = [
        dict(zip(spec.dims, combination, strict=True)) | _numbers(spec, number)
        for number, combination in enumerate(itertools.product(*keys))
    ]
    table = pl.DataFrame(rows)
    for name in spec.values:
        values = itertools.cycle(_texts(spec, name))
        table = table.with_columns(
            pl.Series(name, [next(values) for _ in rows]).cast(spec.dtype(name))
        )
    for part in spec.column_sums:
        kept = [name for name in spec.dims if name not in part.over]
        table = table.with_columns(pl.col(part.count).sum().over(kept).alias(part.total))
    if life is not None:
        gone = (pl.col("time") - 1) * (8 + 12)
        table = table.with_columns(at_risk=2_000 - gone, events=8, censored=12)
    return table.select(sorted(table.columns, key=[*spec.published, *spec.internal].index))


def _texts(spec: TableSpec, column: str) -> tuple[str | int | bool, ...]:
    """What stands in a column of keys or values."""
    wholes = {whole.dimension: whole.value for whole in spec.wholes}
    if column in wholes:
        return (wholes[column],)
    dtype = spec.dtype(column)
    if dtype == pl.Boolean():
        return (True, False)
    if dtype == pl.Int64():
        return tuple(INTEGERS.get(column, range(1, 4)))
    allowed = text_of(spec, column)
    texts = dict.fromkeys((*TEXTS.get(column, ()), *SAMPLES))
    return tuple(filter(allowed.fullmatch, texts))[:3]


def _numbers(spec: TableSpec, number: int) -> dict[str, float]:
    """The numbers of one row: counts by their units, parts smaller, estimates near 1."""
    summed = {total.name for total in spec.totals}
    parts = {part for part, total in spec.whole if total not in summed}
    found: dict[str, float] = {}
    for count in spec.counts:
        size = UNITS[count.unit] * (1 + 0.1 * (number % 7))
        found[count.name] = round(size * (0.4 if count.name in parts else 1))
        if count.unit == "weight":
            found[count.name] = float(found[spec.counts[0].name])
    found |= dict(_estimates(spec))
    if spec.life_table is None:
        found |= dict.fromkeys(spec.internal, 4_000.0)
    if spec.dominance is not None:
        found[spec.dominance] = 0.1
    return found


def _estimates(spec: TableSpec) -> Iterator[tuple[str, float]]:
    for estimate in spec.estimates:
        name = estimate.name
        if "share" in name or name.startswith(("p_", "risk", "difference", "a")):
            yield name, 0.25
        elif name == "coef":
            yield name, math.log(1.05)
        else:
            yield name, BELOW.get(name, ABOVE.get(name, 1.05))
