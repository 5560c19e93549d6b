import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from dissimilarity import oracle
from trajectories.dissimilarity import Costs, combine, cross, pairwise, substitution_costs
from trajectories.sequences import MISSING, VOID, StateSequences


def channel(seed, size, n=12, length=7, ends=None):
    states = np.random.default_rng(seed).integers(0, size, (n, length)).astype(np.uint8)
    ends = np.full(n, length) if ends is None else ends
    states[np.arange(length) >= ends[:, None]] = VOID
    return StateSequences.from_array(states, list("abcdef")[:size])


def test_costs_add_up_over_channels():
    ends = np.random.default_rng(3).integers(1, 8, 12)
    channels = [channel(1, 3, ends=ends), channel(2, 2, ends=ends)]
    costs = [
        Costs([[0, 1, 2], [1, 0, 1.5], [2, 1.5, 0]], [0.5, 0.7, 1.1]),
        Costs([[0, 1.3], [1.3, 0]], 0.9),
    ]
    weights = [2.0, 0.5]
    seqs, combined = combine(channels, costs, weights)

    def costly(x, y):
        def gone(pair):
            return weights[0] * costs[0].indel[pair[0]] + weights[1] * costs[1].indel

        return oracle.cheapest(
            x,
            y,
            lambda i, j: gone(x[i - 1]),
            lambda i, j: gone(y[j - 1]),
            lambda i, j: sum(
                weight * cost.substitution[a, b]
                for weight, cost, a, b in zip(weights, costs, x[i - 1], y[j - 1], strict=True)
            ),
            lambda j: gone(y[j - 1]),
            lambda i: gone(x[i - 1]),
        )

    rows = [
        list(zip(*(part.states[i, : ends[i]] for part in channels), strict=True))
        for i in range(len(ends))
    ]
    wanted = oracle.distances(rows, rows, costly)
    assert_allclose(cross(seqs, seqs, "om", combined), wanted, rtol=1e-12, atol=1e-12)


def test_hamming_is_the_sum_of_the_channels():
    channels = [channel(1, 3), channel(2, 4), channel(5, 2)]
    costs = [substitution_costs(part, "trate") for part in channels]
    seqs, combined = combine(channels, costs)
    wanted = sum(pairwise(part, "ham", cost) for part, cost in zip(channels, costs, strict=True))
    assert_allclose(pairwise(seqs, "ham", combined), wanted, rtol=1e-12)


def test_names_and_weights():
    first = StateSequences.from_array([["x", "y"], ["y", "y"]], ["y", "x"], [2, 3])
    second = StateSequences.from_array([["p", "q"], ["p", "p"]], ["p", "q"])
    seqs, costs = combine([first, second], [Costs(1 - np.eye(2), 1)] * 2)
    assert seqs.alphabet == ("y + p", "y + q", "x + p")
    assert_array_equal(seqs.states, [[2, 1], [0, 0]])
    assert_array_equal(seqs.weights, [2, 3])
    assert_array_equal(costs.substitution, [[0, 1, 1], [1, 0, 2], [1, 2, 0]])
    assert_array_equal(costs.indel, [2, 2, 2])


ONE = channel(1, 2)
COSTS = Costs(1 - np.eye(2), 1)


@pytest.mark.parametrize(
    ("channels", "costs", "weights", "message"),
    [
        ([], [], None, "0 channels"),
        ([ONE], [COSTS] * 2, None, "as many costs and weights, not 2 and 1"),
        ([ONE, ONE], [COSTS] * 2, [1], "not 2 and 1"),
        ([ONE], [COSTS], [-1], "not negative"),
        ([ONE, channel(1, 2, n=3)], [COSTS] * 2, None, r"channel 2 has the shape \(3, 7\)"),
        ([ONE, channel(1, 2, ends=np.full(12, 3))], [COSTS] * 2, None, "ends at other positions"),
        ([ONE], [Costs(1 - np.eye(3), 1)], None, "channel 1 needs constant costs of 2 states"),
        (
            [StateSequences.from_array(np.array([[MISSING]], np.uint8), ["a"])],
            [Costs([[0]], 1)],
            None,
            "missing states",
        ),
    ],
)
def test_mistakes_get_a_sentence(channels, costs, weights, message):
    with pytest.raises(ValueError, match=message):
        combine(channels, costs, weights)


def test_too_many_combinations():
    many = StateSequences(np.arange(200, dtype=np.uint8)[None], tuple(range(200)), np.ones(1))
    again = StateSequences(
        np.tile(np.arange(200, dtype=np.uint8), (1, 1))[:, ::-1].copy(),
        tuple(range(200)),
        np.ones(1),
    )
    both = StateSequences(np.vstack([many.states, many.states]), many.alphabet, np.ones(2))
    other = StateSequences(np.vstack([many.states, again.states]), many.alphabet, np.ones(2))
    costs = Costs(1 - np.eye(200), 1)
    with pytest.raises(ValueError, match="400 combinations"):
        combine([both, other], [costs, costs])
