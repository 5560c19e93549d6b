"""A profile of the tables of an extract: types, missing values, ranges and commonest values.

Nothing shown is based on fewer persons than the threshold: counts are rounded, a value is shown if
enough persons have it, and a range runs from the smallest to the largest such value. Columns of
keys and columns with CPR numbers show no values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from trajectories.register.clean.mending import mend_dates
from trajectories.register.profile.dictionary import MEANINGS
from trajectories.register.read.cells import filled
from trajectories.register.read.cpr import count_cpr, digits_of
from trajectories.register.read.dates import Dates, parse_dates, without_times
from trajectories.register.read.parsing import Kind, parse

PROFILE = {
    "column": pl.String,
    "role": pl.String,
    "type": pl.String,
    "missing": pl.Float64,
    "distinct": pl.Int64,
    "lowest": pl.String,
    "highest": pl.String,
    "commonest": pl.String,
    "remark": pl.String,
    "danish": pl.String,
    "english": pl.String,
}
KEYS = ("person", "caseworker")
# Columns with categories, even if their values are numbers.
CLASSES = frozenset(
    {"activity", "code", "industry", "municipality", "readiness", "reason", "role", "sex", "team"}
)
MOST_VALUES = 12
DATES = frozenset({"birth_date", "died", "emigrated", "end", "registered", "start"})
WORDS: dict[Kind, str] = {
    "date": "date",
    "moment": "date",
    "whole": "whole number",
    "number": "number",
}
# Text that may be a date: numbers with separators, or with the name of a month.
SEPARATED = r"^\d+[-/.]\d+[-/.]\d+|^\d+[A-Za-z]{3}\d+"
# A column with more distinct values is not categorical, and its values are not listed.
MOST_CLASSES = 1000


@dataclass(frozen=True)
class Shown:
    """Disclosure rules: values of at least `threshold` persons, counts in multiples of `base`."""

    threshold: int
    base: int

    def count(self, value: int) -> int | None:
        """Round a count; None if it is too small."""
        if value < self.threshold:
            return None
        return (value + self.base // 2) // self.base * self.base

    def share(self, part: int, whole: int) -> float | None:
        """Return a share of rounded counts to two decimals; None if either part is too small."""
        if part in (0, whole):
            return float(part > 0)
        above, below = self.count(part), self.count(whole - part)
        return None if above is None or below is None else round(above / (above + below), 2)


def describe_table(
    frame: pl.DataFrame,
    roles: Mapping[str, str],
    person: str | None,
    shown: Shown,
    *,
    table: str = "",
    dates: Dates = "auto",
) -> pl.DataFrame:
    """Profile the columns of a table as read.

    Args:
        frame: the columns of the file.
        roles: project name of each column that the configuration uses.
        person: the column of person keys; without it no values are shown, since the number of
            persons with a value is unknown.
        shown: the disclosure rules.
        table: the table's name in the configuration, if any.
        dates: format of its dates.

    Returns:
        One row per column: column, role, type (whole number, number, date or text),
        missing (share), distinct (number of distinct values of enough persons; for keys of all,
        rounded), lowest and highest of these values (dates by month, or by year if no month
        has enough persons), commonest (values with the rounded number of rows), remark (the
        format that would read unreadable dates), danish and english (the column's meaning in the
        data dictionary).
    """
    keys = frame[person] if person is not None else None
    rows = [
        _describe(table, frame[name], roles.get(name), keys, person, shown, dates)
        for name in frame.columns
    ]
    return pl.DataFrame(rows, schema=PROFILE, orient="row")


def _describe(
    table: str,
    column: pl.Series,
    role: str | None,
    keys: pl.Series | None,
    person: str | None,
    shown: Shown,
    dates: Dates,
) -> tuple[object, ...]:
    name = column.name
    typed, kind = typed_values(column, dates, expected=role in DATES)
    if role in CLASSES:
        typed, kind = parse(column.alias("x").to_frame(), {"x": "text"}, file=name)["x"], "text"
    missing = shown.share(typed.null_count(), typed.len())
    if keys is not None and 0 < typed.null_count() < typed.len():
        sides = (keys.filter(typed.is_null()), keys.filter(typed.is_not_null()))
        if min(side.n_unique() for side in sides) < shown.threshold:
            missing = None
    head = (name, role, kind, missing)
    *row, remark = _show(head, typed, kind, keys, person, shown)
    if kind != WORDS["date"]:
        remark = _unread_dates(typed, table, role, name, dates) or remark
    return (*row, remark, *_words(table, role))


def _unread_dates(
    typed: pl.Series, table: str, role: str | None, name: str, dates: Dates
) -> str | None:
    """Return a remark if a column should hold dates, by role or appearance, but cannot be read."""
    text = typed.drop_nulls().cast(pl.String)
    if text.is_empty() or role in KEYS or role in CLASSES:
        return None
    found = mend_dates(text, role or name, table or "<table>", dates)
    if role not in DATES and (found is None or not text.str.contains(SEPARATED).all()):
        return None
    wanted = "YYYY-MM-DD" if dates == "auto" else dates
    return f"not read as dates ({wanted})" + (f": {found.words}" if found else "")


def _words(table: str, role: str | None) -> tuple[str | None, str | None]:
    """Return the Danish term and English meaning of a column in the data dictionary, if any."""
    fact = MEANINGS.get(f"{table}.{role}") or MEANINGS.get(role or "")
    return (fact.danish, fact.english) if fact else (None, None)


def _show(
    head: tuple[object, ...],
    typed: pl.Series,
    kind: str,
    keys: pl.Series | None,
    person: str | None,
    shown: Shown,
) -> tuple[object, ...]:
    """Add the profile of a column's values to its name, role, kind and missing share."""
    name, role = head[:2]
    if kind in ("text", WORDS["whole"]) and count_cpr(digits_of(typed)):
        return (*head, None, None, None, None, "looks like CPR numbers")
    if name == person or role in KEYS:
        return (*head, shown.count(typed.drop_nulls().n_unique()), None, None, None, "keys")
    if keys is None:
        return (*head, None, None, None, None, "no values are shown without a column of persons")
    values = typed.dt.month_start() if kind == "date" else typed
    common = common_values(values, keys, shown)
    if kind == "date" and common.is_empty():
        common = common_values(typed.dt.truncate("1y"), keys, shown)
    others = other_rows(values, keys, common, shown)
    if kind == "text":
        if common.height > MOST_CLASSES:
            return (*head, common.height, None, None, None, "too many different values to list")
        return (*head, common.height, None, None, list_values(common, others, shown), None)
    ends = [_write(common["value"].min()), _write(common["value"].max())]
    few = kind == "whole number" and common.height <= MOST_VALUES
    return (*head, common.height, *ends, list_values(common, others, shown) if few else None, None)


