import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from dissimilarity.mvad import mvad_sequences
from trajectories.dissimilarity import Costs, CostsWarning, pairwise, substitution_costs
from trajectories.sequences import MISSING, VOID, StateSequences


def sequences(rows, states=3, weights=None):
    return StateSequences.from_array(np.array(rows, np.uint8), list("abcdef")[:states], weights)


SEQS = sequences([[0, 0, 1, 1], [0, 1, 1, 2], [2, 2, 2, 0]])


@pytest.mark.parametrize("suffix", ["", "_weighted"])
@pytest.mark.parametrize("method", ["constant", "trate", "future", "indels", "indelslog"])
def test_equals_r(reference, method, suffix):
    costs = substitution_costs(mvad_sequences(reference, weighted=bool(suffix)), method)
    folder = reference / "mvad"
    sm = pl.read_csv(folder / f"cost_sm_{method.upper()}{suffix}.csv").drop("id").to_numpy()
    indel = pl.read_csv(folder / f"cost_indel_{method.upper()}{suffix}.csv")["indel"].to_numpy()
    assert_allclose(costs.substitution, sm.astype(float), rtol=1e-12, atol=1e-12)
    assert_allclose(np.broadcast_to(costs.indel, indel.shape), indel, rtol=1e-12)


@pytest.mark.parametrize("suffix", ["", "_weighted"])
@pytest.mark.parametrize("transition", ["previous", "next", "both"])
def test_time_varying_rates_equal_r(reference, transition, suffix):
    seqs = mvad_sequences(reference, weighted=bool(suffix))
    costs = substitution_costs(seqs, "trate", time_varying=True, transition=transition)
    file = reference / "mvad" / f"cost_sm_TRATE_tv_{transition}{suffix}.csv.gz"
    expected = pl.read_csv(file)["cost"].to_numpy().reshape(70, 6, 6)
    assert_allclose(costs.substitution, expected, rtol=1e-12, atol=1e-12)


def test_lagged_rates_and_features_equal_r(reference):
    seqs = mvad_sequences(reference)
    lagged = pl.read_csv(reference / "mvad" / "cost_sm_TRATE_lag3.csv").drop("id").to_numpy()
    assert_allclose(
        substitution_costs(seqs, "trate", lag=3).substitution, lagged.astype(float), atol=1e-12
    )
    gower = pl.read_csv(reference / "mvad" / "cost_sm_FEATURES.csv").drop("id").to_numpy()
    features = np.array([[1, 0, 0, 0, 0, 1], [0, 1, 2, 0, 1, 1]]).T
    costs = substitution_costs(seqs, "features", state_features=features)
    assert_allclose(costs.substitution, gower.astype(float), atol=1e-12)
    assert costs.indel == gower.astype(float).max() / 2


def test_constant():
    costs = substitution_costs(SEQS, "constant")
    assert_array_equal(costs.substitution, 2 * (1 - np.eye(3)))
    assert costs.indel == 1
    assert substitution_costs(SEQS, "constant", cval=0.5).substitution[0, 1] == 0.5


def test_trate_by_hand():
    # From a: a, b, b; from b: b, b, c; from c: c, c, a.
    rates = np.array([[1, 2, 0], [0, 2, 1], [1, 0, 2]]) / 3
    expected = 2 - rates - rates.T
    np.fill_diagonal(expected, 0)
    costs = substitution_costs(SEQS, "trate")
    assert_allclose(costs.substitution, expected)
    assert costs.indel == expected.max() / 2
    assert_allclose(
        substitution_costs(SEQS, "trate", cval=3).substitution, expected + 1 - np.eye(3)
    )


def test_single_sided_lags_count_twice():
    costs = substitution_costs(sequences([[0, 1, 0], [1, 0, 1]], 2), "trate", time_varying=True)
    assert_array_equal(costs.substitution, [[[0, 0], [0, 0]]] * 3)
    lagged = substitution_costs(
        sequences([[0, 1, 1, 0], [0, 1, 0, 1]], 2), "trate", lag=2, time_varying=True
    )
    assert_allclose(lagged.substitution[:, 0, 1], [3, 3, 3, 3])


