"""Shares, means and intervals that are recomputed from published counts."""

import math

import numpy as np
import polars as pl

from trajectories.arrays import Floats
from trajectories.release.gate.rounding import (
    guarded_decimals,
    round_decimals,
    round_significant,
    supported_decimals,
)
from trajectories.release.gate.rules import Rules
from trajectories.release.gate.spec import Derivation

EXACT_PREFIX = "_exact_"
"""Names the columns in which the gate hands derivations a stage's unrounded estimates."""

NORMAL_95 = 1.959963984540054


def floats(frame: pl.DataFrame, column: str) -> Floats:
    """Give a column as float64 with NaN for nulls."""
    return frame[column].cast(pl.Float64).fill_null(math.nan).to_numpy()


def with_floats(frame: pl.DataFrame, **columns: Floats) -> pl.DataFrame:
    """Add columns of numbers, NaN becoming null."""
    series = [pl.Series(name, values).fill_nan(None) for name, values in columns.items()]
    return frame.with_columns(series)


def divide(numerator: Floats, denominator: Floats) -> Floats:
    """Divide elementwise; a zero or missing denominator gives NaN."""
    safe = np.where(denominator > 0, denominator, np.nan)
    return np.asarray(numerator / safe, dtype=np.float64)


def ratio(name: str, numerator: str, denominator: str) -> Derivation:
    """Derive `numerator / denominator` with the decimals that the denominator supports."""

    def derive(frame: pl.DataFrame, rules: Rules) -> pl.DataFrame:
        below = floats(frame, denominator)
        values = divide(floats(frame, numerator), below)
        return with_floats(
            frame, **{name: round_decimals(values, supported_decimals(below, rules), rules)}
        )

    return derive


def firm_ratio(name: str, numerator: str, denominator: str) -> Derivation:
    """Derive as `ratio`, but nothing where the denominator supports no decimal.

    A share without a decimal is 0 or 1, which says of 5 in 10 that there were none.
    """

    def derive(frame: pl.DataFrame, rules: Rules) -> pl.DataFrame:
        below = floats(frame, denominator)
        decimals = supported_decimals(below, rules)
        values = np.where(decimals > 0, divide(floats(frame, numerator), below), np.nan)
        return with_floats(frame, **{name: round_decimals(values, decimals, rules)})

    return derive


def difference(name: str, first: str, second: str, *, denominators: tuple[str, str]) -> Derivation:
    """Derive `first − second` of two ratios, with the decimals of the worse supported one."""

    def derive(frame: pl.DataFrame, rules: Rules) -> pl.DataFrame:
        smaller = np.fmin(*(floats(frame, column) for column in denominators))
        values = floats(frame, first) - floats(frame, second)
        return with_floats(
            frame, **{name: round_decimals(values, supported_decimals(smaller, rules), rules)}
        )

    return derive


def interval_around(
    estimate: str, *, denominator: str, low: str = "low", high: str = "high"
) -> Derivation:
    """Move an estimated interval onto the published estimate, with the same decimals."""

    def derive(frame: pl.DataFrame, rules: Rules) -> pl.DataFrame:
        shift = floats(frame, estimate) - floats(frame, EXACT_PREFIX + estimate)
        decimals = supported_decimals(floats(frame, denominator), rules)
        return with_floats(
            frame,
            **{
                bound: round_decimals(floats(frame, EXACT_PREFIX + bound) + shift, decimals, rules)
                for bound in (low, high)
            },
        )

    return derive


def guarded_by(*names: str, denominator: str) -> Derivation:
    """Round shares or differences that were estimated from exact counts of `denominator`."""

    def derive(frame: pl.DataFrame, rules: Rules) -> pl.DataFrame:
        decimals = guarded_decimals(floats(frame, denominator), rules)
        return with_floats(
            frame,
            **{
                name: round_decimals(floats(frame, EXACT_PREFIX + name), decimals, rules)
                for name in names
            },
        )

    return derive


def part_of(name: str, share: str, whole: str) -> Derivation:
    """Derive a number that is no count as a published share of a published count."""

    def derive(frame: pl.DataFrame, rules: Rules) -> pl.DataFrame:
        values = floats(frame, share) * floats(frame, whole)
        return with_floats(frame, **{name: round_decimals(values, 0, rules)})

    return derive


