"""Brief, report and annex: what each may hold, how large it is, and how easy it is to read."""

import re
import subprocess

import polars as pl
import pytest

from trajectories.io import read_json
from trajectories.release.headline import headline
from trajectories.release.outputs.documents import FILES
from trajectories.release.outputs.registry import DRAWINGS, SPECS, VIEWS
from trajectories.release.page import brief, planted
from trajectories.release.page.assemble import SHOWN
from trajectories.release.page.render import render_documents
from trajectories.release.store import read_about, read_tables
from trajectories.release.study import Study
from trajectories.release.style import read_style

from .conftest import CHROMIUM, ROOT, STYLE
from .outline import Outline
from .readability import flesch_kincaid, lix, prose, syllables, words_of

MEGABYTES = 2 * 10**6


@pytest.fixture(scope="session", params=["synthetic", "mvad", "jobless"])
def pages(request) -> dict[str, str]:
    release = request.getfixturevalue(request.param).release
    return {name: (release / file).read_text(encoding="utf-8") for name, file in FILES.items()}


def test_no_run_can_show_more_than_a_report_holds():
    assert sum("report" in drawing.documents for drawing in DRAWINGS) <= 12
    assert sum("report" in view.documents for view in VIEWS) <= 8


@pytest.mark.parametrize("name", [n for n, one in SHOWN.items() if "annex" in one.documents])
def test_every_exhibit_of_the_annex_says_in_one_sentence_what_to_look_for(name):
    reading = SHOWN[name].reading
    assert reading.endswith(".")
    assert len(reading.split()) <= 25
    assert not re.search(r"[.!?] [A-Z]", reading)


def test_every_figure_of_the_brief_has_a_caption_without_terms():
    for drawing in DRAWINGS:
        assert not drawing.plain or "brief" in drawing.documents
        if "brief" in drawing.documents:
            assert not re.search(r"%|hazard|incidence|interval|Kaplan|[gG]-comp", drawing.plain)


def test_every_rule_that_a_table_names_is_one_of_the_workflow():
    workflow = "\n".join(path.read_text("utf-8") for path in ROOT.glob("workflow/rules/*.smk"))
    rules = set(re.findall(r"^ *rule (\w+):", workflow, re.MULTILINE))
    assert {spec.rule for spec in SPECS.values()} <= rules


def test_documents_are_as_short_and_small_as_they_must_be(pages):
    assert all(len(page.encode()) < MEGABYTES for page in pages.values())
    assert words_of(pages["brief"]) <= 800
    assert words_of(pages["report"]) <= 3500
    assert pages["brief"].count('<figure class="picture"') <= 3
    assert pages["report"].count('<figure class="picture"') <= 12
    assert pages["report"].count('<figure class="table') <= 8


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed")
def test_the_brief_prints_on_two_pages(synthetic, tmp_path):
    page = (synthetic.release / FILES["brief"]).as_uri()
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    paper = tmp_path / "brief.pdf"
    command = [str(CHROMIUM), *options, f"--print-to-pdf={paper}", page]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    assert len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes())) == 2


def test_brief_and_report_are_easy_to_read_in_english(pages):
    assert flesch_kincaid(prose(pages["brief"])) <= 9
    assert flesch_kincaid(prose(pages["report"])) <= 12


def test_brief_and_report_are_easy_to_read_in_danish(synthetic):
    release = synthetic.release
    about = {**read_about(release), "language": "da"}
    style = read_style(STYLE, language="da", simulated=True, settings=about["settings"])
    tables = read_tables(release / "tables")
    danish = render_documents(
        tables=tables,
        about=about,
        headline=headline(tables, style.study.event),
        provenance=read_json(release / "provenance.json"),
        disclosure=pl.read_csv(release / "disclosure.csv"),
        descriptions=[],
        pictures={},
        style=style,
    )
    assert lix(prose(danish["brief.html"])) <= 40
    assert lix(prose(danish["report.html"])) <= 50


def test_the_brief_has_no_term_before_its_glossary(pages):
    plain = pages["brief"].partition('<section id="glossary">')[0]
    # Pictures are read with their axes, and named for those who cannot see them.
    plain = re.sub(r"<(svg|style)\b.*?</\1>", "", plain, flags=re.DOTALL)
    words = Outline(plain + "</main></body></html>").words.split("Answers", 1)[-1]
    terms = r"hazard|odds ratio|95 %|p-value|confidence|silhouette|medoid|placebo|\bASW\b|χ|β|≤"
    assert re.findall(terms, words.partition("The question")[2], re.IGNORECASE) == []


def test_every_exhibit_of_the_annex_names_its_file_and_its_rule(synthetic):
    page = (synthetic.release / FILES["annex"]).read_text(encoding="utf-8")
    for figure in re.findall(r"<figure class.*?</figure>", page, re.DOTALL):
        name = re.search(r'id="(?:fig|tab)-(\w+)"', figure)[1]
        if name not in ("disclosure", "record"):
            files = re.findall(r"<code>(tables/\w+\.csv)</code>", figure)
            assert files
            assert all((synthetic.release / file).is_file() for file in files)
            assert re.search(r"rule <code>\w+</code>|made by <code>", figure)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-2.4, -0.9, "from 0.9 to 2.4 fewer"),
        (0.5, 3.0, "from 0.5 to 3.0 more"),
        (-1.0, 2.0, "from 1.0 fewer to 2.0 more"),
        (0.0, 2.0, "from none fewer or more to 2.0 more"),
    ],
)
def test_an_interval_is_said_in_persons(low, high, said):
    style = read_style(STYLE, language="en", simulated=False)
    assert brief.span(low, high, 1, style)(style.study) == said


