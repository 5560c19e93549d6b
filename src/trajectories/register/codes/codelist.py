"""Codelists and state rules: the meaning of a register code and its state.

A codelist maps a code to a benefit, an activity, a readiness and a group. The rules of a states
file map group, readiness and activity to a state of the alphabet. A state thus depends on
readiness and activity, never on the name of the benefit.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from trajectories.errors import FileError, UserError
from trajectories.notebook.checked_frames import refuse_repeated, require_column
from trajectories.notebook.pandas_frames import as_frame
from trajectories.words import in_english, n_

WILDCARD = "*"
DELIMITERS = (",", ";", "\t")
CODE_COLUMNS = ("code", "benefit", "activity", "readiness", "state")
MEANING = ("code", "benefit", "activity", "readiness", "group")
VALIDITY = ("valid_from", "valid_to")
RULE_COLUMNS = ("group", "readiness", "activity", "state")
DIMENSIONS = ("group", "readiness", "activity")
# With more distinct unknown values, the column is probably the wrong one.
MOST_SHOWN = 30


def read_table(path: str | Path, columns: Sequence[str]) -> pl.DataFrame:
    """Read a small CSV file of the project as text; blank cells become null.

    It may come from a spreadsheet: separated by commas, semicolons or tabs; in UTF-8 with or
    without a byte order mark or in Windows-1252; with blank rows at the end.

    Raises:
        FileError: the file is missing, empty or not CSV, has a row that does not fit its header,
            or lacks a column.
        UserError: no path is given.
    """
    wanted = ", ".join(columns)
    if not isinstance(path, str | Path):
        raise UserError(f"A table is named by a {type(path).__name__}: give the path of a file.")
    path = Path(path)
    try:
        text = _decoded(path)
        first = text.partition("\n")[0]
        rows = list(csv.reader(text.splitlines(keepends=True), delimiter=_delimiter(first)))
    except FileNotFoundError as error:
        raise FileError(f"{path} is missing: name a codelist file that exists.") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FileError(f"{path} is not a whole CSV file with a header of {wanted}.") from error
    header, *body = [[cell.strip() for cell in row] for row in rows] or [[]]
    missing = [name for name in columns if name not in header]
    if missing:
        raise FileError(f"{path} has no column {missing[0]!r}: its header must hold {wanted}.")
    body = [row for row in body if any(row)]
    if not body:
        raise FileError(f"{path} has a header but no rows: it must hold at least one.")
    used = len(header) - next(i for i, name in enumerate(reversed(header)) if name)
    for number, row in enumerate(body, start=1):
        if len(row) != len(header) or any(row[used:]):
            wrong = in_english(n_("{number} cell", "{number} cells"), len(row))
            raise FileError(
                f"{path}: row {number} has {wrong} and the header {len(header)}: each row must "
                "have as many cells as the header."
            )
    twice = next((name for name in header[:used] if header.count(name) > 1), None)
    if twice is not None:
        raise FileError(f"{path} has the column {twice!r} twice: leave one.")
    cells = zip(*(row[:used] for row in body), strict=True)
    return pl.DataFrame(
        [
            pl.Series(name, [cell or None for cell in column], dtype=pl.String)
            for name, column in zip(header[:used], cells, strict=True)
        ]
    )


def to_day(column: str) -> pl.Expr:
    """Parse a text column as dates: YYYY-MM-DD, or DD-MM-YYYY from a Danish spreadsheet."""
    text = pl.col(column)
    shapes = ("%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y")
    return pl.coalesce(text.str.to_date(shape, strict=False) for shape in shapes)


def _decoded(path: Path) -> str:
    """Return the text of a file in UTF-8 or Windows-1252."""
    raw = path.read_bytes()
    if b"\0" in raw:
        raise FileError(f"{path} is a spreadsheet or in UTF-16: save it as CSV in UTF-8.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("windows-1252")


def _delimiter(header: str) -> str:
    return max(DELIMITERS, key=header.count)


def load_codelist(path: str | Path) -> pl.DataFrame:
    """Load a codelist.

    Args:
        path: CSV with the columns code, benefit, activity, readiness, state; optional columns are
            labels in Danish and English, valid_from and valid_to (ISO dates), confidence, source.

    Returns:
        One row per code, sorted by code: code, benefit, activity, readiness (text; null if the
        code does not tell), group (the file's `state`), valid_from, valid_to (Date, inclusive;
        null if unknown).

    Raises:
        UserError: a column is missing, a code is blank, has no group or occurs twice, or a date of
            validity is not ISO.
    """
    return load_labels(path).select(*MEANING, *VALIDITY)


def load_labels(path: str | Path) -> pl.DataFrame:
    """Load a codelist with all its columns: those of `load_codelist` first."""
    table = read_table(path, CODE_COLUMNS).rename({"state": "group"})
    for column in ("code", "group"):
        if table[column].null_count():
            shown = "state" if column == "group" else column
            raise UserError(f"{path} has a row without a {shown}: each row needs one.")
    twice = table.filter(pl.col("code").is_duplicated())["code"].unique().sort()
    if twice.len():
        raise UserError(f"{path} holds code {twice[0]} more than once: each code needs one row.")
    blank = [pl.lit(None, dtype=pl.String).alias(x) for x in VALIDITY if x not in table.columns]
    days = [to_day(name) for name in VALIDITY]
    dated = table.with_columns(blank).with_columns(days)
    for name in set(VALIDITY) & set(table.columns):
        if dated[name].null_count() > table[name].null_count():
            raise UserError(f"{path} has a {name} that is not YYYY-MM-DD.")
    return dated.sort("code")


def load_alphabet(path: str | Path) -> list[str]:
    """Load the states in order (columns state, order).

    Raises:
        UserError: a state or order is missing or repeated, or an order is not a whole number.
    """
    table = read_table(path, ("state", "order"))
    order = table["order"].cast(pl.Int64, strict=False)
    if order.null_count() or order.n_unique() != table.height:
        raise UserError(f"{path} must give each state an order of its own, a whole number.")
    if table["state"].null_count() or table["state"].n_unique() != table.height:
        raise UserError(f"{path} must name each state once.")
    states: list[str] = table["state"].gather(order.arg_sort()).to_list()
    return states


@dataclass(frozen=True)
class StateRules:
    """Rules from group, readiness and activity to a state; the first matching rule applies.

    Attributes:
        rules: tuples (group, readiness, activity, state); `*` matches anything and None matches
            only a missing value.
        source: name of the rules in messages, usually their file.
    """

    rules: tuple[tuple[str | None, str | None, str | None, str], ...]
    source: str = "the rules"

    @property
    def states(self) -> set[str]:
        """Return the states that the rules can give."""
        return {rule[3] for rule in self.rules}

    def state(self, group: str | None, readiness: str | None, activity: str | None) -> str | None:
        """Return the state of one combination, or None if no rule matches."""
        values = (group, readiness, activity)
        for rule in self.rules:
            if all(want in (WILDCARD, value) for want, value in zip(rule, values, strict=False)):
                return rule[3]
        return None

    def apply(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Add the column `state`.

        Args:
            frame: the text columns group, readiness and activity (nulls allowed).

        Returns:
            The same rows in the same order with a text column `state` at the end.

        Raises:
            UserError: no rule matches a combination.
        """
        keys = frame.select(pl.col(DIMENSIONS).cast(pl.String))
        unique = keys.unique().sort(DIMENSIONS, nulls_last=False)
        found = [self.state(*row) for row in unique.iter_rows()]
        if None in found:
            group, readiness, activity = unique.row(found.index(None))
            raise UserError(
                f"{self.source} has no rule for group {group or 'blank'}, readiness "
                f"{readiness or 'blank'}, activity {activity or 'blank'}: add one."
            )
        mapped = unique.with_columns(state=pl.Series(found, dtype=pl.String))
        joined = keys.join(
            mapped, on=DIMENSIONS, how="left", nulls_equal=True, maintain_order="left"
        )
        return frame.with_columns(joined["state"])

    def check_alphabet(self, alphabet: Sequence[str]) -> None:
        """Raise a UserError if a rule gives a state that is not in the alphabet."""
        strange = sorted(self.states - set(alphabet))
        if strange:
            raise UserError(
                f"{self.source} gives the state {strange[0]}, which the alphabet does not hold "
                f"({', '.join(alphabet)})."
            )


