"""Outputs: each file found, each shown, each in its chapter's place."""

import re
from types import ModuleType

import polars as pl
import pytest

from trajectories.release import EXACT, PRESETS, protect
from trajectories.release.outputs.documents import FILES
from trajectories.release.outputs.registry import CHAPTERS, DRAWINGS, SPECS, VIEWS
from trajectories.release.page.assemble import Exhibits, Page
from trajectories.release.store import read_tables
from trajectories.release.study import Study
from trajectories.release.style import read_style, styled
from trajectories.release.tables import Cell, HtmlTable

from .conftest import ROOT, STYLE
from .outline import Outline
from .plausible import plausible_table


@pytest.fixture(scope="session", params=["synthetic", "mvad", "jobless"])
def any_run(request):
    return request.getfixturevalue(request.param)


def test_every_output_that_can_be_shown_has_its_place_in_the_documents_that_it_names(any_run):
    tables = read_tables(any_run.release / "tables")
    tables["disclosure"] = pl.read_csv(any_run.release / "disclosure.csv")
    for document, name in FILES.items():
        shown = [
            f"{kind}-{one.name}"
            for kind, all_ in (("tab", VIEWS), ("fig", DRAWINGS))
            for one in all_
            if document in one.documents and one.possible(tables)
        ]
        page = (any_run.release / name).read_text(encoding="utf-8")
        found = [name for name in Outline(page).ids if name.startswith(("fig-", "tab-"))]
        assert sorted(shown) == sorted(found)


def page_with(*tables: str) -> Page:
    """An annex of a run that has these tables and no figure."""
    table = HtmlTable("Caption.", ["a"], [[Cell("x")]])
    return Page("annex", Exhibits(tables=dict.fromkeys(tables, table)), Study())


def written(page: Page, text: str, *placed: str) -> str:
    """Write a paragraph of a page that places some tables; <x> refers to the table x."""
    for name in placed:
        page.tab(name)
    found = text.replace("<", "\ue000tab:").replace(">", "\ue001")
    return page.finish(f"<p>{found}</p>\n")


EXITS, MODELS = '<a href="#tab-exits">Table A1</a>', '<a href="#tab-models">Table A2</a>'


@pytest.mark.parametrize(
    ("text", "with_one", "with_both"),
    [
        ("<exits> counts.", f"{EXITS} counts.", f"{EXITS} counts."),
        ("<models> gives.", None, f"{MODELS} gives."),
        ("<exits>[[, <models>]].", f"{EXITS}.", f"{EXITS}, {MODELS}."),
        ("All[[ of <models>]].", "All.", f"All of {MODELS}."),
        ("[[<models> gives.]]", None, f"{MODELS} gives."),
        ("[[Is it?[[ <models> gives.]]]]", None, f"Is it? {MODELS} gives."),
        ("A[[ <exits>[[, <models>]].]]", f"A {EXITS}.", f"A {EXITS}, {MODELS}."),
        ("No reference.", "No reference.", "No reference."),
    ],
)
def test_what_is_said_of_an_absent_output_drops_itself(text, with_one, with_both):
    one = written(page_with("exits"), text, "exits", "models")
    both = written(page_with("exits", "models"), text, "exits", "models")
    assert one == ("" if with_one is None else f"<p>{with_one}</p>\n")
    assert both == f"<p>{with_both}</p>\n"


def test_numbers_come_in_the_order_in_which_the_page_places_tables():
    page = page_with("exits", "models")
    assert "<b>Table A1.</b>" in page.tab("models")
    assert "<b>Table A2.</b>" in page.tab("exits")


def test_a_heading_without_anything_under_it_goes():
    page = page_with()
    two = "<h3>A</h3>\n\n<h3>B</h3>\n<p>C</p></section>"
    assert page.finish(two) == "\n<h3>B</h3>\n<p>C</p></section>"
    assert page.finish("<h3>A</h3>\n</section>") == "</section>"


def test_what_a_template_does_not_place_comes_at_the_end_of_its_chapter():
    (exits,) = [chapter for chapter in CHAPTERS if chapter.name == "exits"]
    page = page_with("exits", "models", "clusters")
    page.tab("exits")
    rest = page.finish(page.rest(exits))
    assert rest.startswith(f"<p>See also {MODELS}.</p>")
    assert "tab-exits" not in rest
    assert page.rest(exits) == ""


def test_a_template_names_outputs_that_there_are():
    with pytest.raises(ValueError, match="no output shows tab:modles"):
        page_with().ref("tab:modles")


@pytest.mark.parametrize("name", SPECS)
def test_every_declaration_makes_a_table_that_the_gate_publishes(name):
    spec = SPECS[name]
    exact = plausible_table(spec)
    for rules in (*PRESETS.values(), EXACT):
        published, log = protect(exact, spec, rules)
        assert tuple(published.columns) == tuple(dict.fromkeys(spec.published))
        assert published.height > 0
        assert log.withheld < max(1, log.cells)


def test_the_example_of_a_new_output_is_one():
    page = (ROOT / "docs" / "new-output.md").read_text(encoding="utf-8")
    (code,) = [c for c in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "OUTPUT" in c]
    module = ModuleType("window_years")
    exec(compile(code, "docs/new-output.md", "exec"), module.__dict__)
    output = module.OUTPUT
    published, _ = protect(plausible_table(output.table), output.table, PRESETS["default"])
    tables = {"window_years": published}
    style = read_style(STYLE, language="en", simulated=True)
    assert output.figure.possible(tables)
    with styled():
        assert output.figure.draw(tables, style, "narrow").axes
    caption, alt = output.figure.words(tables, style)
    assert caption.startswith("Number of windows")
    assert "2014 2,640" in alt
    view = output.view.build(tables, style)
    assert [cell.text for cell in view.rows[0]][:2] == ["2013", "2,400"]
    assert published["share"].sum() == pytest.approx(1, abs=0.01)