RISKS = pl.DataFrame(
    {
        "time": [12],
        "risk_none": [0.153],
        "risk_departure": [0.136],
        "difference": [-0.017],
        "low": [-0.024],
        "high": [-0.009],
    }
)


@pytest.mark.parametrize(
    ("ratio", "bounds", "event", "said"),
    [
        (
            0.79,
            [0.7, 0.9],
            "job",
            "found a job more slowly. Their chance each month was about 21",
        ),
        (
            1.2,
            [1.1, 1.3],
            "education",
            "began education faster. Their chance each month was about 20",
        ),
        (0.9, [0.7, 1.1], "job", "The data do not show if"),
        (0.9, None, "flexjob", "The data do not show if"),
    ],
)
def test_the_first_answer_is_as_sure_as_its_interval(ratio, bounds, event, said):
    settings = {"hazards": {"models": {"event": event}}}
    style = read_style(STYLE, language="en", simulated=False, settings=settings)
    found = {"departure_hr": ratio, "departure_hr_ci": bounds}
    sentences = " ".join(brief.departure(found, {"job_risks": RISKS}, style))
    assert said in sentences
    reached = Study(settings).reached
    assert f"After 12 months, 13.6 of every 100 had {reached} if the caseworker left" in sentences
    assert "That is 1.7 fewer (from 0.9 to 2.4 fewer)." in sentences


def test_the_planted_truth_is_beside_the_estimate():
    style = read_style(STYLE, language="en", simulated=True)
    models = pl.DataFrame(
        {"model": ["departures_total"], "term": ["departures"], "planted": [0.78]}
    )
    found = {"departure_hr": 0.81, "departure_hr_ci": [0.7, 0.9]}
    last = brief.departure(found, {"models": models}, style)[-1]
    assert "the chance was made 22 per cent lower. We found 19 per cent lower." in last


REFORM = {
    "outcome": ["exit_job", "exit_education", "type_a", "type_b", "type_c"],
    "effect": [0.0008, 0.0028, 0.0309, -0.0309, 0.0],
}
DESIGN = {
    "outcome": ["exit_job", "exit_education"],
    "estimate": [-0.0001, 0.00302],
    "low": [-0.004, 0.00054],
    "high": [0.0038, 0.0055],
}


def test_planted_types_and_the_planted_reform_are_beside_what_was_found():
    style = read_style(STYLE, language="en", simulated=True)
    tables = {"planted_reform": pl.DataFrame(REFORM), "design": pl.DataFrame(DESIGN)}
    moved, exits = planted.reform(tables, style)
    assert "of every 100 whom the reform touched, it moved 3.1 to another type" in moved
    assert exits == (
        "It made 0.28 more of 100 begin education each month. "
        "We found 0.30 more (from 0.05 to 0.55 more)."
    )
    coarse = pl.DataFrame(DESIGN).with_columns(pl.col("estimate", "low", "high").round(3))
    assert planted.reform(tables | {"design": coarse}, style)[1].endswith(
        "We found 0.3 more (from 0.1 to 0.6 more)."
    )
    assert planted.reform({"planted_reform": tables["planted_reform"]}, style) == [moved]
    assert planted.reform({"design": tables["design"]}, style) == []
    agreement = pl.DataFrame(
        {"a": ["om pam k=5"] * 2, "b": ["ham pam k=5", "planted types k=7"], "ari": [0.3, 0.47]}
    )
    (said,) = planted.types({"k": 5}, {"agreement": agreement}, style)
    assert "the program made 7 types. Ours match them by 0.47" in said
    assert planted.types({"k": 5}, {"agreement": agreement.head(1)}, style) == []
    assert planted.types({"k": 1}, {"agreement": agreement}, style) == []


@pytest.mark.parametrize(
    ("word", "count"),
    [("a", 1), ("leave", 1), ("table", 2), ("worker", 2), ("education", 4), ("looked", 1)],
)
def test_syllables_are_counted(word, count):
    assert syllables(word) == count


def test_formulas_of_readability_are_those_published():
    sentences = ["The cat sat on the mat.", "It was a big reorganisation."]
    assert lix(sentences) == pytest.approx(11 / 2 + 100 * 1 / 11)
    assert flesch_kincaid(sentences) == pytest.approx(0.39 * 5.5 + 11.8 * 15 / 11 - 15.59)


def test_without_differences_and_without_types_the_brief_says_so():
    style = read_style(STYLE, language="en", simulated=True)
    empty = pl.DataFrame(schema={"age": pl.String, "contrast": pl.String, "difference": pl.Float64})
    shares = pl.DataFrame({"group": ["before", "after"]})
    clusters = pl.DataFrame({"cluster": [1], "name": ["JOB"], "share": [1.0]})
    tables = {"differences": empty, "shares": shares, "clusters": clusters}
    assert brief.shift(tables, style) is None
    assert "too alike to sort them into types" in brief.types({"k": 1}, tables, style)[0]
