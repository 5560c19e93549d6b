"""English words that no Danish page holds, and the texts of a page that must be Danish."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from html.parser import HTMLParser

import yaml

from trajectories.words import catalogue

from .conftest import STYLE


def words_in(text: str) -> frozenset[str]:
    """The words of a list that is written as lines."""
    return frozenset(text.split())


# Words that every English sentence needs and no Danish one has.
FUNCTION_WORDS = words_in(
    """
    about above across among and any are as because been before being below between both but cannot
    could did does during each either every from how if in into is it its least less many more
    most neither never nor not of on one only or other others our out should since some than that
    the their them then there these they this those through together too two until up was were what
    when where whether which while who whose why will with within without would
    """
)
# What a Danish paper gives in English too: names of methods and of their authors' terms.
TECHNICAL = (
    "sequence analysis multistate model",
    "sequence history analysis",
    "timing of events",
    "event study",
    "optimal matching",
    "wild bootstrap",
    "forest plot",
)
TECHNICAL_WORDS = frozenset({"bic", "hazards", "markov"})


def words_of(text: str) -> set[str]:
    """The words of a text in lower case, without what fills a message, tags, keys and files."""
    text = re.sub(r"\{[^}]*\}|%\(\w+\)s|<[^>]+>|\S+/\S+|\w+(?:[._]\w+)+", " ", text.lower())
    for name in TECHNICAL:
        text = text.replace(name, " ")
    return set(re.findall(r"[a-zæøå]+(?:[-'’][a-zæøå]+)*", text))


def forms(text: str | Iterable[str]) -> tuple[str, ...]:
    """The forms of a message or of its translation."""
    return (text,) if isinstance(text, str) else tuple(text)


def labels(language: str) -> Iterator[str]:
    """The labels of the style file in one language."""
    document = yaml.safe_load(STYLE.read_text(encoding="utf-8"))
    for entry in (*document["words"].values(), *document["states"].values()):
        yield entry[language]
        yield entry.get("short", entry)[language]


@cache
def english() -> frozenset[str]:
    """Words of the messages and labels that no translation holds, and those of the language."""
    entries = [entry for entry in catalogue("da") or () if entry.id and entry.string]
    ours = {word for entry in entries for text in forms(entry.id) for word in words_of(text)}
    danish = {word for entry in entries for text in forms(entry.string) for word in words_of(text)}
    ours |= {word for label in labels("en") for word in words_of(label)}
    danish |= {word for label in labels("da") for word in words_of(label)}
    long = {word for word in ours - danish - TECHNICAL_WORDS if len(word) > 2}
    return frozenset(long) | FUNCTION_WORDS


class Said(HTMLParser):
    """Collects the texts of a page that must be in the page's language.

    Left out are code, scripts and styles, and what is marked as being in another language.
    """

    SILENT = frozenset({"code", "pre", "script", "style", "title"})
    VOID = frozenset({"meta", "img", "source", "br", "link", "input", "hr", "wbr", "col"})

    def __init__(self, page: str, language: str) -> None:
        super().__init__()
        self.language = language
        self.texts: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        said = self._said and tag not in self.SILENT
        if "lang" in given:
            said = given["lang"] == self.language
        if said:
            names = ("alt", "title", "aria-label", "placeholder")
            self.texts += [given[name] for name in names if given.get(name)]
        if tag not in self.VOID:
            self._open.append((tag, said))

    def handle_endtag(self, tag):
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if self._said and data.strip():
            self.texts.append(data)

    @property
    def _said(self) -> bool:
        return self._open[-1][1] if self._open else True


BETWEEN = re.compile(r"[\d%)] (to) [−\d(]")
"""The English word between two numbers, which is a Danish number elsewhere."""


def seen(texts: Iterable[str]) -> dict[str, list[str]]:
    """The English words of texts that must be Danish, each text with its words."""
    found = (
        (text, sorted((words_of(text) & english()) | set(BETWEEN.findall(text)))) for text in texts
    )
    return {" ".join(text.split())[:200]: words for text, words in found if words}
