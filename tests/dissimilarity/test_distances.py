import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from dissimilarity import oracle
from trajectories.dissimilarity import Costs, cross, pairwise, substitution_costs
from trajectories.dissimilarity.condensed import expand, row_offsets, tiles
from trajectories.dissimilarity.distances import fill_condensed
from trajectories.dissimilarity.measures import Recipe
from trajectories.parallel import thread_count
from trajectories.sequences import MISSING, VOID, StateSequences


def chain(n, length=24, states=5, seed=1):
    """Return sequences in random order, some of them equal, that stay in a state for long."""
    random = np.random.default_rng(seed)
    moves = random.random((n, length)) < 0.08
    steps = np.where(moves, random.integers(1, states, (n, length)), 0)
    start = random.integers(0, states, n)
    return ((start[:, None] + steps.cumsum(axis=1)) % states).astype(np.uint8)


def sequences(states, size=5):
    return StateSequences.from_array(states, [str(state) for state in range(size)])


MEASURES = ["om", "lcs", "ham", "dhd"]


@pytest.mark.parametrize("measure", MEASURES)
def test_pairs_equal_the_rectangle(measure):
    seqs = sequences(chain(120))
    square = cross(seqs, seqs, measure)
    assert_array_equal(pairwise(seqs, measure), square[np.triu_indices(120, 1)])
    assert_array_equal(square, square.T)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("measure", MEASURES)
def test_same_for_any_threads_and_order(measure, dtype):
    seqs = sequences(chain(200))
    costs = substitution_costs(seqs, "trate") if measure == "om" else None
    d = pairwise(seqs, measure, costs, dtype=dtype, threads=1)
    for threads in (2, 3, 7):
        assert_array_equal(pairwise(seqs, measure, costs, dtype=dtype, threads=threads), d)
    order = np.random.default_rng(5).permutation(200)
    square = np.zeros((200, 200), dtype)
    square[np.triu_indices(200, 1)] = d
    square += square.T
    permuted = pairwise(seqs[order], measure, costs, dtype=dtype)
    assert_array_equal(permuted, square[order][:, order][np.triu_indices(200, 1)])


@pytest.mark.parametrize("normalise", ["none", "auto", "yujianbo"])
@pytest.mark.parametrize("measure", MEASURES)
def test_tiles_add_up_to_the_matrix(measure, normalise):
    seqs = sequences(chain(150)).unique().sequences
    recipe = Recipe.of(seqs, measure, None, normalise, "float64")
    whole = pairwise(seqs, measure, normalise=normalise)
    parts = []
    for rows, size in tiles(len(seqs), 700):
        part = np.full(size, -1.0)
        fill_condensed(recipe, seqs.states, rows, part, 1)
        parts.append(part)
    assert len(parts) > 3
    assert_array_equal(np.concatenate(parts), whole)


@given(st.integers(0, 40), st.integers(1, 200))
def test_tiles_cover_every_row_once(n, entries):
    cut = list(tiles(n, entries))
    assert [row for rows, _ in cut for row in rows] == list(range(max(n - 1, 0)))
    assert sum(size for _, size in cut) == n * (n - 1) // 2
    assert all(size <= max(entries, n - 1) for _, size in cut)


def test_condensed_layout():
    n = 7
    offsets = row_offsets(n)
    first, second = np.triu_indices(n, 1)
    assert_array_equal(offsets[first] + second, np.arange(n * (n - 1) // 2))


@settings(max_examples=50)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=40), st.integers(1, 3))
def test_expand(labels, threads):
    inverse = np.unique(labels, return_inverse=True)[1].astype(np.uint32)
    count = int(inverse.max()) + 1
    square = np.arange(count * count, dtype=float).reshape(count, count)
    square = np.triu(square, 1) + np.triu(square, 1).T
    wanted = square[inverse][:, inverse][np.triu_indices(len(labels), 1)]
    assert_array_equal(expand(square[np.triu_indices(count, 1)], inverse, threads), wanted)


@pytest.mark.parametrize("kind", ["maxlength", "gmean", "maxdist", "yujianbo"])
@pytest.mark.parametrize("indel", [1.0, 0.4, 3.0])
def test_normalisations_by_their_formulas(kind, indel):
    states = np.array([[0, 1, 2, 0], [0, 0, VOID, VOID], [VOID] * 4, [2, 1, 0, VOID]], np.uint8)
    lengths = [4, 2, 0, 3]
    costs = Costs(1.5 * (1 - np.eye(3)), indel)
    seqs = sequences(states, 3)
    plain = cross(seqs, seqs, "om", costs)
    wanted = [
        [oracle.normalised(plain[i, j], kind, lengths[i], lengths[j], indel, 1.5) for j in range(4)]
        for i in range(4)
    ]
    found = cross(seqs, seqs, "om", costs, kind)
    assert_allclose(found, wanted, rtol=1e-12)
    assert_allclose(pairwise(seqs, "om", costs, kind), found[np.triu_indices(4, 1)])


