"""Words in the language of a run: English in the code, other languages in catalogues.

A message is marked where it stands: `_` marks one that is said later, `n_` one that depends on a
number, `{% trans %}` one in a template. `release.speaker.Speaker` says it in the language of a run.
Translations stand in `locale/<language>/LC_MESSAGES/trajectories.po`, read as they are: nothing
has to be compiled. `make words` extracts the messages.
"""

import datetime as dt
from functools import cache
from gettext import c2py
from importlib.resources import files
from typing import TYPE_CHECKING

from babel import Locale

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

SOURCE = "en"
"""The language of the messages in the code."""
LOCALES = {"en": "en_GB", "da": "da_DK"}
"""The locale whose signs and dates a language uses."""

Plural = tuple[str, str]
"""A message for one, and for any other number."""


def _(text: str) -> str:
    """Mark a message."""
    return text


def n_(one: str, many: str) -> Plural:
    """Mark a message that depends on a number."""
    return one, many


@cache
def catalogue(language: str) -> "Catalog | None":
    """Read the messages of a language; None for English, which needs none."""
    if language == SOURCE:
        return None
    # A page in English does not wait for what reads catalogues.
    from babel.messages.pofile import read_po

    path = files("trajectories") / "locale" / language / "LC_MESSAGES" / "trajectories.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


def translation(message: str | Plural, language: str, number: int = 1) -> str | None:
    """Look a message up; None where it has no translation."""
    if not message:
        return ""
    one = message if isinstance(message, str) else message[0]
    found = catalogue(language)
    if found is None:
        return one if isinstance(message, str) or number == 1 else message[1]
    entry = found.get(one)
    if entry is None or entry.fuzzy or not all(forms := _forms(entry.string)):
        return None
    return forms[0] if len(forms) == 1 else forms[c2py(found.plural_expr)(number)]


def in_english(messages: Plural, number: int, **values: object) -> str:
    """Say a message that depends on a number at the terminal, which speaks English."""
    return messages[number != 1].format(number=number, **values)


def _forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def localise(number: str, language: str) -> str:
    """Give a number in Python's notation the language's signs for thousands and decimals.

    Digits are Python's, which rounds the number that is stored; Babel would round its shortest
    decimal notation, and could show another last digit than the gate released.
    """
    signs = Locale.parse(LOCALES[language]).number_symbols["latn"]
    return number.translate(str.maketrans({",": signs["group"], ".": signs["decimal"]}))


def month_in_words(date: dt.date, language: str) -> str:
    """Write a month: "April 2013"."""
    from babel.dates import format_skeleton

    return format_skeleton("yMMMM", date, locale=LOCALES[language])


def day_in_words(date: dt.date, language: str) -> str:
    """Write a day: "18 April 2013"."""
    from babel.dates import format_date

    return format_date(date, "long", locale=LOCALES[language])