def withheld_with(name: str, count: str) -> Derivation:
    """Withhold an estimate where an internal count, that it would tell, is too small."""

    def derive(frame: pl.DataFrame, rules: Rules) -> pl.DataFrame:
        few = floats(frame, count) < rules.threshold
        return with_floats(frame, **{name: np.where(few, np.nan, floats(frame, name))})

    return derive


def mean_from_sum(name: str, total: str, count: str) -> Derivation:
    """Derive a mean from an internal sum and a published count.

    The count is off by up to half a base: the mean gets the decimals at which that is at most one
    unit, and no more significant digits than the rules allow.
    """

    def derive(frame: pl.DataFrame, rules: Rules) -> pl.DataFrame:
        below = floats(frame, count)
        values = divide(floats(frame, total), below)
        error = divide(np.abs(values) * rules.base / 2, below)
        decimals = np.floor(-np.log10(np.where(error > 0, error, 1.0))).astype(np.int64)
        rounded = round_decimals(values, decimals, rules)
        digits = rules.significant_digits
        return with_floats(frame, **{name: round_significant(rounded, digits, rules)})

    return derive


def poisson_interval(name: str, events: str, exposure: str) -> Derivation:
    """Derive the interval of a rate on the log scale: rate · exp(± 1.96 / √events)."""

    def derive(frame: pl.DataFrame, rules: Rules) -> pl.DataFrame:
        counted, exposed = floats(frame, events), floats(frame, exposure)
        width = np.exp(NORMAL_95 * divide(np.ones_like(counted), np.sqrt(counted)))
        decimals = supported_decimals(exposed, rules)
        rate = divide(counted, exposed)
        return with_floats(
            frame,
            **{
                f"{name}_low": round_decimals(rate / width, decimals, rules),
                f"{name}_high": round_decimals(rate * width, decimals, rules),
            },
        )

    return derive


def wilson_interval(name: str, count: str, total: str) -> Derivation:
    """Derive Wilson's (1927) 95 % interval of a share from its published counts."""

    def derive(frame: pl.DataFrame, rules: Rules) -> pl.DataFrame:
        n = floats(frame, total)
        share, ones = divide(floats(frame, count), n), np.ones_like(n)
        shrink = NORMAL_95**2 * divide(ones, n)
        centre = (share + shrink / 2) / (1 + shrink)
        half = np.sqrt(divide(share * (1 - share), n) * NORMAL_95**2 + shrink**2 / 4) / (1 + shrink)
        decimals = supported_decimals(n, rules)
        return with_floats(
            frame,
            **{
                f"{name}_low": round_decimals(centre - half, decimals, rules),
                f"{name}_high": round_decimals(centre + half, decimals, rules),
            },
        )

    return derive


def contrast(statistic: str, residual: str, present: str, total: str, by: str) -> Derivation:
    """Derive Pearson's χ² of presence by group, and each group's residual, of published counts.

    Args:
        statistic: the new column of χ², the same in all rows of one `by`; with two groups Yates'
            correction is made. It is null where a count is withheld or all or none are present.
        residual: the new column of Pearson's residuals of the presence.
        present: the column of counts of those with it.
        total: the column of counts of all.
        by: the column whose values are tested apart, one row a group.
    """

    def derive(frame: pl.DataFrame, rules: Rules) -> pl.DataFrame:
        keys, one = frame[by].to_numpy(), np.ones(frame.height)
        found = {name: np.full(frame.height, math.nan) for name in (statistic, residual)}
        with_it, every = floats(frame, present), floats(frame, total)
        for key in frame[by].unique(maintain_order=True):
            rows = keys == key
            observed = np.stack([with_it[rows], every[rows] - with_it[rows]])
            expected = np.outer(observed.sum(axis=1), every[rows]) / every[rows].sum()
            if not (expected > 0).all():
                continue
            off = np.abs(observed - expected)
            less = min(0.5, float(off.min())) if rows.sum() == 2 else 0.0
            found[statistic][rows] = ((off - less) ** 2 / expected).sum()
            found[residual][rows] = (observed[0] - expected[0]) / np.sqrt(expected[0])
        return with_floats(
            frame, **{name: round_decimals(values, one, rules) for name, values in found.items()}
        )

    return derive
