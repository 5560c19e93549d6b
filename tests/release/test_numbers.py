import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trajectories.release.gate.rounding import (
    guarded_decimals,
    publish_counts,
    round_decimals,
    round_significant,
    round_to_base,
    supported_decimals,
    supported_significant,
)
from trajectories.release.gate.rules import EXACT, PRESETS

DEFAULT = PRESETS["default"]


@pytest.mark.parametrize(
    ("exact", "published"),
    [(0, None), (4, None), (5, 5), (7, 5), (8, 10), (12, 10), (13, 15), (1002, 1000)],
)
def test_default_withholds_under_five_and_rounds_to_five(exact, published):
    (value,) = publish_counts([exact], DEFAULT)
    assert (None if math.isnan(value) else value) == published


def test_opensafely_withholds_up_to_seven_and_strict_under_ten():
    assert np.isnan(publish_counts([7, 9], PRESETS["opensafely"])).tolist() == [True, False]
    assert publish_counts([8, 12], PRESETS["opensafely"]).tolist() == [10, 10]
    assert np.isnan(publish_counts([9, 10], PRESETS["strict"])).tolist() == [True, False]
    assert publish_counts([14, 15], PRESETS["strict"]).tolist() == [10, 20]


def test_exact_rules_change_nothing():
    assert publish_counts([0, 3, 7.25], EXACT).tolist() == [0, 3, 7.25]
    assert round_decimals([0.123456], [2], EXACT).tolist() == [0.123456]
    assert round_significant([123456.7], 3, EXACT).tolist() == [123456.7]


@given(st.lists(st.floats(0, 1e9), max_size=20), st.sampled_from([5, 10, 20]))
def test_rounding_gives_multiples_at_most_half_a_base_away(values, base):
    rounded = round_to_base(values, base)
    assert np.all(rounded % base == 0)
    assert np.all(np.abs(rounded - np.array(values)) <= base / 2)


@pytest.mark.parametrize(
    ("denominator", "decimals"), [(0, 0), (10, 0), (15, 1), (125, 2), (120, 1), (1250, 3)]
)
def test_decimals_follow_the_denominator(denominator, decimals):
    assert supported_decimals([denominator], DEFAULT).tolist() == [decimals]


def test_a_missing_denominator_supports_no_decimal():
    assert supported_decimals([math.nan], DEFAULT).tolist() == [0]


@given(st.integers(5, 10**7), st.integers(0, 10**7))
def test_rounding_of_counts_moves_a_share_by_at_most_two_units(total, part):
    part = min(part, total)
    counts = publish_counts([part, total], DEFAULT)
    if np.isnan(counts).any():
        return
    unit = 10.0 ** -int(supported_decimals([counts[1]], DEFAULT)[0])
    # numerator and denominator are both off by up to 2.5
    assert abs(counts[0] / counts[1] - part / total) <= 2 * 2 * unit + 1e-12


@given(st.integers(5, 10**7))
def test_a_guarded_unit_is_worth_half_a_base_of_persons(total):
    unit = 10.0 ** -int(guarded_decimals([total], DEFAULT)[0])
    assert unit * total >= DEFAULT.base / 2 * (1 - 1e-9)


def test_significant_digits():
    values = round_significant([0.0123456, -1.2345, 0, math.nan, 98765.0], 3, DEFAULT)
    assert values[:3].tolist() == [0.0123, -1.23, 0]
    assert math.isnan(values[3])
    assert values[4] == 98800


def test_means_have_one_to_three_significant_digits():
    assert supported_significant([5, 60, 600, 10**6], DEFAULT).tolist() == [1, 1, 2, 3]


def test_no_negative_zero():
    assert math.copysign(1, round_decimals([-0.0004], [2], DEFAULT)[0]) == 1


def test_a_tie_does_not_hang_on_the_order_in_which_weights_were_added():
    tie = 0.1 + 0.2 + 7.2  # 7.500000000000001 or 7.499999999999999
    below = float(np.nextafter(7.5, 0))
    assert publish_counts([tie, below, 7.5], DEFAULT).tolist() == [10, 10, 10]
