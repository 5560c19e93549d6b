"""The Danish language is whole: every message has its translation, and no page speaks English."""

import re

import pytest
from matplotlib.text import Text

from trajectories.release.style import styled
from trajectories.words import catalogue

from .conftest import DEFAULT, JOBLESS, fewer_panels, make
from .english_words import FUNCTION_WORDS, Said, english, forms, labels, seen, words_of
from .fakes import all_tables, duration_tables
from .fakes.courses import CLUSTERS
from .test_wording import merged

DANISH = {"run": {"title": "Forløb <før> & efter"}, "release": {"language": "da"}}
# Values that the invented tables of these tests hold, and no stage writes.
INVENTED = re.compile(
    "|".join(
        [
            *(name.replace(" ", r"\s+") for name, _states, _share in CLUSTERS.values()),
            r"(?:covariate )?(?:first kind|second kind|sex m against k)",
            "combined",
        ]
    ),
    re.IGNORECASE,
)
FILLED = re.compile(r"\{[^}]*\}|%\(\w+\)s|%%|<[^>]+>|\[\[|\]\]")


def pairs() -> list[tuple[str, str]]:
    """The forms of all messages with those of their translations."""
    entries = [entry for entry in catalogue("da") or () if entry.id]
    return [
        pair for entry in entries for pair in zip(forms(entry.id), forms(entry.string), strict=True)
    ]


def test_every_message_has_a_translation():
    assert [message for message, text in pairs() if not text] == []


def test_a_translation_is_filled_by_what_its_message_is_filled_by():
    different = {
        message: sorted(FILLED.findall(text))
        for message, text in pairs()
        if text and sorted(FILLED.findall(message)) != sorted(FILLED.findall(text))
    }
    assert different == {}


def test_a_translation_begins_and_ends_as_its_message():
    """A space or a full stop that is lost would join two sentences."""

    def ends(text: str) -> tuple[bool, bool, bool]:
        return text[:1].isspace(), text[-1:].isspace(), text.endswith(".")

    different = [message for message, text in pairs() if text and ends(message) != ends(text)]
    assert different == []


def test_translations_and_labels_hold_no_english_words():
    texts = [*(text for _message, text in pairs()), *labels("da")]
    found = {text: words_of(text) & FUNCTION_WORDS for text in texts}
    assert {text: words for text, words in found.items() if words} == {}


@pytest.fixture(scope="module", params=["whole", "durations"])
def danish(request, tmp_path_factory) -> list[str]:
    """The texts of a Danish run's pages, and the words of its figures."""
    words: list[str] = []

    def render(drawing, tables, style):
        yield from ((f"{drawing.name}{end}.svg", b"<svg/>") for end in ("", "_narrow"))
        with styled():
            figure = drawing.draw(tables, style, "wide")
            words.extend(text.get_text() for text in figure.findobj(Text))

    stages, config = (
        ({"hazards": duration_tables()}, JOBLESS)
        if request.param == "durations"
        else (fewer_panels(all_tables()), DEFAULT)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trajectories.release.outputs.base.Drawing.render", render)
        made = make(tmp_path_factory.mktemp("danish"), stages, merged(config, DANISH))
    pages = sorted(made.release.glob("*.html"))
    assert pages
    told = [text for page in pages for text in Said(page.read_text("utf-8"), "da").texts]
    return [INVENTED.sub(" ", text) for text in (*told, *filter(str.strip, words))]


def test_no_english_word_is_in_a_danish_page_or_figure(danish):
    assert len(danish) > 200
    assert seen(danish) == {}


@pytest.mark.parametrize(
    "text",
    [
        "Share of windows",
        "Andel of vinduer",
        "Caseworkers who left, recall",
        "gap between equal rows filled",
        "1,8 (−0,2 to 3,7)",
    ],
)
def test_an_english_text_is_found(text):
    assert seen([text])
    assert seen(Said(f"<html lang='da'><p>Ja</p><img alt='{text}'></html>", "da").texts)


def test_code_and_what_is_marked_as_english_may_be_english():
    page = "<p>Ja <code>share of rows</code><span lang='en'>the share</span> <b>nej</b></p>"
    assert Said(page, "da").texts == ["Ja ", "nej"]


def test_the_words_of_the_list_are_those_of_the_messages():
    assert {"caseworker", "share", "clusters", "the"} <= english()
    assert not {"borgere", "andel", "klynge", "type", "model"} & english()
