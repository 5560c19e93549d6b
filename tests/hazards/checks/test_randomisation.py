"""Randomisation tests: candidates, draws and p-values, against loops, enumeration and nulls."""

import datetime as dt
import itertools

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from trajectories.caseworkers.colleagues import Candidates, candidates
from trajectories.caseworkers.exposures import with_lag
from trajectories.config.sections.changes import ChangesConfig
from trajectories.config.sections.hazards import ModelsConfig
from trajectories.hazards.checks.joint_balance import balance_test, list_totals
from trajectories.hazards.checks.randomisation import (
    departure_scores,
    moments,
    randomisation_test,
    redraw,
    residual_months,
)
from trajectories.hazards.checks.randomised_checks import (
    BALANCE,
    HEADLINE,
    UNRELATED,
    randomised_checks,
)
from trajectories.hazards.description.after_changes import CHARACTERISTICS
from trajectories.hazards.parts import Parts
from trajectories.survival.discrete_time.fit import fit_hazard
from trajectories.survival.errors import NotEstimableError

MODELS = ModelsConfig(adjustment=("C(duration_band)", "C(municipality)", "C(sex)"))
NONE = pl.DataFrame(schema={"candidate": pl.UInt32})


def in_blocks(sizes: list[int], leavers: list[int]) -> Candidates:
    """Candidates in blocks, the first of each block leaving."""
    block = np.repeat(np.arange(len(sizes)), sizes)
    left = np.concatenate([np.arange(n) < d for n, d in zip(sizes, leavers, strict=True)])
    return Candidates(pl.DataFrame({"block": block, "left": left}), NONE)


def every_draw(found: Candidates) -> np.ndarray:
    """All sets of leavers, each as likely as any other."""
    starts = [np.flatnonzero(found.blocks == b) for b in np.unique(found.blocks)]
    choices = [
        list(itertools.combinations(place, int(found.left[place].sum()))) for place in starts
    ]
    sets = np.zeros((int(np.prod([len(c) for c in choices])), len(found.left)), dtype=bool)
    for row, chosen in zip(sets, itertools.product(*choices), strict=True):
        row[[i for one in chosen for i in one]] = True
    return sets


