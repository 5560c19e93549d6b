"""Pictures of single sequences show them as they are, and warn."""

from collections import Counter

import numpy as np
import pytest
from matplotlib.colors import to_hex

from trajectories import dissimilarity, plot, sequences, typology
from trajectories.errors import UserError
from trajectories.plot.courses.common import weighted_quantiles
from trajectories.plot.palette import STATES

ROWS = [list(text) for text in ("abba", "aaaa", "bbba", "abba", "cccc", "aabb")]


@pytest.fixture(scope="module")
def seqs():
    return sequences.as_sequences(ROWS)


def letters(axes):
    """The sequences of an index plot from the bottom, read from its colours."""
    names = dict(zip(STATES, "abcdef", strict=False))
    return ["".join(names[to_hex(cell)] for cell in row) for row in axes.images[0].get_array()]


@pytest.mark.usefixtures("own_data")
def test_an_index_plot_sorts_from_either_end_or_by_values():
    texts = ["".join(row) for row in ROWS]
    assert letters(plot.index(ROWS)) == sorted(texts)
    assert letters(plot.index(ROWS, sort="end")) == sorted(texts, key=lambda text: text[::-1])
    assert letters(plot.index(ROWS, sort="none")) == texts
    assert letters(plot.index(ROWS, sort=[5, 4, 3, 2, 1, 0])) == texts[::-1]


@pytest.mark.usefixtures("own_data")
def test_a_sample_is_drawn_from_each_group_and_said():
    panels = plot.index(ROWS, group=[0, 0, 0, 0, 1, 1], sample=3, seed=1)
    assert [axes.get_ylabel() for axes in panels] == [
        "3 of 4 sequences, at random",
        "2 sequences",
    ]
    assert not Counter(letters(panels[0])) - Counter("".join(row) for row in ROWS[:4])


@pytest.mark.usefixtures("own_data")
def test_weighted_sequences_are_as_thick_as_their_weight():
    axes = plot.index(ROWS[:2], weights=[3, 1], sort="none")
    corners = axes.collections[0].get_coordinates()[:, 0, 1]
    assert corners.tolist() == [0, 3, 4]


@pytest.mark.usefixtures("own_data")
def test_frequencies_are_those_of_counting():
    axes = plot.frequency(ROWS, most=2)
    counted = Counter(map(tuple, ROWS))
    assert counted.most_common(1)[0][1] == 2
    assert axes.get_ylabel() == "The 2 commonest sequences: 50 % of all"
    assert [text.get_text().strip() for text in axes.texts] == ["33.3 %", "16.7 %"]


@pytest.mark.usefixtures("own_data")
def test_representatives_are_as_high_as_what_they_stand_for(seqs):
    found = typology.representatives(dissimilarity.pairwise(seqs, "ham"), nrep=2)
    axes = plot.representatives(seqs, found)
    shares = np.bincount(found.labels) / len(seqs)
    texts = [text.get_text().strip() for text in axes.texts]
    assert texts == [f"{100 * share:.0f} %" for share in shares]


@pytest.mark.usefixtures("own_data")
def test_groups_of_equal_frequency_have_a_medoid_and_a_box_each(seqs):
    found = typology.relative_frequency_groups(dissimilarity.pairwise(seqs, "ham"), 3)
    left, right = plot.relative_frequency(seqs, found)
    assert letters(left) == ["".join(ROWS[item]) for item in found.medoids]
    assert len(right.lines) == 3


@pytest.mark.usefixtures("own_data")
def test_paths_are_counted_once_and_named_by_their_states():
    axes = plot.parallel_coordinates(ROWS, most=1)
    # a–b–a twice; a, b–a, c and a–b once.
    assert len(axes.lines) == 5
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["a – b – a, 33 %"]
    assert axes.get_legend().get_title().get_text() == "1 of 5 paths, 33 % of all"


def test_pictures_of_persons_warn_and_others_do_not(seqs):
    d = dissimilarity.pairwise(seqs, "ham")
    for call in (
        lambda: plot.index(seqs),
        lambda: plot.frequency(seqs),
        lambda: plot.parallel_coordinates(seqs),
        lambda: plot.representatives(seqs, typology.representatives(d)),
        lambda: plot.relative_frequency(seqs, typology.relative_frequency_groups(d, 2)),
    ):
        with pytest.warns(plot.MicrodataWarning, match="are microdata") as caught:
            call()
        assert caught[0].filename == __file__
    for call in (plot.chronogram, plot.modal, plot.entropy, plot.mean_time, plot.transitions):
        call(seqs)  # a warning would be an error


@pytest.mark.usefixtures("own_data")
@pytest.mark.parametrize("sort", ["middle", [1, 2], [1, 2, 3, 4, 5, np.nan]])
def test_an_order_that_cannot_be_used_is_said(sort):
    with pytest.raises(UserError, match=r"one number"):
        plot.index(ROWS, sort=sort)


def test_quantiles_of_equal_weights_are_those_of_counting():
    values = np.array([5.0, 1.0, 3.0, 4.0, 2.0])
    assert weighted_quantiles(values, np.ones(5), (0.2, 0.5, 0.9)) == [1.0, 3.0, 5.0]
    assert weighted_quantiles(values, np.array([0, 1, 0, 0, 1.0]), (0.5, 0.51)) == [1.0, 2.0]
