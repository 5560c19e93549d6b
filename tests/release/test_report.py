"""The report: self-contained, numbered, linked, accessible, and honest about what is missing."""

import json
import re
import shutil

import polars as pl
import pytest

from trajectories.release.headline import KEYS
from trajectories.release.outputs.checks import verdict
from trajectories.release.outputs.documents import DOCUMENTS, FILES
from trajectories.release.outputs.question.trial import target_trial
from trajectories.release.page import prose, remarks, typology_prose
from trajectories.release.page.summary import departure_sentence, summary
from trajectories.release.page.words import headline_boxes
from trajectories.release.store import read_tables
from trajectories.release.study import Study
from trajectories.release.style import read_style
from trajectories.release.verdict_words import CHECKS, SENTENCES, judged

from .conftest import STYLE
from .fakes.checks import check_tables
from .outline import Outline, documents_of


def page_of(made) -> str:
    return documents_of(made.release)


@pytest.fixture(scope="session", params=["synthetic", "mvad", "jobless"])
def any_run(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session", params=DOCUMENTS)
def any_page(request, any_run) -> str:
    return (any_run.release / FILES[request.param]).read_text(encoding="utf-8")


def test_the_page_is_whole_and_links_lead_somewhere(any_run):
    outlines = {
        name: Outline((any_run.release / name).read_text(encoding="utf-8"))
        for name in FILES.values()
    }
    for own, outline in outlines.items():
        assert outline.open == []
        assert len(outline.ids) == len(set(outline.ids))
        for link in outline.links:
            name, _sign, anchor = link.partition("#")
            assert not anchor or anchor in outlines[name or own].ids, link


def test_the_page_needs_nothing_from_elsewhere(any_page):
    outline = Outline(any_page)
    assert outline.sources in ([], [""])
    assert "@import" not in any_page
    assert not re.search(r"url\((?!#)|https?://", any_page)


def test_a_page_has_one_script_and_it_only_shows_and_sorts(synthetic):
    for name in FILES.values():
        page = (synthetic.release / name).read_text(encoding="utf-8")
        assert page.count("<script") == 1
        assert not re.search(r"fetch\(|XMLHttp|localStorage|innerHTML|eval\(", page)


def test_every_picture_has_an_alternative_text(any_run):
    images = Outline(page_of(any_run)).images
    assert images
    assert all(len(image["alt"]) > 40 for image in images)


def test_header_cells_say_what_they_head(any_page):
    for tag, attributes in Outline(any_page).cells:
        assert (tag == "th") == (attributes.get("scope") in ("row", "col"))


def test_figures_and_tables_are_numbered_in_the_order_of_the_page(any_page):
    for numbers in Outline(any_page).numbered.values():
        assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("name", ["brief.html", "report.html"])
def test_every_figure_and_table_is_mentioned_in_the_text(any_run, name):
    page = (any_run.release / name).read_text(encoding="utf-8")
    assert Outline(page).unmentioned == set()


def test_no_python_leaks_into_the_words(any_page):
    assert not Outline(any_page).leaks


def test_simulated_data_are_called_so_on_the_page_alone_where_they_are(synthetic, mvad, jobless):
    assert "SIMULATED DATA" in page_of(synthetic)
    assert "(simulated data)</title>" in page_of(synthetic)
    for real in (mvad, jobless):
        assert "simulated" not in page_of(real).lower().replace("simulated.seed", "")


def test_the_title_is_escaped_and_danish_letters_are_right(synthetic):
    page = page_of(synthetic)
    assert "<h1>Trajectories &lt;before&gt; &amp; after</h1>" in page
    assert "Ærø Åse" in page
    assert '<meta charset="utf-8">' in page


def test_sections_of_the_default_run(synthetic):
    headings = Outline(page_of(synthetic)).headings
    for heading in (
        "The question",
        "Question",
        "Design",
        "Checks",
        "Limits",
        "Data and accounting of rows",
        "Trajectories as sequences of months",
        "A typology of trajectories",
        "Before, during and after the reform",
        "Was it only relabelled?",
        "Caseworker changes",
        "Exits",
        "Hazard ratios",
        "Disclosure control",
        "Provenance",
    ):
        assert heading in headings
    assert "What this run did not do" not in headings


def test_sections_of_disabled_stages_are_absent_and_the_reason_is_given(mvad, jobless):
    outline = Outline(page_of(mvad))
    assert "Sagsbehandlerskift" not in outline.headings
    assert "Sammenligning af grupper" in outline.headings
    assert "Hvad denne kørsel ikke har gjort" in outline.headings
    assert "the data hold no caseworkers" in " ".join(outline.text)
    outline = Outline(page_of(jobless))
    assert "A typology of trajectories" not in outline.headings
    assert "typology.enabled" in " ".join(outline.text)
    assert "3,345 durations with 20,885 periods at risk" in " ".join(outline.text)


def test_the_choice_of_k_is_explained_from_the_settings(synthetic):
    words = " ".join(Outline(page_of(synthetic)).text)
    assert "the lowest sum of ranks won" in words
    assert "less than 2 per cent" in words


def test_remarks_of_the_models_are_sentences(synthetic):
    words = " ".join(Outline(page_of(synthetic)).text)
    assert "differ by more than three per cent" in words
    assert "In the models of changes of any cause (the association), groups" in words
    assert "2 groups" not in words


def quality_by(method):
    return pl.DataFrame({"method": [method] * 3, "k": [2, 3, 4], "chosen": [False, False, True]})


TABLES = {"quality": quality_by("pam")}


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"rule": "fixed"}, "The number of clusters, 4, was fixed"),
        ({"rule": "best", "indices": ["ASW"]}, "best average silhouette width (ASW) was taken"),
        ({}, "from 2 to 4 were ranked by each of average silhouette width (ASW)"),
    ],
)
def test_other_rules_of_choice(choice, words):
    assert words in typology_prose.choice(Study({"typology": {"choice": choice}}), {"k": 4}, TABLES)


