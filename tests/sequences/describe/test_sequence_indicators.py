"""Indicators against plain definitions, and properties that follow from these."""

import math
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequences import naive_indicators as naive
from sequences.samples import plainly, random_sequences
from trajectories.sequences import (
    MISSING,
    VOID,
    StateSequences,
    badness,
    degradation,
    distinct_states,
    indicators,
    insecurity,
    integration,
    positive_indicators,
    precarity,
    ranked_indicators,
    rare_transitions,
    state_order,
)
from trajectories.sequences.describe.cross_sections import transition_counts

sets = st.builds(
    lambda seed, size: random_sequences(12, 9, size, seed=seed),
    st.integers(0, 10_000),
    st.integers(1, 4),
)


@plainly
@given(sets, st.sampled_from([0.0, 0.3, 1.0]))
def test_indicators_equal_their_plain_definitions(seqs, weight):
    ours = indicators(seqs, volatility_weight=weight)
    size = len(seqs.alphabet)
    for row, mine in zip(seqs.states, ours.rows(named=True), strict=True):
        if naive.known(row, size):
            for name, expected in naive.describe(row, size, weight=weight).items():
                assert mine[name] == pytest.approx(expected, rel=1e-9, abs=1e-7), name
        assert mine["subsequences"] == len(naive_subsequences(row, size))


@plainly
@given(sets)
def test_rare_transitions_count_one_less_their_rate(seqs):
    size = len(seqs.alphabet)
    left, moves = np.zeros(size), np.zeros((size, size))
    for row, weight in zip(seqs.states, seqs.weights, strict=True):
        for before, now in pairwise(row):
            if before < size and now < size:
                left[before] += weight
                moves[before, now] += weight
    for row, mine in zip(seqs.states, rare_transitions(seqs), strict=True):
        letters = [state for state, _ in naive.runs(naive.known(row, size))]
        plain = sum(1 - (moves[a, b] / left[a] if left[a] else 0) for a, b in pairwise(letters))
        assert mine == pytest.approx(plain, rel=1e-12)


def naive_subsequences(row, size: int) -> set[tuple[int, ...]]:
    letters = [state for state, _ in naive.runs(naive.known(row, size))]
    return {chosen for k in range(len(letters) + 1) for chosen in combinations(letters, k)}


@plainly
@given(sets, st.integers(0, 99))
def test_indicators_do_not_depend_on_the_order_of_the_alphabet_or_of_rows(seqs, seed):
    rng = np.random.default_rng(seed)
    turn = rng.permutation(len(seqs.alphabet)).astype(np.uint8)
    table = np.arange(256, dtype=np.uint8)
    table[: len(turn)] = turn
    rows = rng.permutation(len(seqs))
    turned = StateSequences(table[seqs.states[rows]], seqs.alphabet, seqs.weights[rows])
    np.testing.assert_allclose(
        indicators(turned).to_numpy(), indicators(seqs).to_numpy()[rows], rtol=1e-12, atol=1e-12
    )


@plainly
@given(sets)
def test_missing_as_a_state_is_what_with_missing_means(seqs):
    kept = indicators(seqs, with_missing=True).drop("valid")
    again = indicators(seqs.with_missing_state()).drop("valid")
    assert kept.equals(again, null_equal=True)


def test_normalised_turbulence_is_one_for_the_liveliest_sequence():
    seqs = StateSequences.from_array([["a", "b", "c", "a", "b"], ["a"] * 5], "abc")
    ours = indicators(seqs)
    for version in ("turbulence_norm", "turbulence_2_norm"):
        np.testing.assert_allclose(ours[version], [1.0, 0.0], atol=1e-12)
    longer = indicators(seqs, longest=9)
    assert longer["turbulence_norm"][0] < 1


def test_subsequences_of_long_sequences_do_not_overflow():
    states = np.tile(np.array([0, 1, 2], dtype=np.uint8), (1, 900))
    row = indicators(StateSequences.from_array(states, "abc")).row(0, named=True)
    assert row["subsequences"] == np.inf
    # Running through three states, the count of distinct subsequences is a tribonacci sum, which
    # grows by the tribonacci constant at each position.
    root = 1.8392867552141612
    shorter = indicators(StateSequences.from_array(states[:, :-1], "abc"))["turbulence"][0]
    assert row["turbulence"] - shorter == pytest.approx(np.log2(root), rel=1e-9)


def test_a_sequence_without_a_state():
    empty = StateSequences.from_array(np.full((1, 4), VOID, dtype=np.uint8), "ab")
    row = indicators(empty).row(0, named=True)
    assert [row[name] for name in ("length", "spells", "transitions", "visited")] == [0] * 4
    assert (row["entropy"], row["complexity"], row["turbulence_2"]) == (0.0, 0.0, 0.0)
    assert np.isnan([row["recurrence"], row["mean_duration"], row["turbulence"]]).all()
    assert len(indicators(empty[:0])) == 0


