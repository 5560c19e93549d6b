"""The timing-of-events model against a loop over courses, and planted unobserved factors."""

import numpy as np
import polars as pl
import pytest

from trajectories.hazards.headline import timing_of_events as timing
from trajectories.survival.errors import NotEstimableError

TERMS = ["C(band)", "sex"]
EFFECT = -0.3


def courses(number: int, seed: int = 5) -> pl.DataFrame:
    """Courses whose factors of job and change go against each other."""
    draw = np.random.default_rng(seed)
    kind = draw.random(number) < 0.5
    sex = draw.integers(0, 2, number)
    alive, changed = np.ones(number, dtype=bool), np.zeros(number, dtype=np.int64)
    parts = []
    for month in range(30):
        rate = np.exp(-3.0 + np.where(kind, 1.2, -1.2) + 0.2 * sex + EFFECT * (changed > 0))
        job = alive & (draw.random(number) < 1 - np.exp(-rate))
        parts.append(
            pl.DataFrame(
                {
                    "course": np.arange(number),
                    "month": month,
                    "changes": changed,
                    "sex": sex,
                    "job": job.astype(np.int8),
                }
            ).filter(pl.Series(alive))
        )
        alive &= ~job
        ask = np.exp(-2.5 + np.where(kind, -0.6, 0.6))
        changed = changed + (alive & (draw.random(number) < 1 - np.exp(-ask)))
    return pl.concat(parts).with_columns(
        band=pl.col("month") // 10, exit=pl.when(pl.col("job") == 1).then(pl.lit("job"))
    )


def naive(rows: pl.DataFrame, parameters: np.ndarray, sides: tuple) -> float:
    """The log-likelihood, one course and month at a time."""
    k = [len(side.names) for side in sides]
    b, c, u, v, q = np.split(parameters, np.cumsum([*k, 2, 2]))
    p = np.exp([0.0, *q]) / np.exp([0.0, *q]).sum()

    def eta(names, coef, row):
        values = {"sex": row["sex"], timing.CHANGED: row["changes"] > 0}
        values |= {f"C(band)[T.{row['band']}]": 1}
        return sum(float(values.get(name, 0)) * one for name, one in zip(names, coef, strict=True))

    total = 0.0
    for _, months in timing.timing_panel(rows).group_by("course"):
        likelihood = p.copy()
        for row in months.iter_rows(named=True):
            for m in range(2):
                risk = 1 - np.exp(-np.exp(eta(sides[0].names, b, row) + u[m]))
                likelihood[m] *= risk if row["job"] else 1 - risk
                if row["changes"] == 0 and not row["job"]:
                    risk = 1 - np.exp(-np.exp(eta(sides[1].names, c, row) + v[m]))
                    likelihood[m] *= risk if row[timing.CHANGES_NOW] else 1 - risk
        total += np.log(likelihood.sum())
    return total


def test_the_likelihood_is_that_of_a_loop_and_its_gradient_its_slope():
    rows = courses(400)
    sides = timing.sides_of(rows, event="job", terms=TERMS)
    draw = np.random.default_rng(0)
    size = sum(len(side.names) for side in sides) + 5
    parameters = draw.normal(0, 0.4, size)
    parameters[-5:-1] -= 3
    value, gradient = timing.likelihood(parameters, sides, 2)
    assert value == pytest.approx(naive(rows, parameters, sides), rel=1e-10)
    for i in range(size):
        move = np.zeros(size)
        move[i] = 1e-5
        up, down = (timing.likelihood(parameters + s * move, sides, 2)[0] for s in (1, -1))
        assert gradient[i] == pytest.approx((up - down) / 2e-5, rel=1e-5, abs=1e-4)


def test_planted_factors_are_found_and_taken_out():
    found = timing.timing_of_events(courses(1500), terms=TERMS, starts=2)
    assert found.without < EFFECT - 0.5  # those who wait long for a job have more changes
    assert abs(found.coef - EFFECT) < 2 * found.se
    assert found.correlation < -0.9
    assert found.gain > 3
    assert 0 < found.same <= 1
    assert len(found.loglik) == len(found.coefs) == 2


def test_no_change_is_no_timing():
    rows = courses(50).with_columns(changes=pl.lit(0))
    with pytest.raises(NotEstimableError, match="no event"):
        timing.timing_of_events(rows, terms=TERMS, starts=1)
