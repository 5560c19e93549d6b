"""Figures of courses, times and events: what they read from the tables."""

import numpy as np
import polars as pl
import pytest
from matplotlib.colors import to_rgb

from trajectories.release.charts.private_index_plot import draw_index
from trajectories.release.outputs.phrases import order_of_changes
from trajectories.release.outputs.sequences import event_subsequences
from trajectories.release.outputs.sequences.common_sequences import spells_of
from trajectories.release.outputs.sequences.modal_states import modal_rows
from trajectories.release.outputs.sequences.transitions import rate_matrix
from trajectories.release.outputs.typology import stripes as stripes_output
from trajectories.release.style import read_style, styled

from .conftest import STYLE


@pytest.fixture(scope="module")
def style():
    return read_style(STYLE, language="en", simulated=False)


def test_a_sequence_is_read_back_into_spells():
    assert spells_of("SA_READY/4-JOB/20") == [("SA_READY", 4), ("JOB", 20)]
    assert spells_of("a-b/1-c/2") == [("a-b", 1), ("c", 2)]


def test_modal_states_are_the_heaviest_published_ones():
    table = pl.DataFrame(
        {
            "group": ["a"] * 5,
            "position": [1, 1, 1, 2, 2],
            "state": ["JOB", "SA", "SELF", "JOB", "SA"],
            "weight": [30.0, 50.0, None, 20.0, 20.0],
            "total_weight": [100.0] * 5,
        }
    )
    assert modal_rows(table).rows() == [("a", 1, "SA", 0.5), ("a", 2, "JOB", 0.2)]


def test_withheld_rates_stay_unknown():
    panel = pl.DataFrame(
        {"from_state": ["a", "a"], "to_state": ["b", "a"], "rate": [None, 0.9]},
        schema_overrides={"rate": pl.Float64},
    )
    rates = rate_matrix(panel, ["a", "b"])
    assert rates[0, 0] == 0.9
    assert np.isnan(rates[[0, 1, 1], [1, 0, 1]]).all()


def test_a_withheld_state_of_a_stripe_is_white(style):
    panel = pl.DataFrame(
        {"stripe": [1, 1], "position": [1, 2], "state": ["JOB", None]},
    )
    image, rows, months = stripes_output.stripe_image(panel, ["JOB"], style)
    assert (rows, months) == (1, 2)
    assert image[0, 0].tolist() == list(to_rgb(style.look("JOB").colour))
    assert image[0, 1].tolist() == [1.0, 1.0, 1.0]


def test_stripes_with_something_withheld_say_so(style):
    stripes = pl.DataFrame(
        {"cluster": [1, 1], "stripe": [1, 1], "position": [1, 2], "state": ["JOB", None]}
    )
    tables = {"stripes": stripes, "clusters": pl.DataFrame({"cluster": [1], "name": ["JOB"]})}
    with styled():
        for size in ("wide", "narrow"):
            figure = stripes_output.draw(tables, style, size)
            labels = [text.get_text() for text in figure.legends[0].get_texts()]
            assert labels == [style.word("withheld"), "Ordinary job"]


def test_orders_of_changes_are_read_as_words(style):
    text = "(SA_READY>JOB)-(JOB>UI,x)"
    assert order_of_changes(text, style) == "Job-ready → Job, then Job → UI + x"


def test_a_withheld_share_has_no_mark(style):
    table = pl.DataFrame(
        {
            "subsequence": ["(JOB>UI)-(UI>JOB)"] * 2,
            "group": ["before", "after"],
            "share": [0.2, None],
        }
    )
    with styled():
        figure = event_subsequences.draw({"event_subsequences": table}, style, "wide")
    marks = [len(line.get_xdata()) for line in figure.axes[0].lines]
    assert marks == [1, 0]


def test_the_index_plot_says_that_it_is_private(style):
    states = np.array([[0, 1, 255], [1, 1, 0]], dtype=np.uint8)
    panels = {number: (states, 40) for number in range(1, 5)}
    with styled():
        figure = draw_index(panels, ["JOB", "UI"], {1: "JOB"}, style)
    assert "PRIVATE" in figure.get_suptitle()
    assert "2 of 40 windows" in figure.axes[0].get_title(loc="left")
    image = figure.axes[0].images[0].get_array()
    assert image[0, 2].tolist() == [1.0, 1.0, 1.0]
    assert not figure.axes[5].axison