def test_a_volatility_weight_outside_its_range_is_refused():
    with pytest.raises(ValueError, match="must lie between 0 and 1, not 2"):
        indicators(random_sequences(2, 3, 2, seed=1), volatility_weight=2)


@plainly
@given(sets, st.sampled_from([0.0, 1.0, 2.0]))
def test_normative_indicators_equal_their_plain_definitions(seqs, power):
    size = len(seqs.alphabet)
    if size < 2:
        return
    order = state_order(seqs.alphabet, seqs.alphabet[::-1])
    degree = [1 - place / (size - 1) for place in range(size)]
    full = seqs.treat_missing(left="drop", gaps="drop", right="drop")
    shares = integration(full, power=power)
    bad = badness(full, order, power=power)
    down = degradation(full, order, power=power)
    unsure = insecurity(full, order, power=power)
    steps = degradation(full, order, method="one", integrate=False)
    for i, row in enumerate(full.states):
        states = naive.known(row, size)
        if not states:
            assert np.isnan([shares[i, 0], bad[i], unsure[i]]).all()
            continue
        expected = [
            naive.integrated(states, [s == state for s in states], power) for state in range(size)
        ]
        np.testing.assert_allclose(shares[i], expected, rtol=1e-12)
        assert bad[i] == pytest.approx(np.dot(expected, degree))
        assert down[i] == pytest.approx(naive.degradation(states, degree, power), abs=1e-12)
        first = [t < naive.runs(states)[0][1] for t in range(len(states))]
        start = degree[states[0]] * naive.integrated(states, first, power)
        described = naive.describe(row, size, weight=0.5)
        assert unsure[i] == pytest.approx(start + described["complexity"] + down[i])
        letters = [state for state, _ in naive.runs(states)]
        signs = [np.sign(degree[b] - degree[a]) for a, b in pairwise(letters)]
        assert steps[i] == pytest.approx(np.mean(signs) if signs else 0.0)


@plainly
@given(sets)
def test_positive_shares_equal_plain_counts(seqs):
    good, bad = seqs.alphabet[:1], seqs.alphabet[1:2]
    ours = positive_indicators(seqs, good, bad)
    for row, mine in zip(seqs.states, ours.rows(named=True), strict=True):
        signed = [(t, int(cell)) for t, cell in enumerate(row) if cell < 1 + len(bad)]
        states = [cell for _, cell in signed]
        if not states:
            assert np.isnan(mine["positive_share"])
            continue
        assert mine["positive_share"] == states.count(0) / len(states)
        late = [sum(t + 1 for t, cell in signed if cell == which) for which in (0, 1)]
        assert mine["positive_integration"] == pytest.approx(late[0] / sum(late))
        changes = len(naive.runs(states)) - 1
        volatility = (len(set(states)) - 1) / 2 + changes / max(len(states) - 1, 1) / 2
        assert mine["positive_volatility"] == pytest.approx(volatility)
        spells = [state for state, _ in naive.runs(naive.known(row, len(seqs.alphabet)))]
        signed_spells = [state for state in spells if state < 1 + len(bad)]
        assert mine["positive_spell_share"] == signed_spells.count(0) / len(signed_spells)


def test_equivalent_states_are_one_and_incomparable_ones_belong_to_the_state_before():
    seqs = StateSequences.from_array([list("gGnxb"), list("xgbbb"), list("bbbng")], "gGnbx")
    order = state_order(seqs.alphabet, ["g", "n", "b"], equivalent=[["g", "G"]])
    np.testing.assert_allclose(order.degree, [1 / 6, 1 / 6, 2 / 3, 1.0, 0.5])
    assert order.comparable.tolist() == [True, True, True, True, False]
    merged = StateSequences.from_array([list("ggnnb"), list("xgbbb"), list("bbbng")], "gGnbx")
    for method in ("rank", "one", "freq", "trate", "tratedss"):
        mine = degradation(seqs, order, method=method)
        np.testing.assert_allclose(mine, degradation(merged, order, method=method), rtol=1e-12)
        assert mine[0] > 0 > mine[2]


def test_states_that_are_equivalent_but_have_no_place_stay_without_one():
    order = state_order("abcd", "ab", equivalent=["cd"])
    assert order.comparable.tolist() == [True, True, False, False]
    assert order.degree.tolist() == [0, 1, 0.5, 0.5]


def test_degrees_of_ones_own_are_spread_over_zero_to_one():
    order = state_order("abc", "cab", degrees=[2, 3, 6])
    np.testing.assert_allclose(order.degree, [0.25, 1.0, 0.0])