def _write(value: Any) -> str | None:
    """Format an end of a range: months as YYYY-MM, numbers without trailing digits."""
    if isinstance(value, date):
        return f"{value:%Y-%m}"
    return None if value is None else f"{value:g}"


def typed_values(
    column: pl.Series, dates: Dates = "auto", *, expected: bool = False
) -> tuple[pl.Series, str]:
    """Parse a column as the narrowest kind that fits all its cells; blank cells are missing.

    Returns:
        The values and their kind: date, whole number, number or text.
    """
    plain = column.alias("x").to_frame()
    kinds: tuple[Kind, ...] = ()
    if expected:
        cells = filled(column, any_case=True)
        days = parse_dates(without_times(cells)[0], dates)
        if days is not None and days.null_count() == cells.null_count():
            return days, WORDS["date"]
    if column.dtype in (pl.Date, pl.Datetime):
        kinds = ("moment",)
    elif column.dtype.is_numeric():
        kinds = ("whole", "number")
    elif column.dtype in (pl.String, pl.Categorical, pl.Enum):
        text = parse(plain, {"x": "text"}, file="")["x"]
        plain = text.to_frame("x")
        seen = text.drop_nulls().unique().head(1000)
        if seen.str.contains(SEPARATED).all() and seen.len():
            kinds = ("moment",)
        elif not text.str.contains(r"^0\d").any():
            kinds = ("whole", "number")
    for kind in kinds:
        read = parse(plain, {"x": kind}, file="", dates=dates)
        if not read["bad_x"].any():
            return read["x"], WORDS[kind]
    return plain["x"].cast(pl.String, strict=False), "text"


def common_values(values: pl.Series, keys: pl.Series, shown: Shown) -> pl.DataFrame:
    """Return the values that enough persons have: value, rows, sorted by rows and value."""
    frame = pl.DataFrame({"value": values, "key": keys}).drop_nulls("value")
    counted = frame.group_by("value").agg(rows=pl.len(), persons=pl.col("key").n_unique())
    enough = counted.filter(pl.col("persons") >= shown.threshold)
    return enough.select("value", "rows").sort("rows", "value", descending=[True, False])


def list_values(common: pl.DataFrame, others: int | None, shown: Shown) -> str:
    """Format the commonest values with their rounded rows, and the rows of all others.

    Args:
        common: value, rows.
        others: rows of values not among the first `MOST_VALUES`; None if not to be shown.
        shown: the disclosure rules.
    """
    head = common.head(MOST_VALUES)
    parts = [f"{value} ({shown.count(rows)})" for value, rows in head.iter_rows()]
    rest = None if others is None else shown.count(others)
    return ", ".join([*parts, *([f"others ({rest})"] if rest else [])])


def other_rows(
    values: pl.Series, keys: pl.Series, common: pl.DataFrame, shown: Shown
) -> int | None:
    """Count the rows of values that are not listed; None if too few persons have them."""
    listed = common["value"].head(MOST_VALUES).implode()
    hidden = keys.filter(values.is_not_null() & ~values.is_in(listed))
    return hidden.len() if hidden.n_unique() >= shown.threshold else None
