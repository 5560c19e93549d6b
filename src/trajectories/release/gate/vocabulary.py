"""Which texts a released table may hold: words, names of a codelist, and bands; no sentences.

A number that stands in a text has not passed the gate. Texts therefore hold no digit, but where a
column is declared here to hold codes, bands or settings, which no count can be taken for.
"""

import re

import polars as pl

from trajectories.errors import UserError

Text = re.Pattern[str]

_WORDS = r"[^\W\d_][^\d%]{0,99}"
_NAME = r"[^\W\d_]\w{0,39}"
_BAND = r"\d{1,3}(?:[-–]\d{1,3}|\+)?"
_CODE = r"-?\d{1,4}"
_LEVEL = rf"(?:{_WORDS}|{_BAND}|{_CODE})"
_MONTH = r"(?:[A-Z][a-z]+ )?\d{4}"
_PERIOD = rf"before {_MONTH}|from {_MONTH}|{_MONTH} to {_MONTH}"
_STATE = rf"(?!.*\d[.,]\d)(?:[^\W\d_][^%;>/+()]{{0,39}}|{_CODE})"
_TYPE = rf"{_STATE}(?: \+ {_STATE})*"


def one_of(*patterns: str) -> Text:
    """A text that is one of some patterns from its first letter to its last."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


WORDS = one_of(_WORDS)
"""The default: words without a digit or a per cent sign."""
GROUP = one_of(r"(?!.*\d[.,]\d)[^%;]{1,40}")
"""Values of the column that windows are grouped by; no decimal number."""
AGES = one_of(_WORDS, rf"age {_BAND}", rf"{_NAME}={_LEVEL}")

BY_COLUMN: dict[str, Text] = {
    **dict.fromkeys(("code", "event", "regime", "reason", "indicator"), one_of(_WORDS, _NAME)),
    **dict.fromkeys(("state", "from_state", "to_state"), one_of(_WORDS, _STATE)),
    "group": GROUP,
    "contrast": one_of(_WORDS, r"(?!.*\d[.,]\d)[^%;]{1,40} - [^%;]{1,40}"),
    "sequence": one_of(r"[^/%]{1,40}/\d{1,3}(?:-[^/%]{1,40}/\d{1,3})*"),
    "path": one_of(rf"{_STATE}(?:>{_STATE})*"),
    "subsequence": one_of(rf"\({_STATE}(?:[>,]{_STATE})*\)(?:-\({_STATE}(?:[>,]{_STATE})*\))*"),
    "name": one_of(_WORDS, _TYPE),
    "month": one_of(r"\d{4}-\d{2}"),
    "year": one_of(r"\d{4}"),
    "municipality": one_of(_WORDS, _CODE),
    "duration": one_of(_WORDS, _BAND),
    "level": one_of(_LEVEL),
    "age": one_of(_WORDS, r"under \d{1,3}", r"\d{1,3} and over"),
    "strength": one_of(r"\d+(?:\.\d+)?"),
}
"""Columns whose texts hold digits, by name."""

BY_TABLE: dict[tuple[str, str], Text] = {
    **dict.fromkeys((("agreement", "a"), ("agreement", "b")), one_of(r"[\w ]+ k=\d+")),
    ("ever_changed", "population"): one_of(_WORDS, r"followed_\d+_months"),
    ("cumulative_incidence", "group"): AGES,
    ("incidence_bands", "group"): AGES,
    ("kaplan_meier", "group"): AGES,
    ("models", "term"): one_of(r"(?!.*\d[.,]\d)[^\W\d_][\w.:*()\[\] +-]{0,79}"),
    ("designs", "design"): one_of(
        _WORDS,
        r"lag of \d+ months?",
        r"first \d+ months at risk",
        r"jobs of \d+ (?:months|hours a month) or more",
        rf"without {_CODE}",
    ),
    ("designs", "term"): one_of(_LEVEL, _PERIOD, rf"\d+: mostly {_TYPE}"),
    ("models", "variance"): one_of(_WORDS, "CRV[123] by [^%0-9]+"),
    ("history_models", "design"): one_of(_WORDS, rf"\d+ {_TYPE}", rf"against \d+ {_TYPE}"),
    ("history_models", "term"): one_of(_WORDS, rf"\d+ {_TYPE}"),
    ("subdistribution", "term"): one_of(rf"{_NAME} {_LEVEL} against {_LEVEL}"),
    ("verdict", "untested"): one_of(rf"{_WORDS}(?:; {_WORDS})*"),
    ("verdict", "subject"): one_of(rf"{_LEVEL}(?:, {_LEVEL})*"),
}
"""Columns that hold other texts in one table than elsewhere."""


def text_of(table: str, column: str) -> Text:
    """What the texts of a column may be."""
    return BY_TABLE.get((table, column), BY_COLUMN.get(column, WORDS))


def check_texts(frame: pl.DataFrame, table: str, stage: str) -> None:
    """Refuse a table with a text that is none of its declaration's.

    Args:
        frame: the table as it would leave.
        table: its name.
        stage: the stage that makes it.

    Raises:
        UserError: a column holds another text. It may tell of persons, so that it is not quoted.
    """
    for column, dtype in frame.schema.items():
        if dtype == pl.String:
            allowed = text_of(table, column)
            values = frame[column].drop_nulls().unique().to_list()
            if not all(value == "" or allowed.fullmatch(value) for value in values):
                raise UserError(
                    f"Table {stage}/{table} has a text in its column {column} that may not leave: "
                    "texts hold no numbers. Hand a number over in a column of its own, or declare "
                    "the column's words in trajectories/release/vocabulary.py."
                )