def load_states(path: str | Path) -> StateRules:
    """Load state rules from a CSV file with the columns group, readiness, activity, state."""
    table = read_table(path, RULE_COLUMNS)
    if table["state"].null_count():
        raise UserError(f"{path} has a rule without a state: each rule needs one.")
    return StateRules(tuple(table.select(RULE_COLUMNS).iter_rows()), Path(path).name)


def describe_codes(frame: pl.DataFrame, codelist: pl.DataFrame) -> pl.DataFrame:
    """Add benefit, activity, readiness and group to rows with a `code`, in the same order.

    Raises:
        UserError: rows or codelist are no frame or lack a column, codes are no texts, or the
            codelist has a code twice.
    """
    frame = _with_codes(frame, "rows")
    known = _with_codes(codelist, "codes")
    for name in MEANING:
        require_column(known, name, "codes")
    refuse_repeated(known, ["code"], "codes")
    return frame.join(known.select(MEANING), on="code", how="left", maintain_order="left")


def _with_codes(data: object, rows: str) -> pl.DataFrame:
    """Return a frame of polars whose codes are texts."""
    frame = as_frame(data)
    require_column(frame, "code", rows)
    if frame["code"].dtype not in (pl.String, pl.Categorical, pl.Enum, pl.Null):
        raise UserError(
            f"The column 'code' of the {rows} holds {frame['code'].dtype}; it must hold texts, as "
            "codes may begin with 0."
        )
    return frame.with_columns(pl.col("code").cast(pl.String))