def register(
    rows: list[tuple[int, int, str, int, str]],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Assignments and departures of staff.

    Each row is a caseworker, the clients, the last month ("" for who stays), municipality and team.
    """
    made, leavers = [], []
    for caseworker, clients, left, municipality, team in rows:
        end = dt.date(2012, 12, 31)
        if left:
            month = dt.date.fromisoformat(f"{left}-01")
            end = month + dt.timedelta(days=19)
            leavers.append((caseworker, month))
        for client in range(clients):
            start = dt.date(2010, 1, 1)
            made.append((100 * caseworker + client, caseworker, start, end, team, municipality))
    names = ["person", "caseworker", "start", "end", "team", "municipality"]
    assignments = pl.DataFrame(made, schema=names, orient="row")
    departures = pl.DataFrame(leavers, schema=["caseworker", "month"], orient="row")
    return assignments.with_columns(responsible_until="end"), departures


def test_a_leaver_is_drawn_among_the_team_and_the_alone_among_the_alone():
    assignments, departures = register(
        [
            (1, 5, "2011-05", 101, "a"),
            (2, 5, "", 101, "a"),
            (3, 5, "2010-09", 101, "a"),  # left before: no candidate of May
            (4, 2, "", 101, "a"),  # too few clients
            (5, 4, "2011-05", 101, "b"),  # alone in the team
            (6, 4, "", 101, "c"),  # alone as well
            (7, 4, "", 101, "d"),  # a team of two without a leaver
            (8, 4, "", 101, "d"),
            (9, 4, "2011-05", 202, "e"),  # nobody else in the municipality
            (10, 4, "2011-06", 303, "f"),  # all of a team leave
            (11, 4, "2011-06", 303, "f"),
        ]
    )
    found = candidates(departures, assignments, list_months=3, min_clients=3)
    rows = found.rows.group_by("block", "month").agg(
        pl.col("caseworker").sort(), leavers=pl.col("caseworker").filter("left").sort()
    )
    blocks = {
        (row["month"].isoformat()[:7], tuple(row["caseworker"]), tuple(row["leavers"]))
        for row in rows.iter_rows(named=True)
    }
    assert blocks == {
        ("2011-05", (1, 2), (1,)),
        ("2011-05", (5, 6), (5,)),
        ("2010-09", (1, 2, 3), (3,)),
    }
    assert (np.diff(found.blocks) >= 0).all()
    first = found.rows.filter(
        (pl.col("caseworker") == 1) & (pl.col("month") == dt.date(2011, 5, 1))
    )
    assert first["list_day"].item() == dt.date(2011, 2, 28)
    on_list = found.clients.join(first.select("candidate"), on="candidate")
    assert on_list["person"].to_list() == [100, 101, 102, 103, 104]


def test_who_is_drawn_with_whom_does_not_depend_on_who_left():
    """Were the other of two candidates the leaver, the blocks would be the same."""
    staff = [(1, 5, "a"), (2, 5, "a"), (3, 4, "b"), (4, 4, "c")]
    for pair in ((1, 2), (3, 4)):
        found = [
            candidates(departures, assignments, list_months=3, min_clients=3)
            for leaver in pair
            for assignments, departures in [
                register([(c, n, "2011-05" if c == leaver else "", 101, t) for c, n, t in staff])
            ]
        ]
        assert [one.rows["caseworker"].to_list() for one in found] == [list(pair)] * 2


def test_without_a_departure_there_is_nothing_to_draw():
    assignments, departures = register([(1, 5, "2011-05", 101, "a")])
    for leavers in (departures, departures.head(0)):
        found = candidates(leavers, assignments, list_months=3, min_clients=3)
        assert found.rows.is_empty()
        with pytest.raises(NotEstimableError, match="No leaver has a colleague"):
            randomisation_test(np.zeros(0), found, draws=99)
        with pytest.raises(NotEstimableError, match="No leaver has a colleague"):
            balance_test(np.zeros((0, 2)), found, draws=99)


@given(
    sizes=st.lists(st.integers(2, 4), min_size=1, max_size=3),
    seed=st.integers(0, 1000),
)
@settings(max_examples=30, deadline=None)
def test_moments_are_those_of_all_draws(sizes, seed):
    rng = np.random.default_rng(seed)
    found = in_blocks(sizes, [int(rng.integers(1, n)) for n in sizes])
    values = rng.normal(size=(len(found.left), 2))
    sums = every_draw(found) @ values
    exact = moments(values, found.blocks, found.left)
    np.testing.assert_allclose(exact.mean, sums.mean(axis=0), atol=1e-12)
    np.testing.assert_allclose(exact.variance, np.cov(sums.T, bias=True), atol=1e-12)


@given(seed=st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_draws_keep_the_leavers_of_each_block(seed):
    found = in_blocks([2, 3, 5], [1, 2, 1])
    drawn = redraw(found.blocks, found.left, draws=50, seed=seed)
    for block, leavers in enumerate((1, 2, 1)):
        assert (drawn[:, found.blocks == block].sum(axis=1) == leavers).all()


def test_the_p_value_is_that_of_all_draws():
    found = in_blocks([4, 3, 5], [2, 1, 1])
    scores = np.random.default_rng(3).normal(size=12)
    sums = every_draw(found) @ scores
    middle = sums.mean()
    exact = np.mean(np.abs(sums - middle) >= abs(scores[found.left].sum() - middle) - 1e-9)
    made = randomisation_test(scores, found, draws=20_000)
    assert made.p_value == pytest.approx(exact, abs=0.01)
    assert made.statistic == pytest.approx((scores[found.left].sum() - middle) / sums.std())
    assert (made.departures, made.caseworkers, made.blocks) == (4, 12, 3)
    again = randomisation_test(scores, found, draws=20_000)
    assert again == made


def test_equal_scores_are_no_test():
    with pytest.raises(NotEstimableError, match="no difference who of a team"):
        randomisation_test(np.full(4, 0.3), in_blocks([2, 2], [1, 1]), draws=99)


def test_d_squared_is_the_distance_in_the_metric_of_all_draws():
    found = in_blocks([4, 3, 5], [2, 1, 1])
    totals = np.random.default_rng(5).normal(size=(12, 3))
    sums = every_draw(found) @ totals
    apart = sums - sums.mean(axis=0)
    distance = np.einsum("ij,jk,ik->i", apart, np.linalg.inv(np.cov(sums.T, bias=True)), apart)
    observed = distance[(every_draw(found) == found.left).all(axis=1)].item()
    # A column that the others add up to changes nothing.
    both = np.column_stack([totals, totals.sum(axis=1)])
    made, degrees = balance_test(both, found, draws=20_000)
    assert (made.statistic, degrees) == (pytest.approx(observed), 3)
    assert made.p_value == pytest.approx(np.mean(distance >= observed - 1e-9), abs=0.01)


def test_lists_alike_are_no_test_of_balance():
    with pytest.raises(NotEstimableError, match="do not differ in any characteristic"):
        balance_test(np.zeros((4, 2)), in_blocks([2, 2], [1, 1]), draws=99)


def found_in(inputs: dict[str, pl.DataFrame]) -> Candidates:
    departures = inputs["lists"].filter(pl.col("kind").cast(pl.String) == "departure")
    return candidates(departures, inputs["assignments"], list_months=3, min_clients=3)


def test_a_candidates_score_is_the_sum_of_the_clients_residuals(inputs):
    """Row by row: the clients' months from the month after the departure on, of courses begun."""
    panel = inputs["panel"]
    found = found_in(inputs)
    scores = departure_scores(panel, found, rules=MODELS, lag_months=1)
    fit = fit_hazard(panel, terms=MODELS.adjustment, cluster=None)
    residuals = residual_months(panel, MODELS)
    # They are the derivative in the constant: they add up to 0 at the maximum.
    assert residuals["residual"].sum() == pytest.approx(0, abs=1e-6)
    assert residuals.filter(pl.col("residual") != 0).height <= fit.n
    rows = panel.select("person").with_columns(residuals)
    months = {}
    for person, course, month, value in rows.iter_rows():
        months.setdefault(person, {}).setdefault(course, []).append((month, value))
    naive = np.zeros(found.rows.height)
    for candidate, person, list_day, month in found.clients.iter_rows():
        counts_from = (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
        after = (list_day + dt.timedelta(days=1)).replace(day=1)
        for course in months.get(person, {}).values():
            if min(when for when, _ in course) <= after:
                naive[candidate] += sum(value for when, value in course if when >= counts_from)
    np.testing.assert_allclose(scores, naive, atol=1e-9)
    assert np.count_nonzero(scores) > found.rows.height / 2


def test_the_leavers_scores_are_the_score_of_the_exposure(inputs):
    """Summed over all leavers with a colleague, it is the derivative that the model has."""
    panel = inputs["panel"]
    found = found_in(inputs)
    scores = departure_scores(panel, found, rules=MODELS, lag_months=1)
    leavers = found.rows.filter("left")
    listed = leavers.select("candidate", "caseworker").join(found.clients, on="candidate")
    # The exposed are the same but for clients without whom the list would not have counted.
    key = ["caseworker", "person", "list_day"]
    assert (
        inputs["exposures"]
        .join(leavers, on=["caseworker", "month"])
        .join(listed, on=key, how="anti")
        .is_empty()
    )
    beyond = listed.join(inputs["exposures"], on=key, how="anti")
    assert beyond.height < listed.height / 100
    assert beyond.join(inputs["lists"], on=["caseworker", "month"])["moved"].max() == 3
    counted = with_lag(panel, listed.rename({"candidate": "list"}), lag_months=1)
    derivative = (
        counted["listed_departures"].to_numpy()
        @ residual_months(panel, MODELS)["residual"].to_numpy()
    )
    assert scores[found.left].sum() == pytest.approx(derivative, abs=1e-9)


def test_totals_are_each_lists_clients_less_the_blocks_shares(inputs):
    panel, found = inputs["panel"], found_in(inputs)
    totals = list_totals(panel, found)
    np.testing.assert_allclose(
        [totals[found.blocks == block].sum() for block in np.unique(found.blocks)], 0, atol=1e-9
    )
    blocks = dict(found.rows.select("candidate", "block").iter_rows())
    state = {
        (row["person"], row["month"]): row["sex"]
        for row in panel.select("person", "month", "sex").iter_rows(named=True)
    }
    listed = [
        (candidate, sex)
        for candidate, person, day, _ in found.clients.iter_rows()
        if (sex := state.get((person, day + dt.timedelta(days=1)))) is not None
    ]
    naive = np.zeros(found.rows.height)
    for candidate, sex in listed:
        others = [one for other, one in listed if blocks[other] == blocks[candidate]]
        naive[candidate] += (sex == "K") - others.count("K") / len(others)
    # A first column of zeros, the levels of age that occur, then women.
    assert CHARACTERISTICS[:2] == ("age_band", "sex")
    column = 1 + _at_risk(panel, found)["age_band"].n_unique()
    np.testing.assert_allclose(totals[:, column], naive, atol=1e-9)


def _at_risk(panel: pl.DataFrame, found: Candidates) -> pl.DataFrame:
    return panel.join(
        found.clients.select("person", month=pl.col("list_day").dt.offset_by("1d")),
        on=["person", "month"],
        how="semi",
    )


def test_p_values_are_uniform_where_caseworkers_and_teams_differ():
    """A planted null: caseworkers of very unequal lists and chances, leavers drawn at random."""
    rng = np.random.default_rng(11)
    sizes = [3] * 30
    team = np.repeat(rng.normal(size=30), sizes)
    p_values, of_balance = [], []
    for _ in range(200):
        found = in_blocks(sizes, [1] * 30)
        order = np.concatenate([3 * b + rng.permutation(3) for b in range(30)])
        clients = np.exp(rng.normal(2, 1, 90))
        scores = (clients * (team + rng.normal(size=90)))[order]
        totals = (clients[:, None] * rng.normal(size=(90, 4)))[order]
        p_values.append(randomisation_test(scores, found, draws=199, seed=1).p_value)
        of_balance.append(balance_test(totals, found, draws=199, seed=1)[0].p_value)
    for found_p in (p_values, of_balance):
        assert stats.kstest(found_p, "uniform").pvalue > 0.01
        # Binomial(200, .05): 3 to 19 in 99.5 % of cases.
        assert 3 <= np.count_nonzero(np.array(found_p) <= 0.05) <= 19


def test_every_check_of_a_register(inputs):
    departures = inputs["lists"].filter(pl.col("kind").cast(pl.String) == "departure")
    parts = Parts()
    table = randomised_checks(
        inputs["panel"],
        departures,
        inputs["assignments"],
        parts,
        rules=MODELS.model_copy(update={"randomisations": 199}),
        changes=ChangesConfig(),
        lag_months=1,
    )
    assert not parts.notes
    kinds = table["kind"].to_list()
    assert (kinds[0], kinds[-1]) == (HEADLINE, BALANCE)
    unrelated = table.filter(kind=UNRELATED)
    assert unrelated.height == len(kinds) - 2 > 0
    least = unrelated["p_value"].min()
    assert unrelated["p_corrected"].min() == pytest.approx(min(1, least * unrelated.height))
    assert table["departures"].n_unique() == 1
    assert table["p_value"].is_between(1 / 200, 1).all()


def test_what_cannot_be_drawn_is_a_note(inputs):
    nobody = inputs["lists"].head(0)
    parts = Parts()
    table = randomised_checks(
        inputs["panel"],
        nobody,
        inputs["assignments"],
        parts,
        rules=MODELS,
        changes=ChangesConfig(),
        lag_months=1,
    )
    assert table.is_empty()
    assert {code for code, _ in parts.notes} == {"randomisation_refused"}
