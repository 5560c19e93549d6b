"""Which texts a released table may hold: words, names of a codelist, and bands; no sentences.

A number that stands in a text has not passed the gate. Texts therefore hold no digit, but where a
column is declared to hold codes, bands or settings, which no count can be taken for.
"""

import re

import polars as pl

from trajectories.errors import UserError
from trajectories.release.gate.spec import TableSpec, Text

SOME_WORDS = r"[^\W\d_][^\d%]{0,99}"
NAME = r"[^\W\d_]\w{0,39}"
BAND = r"\d{1,3}(?:[-–]\d{1,3}|\+)?"
CODE = r"-?\d{1,4}"
LEVEL = rf"(?:{SOME_WORDS}|{BAND}|{CODE})"
MONTH = r"(?:[A-Z][a-z]+ )?\d{4}"
PERIOD = rf"before {MONTH}|from {MONTH}|{MONTH} to {MONTH}"
STATE = rf"(?!.*\d[.,]\d)(?:[^\W\d_][^%;>/+()]{{0,39}}|{CODE})"
TYPE = rf"{STATE}(?: \+ {STATE})*"


def one_of(*patterns: str) -> Text:
    """A text that is one of some patterns from its first letter to its last."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


WORDS = one_of(SOME_WORDS)
"""The default: words without a digit or a per cent sign."""
GROUP = one_of(r"(?!.*\d[.,]\d)[^%;]{1,40}")
"""Values of the column that windows are grouped by; no decimal number."""
AGES = one_of(SOME_WORDS, rf"age {BAND}", rf"{NAME}={LEVEL}")

BY_COLUMN: dict[str, Text] = {
    **dict.fromkeys(("code", "event", "regime", "reason", "indicator"), one_of(SOME_WORDS, NAME)),
    **dict.fromkeys(("state", "from_state", "to_state"), one_of(SOME_WORDS, STATE)),
    "group": GROUP,
    "contrast": one_of(SOME_WORDS, r"(?!.*\d[.,]\d)[^%;]{1,40} - [^%;]{1,40}"),
    "sequence": one_of(r"[^/%]{1,40}/\d{1,3}(?:-[^/%]{1,40}/\d{1,3})*"),
    "path": one_of(rf"{STATE}(?:>{STATE})*"),
    "subsequence": one_of(rf"\({STATE}(?:[>,]{STATE})*\)(?:-\({STATE}(?:[>,]{STATE})*\))*"),
    "name": one_of(SOME_WORDS, TYPE),
    "month": one_of(r"\d{4}-\d{2}"),
    "year": one_of(r"\d{4}"),
    "municipality": one_of(SOME_WORDS, CODE),
    "duration": one_of(SOME_WORDS, BAND),
    "level": one_of(LEVEL),
    "age": one_of(SOME_WORDS, r"under \d{1,3}", r"\d{1,3} and over"),
    "strength": one_of(r"\d+(?:\.\d+)?"),
}
"""Columns whose texts hold digits, by name."""


def text_of(spec: TableSpec, column: str) -> Text:
    """What the texts of a column may be: what the table declares, or what its name stands for."""
    return spec.texts.get(column, BY_COLUMN.get(column, WORDS))


def check_texts(frame: pl.DataFrame, spec: TableSpec) -> None:
    """Refuse a table with a text that is none of its declaration's.

    Raises:
        UserError: a column holds another text. It may tell of persons, so that it is not quoted.
    """
    for column, dtype in frame.schema.items():
        if dtype == pl.String:
            allowed = text_of(spec, column)
            values = frame[column].drop_nulls().unique().to_list()
            if not all(value == "" or allowed.fullmatch(value) for value in values):
                raise UserError(
                    f"Table {spec.stage}/{spec.name} has a text in its column {column} that may "
                    "not leave: texts hold no numbers. Hand a number over in a column of its own, "
                    "or declare the column's words (`texts`) where the table is declared."
                )
