"""What the estimates of a reform take: tables, weights and levels, checked in one place."""

from collections.abc import Iterable, Sequence
from numbers import Real

import numpy as np
import polars as pl

from trajectories.arrays import Floats, Ints
from trajectories.errors import UserError
from trajectories.notebook.checked_frames import require_column
from trajectories.notebook.checked_values import unmasked
from trajectories.notebook.pandas_frames import as_frame


def table_of(data: object, columns: Sequence[str | None]) -> pl.DataFrame:
    """Return a frame of polars or pandas as one of polars.

    Args:
        data: the frame.
        columns: those that it needs; None names none.

    Raises:
        UserError: it is no frame, or lacks a column of single values.
    """
    frame = as_frame(data)
    for name in columns:
        if name is not None:
            require_column(frame, name, "data")
    return frame


def groups_in(frame: pl.DataFrame, name: str) -> pl.Series:
    """Return the groups of the rows, as texts.

    Raises:
        UserError: the groups are no column, or one is missing.
    """
    require_column(frame, name, "data")
    missing = frame[name].null_count()
    if missing:
        raise UserError(
            f"{name} is missing in {missing:,} of {frame.height:,} rows: name the group, or drop "
            "them."
        )
    return frame[name].cast(pl.String)


def names_of(covariates: Sequence[str]) -> list[str]:
    """Return the covariates' names.

    Raises:
        UserError: they are a text, whose letters would be taken for names, no list, or one is
            named twice.
    """
    if isinstance(covariates, str):
        raise UserError(f"covariates is {covariates!r}: give a list, such as [{covariates!r}].")
    if not isinstance(covariates, Iterable):
        raise UserError(f"covariates is {covariates!r}: give a list of columns.")
    names = list(covariates)
    if strange := [name for name in names if not isinstance(name, str)]:
        raise UserError(f"covariates names {strange[0]!r}: name columns by texts.")
    if twice := [name for name in names if names.count(name) > 1]:
        raise UserError(f"covariates names {twice[0]!r} twice: name it once.")
    return names


def weights_in(frame: pl.DataFrame, name: str | None) -> Floats:
    """Return the weights of the rows; 1 without a column.

    Raises:
        UserError: a weight is missing, negative, infinite or no number, or all are 0.
    """
    if name is None:
        return np.ones(frame.height)
    column = frame[name]
    weights = column.cast(pl.Float64).to_numpy() if column.dtype.is_numeric() else np.empty(0)
    if weights.size != frame.height or not (np.isfinite(weights) & (weights >= 0)).all():
        raise UserError(f"{name} must hold numbers from 0 on, and none may be missing.")
    if frame.height and not weights.sum():
        raise UserError(f"{name} is 0 in all rows: nobody would count.")
    return weights


def level_of(confidence: float) -> float:
    """Return the level of an interval.

    Raises:
        UserError: it is no share between 0 and 1.
    """
    if not isinstance(confidence, Real) or not 0 < confidence < 1:
        raise UserError(f"confidence is {confidence!r}: write a share such as 0.95.")
    return float(confidence)


def counts_of(values: object, name: str) -> Ints:
    """Return a list of numbers of persons or events.

    Raises:
        ValueError: they are no list of whole numbers from 0 on, or some are masked.
    """
    found = unmasked(values, name)
    whole = found.ndim == 1 and (found.dtype.kind in "iu" or not found.size)
    if found.ndim == 1 and found.dtype.kind == "f":
        whole = bool(np.isfinite(found).all() and (found == np.floor(found)).all())
    if not whole or (found < 0).any():
        raise ValueError(f"{name} must be a list of whole numbers from 0 on, none of them missing.")
    return found.astype(np.int64)