def test_numbers_that_took_no_part_are_named():
    study = Study({"typology": {"choice": {"rule": "fixed"}, "k_max": 6}})
    found = typology_prose.choice(study, {"k": 4}, TABLES)
    assert "5 and 6 types could not be told apart in these courses" in found
    whole = Study({"typology": {"choice": {"rule": "fixed"}, "k_max": 4}})
    assert "took no part" not in typology_prose.choice(whole, {"k": 4}, TABLES)


def test_one_group_is_called_one_group():
    assert "described as one group" in typology_prose.choice(Study({}), {"k": 1}, TABLES)


@pytest.mark.parametrize(
    ("significant", "jaccard", "words"),
    [
        (True, 0.9, ["better than one model for everybody", "BIC", "is that of 4 types", "Every"]),
        (True, 0.5, ["read with care: cluster 2"]),
        (False, 0.9, ["no better than chance", "one continuum", "The 4 groups that are shown"]),
    ],
)
def test_the_number_of_types_of_a_model_is_explained(significant, jaccard, words):
    tables = {
        "quality": quality_by("markov_mixture"),
        "null_quality": pl.DataFrame({"decides": [True], "significant": [significant], "k": [2]}),
        "stability": pl.DataFrame(
            {"k": [4] * 4, "cluster": [1, 2, 3, 4], "jaccard_median": [0.9, jaccard, 0.8, 0.9]}
        ),
    }
    found = typology_prose.choice(Study({}), {"k": 4}, tables)
    assert "move between states with the same monthly chances" in found
    assert all(word in found for word in words)


@pytest.mark.parametrize(
    ("ratio", "bounds", "words"),
    [
        (0.78, [0.7, 0.87], "chance of a job 22 per cent lower than other clients"),
        (1.2, [1.1, 1.3], "chance of a job 20 per cent higher than other clients"),
        (0.9, [0.7, 1.1], "The data do not show whether"),
        (0.9, None, "interval withheld"),
    ],
)
def test_the_headline_sentence_is_as_sure_as_the_interval(ratio, bounds, words):
    style = read_style(STYLE, language="en", simulated=True)
    headline = {"departure_hr": ratio, "departure_hr_ci": bounds}
    assert words in departure_sentence(headline, style)


