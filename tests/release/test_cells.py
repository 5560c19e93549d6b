"""Numbers in boxes and cells: withheld ones are marked, digits are those that the gate left."""

import polars as pl
import pytest

from trajectories.release import tables as cells
from trajectories.release.page.words import headline_boxes
from trajectories.release.style import read_style
from trajectories.release.tables import Cell, HtmlTable

from .conftest import STYLE


def test_headline_boxes_without_intervals():
    style = read_style(STYLE, language="en", simulated=False)
    keys = (
        "departure_hr",
        "departure_hr_ci",
        "departures_given_other_hr",
        "association_hr",
        "association_hr_ci",
        "ever_changed_share",
        "relabelling_contrast",
        "k",
        "asw",
        "persons",
        "person_months",
    )
    headline = dict.fromkeys(keys) | {"departure_hr": 0.8, "k": 3, "persons": 500}
    models = pl.DataFrame({"model": ["departures_total"], "term": ["departures"]})
    boxes = headline_boxes(headline, {"models": models, "accounting": models}, style)
    assert [box.value for box in boxes] == ["0.80", "3", "500"]
    assert boxes[0].detail == "interval withheld"
    assert boxes[1].detail == "average silhouette width –"
    assert boxes[2].detail == ""


def test_cells_that_are_withheld_are_marked():
    style = read_style(STYLE, language="en", simulated=False)
    table = HtmlTable("Caption.", ["a", "b"], [[Cell("x & y"), cells.count(style, None)]], "Note.")
    html = table.html("Table 3", "name")
    assert "x &amp; y" in html
    assert 'title="withheld: too few">·</td>' in html
    assert "<b>Table 3.</b> Caption." in html
    assert '<p class="note">Note.</p>' in html
    column = pl.Series([0.25, 0.125, None])
    assert cells.share(style, 0.25, column).text == "25.0\u202f%"
    assert cells.points(pl.Series([0.2, 1.0])) == 0
    for withheld in (
        cells.share(style, None, column),
        cells.plain(style, None),
        cells.mean_and_sd(style, 1.0, None),
        cells.interval(style, None, 1.0),
    ):
        assert withheld.withheld


@pytest.mark.parametrize(
    ("shares", "decimals"),
    [
        ([0.12632, 0.14132, 0.01500], 1),
        ([0.02426, 0.02212, 0.02656], 1),
        ([0.00196, 0.00159, 0.00234], 2),
        ([0.02, -0.03], 0),
        ([0.0, 0.0], 0),
    ],
)
def test_prose_has_two_digits_or_a_decimal_and_never_more_than_were_left(shares, decimals):
    assert cells.readable_points(pl.Series(shares)) == decimals


def test_numbers_keep_the_digits_that_the_gate_left():
    style = read_style(STYLE, language="en", simulated=False)
    assert cells.mean_and_sd(style, 2.5, 2.04).text == "2.50 (2.04)"
    assert cells.digits_of(style, 0.4, 3) == "0.400"
    assert cells.digits_of(style, 0.0, 3) == "0.00"
    assert cells.digits_of(style, None, 3) == "–"
    assert cells.plain(style, 11.3).text == "11.3"
    assert cells.plain(style, 1e20).text == "100,000,000,000,000,000,000"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.784, "0.78"), (12.345, "12.35"), (0.00144, "0.0014"), (209.0, "209"), (0.0, "0.00")],
)
def test_ratios_of_every_size_can_be_read(value, shown):
    assert read_style(STYLE, language="en", simulated=False).ratio(value) == shown