@pytest.mark.parametrize(
    ("order", "options", "message"),
    [
        ("ax", {}, "'x' is not in the alphabet"),
        ("ab", {"equivalent": ["by"]}, "'y' is not in the alphabet"),
        ("aba", {}, "is repeated"),
        ("ab", {"equivalent": ["ab", "bc"]}, "is repeated"),
        ("a", {}, "at least two states"),
        ("ab", {"degrees": [1, 0]}, "must be 2 increasing numbers"),
        ("ab", {"degrees": [0, 1, 2]}, "must be 2 increasing numbers"),
    ],
)
def test_an_order_that_is_none_is_refused(order, options, message):
    with pytest.raises(ValueError, match=message):
        state_order("abc", order, **options)


def test_signs_of_states_are_checked():
    seqs = StateSequences.from_array([["a", "b"]], "ab")
    with pytest.raises(ValueError, match="'x' is not in the alphabet"):
        positive_indicators(seqs, "x")
    with pytest.raises(ValueError, match="both positive and negative"):
        positive_indicators(seqs, "a", "ab")
    with pytest.raises(ValueError, match="none of rank, one"):
        degradation(seqs, state_order("ab", "ab"), method="other")


def test_insecurity_can_be_kept_between_the_states_that_are_visited():
    seqs = random_sequences(40, 8, 3, seed=6)
    order = state_order(seqs.alphabet, seqs.alphabet)
    free, bound = insecurity(seqs, order), insecurity(seqs, order, bound=True)
    for row, value, kept in zip(seqs.states, free, bound, strict=True):
        degrees = [order.degree[state] for state in naive.known(row, 3)]
        if degrees:
            assert kept == np.clip(value, min(degrees), max(degrees))


def test_a_state_that_is_always_left_for_one_other_does_not_lose_its_weight():
    seqs = StateSequences.from_array([["a", "b"], ["a", "b"]], "ab")
    order = state_order("ab", "ab")
    assert precarity(seqs, order)[0] > 0
    assert degradation(seqs, order, method="tratedss").tolist() == pytest.approx([0.1 * 2 / 3] * 2)


def test_ranked_indicators_stand_side_by_side():
    seqs = random_sequences(5, 6, 3, seed=2).with_missing_state()
    frame = ranked_indicators(seqs, state_order(seqs.alphabet, seqs.alphabet[:3]))
    assert frame.columns == ["badness", "degradation", "precarity", "insecurity"]
    assert frame["precarity"].is_finite().all()
    assert (seqs.states != MISSING).all()


@pytest.mark.parametrize("weighting", ["additive", "inverse", "log"])
@pytest.mark.parametrize("method", ["rank", "freq", "trate", "tratedss"])
def test_degradation_move_by_move(method, weighting):
    """Every method, penalty and weighting against sums over the moves of each sequence."""
    seqs = random_sequences(40, 9, 4, seed=3).treat_missing(left="drop", gaps="drop", right="drop")
    order = state_order(seqs.alphabet, seqs.alphabet)
    dss = distinct_states(seqs)[0]
    counts = transition_counts(seqs if method == "trate" else dss).sum(axis=0)
    mass = counts.sum() if method == "freq" else counts.sum(axis=1, keepdims=True)
    rates = counts / np.maximum(mass, 1)
    worth = {
        "additive": lambda p: 1 - p,
        "inverse": lambda p: 1 / p,
        "log": lambda p: math.log(1 / p),
    }[weighting]

    def weight(a, b):
        return abs(a - b) / 3 if method == "rank" else worth(rates[a, b])

    for penalised, counted in (("both", (1, -1)), ("worse", (1,)), ("better", (-1,))):
        options = {"integrate": False, "penalised": penalised, "weighting": weighting}
        plain = degradation(seqs, order, method=method, **options)
        plus = degradation(seqs, order, method=f"{method}+", **options)
        for i, row in enumerate(dss.states):
            moves = [(int(a), int(b)) for a, b in pairwise(row[: dss.lengths[i]])]
            weights = [weight(a, b) for a, b in moves]
            total = sum(
                w * np.sign(b - a)
                for w, (a, b) in zip(weights, moves, strict=True)
                if np.sign(b - a) in counted
            )
            assert plain[i] == pytest.approx(total / sum(weights) if moves else 0)
            assert plus[i] == pytest.approx(total / len(moves) if moves else 0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "rank+"}, "needs integrate=False"),
        ({"method": "one+", "integrate": False}, "weights that differ"),
        ({"penalised": "neg"}, "must be both, worse or better"),
        ({"method": "freq", "weighting": "add"}, "must be additive, inverse or log"),
    ],
)
def test_choices_of_the_degradation_that_do_not_exist(options, message):
    seqs = random_sequences(3, 5, 3, seed=1)
    with pytest.raises(ValueError, match=message):
        degradation(seqs, state_order(seqs.alphabet, seqs.alphabet), **options)
