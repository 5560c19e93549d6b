"""Figures in further formats: asked for in the configuration, the same bytes each time, whole."""

import io

import numpy as np
import polars as pl
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread

from trajectories.release import PRESETS
from trajectories.release.charts.formats import SLIDE_INCHES, SLIDE_PIXELS, as_slide, fit_to_slide
from trajectories.release.gate.protect import protect_all
from trajectories.release.inspection.pictures import inspect_picture
from trajectories.release.outputs.registry import DRAWINGS, SPECS
from trajectories.release.style import new_figure, read_style

from .conftest import STYLE
from .fakes import all_tables


def rendered(name: str, formats: list[str] | None = None) -> dict[str, bytes]:
    """Render one figure with the formats of a configuration, or with none in it."""
    drawing = next(one for one in DRAWINGS if one.name == name)
    settings = {} if formats is None else {"release": {"figure_formats": formats}}
    exact = {
        table: (frame, SPECS[table])
        for part in all_tables().values()
        for table, frame in part.items()
        if table in drawing.tables
    }
    tables: dict[str, pl.DataFrame] = {
        table: frame for table, (frame, _) in protect_all(exact, PRESETS["default"]).tables.items()
    }
    style = read_style(STYLE, language="en", simulated=True, settings=settings)
    made = dict(drawing.render(tables, style))
    assert set(made) <= set(drawing.files)
    return made


def test_no_more_is_drawn_than_is_asked_for():
    assert set(rendered("quality")) == {"quality.svg", "quality.png", "quality_narrow.svg"}
    assert set(rendered("quality", [])) == {"quality.svg", "quality_narrow.svg"}


def test_all_formats_are_the_same_bytes_each_time_and_tell_nothing_else():
    first, again = (rendered("quality", ["png", "pdf", "slide"]) for _ in range(2))
    assert set(first) == {
        *("quality.svg", "quality.png", "quality_narrow.svg"),
        *("quality.pdf", "quality_slide.png"),
    }
    assert first == again
    for name, content in first.items():
        assert list(inspect_picture(name, content)) == []


def test_a_pdf_that_tells_of_its_maker_is_found():
    pdf = rendered("quality", ["pdf"])["quality.pdf"]
    assert pdf.startswith(b"%PDF-")
    for planted in (b"/Author (Jane)", b"/CreationDate (D:2024)", b"/Producer <feff>"):
        spoilt = pdf.replace(b"/Type /Catalog", b"/Type /Catalog " + planted)
        assert spoilt != pdf
        assert [one.kind for one in inspect_picture("a.pdf", spoilt)] == ["metadata"]
    assert [one.kind for one in inspect_picture("a.pdf", pdf + b"more")] == ["metadata"]


def plain(height: float, *, placed: bool = False) -> Figure:
    figure = new_figure("wide", height)
    if placed:
        figure.set_layout_engine("none")
        figure.add_axes((0.1, 0.1, 0.8, 0.8))
    else:
        figure.subplots()
    return figure


@pytest.mark.parametrize(
    ("height", "placed", "anew"),
    [(2.3, False, True), (3.9, False, True), (6.0, False, False), (2.3, True, False)],
)
def test_a_slide_has_its_size_and_tall_figures_keep_their_shape(height, placed, anew):
    figure = plain(height, placed=placed)
    fit_to_slide(figure)
    width, high = figure.get_size_inches().tolist()
    assert ((width, high) == SLIDE_INCHES) == anew
    pixels = imread(io.BytesIO(as_slide(figure)))[..., :3]
    assert pixels.shape[1::-1] == SLIDE_PIXELS
    inked = np.argwhere((pixels < 1).any(axis=2))
    # The figure takes all of one side of the slide, and its axes most of that.
    scale = min(SLIDE_PIXELS[0] / width, SLIDE_PIXELS[1] / high)
    across = float(np.ptp(inked[:, 1]))
    assert 0.75 * width * scale < across < width * scale
    middle = float(inked[:, 1].min() + inked[:, 1].max()) / 2
    assert abs(middle - SLIDE_PIXELS[0] / 2) < 0.06 * width * scale


def test_nothing_is_cut_off_on_a_slide():
    for name in ("shares", "quality", "partition_states"):
        pixels = imread(io.BytesIO(rendered(name, ["slide"])[f"{name}_slide.png"]))
        for border in (pixels[:2], pixels[-2:], pixels[:, :2], pixels[:, -2:]):
            assert (border[..., :3] == 1).all()
