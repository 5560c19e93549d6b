"""Rounding: counts to a base, ratios to the digits that rounded counts support."""

import math

import numpy as np
from numpy.typing import ArrayLike

from trajectories.arrays import Floats, Ints
from trajectories.release.gate.rules import Rules


def round_to_base(values: ArrayLike, base: int) -> Floats:
    """Round non-negative values to the nearest multiple of `base`, halves up; NaN stays NaN."""
    array = np.asarray(values, dtype=np.float64)
    return np.floor(array / base + 0.5) * base


def publish_counts(values: ArrayLike, rules: Rules) -> Floats:
    """Withhold (NaN) what is under the threshold and round the rest to the base."""
    array = np.asarray(values, dtype=np.float64)
    if rules.exact:
        return array
    # sums of weights differ in their last bits with the order of adding: no tie may hang on these
    steady = np.round(array, 6)
    return np.where(steady >= rules.threshold, round_to_base(steady, rules.base), np.nan)


def count_interval(published: ArrayLike, rules: Rules) -> tuple[Floats, Floats]:
    """Give the smallest and the largest exact counts that are published as these."""
    values = np.asarray(published, dtype=np.float64)
    low = np.maximum(np.ceil(values - rules.base / 2), rules.threshold)
    return low, np.ceil(values + rules.base / 2) - 1


def supported_decimals(denominators: ArrayLike, rules: Rules) -> Ints:
    """Give the decimals that a ratio of rounded counts supports.

    The numerator is off by up to half a base, the ratio by base / (2 · denominator): this is at
    most two units of the last decimal. The ratio is computed from published counts, so that it
    tells no more than these, whatever its decimals.

    Returns:
        floor(log10(4 · denominator / base)), at least 0.
    """
    return _decimals(denominators, rules.base / 4)


def guarded_decimals(denominators: ArrayLike, rules: Rules) -> Ints:
    """Give the decimals of a share or difference that was estimated from exact counts.

    One unit of the last decimal is worth at least half a base of persons, as much as the rounding
    of a count may take away.

    Returns:
        floor(log10(2 · denominator / base)), at least 0.
    """
    return _decimals(denominators, rules.base / 2)


def _decimals(denominators: ArrayLike, unit: float) -> Ints:
    array = np.nan_to_num(np.asarray(denominators, dtype=np.float64), nan=0.0)
    # the small constant keeps exact powers of ten whole: log10(1000) may come out as 2.999…
    return np.floor(np.log10(np.maximum(array / unit, 1.0)) + 1e-12).astype(np.int64)


def round_decimals(values: ArrayLike, decimals: ArrayLike, rules: Rules) -> Floats:
    """Round each value to its own number of decimals, halves to even; exact rules round nothing."""
    array = np.asarray(values, dtype=np.float64)
    if rules.exact:
        return array
    digits = np.broadcast_to(np.asarray(decimals, dtype=np.int64), array.shape)
    rounded = [
        round(float(value), int(digit)) + 0.0 if math.isfinite(value) else math.nan
        for value, digit in zip(array.ravel(), digits.ravel(), strict=True)
    ]
    return np.array(rounded, dtype=np.float64).reshape(array.shape)


def round_significant(values: ArrayLike, digits: ArrayLike, rules: Rules) -> Floats:
    """Round each value to a number of significant digits; exact rules round nothing."""
    array = np.asarray(values, dtype=np.float64)
    magnitude = np.where(np.isfinite(array) & (array != 0), np.abs(array), 1.0)
    decimals = np.asarray(digits) - 1 - np.floor(np.log10(magnitude)).astype(np.int64)
    return round_decimals(array, decimals, rules)


def supported_significant(counts: ArrayLike, rules: Rules) -> Ints:
    """Give the significant digits of a mean over rounded `counts`: 1 to those of the rules."""
    return np.clip(guarded_decimals(counts, rules), 1, rules.significant_digits)