def test_missing_and_void_make_no_transition():
    rows = [[0, MISSING, 1], [0, 1, VOID]]
    costs = substitution_costs(sequences(rows, 2), "trate")
    assert_array_equal(costs.substitution, [[0, 1], [1, 0]])


def test_shares_count_missing_and_void_cells():
    costs = substitution_costs(sequences([[0, MISSING], [1, VOID]], 2), "indels")
    assert_array_equal(costs.indel, [4, 4])
    assert_array_equal(costs.substitution, [[0, 8], [8, 0]])


@given(
    rows=st.lists(st.lists(st.integers(0, 2), min_size=4, max_size=4), min_size=1, max_size=6),
    data=st.data(),
)
@pytest.mark.parametrize("method", ["trate", "future", "indelslog"])
def test_integer_weights_equal_replication(method, rows, data):
    counts = data.draw(
        st.lists(st.integers(1, 3), min_size=len(rows), max_size=len(rows)), label="counts"
    )
    weighted = substitution_costs(sequences(rows, weights=counts), method)
    replicated = substitution_costs(sequences(np.repeat(rows, counts, axis=0)), method)
    assert_allclose(weighted.substitution, replicated.substitution, atol=1e-12)
    assert_allclose(weighted.indel, replicated.indel, atol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: substitution_costs(SEQS, "random"), "unknown cost method 'random'"),
        (lambda: substitution_costs(SEQS, "future", time_varying=True), "future costs cannot vary"),
        (lambda: substitution_costs(SEQS, "indels", time_varying=True), "at every position"),
        (lambda: substitution_costs(SEQS, "trate", miss_cost=1), "needs missing_state"),
        (lambda: substitution_costs(SEQS, "trate", missing_state="*"), "not in the alphabet"),
        (
            lambda: substitution_costs(SEQS, "trate", time_varying=True, transition="last"),
            "unknown transition 'last'",
        ),
        (lambda: substitution_costs(SEQS, "trate", time_varying=True, lag=4), "no transition"),
        (lambda: substitution_costs(SEQS, "features"), "need state_features"),
        (lambda: substitution_costs(SEQS, "features", state_features=[[1]]), "3 states"),
        (lambda: substitution_costs(sequences([[0, 1]]), "indels"), "every state"),
        (lambda: Costs(np.zeros((2, 3)), 1), "shape"),
        (lambda: Costs(np.zeros((2, 2)), [1, 2, 3]), "2 states"),
        (lambda: Costs(np.zeros((2, 2)), -1), "indel costs must be finite"),
        (lambda: Costs(np.full((2, 2), np.nan), 1), "substitution costs must be finite"),
        (lambda: Costs(np.ones((2, 2)), 1), "diagonal"),
    ],
)
def test_mistakes_get_a_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_symmetric():
    assert Costs([[0, 1], [1, 0]], 1).symmetric
    assert not Costs([[0, 1], [2, 0]], 1).symmetric


def test_constant_costs_at_each_position():
    costs = substitution_costs(SEQS, "constant", time_varying=True)
    assert_array_equal(costs.substitution, [2 * (1 - np.eye(3))] * 4)


def test_states_that_break_the_triangle_inequality_are_found():
    broken = [[0, 1, 5], [1, 0, 2], [5, 2, 0]]
    assert Costs(broken, 1).violation() == (0, 1, 2)
    assert Costs([1 - np.eye(3), broken], 1).violation() == (0, 1, 2)
    assert Costs([[0, 1, 3], [1, 0, 2], [3, 2, 0]], 1).violation() is None
    with pytest.warns(CostsWarning, match="replacing a by c costs more"):
        pairwise(SEQS, "om", Costs(broken, 1))


@pytest.mark.parametrize("method", ["constant", "trate", "future", "indels", "indelslog"])
def test_costs_need_some_weight(method):
    seqs = StateSequences.from_array([[0, 1], [1, 0]], ["a", "b"], weights=[0, 0])
    with pytest.raises(ValueError, match="weight above 0"):
        substitution_costs(seqs, method)
