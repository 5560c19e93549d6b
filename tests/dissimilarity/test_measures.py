"""Every measure against its plain definition, and what holds of all of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from dissimilarity import oracle
from trajectories.dissimilarity import Costs, cross, pairwise, substitution_costs
from trajectories.dissimilarity.costs import transition_rates
from trajectories.dissimilarity.positional.state_distributions import cut
from trajectories.sequences import VOID, StateSequences

pytestmark = pytest.mark.filterwarnings("ignore::trajectories.dissimilarity.CostsWarning")

SIZE, LENGTH = 3, 8
EDIT = ("omloc", "twed", "omslen", "omspell", "omstran")
ALL = (*EDIT, "om", "lcs", "lcp", "rlcp", "nms", "nmsmst", "svrspell", "chi2", "euclid")
NEEDED = {"twed": {"nu": 0.3}, "omstran": {"otto": 0.4}}

number = st.floats(0.125, 4, width=16)
flags = st.booleans()
options = {
    "omloc": st.fixed_dictionaries({"expcost": st.floats(0, 0.5), "context": st.floats(0, 2)}),
    "twed": st.fixed_dictionaries(
        {"nu": st.floats(0.01, 2), "h": st.floats(0, 2), "origin": st.integers(0, 5)}
    ),
    "omslen": st.fixed_dictionaries(
        {"link": st.sampled_from(["mean", "gmean"]), "h": st.floats(0, 2)}
    ),
    "omspell": st.fixed_dictionaries({"expcost": st.floats(0, 2), "tpow": st.floats(0, 2)}),
    "omstran": st.fixed_dictionaries(
        {
            "otto": st.floats(0, 1, width=16),
            "transindel": st.sampled_from(["constant", "subcost", "prob"]),
            "previous": flags,
            "add_column": flags,
        }
    ),
}


def stored(rows, length=LENGTH):
    states = np.full((len(rows), length), VOID, np.uint8)
    for place, row in enumerate(rows):
        states[place, : len(row)] = row
    return StateSequences.from_array(states, [str(state) for state in range(SIZE)])


def sequences(least=1, most=LENGTH):
    row = st.lists(st.integers(0, SIZE - 1), min_size=least, max_size=most)
    return st.lists(row, min_size=1, max_size=5)


@st.composite
def matrices(draw):
    row = st.lists(number, min_size=SIZE, max_size=SIZE)
    table = np.array([draw(row) for _ in range(SIZE)])
    if draw(flags):
        table = np.maximum(table, table.T)
    np.fill_diagonal(table, 0)
    return table


@pytest.mark.parametrize("measure", EDIT)
@settings(max_examples=30)
@given(data=st.data())
def test_edit_distances_by_their_definitions(measure, data):
    least = 1 if measure == "omloc" else 0
    rows, columns = (data.draw(sequences(least)) for _ in range(2))
    sm, chosen = data.draw(matrices()), data.draw(options[measure])
    if measure == "omstran":
        sm = np.maximum(sm, sm.T)
    indel = np.array(data.draw(st.lists(number, min_size=SIZE, max_size=SIZE)))
    seqs, others = stored(rows), stored(columns)
    extra = {"rates": transition_rates(seqs)} if measure == "omstran" else {}
    if measure == "omstran" and chosen["transindel"] == "prob":
        sm = np.maximum(sm, sm.T)
    found = cross(seqs, others, measure, Costs(sm, indel), **chosen)
    wanted = [
        [getattr(oracle, measure)(x, y, sm, indel, **chosen, **extra) for y in columns]
        for x in rows
    ]
    assert_allclose(found, wanted, rtol=1e-9, atol=1e-9)


@settings(max_examples=30)
@given(sequences(0), sequences(0))
def test_prefixes_and_suffixes(rows, columns):
    for measure, turn in (("lcp", 1), ("rlcp", -1)):
        found = cross(stored(rows), stored(columns), measure)
        assert_array_equal(
            found, [[oracle.prefix(x[::turn], y[::turn]) for y in columns] for x in rows]
        )


@pytest.mark.parametrize("measure", ["nms", "nmsmst", "svrspell"])
@settings(max_examples=20)
@given(data=st.data())
def test_common_subsequences_by_counting_them(measure, data):
    rows, columns = (data.draw(sequences(0, 5)) for _ in range(2))
    weights = data.draw(
        st.one_of(st.none(), st.lists(st.sampled_from([0, 0.5, 1]), min_size=0, max_size=5))
    )
    tpow = 1.0 if measure == "nms" else data.draw(st.sampled_from([0.5, 1.0, 2.0]))
    near = np.eye(SIZE)
    chosen = {"kweights": weights} if weights is not None else {}
    if measure == "nms" and data.draw(flags):
        near = near + 0.25 * (1 - near)
        chosen["prox"] = near
    elif measure != "nms":
        chosen["tpow"] = tpow
    found = cross(stored(rows), stored(columns), measure, **chosen)
    kweights = [1] * LENGTH if weights is None else weights
    wanted = [
        [oracle.common_subsequences(x, y, measure, near, kweights, tpow) for y in columns]
        for x in rows
    ]
    assert_allclose(found, wanted, rtol=1e-7, atol=1e-6)


@pytest.mark.parametrize("measure", ["chi2", "euclid"])
@settings(max_examples=30)
@given(rows=sequences(0), step=st.sampled_from([1, 2, 3, 4, 8]), overlap=flags, auto=flags)
def test_distances_between_distributions(measure, rows, step, overlap, auto):
    overlap = overlap and step % 2 == 0
    seqs = stored(rows)
    breaks = cut(LENGTH, step, overlap=overlap)
    weights = np.zeros((len(breaks), SIZE))
    for place, (start, stop) in enumerate(breaks):
        cells = [state for row in rows for state in row[start - 1 : stop]]
        counts = np.bincount(cells, minlength=SIZE) if cells else np.zeros(SIZE)
        shares = counts[counts > 0] / max(counts.sum(), 1)
        if measure == "euclid":
            weights[place, counts > 0] = 1 / 2 if auto else 1
        else:
            rare = sorted(shares)[:2]
            most = sum(1 / share for share in rare) if auto and len(rare) == 2 else 1
            weights[place, counts > 0] = 1 / (shares * most)
    found = cross(
        seqs, seqs, measure, normalise="auto" if auto else "none", step=step, overlap=overlap
    )
    wanted = [[oracle.distributions(x, y, breaks, weights) for y in rows] for x in rows]
    assert_allclose(found, np.array(wanted) / (len(breaks) if auto else 1) ** 0.5, atol=1e-9)


def chain(n, seed=1):
    """Return sequences that stay in a state for long, some of them equal."""
    random = np.random.default_rng(seed)
    moves = np.where(random.random((n, LENGTH)) < 0.2, random.integers(1, SIZE, (n, LENGTH)), 0)
    start = random.integers(0, SIZE, (n, 1))
    return ((start + moves.cumsum(axis=1)) % SIZE).astype(np.uint8)


def costs_for(measure, seqs):
    return substitution_costs(seqs, "trate") if measure in (*EDIT, "om") else None


@pytest.mark.parametrize("measure", ALL)
def test_what_holds_of_every_measure(measure):
    rows = chain(70).tolist()
    rows[3], rows[5] = rows[3][:5], rows[5][:1]
    seqs, more = stored(rows), NEEDED.get(measure, {})
    costs = costs_for(measure, seqs)
    square = cross(seqs, seqs, measure, costs, **more)
    first, second = np.triu_indices(70, 1)
    assert np.all(square >= 0)
    assert_array_equal(square, square.T)
    assert_array_equal(np.diagonal(square), 0)
    # Equal sequences are computed once, and the number of threads does not matter.
    d = pairwise(seqs, measure, costs, threads=1, **more)
    assert_array_equal(d, square[first, second])
    assert_array_equal(pairwise(seqs, measure, costs, threads=3, **more), d)
    order = np.random.default_rng(2).permutation(70)
    permuted = pairwise(seqs[order], measure, costs, **more)
    assert_array_equal(permuted, square[order][:, order][first, second])
    rough = pairwise(seqs, measure, costs, dtype=np.float32, **more)
    assert_allclose(rough, d, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("measure", ALL)
def test_names_of_states_do_not_matter(measure):
    new = np.array([2, 0, 1])
    states = chain(40)
    seqs, renamed = (stored(part.tolist()) for part in (states, new[states]))
    more = NEEDED.get(measure, {})
    moved = more | ({"origin": int(new[1])} if measure == "twed" else {})
    assert_allclose(
        pairwise(renamed, measure, costs_for(measure, renamed), **moved),
        pairwise(seqs, measure, costs_for(measure, seqs), **more),
        rtol=1e-9,
        atol=1e-9,
    )


FREE = ("lcs", "lcp", "rlcp", "nms", "nmsmst", "svrspell", "chi2", "euclid")


@pytest.mark.parametrize("measure", ["om", "ham", "omslen", "omspell", "twed", *FREE])
def test_metrics_keep_the_triangle_inequality(measure):
    seqs = stored(chain(30).tolist())
    costs = None if measure in FREE else substitution_costs(seqs, "constant")
    more = NEEDED.get(measure, {}) | ({"h": 0.0} if measure == "omslen" else {})
    d = cross(seqs, seqs, measure, costs, **more)
    assert np.all(d[:, None, :] <= d[:, :, None] + d[None] + 1e-6)


@pytest.mark.parametrize(
    ("measure", "method"),
    [(measure, None) for measure in (*FREE, "dhd")]
    + [
        (measure, method)
        for measure in (*EDIT, "om", "ham")
        for method in ("trate", "future", "indels", "indelslog")
    ],
)
def test_whole_weights_are_copies(measure, method):
    """Costs, shares and transition rates are those of as many equal sequences."""
    states, more = chain(12), NEEDED.get(measure, {})
    if measure == "omstran":
        more = more | {"transindel": "prob"}
    copies = np.random.default_rng(4).integers(1, 4, 12)
    alphabet = [str(state) for state in range(SIZE)]
    weighted = StateSequences.from_array(states, alphabet, copies)
    copied = StateSequences.from_array(np.repeat(states, copies, axis=0), alphabet)
    first = np.cumsum(copies) - copies

    def found(seqs):
        costs = None if method is None else substitution_costs(seqs, method)
        return cross(seqs, seqs, measure, costs, **more)

    whole = found(copied)
    # Roots of differences near 0 hold half the digits.
    assert_allclose(found(weighted), whole[np.ix_(first, first)], rtol=1e-12, atol=1e-7)


@given(st.floats(1, 3), sequences(LENGTH))
@settings(max_examples=30)
def test_optimal_matching_is_bounded_by_hamming(indel, rows):
    seqs = stored(rows)
    costs = Costs(2 * (1 - np.eye(SIZE)), indel)
    matched, hamming = (cross(seqs, seqs, measure, costs) for measure in ("om", "ham"))
    assert np.all(matched <= hamming + 1e-12)
    if indel >= LENGTH:
        assert_allclose(matched, hamming)
    dear = cross(seqs, seqs, "om", Costs(costs.substitution, LENGTH))
    assert_allclose(dear, hamming)


SEQS = stored(chain(5).tolist())


@pytest.mark.parametrize(
    ("measure", "given", "message"),
    [
        ("om", {"h": 1}, "om takes no option 'h': it takes no options"),
        ("omslen", {"nu": 1}, "it takes link, h"),
        ("twed", {}, "twed needs the option nu"),
        ("omstran", {}, "omstran needs the option otto"),
        ("twed", {"nu": 0}, "nu must be more than 0"),
        ("omstran", {"otto": 2}, "otto must be from 0 to 1"),
        ("omloc", {"expcost": 0.7}, "from 0 to 0.5 without context"),
        ("omspell", {"expcost": -1}, "expcost must not be negative"),
        ("omslen", {"link": "max"}, "unknown link 'max'"),
        ("omstran", {"otto": 0.5, "transindel": "x"}, "unknown transindel 'x'"),
        ("chi2", {"step": 0}, "step must be at least 1"),
        ("chi2", {"step": 3, "overlap": True}, "step must be even"),
        ("nms", {"kweights": [-1]}, "kweights"),
        ("nms", {"prox": np.eye(2)}, r"shape \(3, 3\)"),
        ("lcp", {"costs": Costs(1 - np.eye(3), 1)}, "lcp takes no costs"),
        ("nms", {"normalise": "maxdist"}, "no normalisation maxdist"),
    ],
)
def test_mistakes_get_a_sentence(measure, given, message):
    with pytest.raises(ValueError, match=message):
        pairwise(SEQS, measure, **given)


def test_empty_sequences_have_no_neighbours():
    with pytest.raises(ValueError, match="at least one position"):
        pairwise(stored([[], [1]]), "omloc")


def test_too_many_subsequences():
    states = np.zeros((2, 600), np.uint8)
    states[1, 0] = 1
    with pytest.raises(ValueError, match="more common subsequences"):
        pairwise(states, "nms")
    assert np.isfinite(pairwise(states, "nms", kweights=[1, 1])).all()


def test_proximities_that_are_not_symmetric():
    near = np.array([[1, 0.5, 0], [0.2, 1, 0], [0, 0, 1]])
    square = cross(SEQS, SEQS, "nms", prox=near)
    assert not np.array_equal(square, square.T)
    assert_array_equal(pairwise(SEQS, "nms", prox=near), square[np.triu_indices(5, 1)])