def outside_validity(start: pl.Series, validity: pl.DataFrame) -> pl.Series:
    """Return for each day whether it is outside valid_from to valid_to; null for a null day."""
    early = (start < validity["valid_from"]).fill_null(False)
    late = (start > validity["valid_to"]).fill_null(False)
    return pl.select(pl.when(start.is_not_null()).then(early | late)).to_series()


def unknown_codes(rows: pl.DataFrame, known: pl.Series, *, file: str, column: str = "code") -> None:
    """Raise a UserError if unknown values occur.

    Args:
        rows: `column` (text), `start` (date) and `key` (text), nulls allowed in all.
        known: the allowed values.
        file: name of the input in the message.
        column: the column of values.

    Raises:
        UserError: with the values, their number of rows and the first and last month in which they
            start. Values that are also keys of persons, or are too many to be codes, are counted
            but not shown, since the column is then probably the wrong one.
    """
    values = rows[column].unique().drop_nulls().sort()
    values = values.filter(~values.is_in(known.implode()))
    if values.is_empty():
        return
    if values.len() > MOST_SHOWN or values.is_in(rows["key"].unique().implode()).any():
        raise UserError(
            f"{file}: column {column!r} holds {values.len()} values that are no known {column}, "
            f"too many or too like keys to show: name the right column under register.files."
        )
    strange = rows.filter(pl.col(column).is_in(values.implode()))
    first: Any = strange["start"].min()
    last: Any = strange["start"].max()
    months = f", {first:%Y-%m} to {last:%Y-%m}" if first is not None else ""
    if column == "code":
        what = f"{'codes' if values.len() > 1 else 'a code'} that the codelist does not know"
        remedy = "add to the codelist or map"
    else:
        what, remedy = f"an unknown {column}", f"map to one of {', '.join(known)}"
    count = in_english(n_("{number} row", "{number} rows"), strange.height)
    raise UserError(
        f"{file} holds {what}: {', '.join(values)} ({count}{months}); {remedy} "
        f"under register.{column}_map."
    )
