"""Intervals of the quality indices."""

import numpy as np
import polars as pl
import pytest
from tests.typology.helpers import random_distances, square

from trajectories.typology import bootstrap_quality, cut, quality, ward
from trajectories.typology.validation.persons import Persons


def clustered(n: int = 40) -> tuple[np.ndarray, dict[int, np.ndarray]]:
    d = random_distances(4, n)
    return d, {k: cut(ward(d), k) for k in (2, 3)}


def test_replicates_are_those_of_replicated_persons() -> None:
    d, partitions = clustered()
    item = np.concatenate([np.arange(40), np.arange(0, 40, 2)])
    person = np.arange(60) // 2
    found = bootstrap_quality(
        d, partitions, item=item, person=person, replicates=6, seed=3, threads=2
    )
    full = square(d)
    cases = Persons.of(40, None, item, person)
    for number in range(6):
        times = np.bincount(np.random.default_rng([3, 2, number]).integers(0, 30, 30), minlength=30)
        rows = np.repeat(cases.item, times[cases.person])  # every draw is a row of its own
        pairs = full[np.ix_(rows, rows)][np.triu_indices(rows.size, 1)]
        for place, k in enumerate((2, 3)):
            naive = list(quality(pairs, partitions[k][rows]).values())
            np.testing.assert_allclose(found.values[number, place], naive, rtol=1e-9)
    table = found.table.filter(k=3, index="ASW").row(0, named=True)
    values = found.values[:, 1, list(quality(d, partitions[3])).index("ASW")]
    assert table["se"] == pytest.approx(values.std(ddof=1))
    low = table["estimate"] + np.quantile(values, 0.025) - values.mean()
    assert table["low"] == pytest.approx(low)


def test_the_estimate_is_the_quality_of_all_cases() -> None:
    d, partitions = clustered()
    weights = 1.0 + np.arange(40) % 3
    found = bootstrap_quality(d, partitions, weights, replicates=2)
    for k in (2, 3):
        own = quality(d, partitions[k], weights / weights.mean())
        table = dict(found.table.filter(k=k).select("index", "estimate").iter_rows())
        assert table == pytest.approx(own)


@pytest.mark.untraced
def test_intervals_cover_the_index_of_the_population() -> None:
    """R² of fixed clusters: of 40 samples, 95 % intervals miss the population's 7 times at most."""
    stream = np.random.default_rng(8)
    points = np.concatenate([stream.normal(0, 1, 2000), stream.normal(2.5, 1, 2000)])
    labels = np.repeat([0, 1], 2000)
    within = 0.5 * sum(np.abs(np.subtract.outer(p, p)).mean() for p in np.split(points, 2)) / 2
    truth = 1 - within / (np.abs(np.subtract.outer(points, points)).mean() / 2)
    misses = 0
    for number in range(40):
        rows = np.random.default_rng(number).integers(0, 4000, 120)
        first, second = np.triu_indices(120, 1)
        d = np.abs(points[rows][first] - points[rows][second])
        found = bootstrap_quality(d, {2: labels[rows]}, replicates=60, seed=number)
        row = found.table.filter(index="R2").row(0, named=True)
        misses += not row["low"] <= truth <= row["high"]
    assert misses <= 7


def test_fewer_draws_give_intervals_of_all_persons() -> None:
    d, partitions = clustered(60)
    every = bootstrap_quality(d, partitions, item=np.tile(np.arange(60), 20), replicates=80)
    few = bootstrap_quality(
        d, partitions, item=np.tile(np.arange(60), 20), replicates=80, draws=300, seed=1
    )
    assert (every.draws, few.draws, few.persons) == (1200, 300, 1200)
    for name in ("ASW", "R2", "CH"):
        a, b = (one.table.filter(index=name, k=2).row(0, named=True) for one in (every, few))
        assert a["estimate"] == b["estimate"]
        assert b["se"] == pytest.approx(a["se"], rel=0.3)
        assert b["low"] < b["estimate"] < b["high"]


def test_rs_variant_gives_mean_and_spread_of_subsamples() -> None:
    d, partitions = clustered()
    item = np.tile(np.arange(40), 30)
    with pytest.raises(ValueError, match="draws do not fit"):
        bootstrap_quality(d, partitions, item=np.arange(40), scheme="subsample", replicates=5)
    found = bootstrap_quality(
        d, partitions, np.ones(1200), item=item, scheme="subsample", replicates=5
    )
    assert (found.draws, found.scheme) == (1000, "subsample")
    values = found.values.reshape(5, -1)
    np.testing.assert_allclose(found.table["estimate"], values.mean(axis=0))
    np.testing.assert_allclose(found.table["se"], values.std(axis=0, ddof=1))


def test_threads_do_not_change_the_result() -> None:
    d, partitions = clustered()
    one, two = (
        bootstrap_quality(d, partitions, replicates=5, threads=threads) for threads in (1, 2)
    )
    assert one.table.equals(two.table)
    assert isinstance(one.table, pl.DataFrame)
