"""Suggested remedies for rejected rows, found by trying them."""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from trajectories.register.clean.contracts import REASONS
from trajectories.register.read.cells import TEXT, filled, whole_forms
from trajectories.register.read.dates import DAY_ZERO, Dates, parse_dates, without_times
from trajectories.register.read.readers import RawTable

ENOUGH: Final = 0.5
"""Smallest share of rejected rows that a remedy must rescue to be suggested."""
MOST_LETTERS: Final = 20
FEWEST_ROWS: Final = 5
"""Fewest rows with a word for the word to appear in a message."""
FORMS: Final[tuple[Dates, ...]] = ("auto", "day_first", "sas_days", "excel_days")
SEXES: Final = {
    **dict.fromkeys(("2", "f", "female", "k", "kvinde", "w", "woman"), "K"),
    **dict.fromkeys(("1", "m", "male", "man", "mand"), "M"),
}
SPELLINGS: Final[tuple[tuple[str, Callable[[pl.Expr], pl.Expr]], ...]] = (
    ("capitals and small letters taken as one", lambda key: key.str.to_lowercase()),
    ("spaces and signs left out", lambda key: key.str.replace_all(r"[^\p{L}\d]", "")),
)


class Mend(NamedTuple):
    """A remedy for rejected rows: in words, and as keys of the section `register`."""

    words: str
    settings: Mapping[str, Any] = MappingProxyType({})


def find_mend(
    raw: RawTable, rows: np.ndarray, reason: str, *, keys: pl.Series | None = None
) -> Mend | None:
    """Return a remedy for rows that were rejected for one reason.

    Returns:
        The remedy and the share of rows it would rescue; None if nothing that was tried helps.
    """
    frame = raw.frame[rows]
    if reason == REASONS["person_unknown"] and keys is not None:
        return _mend_keys(raw, frame, keys)
    column = reason.split()[0]
    if column not in frame.columns or frame[column].dtype not in TEXT:
        return None
    cells = filled(frame[column], raw.missing).drop_nulls()
    if cells.is_empty():
        return None
    if reason.endswith("is not a date"):
        return mend_dates(cells, column, raw.name, raw.dates) or _mend_words(cells)
    if reason == REASONS["sex_unknown"]:
        return _mend_sexes(cells) or _mend_words(cells)
    return _mend_words(cells)


def mend_dates(cells: pl.Series, column: str, table: str, dates: Dates) -> Mend | None:
    """Return the date format that would read rejected dates."""
    days = without_times(cells)[0]
    shares = {form: _plausible(parse_dates(days, form), column) for form in FORMS if form != dates}
    best = max(shares, key=lambda form: shares[form])
    if shares[best] >= ENOUGH and not (dates in DAY_ZERO and best in DAY_ZERO):
        return Mend(
            f"register.files.{table}.dates: {best} would read {_percent(shares[best])} of these",
            {"files": {table: {"dates": best}}},
        )
    short = _share(days.str.contains(r"^\d{1,2}[-./]\d{1,2}[-./]\d{2}$"))
    if short >= ENOUGH:
        return Mend(f"{_percent(short)} of these have years of two digits: write all four")
    slashed = days.str.replace_all(r"[-.]", "/").str.to_date("%m/%d/%Y", strict=False)
    month_first = _plausible(slashed, column)
    if month_first >= ENOUGH:
        return Mend(f"{_percent(month_first)} of these begin with the month: write YYYY-MM-DD")
    return None


def _plausible(days: pl.Series | None, column: str) -> float:
    """Return the share of cells that are dates in the period that registers cover."""
    if days is None:
        return 0.0
    first = 1900 if column == "birth_date" else 1970
    return _share(days.dt.year().is_between(first, date.today().year + 1))


def _mend_sexes(cells: pl.Series) -> Mend | None:
    counts = cells.value_counts(sort=True, name="rows")
    named = {
        value: SEXES[value.lower()]
        for value, rows in counts.iter_rows()
        if value.lower() in SEXES and rows >= FEWEST_ROWS
    }
    share = _share(cells.is_in([*named]))
    if share < ENOUGH:
        return None
    words = ", ".join(f"{value}: {sex}" for value, sex in sorted(named.items()))
    return Mend(
        f"register.sex_map: {{{words}}} would read {_percent(share)} of these", {"sex_map": named}
    )


def _mend_words(cells: pl.Series) -> Mend | None:
    """Return the commonest word, likely a missing value; one with digits could be a value."""
    word, rows = cells.value_counts(sort=True, name="rows").row(0)
    share = rows / len(cells)
    if share < ENOUGH or rows < FEWEST_ROWS or len(word) > MOST_LETTERS:
        return None
    if any(sign.isdigit() for sign in word):
        return None
    return Mend(
        f"{_percent(share)} of these hold {word!r}: if that means missing, add it to "
        "register.files.defaults.missing"
    )


def _mend_keys(raw: RawTable, frame: pl.DataFrame, keys: pl.Series) -> Mend | None:
    text = filled(frame["person"].cast(pl.String), raw.missing)
    own = whole_forms(text, name="person", file=raw.label).drop_nulls()
    if own.is_empty():
        return None
    bare = own.str.strip_chars_start("0")
    share = _share(bare.is_in(keys.str.strip_chars_start("0").implode()))
    if share >= ENOUGH:
        width, other = (_longest(series) for series in (keys, own))
        table, digits = (raw.name, width) if width >= other else ("persons", other)
        return Mend(
            f"with leading zeros {_percent(share)} of these would match: "
            f"register.files.{table}.key_digits: {digits} fills them in",
            {"files": {table: {"key_digits": digits}}},
        )
    for words, spell in SPELLINGS:
        mine, theirs = (series.to_frame("x").select(spell(pl.col("x"))) for series in (own, keys))
        share = _share(mine["x"].is_in(theirs["x"].implode()))
        if share >= ENOUGH:
            return Mend(
                f"with {words} {_percent(share)} of these would match: write keys in one way"
            )
    if keys.is_empty() or _share(own.is_in(keys.implode())) == 0:
        return Mend("in no spelling that was tried do these keys occur in persons")
    return None


def _longest(keys: pl.Series) -> int:
    longest = keys.str.len_chars().max()
    return longest if isinstance(longest, int) else 0


def _share(which: pl.Series) -> float:
    return float(which.fill_null(False).sum()) / max(1, len(which))


def _percent(share: float) -> str:
    return "all" if share == 1 else f"{share:.0%}".replace("100%", "nearly all")
