"""Input checks shared by all estimators and curves.

The compiled loops index by codes and rely on sorted times, so a missing value would not only give a
wrong number but read outside an array. All input is checked here first.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import polars as pl
import scipy.sparse as sp

from trajectories.arrays import Floats
from trajectories.errors import UserError
from trajectories.notebook.pandas_frames import is_pandas
from trajectories.survival.errors import NotEstimableError

FILL = "fill these values or drop these rows before the model is fitted"
CODE = "code events as 1 and all else as 0"
LEAST_SPREAD = 1e-10
"""Squared cluster sums of scores below this share of the information are rounding error."""
LARGEST = 1e100
"""Largest covariate; sums of squares of larger ones are no floats."""
MOST_ROWS = 100_000_000
"""Most rows that an estimator makes of its input."""


def require_frame(frame: object, rows: str) -> None:
    """Refuse anything but a polars DataFrame."""
    if isinstance(frame, pl.DataFrame):
        return
    what = "pandas DataFrame" if is_pandas(frame) else type(frame).__name__
    mend = {
        "pandas DataFrame": "trajectories.survival.from_pandas(frame)",
        "LazyFrame": "frame.collect()",
    }
    raise UserError(
        f"The {rows} are a {what}; they must be a polars DataFrame"
        f"{f': write {mend[what]}' if what in mend else ''}."
    )


def require_usable(
    frame: pl.DataFrame,
    rows: str,
    *,
    stop: str | None = None,
    entry: str | None = None,
    event: str | None = None,
    ends: str | None = None,
    weight: str | None = None,
    filled: Iterable[str] = (),
) -> None:
    """Refuse rows that no estimator can use; the message says how many.

    Args:
        frame: one row per time at risk or course.
        rows: the name of the rows in messages, for example "durations".
        stop: column of times, finite and not negative.
        entry: column of the times after which the rows are at risk, each before its `stop`.
        event: column of 0 and 1.
        ends: column of integers from 0 (0 = censored, others are kinds of exit).
        weight: column of finite non-negative weights, not all 0.
        filled: other columns without missing values: covariates, groups, clusters.

    Raises:
        UserError: a column is missing, has another type, holds nulls, NaN, infinite or other
            values not allowed above, or there are no rows.
    """
    require_frame(frame, rows)
    numeric = [name for name in (stop, entry, weight) if name]
    named = [*numeric, *(name for name in (event, ends) if name), *filled]
    for name in dict.fromkeys(named):
        if name not in frame.columns:
            raise UserError(
                f"The {rows} have no column {name!r}; they have {', '.join(frame.columns)}."
            )
    if frame.is_empty():
        raise UserError(f"The {rows} have no rows, so there is nothing to estimate.")
    for name in numeric:
        if not (frame[name].dtype.is_numeric() or frame[name].dtype == pl.Null):
            raise UserError(
                f"The column {name!r} of the {rows} holds {frame[name].dtype}; it must hold "
                "numbers."
            )
    for name in dict.fromkeys(named):
        if frame[name].dtype.is_nested() or frame[name].dtype == pl.Object:
            raise UserError(
                f"The column {name!r} of the {rows} holds {frame[name].dtype}; it must hold one "
                "number, date or word per row."
            )
        if frame[name].dtype.is_float():
            refuse_rows(int(frame[name].is_infinite().sum()), rows, f"{name!r} is infinite")
        refuse_rows(int(missing(frame[name]).sum()), rows, f"{name!r} is empty", FILL)
    for name in numeric:
        below = int((frame[name] < 0).sum())
        refuse_rows(below, rows, f"{name!r} is below 0")
    if event:
        require_events(frame[event], rows)
    if ends:
        _require_ends(frame[ends], rows)
    if stop and entry:
        late = int((frame[entry] >= frame[stop]).sum())
        refuse_rows(late, rows, f"{entry!r} is not before {stop!r}")
    if weight and not float(frame[weight].sum()) > 0:
        raise UserError(f"The column {weight!r} of the {rows} holds no weight above 0.")


def refuse_rows(count: int, rows: str, what: str, mend: str = "") -> None:
    """Raise if `count` is above 0: "The column 'x' is empty in 5 durations: …"."""
    if count:
        counted = f"1 {_one(rows)}" if count == 1 else f"{count:,} {rows}"
        raise UserError(f"The column {what} in {counted}{': ' + mend if mend else ''}.")


def _one(rows: str) -> str:
    """The singular of the name of the rows: "person-months" → "person-month"."""
    head, *rest = rows.split(" ", 1)
    return " ".join([head.removesuffix("s"), *rest])


def missing(column: pl.Series) -> pl.Series:
    """Which values of a column are missing or, in a numeric column, not finite."""
    return column.is_null() | ~column.is_finite() if column.dtype.is_float() else column.is_null()


def require_events(column: pl.Series, rows: str) -> None:
    """Refuse an event column with values other than 0 and 1."""
    if not (column.dtype.is_numeric() or column.dtype == pl.Boolean):
        raise UserError(
            f"The event column {column.name!r} holds {column.dtype}; it must hold 0 and 1."
        )
    wrong = int((~column.cast(pl.Float64).is_in([0.0, 1.0])).sum())
    refuse_rows(wrong, rows, f"{column.name!r} is neither 0 nor 1", CODE)


def _require_ends(column: pl.Series, rows: str) -> None:
    if not column.dtype.is_integer():
        raise UserError(
            f"The column {column.name!r} of the {rows} holds {column.dtype}; it must hold whole "
            "numbers, 0 for censored."
        )
    refuse_rows(int((column < 0).sum()), rows, f"{column.name!r} is below 0")


def require_clusters(clusters: int, rows: str = "person-months") -> None:
    """Raise `NotEstimableError` if there is only one cluster."""
    if clusters < 2:
        raise NotEstimableError(
            f"The {rows} lie in one cluster, so a variance between clusters cannot be estimated: "
            "choose a finer cluster.",
            reason="cluster",
        )


def require_informed(sums: Floats, information: Floats) -> None:
    """Raise `NotEstimableError` if all information on a term comes from a single cluster.

    Scores sum to 0 at the maximum: if only one cluster contributes, its own sum is 0 as well, and
    so is the variance between clusters.

    Args:
        sums: (clusters, k) sums of scores.
        information: (k, k) information at the maximum.
    """
    if (np.square(sums).sum(axis=0) <= LEAST_SPREAD * np.diag(information)).any():
        raise NotEstimableError(
            "All information on a term lies in one cluster, so a variance between clusters "
            "cannot be estimated: choose a finer cluster.",
            reason="cluster",
        )


def require_size(made: int, what: str, *, most: int = MOST_ROWS, mend: str = "") -> None:
    """Refuse to make more than `most` rows.

    Raises:
        UserError: there would be more; the message says how many.
    """
    if made > most:
        raise UserError(
            f"This would make {made:,} {what}, and {most:,} is the most"
            f"{': ' + mend if mend else ''}."
        )


def require_finite(values: sp.csr_matrix, names: Sequence[str]) -> None:
    """Refuse a model matrix with covariates too large or not finite, such as the log of 0.

    Args:
        values: (rows, k) the sparse matrix.
        names: its k terms.

    Raises:
        UserError: a value is not finite, or its square could not be added to others.
    """
    if np.abs(values.data).max(initial=0.0) <= LARGEST:
        return
    columns = values.indices[~np.isfinite(values.data)]
    if len(columns):
        first = int(columns.min())
        raise UserError(
            f"The term {names[first]!r} is not finite in some rows: drop these rows or "
            "change the term."
        )
    first = int(values.indices[np.abs(values.data) > LARGEST].min())
    raise UserError(
        f"The term {names[first]!r} is above {LARGEST:.0e} in some rows: measure it in a larger "
        "unit."
    )