@pytest.mark.parametrize(
    ("ratio", "bounds", "words"),
    [
        (
            0.78,
            [0.7, 0.87],
            "månedlig chance for job, der var 22 procent lavere end andre borgeres",
        ),
        (1.2, [1.1, 1.3], "andre borgeres (hazard ratio 1,20, 95 %-interval 1,10 til 1,30)"),
        (0.9, [0.7, 1.1], "Data viser ikke, om borgere, hvis sagsbehandler stoppede"),
        (0.9, None, "interval udeladt"),
    ],
)
def test_a_danish_run_has_a_danish_summary(synthetic, ratio, bounds, words):
    style = read_style(STYLE, language="da", simulated=True)
    headline = {"departure_hr": ratio, "departure_hr_ci": bounds, "k": 3, "relabelling_contrast": 0}
    tables = read_tables(synthetic.release / "tables")
    text = " ".join(summary(headline | {"ever_changed_share": 0.4}, tables, style))
    assert words in text
    assert "sorteret efter, hvor ens de er, i 3 typer" in text
    assert "ændrer hver types andel sig lige så meget fra før til efter" in text
    assert "Fra den ene måned til den næste ved kontanthjælpsreformen i januar 2014" not in text
    only = dict.fromkeys(headline | {"ever_changed_share": 0}, None)
    moved = summary(only | {"relabelling_contrast": 0.01}, {}, style)
    assert "op til 1,0 procentpoint" in moved[0]
    shown = verdict.view(tables, style)
    assert shown.head == ["Prøve", "Vurdering", "Hvorfor"]
    assert shown.rows[0][0].text == "Placebo: før sagsbehandleren stopper"
    assert shown.rows[0][1].text == "Modsagt"
    assert "hazard ratio 0,80, 95 %-interval 0,70 til 0,91" in shown.rows[0][2].text


@pytest.mark.parametrize("language", ["en", "da"])
def test_the_verdict_tells_nothing_of_changes_that_the_gate_withholds(synthetic, language):
    """Of 100 months before a job 4 hold a change: neither they nor their share may be told."""
    exact = check_tables()["verdict"]
    assert exact.filter(check="closing")["exit_changes"].item() == 4
    released = read_tables(synthetic.release / "tables")["verdict"]
    study = Study(language=language)
    found = {check: (word, why) for check, word, why in judged(released, study)}
    name = study.say(CHECKS["closing"])
    assert found[name] == ("withheld", study.say(SENTENCES["withheld"]))
    assert list(found)[-1] == name
    style = read_style(STYLE, language=language, simulated=True)
    shown = verdict.view({"verdict": released}, style)
    assert not any(re.search(r"\b4\b", cell.text) for row in shown.rows for cell in row)


