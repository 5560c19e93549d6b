import datetime as dt
from collections import Counter
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import betabinom, binom

from trajectories.reform import funnel_limits, municipality_quarters, pooled_rates


@settings(max_examples=60, deadline=None)
@given(
    st.just(0.0) | st.floats(1e-9, 1.0), st.integers(0, 200), st.sampled_from([0.8, 0.95, 0.998])
)
def test_limits_are_those_of_the_binomial_tails(rate: float, n: int, confidence: float) -> None:
    row = funnel_limits(rate, [n], confidence=confidence).row(0, named=True)
    tail = (1 - confidence) / 2
    below = np.cumsum(binom.pmf(np.arange(n + 1), n, rate))
    near = 1e-12
    low, high = row["low_count"], row["high_count"]
    assert 0 <= low <= high <= n
    assert below[low] >= tail - near
    assert low == 0 or below[low - 1] < tail + near
    assert below[high] >= 1 - tail - near
    assert high == 0 or below[high - 1] < 1 - tail + near
    outside = 1 - binom.pmf(np.arange(low, high + 1), n, rate).sum()
    assert outside <= 1 - confidence + 1e-9
    assert row["low"] == (None if n == 0 else low / n)


def test_wrong_limits_are_told() -> None:
    with pytest.raises(ValueError, match="rate is a share"):
        funnel_limits(1.2, [4])
    with pytest.raises(ValueError, match="totals"):
        funnel_limits(0.2, [-4])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_prior_maximises_the_beta_binomial_likelihood(seed: int) -> None:
    random = np.random.default_rng(seed)
    n = random.integers(20, 800, 40)
    y = random.binomial(n, random.beta(6, 24, 40))
    found = pooled_rates(y, n)

    def minus(x: np.ndarray) -> float:
        a, b = np.exp(x)
        return -float(betabinom.logpmf(y, n, a, b).sum())

    best = minimize(
        minus,
        np.log([2.0, 5.0]),
        method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 4000},
    )
    a, b = np.exp(best.x)
    assert found.mean == pytest.approx(a / (a + b), rel=1e-5)
    assert found.size == pytest.approx(a + b, rel=1e-3)
    np.testing.assert_allclose(found.table["pooled"], (a + y) / (a + b + n), rtol=1e-5)
    kept = found.table["kept"].to_numpy()
    np.testing.assert_allclose(
        found.table["pooled"], kept * y / n + (1 - kept) * found.mean, rtol=1e-10
    )
    assert (found.table["low"] < found.table["pooled"]).all()
    assert (found.table["pooled"] < found.table["high"]).all()


def test_pooled_rates_are_nearer_to_the_truth_and_their_intervals_cover() -> None:
    random = np.random.default_rng(9)
    raw, pooled, covered = [], [], []
    for _ in range(20):
        truth = random.beta(6, 24, 150)
        n = random.integers(5, 120, 150)
        table = pooled_rates(y := random.binomial(n, truth), n).table
        raw.append(np.mean((y / n - truth) ** 2))
        pooled.append(np.mean((table["pooled"].to_numpy() - truth) ** 2))
        low, high = table["low"].to_numpy(), table["high"].to_numpy()
        covered.append(np.mean((low <= truth) & (truth <= high)))
    assert np.mean(pooled) < 0.7 * np.mean(raw)
    assert np.mean(covered) == pytest.approx(0.95, abs=0.03)


def test_without_variation_all_get_the_common_rate() -> None:
    found = pooled_rates([10, 20, 30, 0], [100, 200, 300, 0])
    np.testing.assert_allclose(found.table["pooled"], 0.1, atol=1e-4)
    assert found.deviation < 1e-3
    assert found.table["rate"].to_list()[3] is None
    none = pooled_rates([0, 0], [50, 60])
    assert 0 < none.table["pooled"].max() < 0.01
    for events, totals in (([1], [4]), ([5, 1], [4, 4]), ([-1, 1], [4, 4])):
        with pytest.raises(ValueError, match=r"events|municipalities"):
            pooled_rates(events, totals)


def _months(seed: int) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    rows = []
    for person in range(60):
        state, place = "SA", int(random.integers(1, 4))
        for index in range(36):
            if random.random() < 0.25:
                state = str(random.choice(["SA", "JOB", "EDU"]))
            if random.random() < 0.05:
                place = int(random.integers(1, 4))
            if random.random() < 0.03:
                continue
            month = dt.date(2013 + index // 12, index % 12 + 1, 1)
            rows.append((person, month, state, place))
    return pl.DataFrame(
        rows, schema=["person", "month", "state", "municipality"], orient="row"
    ).sample(fraction=1, shuffle=True, seed=seed)


@pytest.mark.parametrize("seed", [1, 2])
def test_counts_equal_those_of_a_walk_through_each_course(seed: int) -> None:
    months = _months(seed)
    found = municipality_quarters(
        months, {"job": ("JOB",), "education": ("EDU",)}, states=("SA",), lasting_months=3
    )
    counts: Counter[tuple[int, str, str]] = Counter()
    people: set[tuple[int, str, int]] = set()

    def quarter(month: dt.date) -> str:
        return f"{month.year} Q{(month.month + 2) // 3}"

    def index(month: dt.date) -> int:
        return month.year * 12 + month.month

    for (person,), part in months.sort("person", "month").group_by("person", maintain_order=True):
        course = list(part.select("month", "state", "municipality").iter_rows())
        for month, state, place in course:
            if state == "SA":
                counts[place, quarter(month), "months"] += 1
                people.add((place, quarter(month), person))
        for at, ((m0, s0, p0), (m1, s1, p1)) in enumerate(pairwise(course), start=1):
            if index(m1) != index(m0) + 1:
                continue
            if s0 != "SA" and s1 == "SA":
                counts[p1, quarter(m1), "entries"] += 1
            if s0 == "SA" and s1 != "SA":
                name = {"JOB": "job", "EDU": "education"}[s1]
                counts[p0, quarter(m1), name] += 1
                after = course[at : at + 3]
                unbroken = len(after) == 3 and index(after[-1][0]) == index(m1) + 2
                if unbroken and all(state != "SA" for _, state, _ in after):
                    counts[p0, quarter(m1), f"{name}_lasting"] += 1
    for place, when, _person in people:
        counts[place, when, "persons"] += 1
    names = ["persons", "months", "entries", "job", "job_lasting", "education", "education_lasting"]
    assert found.columns == ["municipality", "quarter", *names]
    seen = {
        (row["municipality"], row["quarter"], name): row[name]
        for row in found.iter_rows(named=True)
        for name in names
        if row[name]
    }
    assert seen == {key: value for key, value in counts.items() if value}
    assert found["job_lasting"].sum() > 5
