"""Words in catalogues: what is marked is said in the language of the run."""

import ast
import datetime as dt
import re
import shutil
from pathlib import Path

import pytest

import trajectories
from trajectories import words
from trajectories.catalogues import check_catalogues, main, write_catalogues
from trajectories.release.page.environment import environment
from trajectories.release.study import Study
from trajectories.words import _, n_

PACKAGE = Path(trajectories.__file__).parent
ENGLISH, DANISH = Study(), Study(language="da")


@pytest.fixture
def package(tmp_path) -> Path:
    """A small package with one message and its translation."""
    (tmp_path / "module.py").write_text('TEXT = _("a job")\n', encoding="utf-8")
    place = tmp_path / "locale" / "da" / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "trajectories.po").write_text(
        'msgid ""\nmsgstr ""\n"Language: da\\n"\n\nmsgid "a job"\nmsgstr "job"\n', encoding="utf-8"
    )
    return tmp_path


def test_every_marked_message_is_in_the_catalogues_and_nothing_else():
    assert check_catalogues(PACKAGE) == []


def test_the_catalogues_are_as_they_would_be_written(tmp_path):
    copy = tmp_path / "package"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    write_catalogues(copy)
    for path in PACKAGE.glob("locale/*/LC_MESSAGES/*.po"):
        assert (copy / path.relative_to(PACKAGE)).read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("other.py", 'x = _("An unknown sentence.")', "missing: 'An unknown sentence.'"),
        ("other.py", 'x = n_("{number} cell", "{number} cells")', "missing: '{number} cell'"),
        ("page.j2", "{% trans %}Nearly 95 %.{% endtrans %}", "missing: 'Nearly 95 %%.'"),
        ("module.py", "", "not in the code: 'a job'"),
    ],
)
def test_a_catalogue_that_differs_from_the_code_is_found_and_mended(package, name, text, message):
    assert check_catalogues(package) == []
    (package / name).write_text(text, encoding="utf-8")
    (line,) = check_catalogues(package)
    assert line.endswith(message)
    (told,) = write_catalogues(package)
    assert check_catalogues(package) == []
    counted = "0 messages, 0" if name == "module.py" else "2 messages, 1"
    assert told.endswith(f": {counted} without a translation")


def test_the_check_fails_where_a_message_is_in_the_code_alone(package, capsys):
    assert main("check", package) == 0
    (package / "other.py").write_text('x = _("Planted.")', encoding="utf-8")
    assert main("check", package) == 1
    assert "missing: 'Planted.'" in capsys.readouterr().out
    assert main("write", package) == main("check", package) == 0


def test_a_message_without_a_translation_is_english_throughout():
    text = _("Not translated: {outcome}, {time}, {names}.")
    values = {"time": lambda to: to.months(2), "names": lambda to: to.listed(["a", "b", "c"])}
    told = "Not translated: a job, 2 months, a, b and c."
    assert DANISH.say(text, **values) == ENGLISH.say(text, **values) == told


def test_a_translated_message_is_danish_throughout():
    text = "{share} of {population} had a new caseworker while at risk."
    told = "4 af de aktivitetsparate fik en ny sagsbehandler, mens de blev fulgt."
    assert DANISH.say(text, share=4) == told


@pytest.mark.parametrize(("number", "danish"), [(1, "1 måned"), (0, "0 måneder"), (2, "2 måneder")])
def test_plural_forms_are_those_of_the_language(number, danish):
    assert DANISH.months(number) == danish
    assert ENGLISH.months(number) == ("1 month" if number == 1 else f"{number} months")
    things = n_("{number} thing", "{number} things")
    assert DANISH.count(things, number) == ENGLISH.count(things, number)


def test_an_unknown_name_in_a_message_is_an_error():
    with pytest.raises(AttributeError, match="nothing_known"):
        ENGLISH.say("{nothing_known}")


def test_numbers_and_dates_have_the_language_s_signs():
    assert words.localise("1,234.50", "da") == "1.234,50"
    assert words.localise("1,234.50", "en") == "1,234.50"
    day = dt.date(2013, 4, 8)
    assert [words.day_in_words(day, name) for name in words.LOCALES] == [
        "8 April 2013",
        "8. april 2013",
    ]
    assert [words.month_in_words(day, name) for name in words.LOCALES] == [
        "April 2013",
        "april 2013",
    ]


@pytest.mark.parametrize("study", [ENGLISH, DANISH])
def test_templates_speak_the_language_and_escape_what_they_are_given(study):
    text = (
        "{% trans %}Missing from this report{% endtrans %}: "
        "{% trans origin=name %}based on {{ origin }}{% endtrans %}; "
        "{% trans %}<b>10 %</b> of {{ outcome }}{% endtrans %}; "
        "{% trans n=2 %}{{ n }} row{% pluralize %}{{ n }} rows{% endtrans %}"
    )
    told = environment(study).from_string(text).render(name="<a>")
    first = {
        "en": "Missing from this report: based on &lt;a&gt;",
        "da": "Mangler i denne rapport: bygger på &lt;a&gt;",
    }
    assert told == f"{first[study.language]}; <b>10 %</b> of a job; 2 rows"


def pieces_without_mark(source: str) -> list[str]:
    """Find sentences, and pieces that a sentence is put together from, that nobody can translate.

    They end in a full stop, or begin or end with what joins them to the rest.
    """
    tree = ast.parse(source)
    marked: set[int] = set()
    for node in ast.walk(tree):
        is_marked = isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"_", "n_"}
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_marked or is_docstring:
            marked |= {id(inner) for inner in ast.walk(node)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in marked
        and len(re.findall(r"[a-z]{2,}", node.value)) > 2
        and re.search(r"^[ ,;]|[ .,;]$", node.value)
    ]


@pytest.mark.parametrize("path", sorted((PACKAGE / "release" / "outputs").glob("*/*.py")))
def test_outputs_put_no_sentence_together_from_pieces_without_a_mark(path):
    assert pieces_without_mark(path.read_text(encoding="utf-8")) == []


def test_a_piece_without_a_mark_is_found():
    assert pieces_without_mark('note = say(_("All of them{more}."), more=", but not these here")')
    assert not pieces_without_mark('note = say(_("All of them, but not these here."))')