@pytest.mark.parametrize("kind", ["maxlength", "maxdist", "gmean", "yujianbo"])
def test_hamming_is_set_against_its_largest_value(kind):
    states = np.array([[0, 0, 0, 0], [0, 0, 1, 1], [1, 1, 1, 1]])
    d = pairwise(states, "ham", normalise=kind)
    wanted = {"gmean": [0.75, 1, 0.75], "yujianbo": [2 / 3, 1, 2 / 3]}
    assert_allclose(d, wanted.get(kind, [0.5, 1, 0.5]))


def test_equal_to_rapidfuzz_for_constant_costs():
    process = pytest.importorskip("rapidfuzz.process")
    distance = pytest.importorskip("rapidfuzz.distance")
    states = chain(80, length=72)
    texts = ["".join(chr(97 + state) for state in row) for row in states]
    wanted = process.cdist(texts, texts, scorer=distance.Indel.distance, dtype=np.float64)
    assert_array_equal(pairwise(states, "lcs"), wanted[np.triu_indices(80, 1)])


@pytest.mark.parametrize("measure", ["om", "ham"])
def test_metric_axioms_and_bounds(measure):
    seqs = sequences(chain(40))
    costs = substitution_costs(seqs, "trate")
    d = cross(seqs, seqs, measure, costs)
    assert np.all(d >= 0)
    assert np.all(d[:, :, None] <= d[:, None, :] + d.T[None] + 1e-9)
    hamming = cross(seqs, seqs, "ham", costs)
    assert np.all(cross(seqs, seqs, "om", costs) <= hamming + 1e-9)


def test_relabelled_alphabet_gives_the_same_distances():
    states = chain(60)
    new = np.array([3, 0, 4, 1, 2])
    d = pairwise(sequences(states), "om", substitution_costs(sequences(states), "trate"))
    renamed = sequences(new[states].astype(np.uint8))
    assert_allclose(
        pairwise(renamed, "om", substitution_costs(renamed, "trate")), d, rtol=1e-12, atol=1e-12
    )


def test_few_sequences():
    assert pairwise(np.zeros((1, 3), int), "om").shape == (0,)
    assert pairwise(np.zeros((0, 3), int), "om").shape == (0,)
    assert cross(np.zeros((0, 3), int), np.zeros((2, 3), int), "ham").shape == (0, 2)
    assert_array_equal(pairwise(np.zeros((3, 3), int), "om"), np.zeros(3))


def test_costs_give_an_array_its_alphabet():
    costs = Costs(1 - np.eye(4), 1)
    assert_array_equal(cross(np.array([[0, 1]]), np.array([[0, 3]]), "om", costs), [[1]])


def test_lcs_takes_its_own_costs():
    seqs = sequences(chain(20))
    costs = substitution_costs(seqs, "constant")
    assert_array_equal(pairwise(seqs, "lcs", costs), pairwise(seqs, "lcs"))
    assert_array_equal(pairwise(seqs, "lcs"), pairwise(seqs, "om"))


def test_thread_count(monkeypatch):
    assert thread_count(3) == 3
    monkeypatch.setenv("OMP_NUM_THREADS", "5")
    assert thread_count() == 5
    for useless in ("", "0", "many"):
        monkeypatch.setenv("OMP_NUM_THREADS", useless)
        assert thread_count() >= 1


SEQS = sequences(chain(4))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pairwise(SEQS, "omx"), "unknown measure 'omx'"),
        (lambda: pairwise(SEQS, "om", normalise="max"), "unknown normalisation 'max'"),
        (lambda: pairwise(SEQS, "om", dtype=np.int32), "float32 or float64, not int32"),
        (lambda: pairwise(SEQS, "om", threads=0), "threads must be at least 1"),
        (lambda: pairwise(SEQS, "lcs", Costs(1 - np.eye(5), 1)), "lcs has costs of its own"),
        (lambda: pairwise(SEQS, "om", Costs(1 - np.eye(4), 1)), "alphabet has 5"),
        (lambda: pairwise(SEQS, "om", Costs([1 - np.eye(5)] * 24, 1)), "do not vary"),
        (lambda: pairwise(SEQS, "ham", Costs([1 - np.eye(5)] * 3, 1)), "vary over 3 positions"),
        (lambda: pairwise(np.array([0, 1]), "om"), "integer array"),
        (lambda: pairwise(np.array([[0.5]]), "om"), "integer array"),
        (lambda: pairwise(np.array([[0, 2]]), "om", Costs(1 - np.eye(2), 1)), "from 0 to 1"),
        (lambda: pairwise(np.array([[0, -1]]), "om"), "from 0 to 0"),
        (
            lambda: pairwise(sequences(np.array([[0, MISSING]], np.uint8)), "om"),
            "missing states",
        ),
        (
            lambda: cross(SEQS, StateSequences.from_array([["x"]], ["x"]), "om"),
            "different alphabets",
        ),
        (
            lambda: cross(SEQS, sequences(np.array([[0, MISSING]], np.uint8)), "om"),
            "missing states",
        ),
        (lambda: cross(SEQS, sequences(chain(3, length=20)), "ham"), "equal length"),
    ],
)
def test_mistakes_get_a_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()
