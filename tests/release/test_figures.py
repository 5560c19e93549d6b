"""Figures: from tables alone, readable in grey and by the colour-blind, nothing cut off."""

import itertools
import json
import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from matplotlib.text import Text

from trajectories.config.sections.release import ReleaseConfig
from trajectories.errors import UserError
from trajectories.release import PRESETS, protect
from trajectories.release.charts.curves import with_bands
from trajectories.release.charts.state_shares import shares_matrix, steps
from trajectories.release.charts.tick_labels import localise_ticks
from trajectories.release.outputs.data.accounting import row_fates
from trajectories.release.outputs.histories import history_models
from trajectories.release.outputs.reform.seam import largest_excesses
from trajectories.release.outputs.registry import DRAWINGS, SPECS
from trajectories.release.state_statistics import entropy_by_month, mean_time
from trajectories.release.style import (
    SERIES,
    is_lowest,
    new_figure,
    parse_style,
    read_style,
    settle,
    styled,
)

from .conftest import OF_MUNICIPALITIES, STYLE, fewer_panels
from .fakes import all_tables, duration_tables

# Machado, Oliveira & Fernandes (2009): full protanopia, deuteranopia, tritanopia.
BLIND = {
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    stages = fewer_panels({**all_tables(), "durations": duration_tables()})
    stages["durations"].pop("models")
    stages["durations"].pop("notes")
    return {
        name: protect(table, SPECS[name], PRESETS["default"])[0]
        for part in stages.values()
        for name, table in part.items()
    }


def style_in(language: str):
    return read_style(STYLE, language=language, simulated=True)


def linear(colour: str) -> np.ndarray:
    values = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIELAB of linear sRGB under D65."""
    matrix = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = matrix @ np.clip(rgb, 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def alphabets() -> list[list[str]]:
    """The states that are stacked together: all of a register, pooled ones, those of mvad."""
    states, pools = list(style_in("en").states), ReleaseConfig().pooled
    whole = states[:12]
    pooled = {pools.get(state, state) for state in whole}
    left = set(states) - set(whole) - pooled
    return [whole, [one for one in states if one in pooled], [one for one in states if one in left]]


def test_neighbours_in_a_stack_differ_in_lightness():
    style = style_in("en")
    for below, above in itertools.chain(*(itertools.pairwise(a) for a in alphabets())):
        first, second = (lab(linear(style.states[state].colour))[0] for state in (below, above))
        assert abs(first - second) >= 15, (below, above)


@pytest.mark.parametrize("kind", sorted(BLIND))
def test_the_colour_blind_tell_neighbours_apart(kind):
    style, matrix = style_in("en"), np.array(BLIND[kind])
    for below, above in itertools.chain(*(itertools.pairwise(a) for a in alphabets())):
        colours = [lab(matrix @ linear(style.states[s].colour)) for s in (below, above)]
        assert math.dist(*colours) >= 15, (below, above)


@pytest.mark.parametrize("kind", sorted(BLIND))
def test_no_two_states_look_the_same_to_the_colour_blind(kind):
    style, matrix = style_in("en"), np.array(BLIND[kind])
    for alphabet in alphabets():
        for one, other in itertools.combinations(alphabet, 2):
            looks = [style.states[one], style.states[other]]
            colours = [lab(matrix @ linear(look.colour)) for look in looks]
            same_hatch = looks[0].hatch == looks[1].hatch
            assert not same_hatch or math.dist(*colours) >= 10, (one, other)


def test_compared_series_differ_in_lightness():
    lightness = [lab(linear(colour))[0] for colour in SERIES[:3]]
    assert all(abs(a - b) >= 8 for a, b in itertools.combinations(lightness, 2))


@pytest.mark.parametrize(
    "drawing",
    [drawing for drawing in DRAWINGS if drawing.name not in OF_MUNICIPALITIES],
    ids=lambda drawing: drawing.name,
)
@pytest.mark.parametrize(
    ("language", "size"),
    [("en", "wide"), pytest.param("da", "narrow", marks=pytest.mark.untraced)],
)
def test_nothing_is_cut_off_and_simulated_data_say_so(tables, drawing, language, size):
    style = style_in(language)
    assert drawing.possible(tables)
    with styled():
        figure = drawing.figure(tables, style, size)
        settle(figure)
        figure.set_dpi(100)
        figure.canvas.draw()
        pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3]
    # what is cut off touches the edge of the picture
    for border in (pixels[:2], pixels[-2:], pixels[:, :2], pixels[:, -2:]):
        assert (border == 255).all()
    words = {text.get_text() for text in figure.findobj(Text) if text.get_visible()}
    assert style.word("simulated_data") in words


@pytest.mark.parametrize(("language", "sign"), [("en", "."), ("da", ",")])
def test_ticks_that_no_chart_formats_have_the_decimals_of_the_language(language, sign):
    with styled():
        figure = new_figure("narrow", 1.5)
        axes = figure.subplots()
        axes.plot([0.0, 0.5], [-0.25, 0.25])
        localise_ticks(figure, read_style(STYLE, language=language, simulated=False))
        figure.canvas.draw()
    told = [
        label.get_text() for axis in (axes.xaxis, axes.yaxis) for label in axis.get_ticklabels()
    ]
    assert f"0{sign}5" in [one.rstrip("0") for one in told]
    assert all(sign in one for one in told)


def test_real_data_carry_no_stamp(tables):
    style = read_style(STYLE, language="en", simulated=False)
    with styled():
        figure = DRAWINGS[0].figure(tables, style, "wide")
        words = {text.get_text() for text in figure.findobj(Text)}
    assert "SIMULATED DATA" not in words


def test_a_figure_without_numbers_is_not_drawn(tables):
    drawing = next(d for d in DRAWINGS if d.name == "forest")
    empty = tables["models"].with_columns(hazard_ratio=pl.lit(None, pl.Float64))
    assert not drawing.possible({"models": empty})
    assert not drawing.possible({})


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("after_changes", pl.col("cause") != "no change (matched months)"),
        ("cumulative_incidence", pl.col("estimate") > 0),
        ("event_study", pl.col("contrast") == "against other clients"),
        ("specifications", pl.col("family") == "specification"),
        ("seam", pl.col("from_state") != pl.col("to_state")),
    ],
)
def test_a_figure_without_the_rows_that_it_shows_is_not_drawn(tables, name, shown):
    drawing = next(d for d in DRAWINGS if d.name == name)
    others = tables[name if name in tables else "designs"].filter(~shown)
    assert not drawing.possible({**tables, drawing.tables[0]: others})


def test_events_without_a_published_change_have_no_panel(tables):
    first = tables["seam"]["event"][0]
    excess = pl.when(pl.col("event") == first).then("excess")
    drawing = next(d for d in DRAWINGS if d.name == "seam")
    with styled():
        figure = drawing.draw(
            {"seam": tables["seam"].with_columns(excess=excess)}, style_in("en"), "wide"
        )
    assert len(figure.axes) == 1


def test_courses_so_far_that_no_model_holds_are_not_announced(tables):
    caption = history_models.caption(tables, style_in("en"))
    assert "Above" in caption
    one = tables["history_models"].filter(pl.col("family") == "course so far")
    caption = history_models.caption({"history_models": one}, style_in("en"))
    assert caption.startswith("The hazard of a job by the type of the course so far")


def test_danish_words_reach_the_pictures(mvad):
    described = json.loads((mvad.release / "figures" / "figures.json").read_text("utf-8"))
    alt = next(figure["alt"] for figure in described if figure["name"] == "state_distribution")
    assert "Beskæftigelse" in alt


def test_alternative_texts_give_the_numbers(synthetic):
    folder = synthetic.release / "figures"
    described = {
        figure["name"]: figure for figure in json.loads((folder / "figures.json").read_text())
    }
    assert "A departure (headline) 0.78 (0.71 to 0.85)" in described["forest"]["alt"]
    # of 15,555, the published total
    assert "Departure 5,210 (33\u202f%)" in described["causes"]["alt"]
    assert "k = 6" in described["quality"]["alt"]
    assert "planted" in described["forest"]["caption"]
    assert "exit month: 7\u202f% against 4\u202f%" in described["exit_months"]["alt"]


def test_steps_run_along_the_top_and_back_along_the_bottom():
    corners = steps(np.array([0.5, 1.5, 2.5]), np.array([0.0, 0.1]), np.array([0.4, 0.6]))
    assert corners.tolist() == [
        [0.5, 0.4],
        [1.5, 0.4],
        [1.5, 0.6],
        [2.5, 0.6],
        [2.5, 0.1],
        [1.5, 0.1],
        [1.5, 0.0],
        [0.5, 0.0],
    ]


def test_withheld_cells_leave_a_gap():
    panel = pl.DataFrame(
        {
            "position": [1, 1],
            "state": ["JOB", "SICK"],
            "weight": [90.0, None],
            "total_weight": [100.0, 100.0],
        }
    )
    positions, shares = shares_matrix(panel, ["JOB", "SICK"])
    assert positions.tolist() == [1]
    assert shares.tolist() == [[0.9], [0.0]]


def test_entropy_is_one_where_all_states_are_equal_and_zero_where_one_is_all():
    table = pl.DataFrame(
        {
            "group": "g",
            "position": [1, 1, 2, 2],
            "state": ["a", "b", "a", "b"],
            "share": [0.5, 0.5, 1.0, None],
        }
    )
    assert entropy_by_month(table, by="group")["entropy"].to_list() == [1, 0]
    assert mean_time(table, by="group").rows() == [("g", "a", 1.5), ("g", "b", 0.5)]


def test_seam_leaves_out_those_who_stay_and_takes_the_largest(tables):
    chosen = largest_excesses(tables["seam"])
    assert (chosen["from_state"] != chosen["to_state"]).all()
    first = chosen.row(0, named=True)
    assert (first["event"], first["from_state"], first["to_state"]) == (
        "in_force",
        "SA_READY",
        "SA_PASSIVE",
    )
    only_young = tables["seam"].filter(pl.col("age") == "under 30")
    assert set(largest_excesses(only_young)["age"]) == {"under 30"}


def test_rows_are_summed_by_fate(tables):
    fates = row_fates(tables["accounting"])
    for row in fates.iter_rows(named=True):
        assert row["read"] == row["used"] + row["merged"] + row["rejected"]


def test_lowest_panels():
    assert [n for n in range(5) if is_lowest(n, 5, 3)] == [2, 3, 4]
    assert is_lowest(0, 1, 3)


def test_unknown_states_get_spare_looks_in_turn():
    style = style_in("en")
    looks = [style.look(state, ["x", "y"]) for state in ("x", "y")]
    assert looks[0].colour != looks[1].colour
    assert style.look("far_away").label == "far away"
    assert style.order(["x", "EDU", "JOB"]) == ["JOB", "EDU", "x"]
    assert style.arrange(["zone", "after", "before"]) == ["before", "after", "zone"]


def test_numbers_follow_the_language():
    english, danish = style_in("en"), style_in("da")
    assert english.number(-1234.5, 1) == "−1,234.5"
    assert danish.number(-1234.5, 1) == "−1.234,5"
    assert english.percent(0.123, 1) == "12.3\u202f%"
    ticks = english.percent_ticks()
    assert [ticks(share) for share in (0, 0.005, 0.01, 0.3)] == [
        "0\u202f%",
        "0.5\u202f%",
        "1\u202f%",
        "30\u202f%",
    ]
    assert english.plain(0.5) == "0.5"
    assert english.signed(2.04) == "+2.04"
    assert english.word("age 60-64") == "Age 60–64"


def test_cluster_names_speak_in_labels():
    style = style_in("en")
    assert style.cluster("SA_PASSIVE + JOB") == "Social assistance, passive + Ordinary job"
    assert style.numbered(2, "SA_PASSIVE + JOB") == "2  Passive support + Job"
    assert style.cluster(None) == "Withheld (too few)"


@pytest.mark.parametrize("text", ["states: [", "states: {JOB: {en: Job}}", "states: [1]"])
def test_a_broken_style_file_gets_a_sentence(text):
    with pytest.raises(UserError, match=r"my\.yaml: each state needs"):
        parse_style(text, language="en", simulated=False, name="my.yaml")


def test_a_missing_style_file_gets_a_sentence():
    with pytest.raises(UserError, match="is missing: the figures need"):
        read_style(Path("nowhere.yaml"), language="en", simulated=False)


def test_a_style_file_may_be_sparse():
    text = "states: {JOB: {en: Job, colour: '#000000'}}\nwords: {all: {en: Everyone}}\n"
    style = parse_style(text, language="da", simulated=False)
    assert style.states["JOB"].label == "Job"
    assert style.word("all") == "Everyone"
    assert style.look("EDU").colour == "#888888"


def test_a_band_contains_the_pointwise_interval_of_its_scale():
    part = pl.DataFrame(
        {"time": [1, 2, 3], "estimate": [0.0, 0.2, 1.0], "se": [0.0, 0.01, 0.0]}
    ).with_columns(low=pl.col("estimate"), high=pl.col("estimate"))
    band = with_bands(part, 2.5)
    # log(-log(1 - F)) changes by se / ((1 - F) log(1 - F)) a standard error.
    step = 2.5 * 0.01 / (0.8 * np.log(1 / 0.8))
    ends = [1 - 0.8 ** np.exp(s * step) for s in (-1, 1)]
    assert band["low"].to_list() == pytest.approx([0.0, ends[0], 1.0])
    assert band["high"].to_list() == pytest.approx([0.0, ends[1], 1.0])
    assert ends[0] < 0.2 < ends[1]
