"""What pictures of many sequences show is what naive counting finds."""

from collections import Counter

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot
from matplotlib.collections import PolyCollection

from trajectories import plot, sequences
from trajectories.errors import UserError
from trajectories.plot.label_places import spread

ROWS = [["a", "b", "b"], ["a", "a", None], ["c", "b", "a"], ["a", "b", "c"]]
WEIGHTS = [1.0, 2.0, 0.5, 1.5]


def shares(rows, weights, place, *, missing="*"):
    """Weighted shares of the states at a place, counted one by one."""
    mass = Counter()
    for row, weight in zip(rows, weights, strict=True):
        state = row[place] if row[place] is not None else missing
        if state is not None:
            mass[state] += weight
    total = sum(mass.values())
    return {state: value / total for state, value in mass.items()}


def heights(axes, states):
    """(a, L) heights of the bands, read from their corners."""
    bands = next(c for c in axes.collections if isinstance(c, PolyCollection)).get_paths()
    length = round(axes.get_xlim()[1] - 0.5)
    out = np.zeros((len(states), length))
    for number, path in enumerate(bands):
        corners = path.vertices[: 4 * length]
        top, bottom = corners[: 2 * length], corners[2 * length : 4 * length][::-1]
        out[number] = (top - bottom)[::2, 1]
    return out


@pytest.mark.parametrize("with_missing", [False, True])
def test_a_chronogram_shows_weighted_shares(with_missing):
    axes = plot.chronogram(ROWS, weights=WEIGHTS, with_missing=with_missing)
    states = ["a", "b", "c", "*"][: 3 + with_missing]
    found = heights(axes, states) if not with_missing else None
    if found is None:  # missing has a hatch, and so a collection of its own
        plain, hatched = (c.get_paths() for c in axes.collections)
        assert (len(plain), len(hatched)) == (3, 1)
        found = heights(axes, states[:3])
    for place in range(3):
        wanted = shares(ROWS, WEIGHTS, place, missing="*" if with_missing else None)
        for number, state in enumerate(states[:3]):
            assert found[number, place] == pytest.approx(wanted.get(state, 0))


def test_every_kind_of_table_gives_the_same_picture():
    columns = {f"t{i}": [row[i] for row in ROWS] for i in range(3)}
    frame = pl.DataFrame(columns | {"w": WEIGHTS})
    tables = [
        (ROWS, WEIGHTS),
        (np.array(ROWS, dtype=object), np.array(WEIGHTS)),
        (frame, "w"),
        (pd.DataFrame(columns | {"w": WEIGHTS}), "w"),
        (pd.DataFrame(columns), pd.Series(WEIGHTS)),
        (sequences.as_sequences(ROWS), pl.Series(WEIGHTS)),
    ]
    first, *others = (
        heights(plot.chronogram(table, weights=weights), "abc") for table, weights in tables
    )
    for other in others:
        np.testing.assert_allclose(other, first)


def test_groups_have_panels_in_their_order():
    group = pl.Series(["old", "young", "old", "young"], dtype=pl.Enum(["young", "old", "none"]))
    panels = plot.chronogram(ROWS, group=group)
    assert [axes.get_title(loc="left") for axes in panels] == ["young", "old"]
    alone = heights(plot.chronogram([ROWS[0], ROWS[2]]), "abc")
    np.testing.assert_allclose(heights(panels[1], "abc"), alone)


def test_a_column_of_a_frame_is_a_group_and_no_position():
    frame = pl.DataFrame({"sex": ["f", "m"], "x": ["a", "b"], "y": ["b", "b"]})
    panels = plot.chronogram(frame, group="sex")
    assert [axes.get_title(loc="left") for axes in panels] == ["f", "m"]
    assert heights(panels[0], "ab").tolist() == [[1, 0], [0, 1]]


def test_axes_that_are_given_are_drawn_on():
    figure, (left, right) = pyplot.subplots(1, 2)
    assert plot.chronogram(ROWS, ax=left) is left
    assert plot.transitions(ROWS, ax=right) is right
    assert pyplot.get_fignums() == [figure.number]


def test_sequences_draw_themselves():
    seqs = sequences.as_sequences(ROWS)
    np.testing.assert_allclose(heights(seqs.plot(), "abc"), heights(plot.chronogram(seqs), "abc"))
    assert seqs.plot("mean_time", group=[1, 1, 2, 2])[0].get_title(loc="left") == "1"
    with pytest.raises(UserError, match="The picture 'pie' is unknown: write one of chronogram, "):
        seqs.plot("pie")


def test_the_entropy_is_that_of_the_shares():
    line = plot.entropy(ROWS, weights=WEIGHTS).lines[0].get_ydata()
    for place in range(3):
        p = np.array(list(shares(ROWS, WEIGHTS, place, missing=None).values()))
        assert line[place] == pytest.approx(-(p * np.log(p)).sum() / np.log(3))


def test_modal_states_are_the_commonest():
    found = heights(plot.modal(ROWS, weights=WEIGHTS), "abc")
    for place in range(3):
        wanted = shares(ROWS, WEIGHTS, place, missing=None)
        assert found[:, place].max() == pytest.approx(max(wanted.values()))
        assert (found[:, place] > 0).sum() == 1