@pytest.mark.parametrize(
    ("association", "words"),
    [
        (0.85, "at a strength of 2.5"),
        (0.99, "at a strength of 1.5; if all changes"),
        (0.5, "at no strength up to 4"),
    ],
)
def test_the_selection_that_would_make_the_association_is_read_off(synthetic, association, words):
    style = read_style(STYLE, language="en", simulated=True)
    tables = dict(read_tables(synthetic.release / "tables"))
    ratio = pl.when(pl.col("model") == "association").then(association).otherwise("hazard_ratio")
    tables["models"] = tables["models"].with_columns(hazard_ratio=ratio)
    assert words in prose.selection_sentence(tables, style)
    assert prose.selection_sentence({}, style) == ""


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("headline_refused", "too few caseworkers of the persons at risk left"),
        (
            "association_refused",
            "changes of any cause (the association) could not be estimated",
        ),
        ("association_refused_separated", "predict the exit perfectly (separation)"),
        ("headline_refused_clusters", "have the exit in too few teams for an interval"),
        ("departures_given_other_refused_headline", "same departures as the headline"),
        ("bootstrap_refused_separated", "the headline's interval by the wild bootstrap"),
        ("balance_refused", "Tables: these could not be made from these data: the balance"),
        ("exits_refused_events", "could not be made from these data: exits."),
        ("histories_refused_events", "Courses around changes: some could not be sorted"),
        ("timing_refused_events", "The model of the timing of events could not be estimated"),
        ("other_jobs_refused", "Other designs: these could not be estimated"),
        ("departures_total_clusters", "no intervals clustered"),
        ("association_few_clusters", "(the association) rests on few municipal"),
        ("something_new", "Remark of the models: something_new."),
    ],
)
def test_each_remark_has_a_sentence(code, words):
    (sentence,) = remarks.notes({"notes": pl.DataFrame({"code": [code]})}, Study())
    assert words in sentence


def test_models_refused_for_one_reason_share_a_sentence():
    codes = ["departures_total_refused_events", "association_refused_events", "risks_refused"]
    first, second = remarks.notes({"notes": pl.DataFrame({"code": codes})}, Study())
    assert first.startswith("The models of departures (the headline) and changes of any cause")
    assert second.startswith("The model of the risk of a job")


@pytest.mark.parametrize(
    ("code", "english", "danish"),
    [
        ("headline_refused", "too few caseworkers", "for få af borgernes sagsbehandlere"),
        ("headline_refused_clusters", "in too few teams", "i for få teams"),
        ("departures_total_refused_separated", "separation", "forudsiger afgangen fuldstændigt"),
        ("departures_total_refused", "cannot be estimated", "kan ikke estimeres"),
        ("association_refused_events", None, None),
    ],
)
def test_without_an_effect_the_first_sentences_and_the_first_box_say_why(code, english, danish):
    tables = {"notes": pl.DataFrame({"code": ["variants_refused", code]})}
    headline = dict.fromkeys(KEYS)
    for language, words in (("en", english), ("da", danish)):
        style = read_style(STYLE, language=language, simulated=True)
        said = summary(headline, tables, style)
        boxes = headline_boxes(headline, tables, style)
        assert len(said) == len(boxes) == (0 if words is None else 1)
        assert words is None or (words in said[0] and words in boxes[0].detail and boxes[0].main)


def test_a_contrast_that_is_not_zero_is_called_relabelling():
    style = read_style(STYLE, language="en", simulated=True)
    headline = dict.fromkeys(
        ("k", "ever_changed_share", "departure_hr", "departure_hr_ci"), None
    ) | {"relabelling_contrast": 0.045}
    (sentence,) = summary(headline, {}, style)
    assert "by up to 4.5 percentage points" in sentence


def test_states_of_the_register_are_recognised(mvad):
    assert not prose.registered_states({})
    table = pl.DataFrame({"state": ["SA_READY", "JOB"]})
    assert prose.registered_states({"state_distribution": table})
    assert "visitationsgruppe og aktivitet" not in page_of(mvad)


def test_the_target_trial_follows_the_settings():
    settings = {
        "hazards": {
            "risk": {"lag_months": 2, "starts": "all", "current_readiness_only": True},
            "changes": {"list_months": 6},
        }
    }
    words = " ".join(cell.text for row in target_trial(Study(settings)).rows for cell in row)
    assert "lag of 2 months" in words
    assert "6 months before the leaver's last month" in words
    assert "selects on a consequence" in words
    assert "Persons on social assistance" in words


def test_the_documents_are_made_from_the_release_alone(synthetic, tmp_path):
    from trajectories.commands.release.report import report

    copy = tmp_path / "release"
    shutil.copytree(synthetic.release, copy)
    report(release=copy, out=tmp_path)
    for name in FILES.values():
        assert (tmp_path / name).read_bytes() == (synthetic.release / name).read_bytes()
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert len(manifest) > 40