def test_mean_times_are_written_at_the_bars():
    axes = plot.mean_time(ROWS, weights=WEIGHTS)
    times = [
        sum(w * row.count(state) for row, w in zip(ROWS, WEIGHTS, strict=True)) / sum(WEIGHTS)
        for state in "abc"
    ]
    assert [text.get_text() for text in axes.texts] == [f"{time:.1f}" for time in times]
    assert [bar.get_width() for bar in axes.patches] == pytest.approx(times)


def test_transitions_are_written_in_per_cent_of_the_row():
    axes = plot.transitions([["a", "a", "b"], ["a", "b", "b"], ["c", "a", "a"]])
    found = {tuple(map(int, text.get_position()))[::-1]: text.get_text() for text in axes.texts}
    assert found == {(0, 0): "50", (0, 1): "50", (1, 1): "100", (2, 0): "100"}


def test_spell_survival_falls_where_spells_end():
    axes = plot.spell_survival([["a", "b", "b"], ["a", "a", "b"], ["a", "a", "a"]])
    line = axes.lines[0]
    # Spells of a: ended after 1, ended after 2, and going on at 3.
    assert line.get_xdata().tolist() == [0, 1, 2, 3, 3]
    assert line.get_ydata().tolist() == pytest.approx([1, 2 / 3, 1 / 3, 1 / 3, 1 / 3])


@given(
    st.lists(st.floats(-1, 2), min_size=1, max_size=12),
    st.floats(0.001, 0.5),
)
def test_labels_are_moved_apart_and_no_further(places, gap):
    found = np.array(spread(places, gap, 0.0, 1.0))
    order = np.argsort(places, kind="stable")
    room = min(gap, 1 / max(len(places) - 1, 1))
    assert (np.diff(found[order]) >= room - 1e-9).all()
    assert found.min() >= -1e-9
    assert found.max() <= 1 + 1e-9
    inside = np.clip(places, 0, 1)
    apart = len(places) == 1 or np.diff(np.sort(places)).min() >= gap
    if apart and np.allclose(inside, places):
        np.testing.assert_allclose(found, inside, atol=1e-9)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: plot.chronogram("abc"), "Sequences cannot be read from str: give a data frame"),
        (lambda: plot.chronogram([1, 2]), "The list is flat: give a list of rows, one a sequence."),
        (lambda: plot.chronogram(["a-b"]), "The rows are texts: read texts such as 'A-A-B' with"),
        (lambda: plot.chronogram(np.zeros(3)), "The array has 1 dimension: give one row a"),
        (lambda: plot.chronogram([[]]), "The data hold no sequence: give one row a sequence"),
        (lambda: plot.chronogram([[1.5]]), "Row 1 holds a float: states are texts or whole"),
        (lambda: plot.chronogram(ROWS, group=[1]), "group has 1 values for 4 sequences: give one"),
        (
            lambda: plot.chronogram(ROWS, group=[1, None, 1, 2]),
            "group is missing for 1 of 4 sequences: name it or drop them.",
        ),
        (
            lambda: plot.chronogram(ROWS, group="sex"),
            "group is a name, but only data frames have named columns: give values.",
        ),
        (
            lambda: plot.chronogram(pl.DataFrame({"x": ["a"]}), group="y"),
            "The table has no column 'y' of groups.",
        ),
        (
            lambda: plot.chronogram(pl.DataFrame({"x": ["a"]}), weights="y"),
            "The table has no column 'y'; its columns are x.",
        ),
        (lambda: plot.chronogram(ROWS, weights=[1]), "There are 1 weights for 4 sequences: give"),
        (
            lambda: plot.chronogram(ROWS, weights=[1, 1, 1, -1]),
            "A weight is missing or negative: weights are numbers from 0 on.",
        ),
        (lambda: plot.chronogram(ROWS, weights=list("abcd")), "The weights are not all numbers."),
        (
            lambda: plot.chronogram(ROWS, positions=[1]),
            "positions has 1 names for 3 positions.",
        ),
        (
            lambda: plot.chronogram(ROWS, group=[1, 1, 2, 2], ax=pyplot.figure().subplots()),
            "There are 2 pictures to draw and 1 axes: give as many.",
        ),
    ],
)
def test_what_cannot_be_drawn_is_said_in_a_sentence(call, said):
    with pytest.raises(UserError) as found:
        call()
    assert str(found.value).startswith(said)
    assert str(found.value).endswith(".")


def test_categories_give_the_alphabet_its_order_and_blanks_are_missing():
    kinds = pd.CategoricalDtype(["school", "job", "never"])
    frame = pd.DataFrame({"x": ["job", "school"], "y": ["job", None]}, dtype=kinds)
    seqs = sequences.as_sequences(frame)
    assert seqs.alphabet == ("school", "job", "never")
    assert seqs.labels().tolist() == [["job", "job"], ["school", None]]
    numbers = pd.DataFrame({"x": [1, 2], "y": [2, np.nan], "z": pd.array([None, 1], dtype="Int64")})
    assert sequences.as_sequences(numbers).labels().tolist() == [[1, 2, None], [2, None, 1]]
