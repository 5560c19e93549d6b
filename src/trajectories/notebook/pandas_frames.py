"""Frames of pandas as frames of polars, without the package that polars asks for.

Pandas takes half a second to import, and the steps of a run hold no frame of it.
"""

import sys
from typing import TYPE_CHECKING, Any, TypeGuard, cast

import polars as pl

from trajectories.errors import UserError

if TYPE_CHECKING:
    import pandas as pd


def is_pandas(data: object) -> "TypeGuard[pd.DataFrame]":
    """Tell whether something is a frame of pandas: who holds one has imported it."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(data, pandas.DataFrame)


def from_pandas(frame: "pd.DataFrame") -> pl.DataFrame:
    """Return a pandas frame as the polars frame that estimators and curves take.

    None, NaN, NaT and NA become null; the index is left out, and names of columns become texts.

    Args:
        frame: one column a variable; categories keep their order.

    Raises:
        UserError: it is no pandas frame, a column's name occurs twice, or a column mixes types.

    Examples:
        >>> import pandas as pd
        >>> from trajectories.survival import from_pandas, kaplan_meier
        >>> frame = pd.DataFrame({"person": [1, 2], "time": [3, 4], "exit": [1, 0]})
        >>> kaplan_meier(from_pandas(frame))["estimate"].to_list()
        [0.5, 0.5]

    See Also:
        `kaplan_meier`, `fit_cox`, `fit_hazard`.
    """
    if not is_pandas(frame):
        raise UserError(f"A {type(frame).__name__} is no pandas DataFrame.")
    names = [str(name) for name in frame.columns]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise UserError(f"The frame holds the column {twice[0]!r} twice: give each its own name.")
    return pl.DataFrame([_series(name, frame.iloc[:, place]) for place, name in enumerate(names)])


def in_polars(data: "pl.DataFrame | pd.DataFrame") -> pl.DataFrame:
    """Return a frame of pandas as one of polars, and anything else as it is."""
    return from_pandas(data) if is_pandas(data) else cast(pl.DataFrame, data)


def as_column(values: Any) -> pl.Series:
    """Return one value a row, of polars, pandas, NumPy or a list, as a polars series.

    Raises:
        UserError: the values mix types.
    """
    if isinstance(values, pl.Series):
        return values
    import pandas as pd

    return _series("", pd.Series(values))


def as_frame(data: Any) -> pl.DataFrame:
    """Return a frame of polars or pandas as one of polars.

    Raises:
        UserError: it is neither, or a column of pandas cannot be converted.
    """
    if isinstance(data, pl.DataFrame):
        return data
    if is_pandas(data):
        return from_pandas(data)
    lazy = ", which its method collect() returns" if isinstance(data, pl.LazyFrame) else ""
    raise UserError(
        f"The data are a {type(data).__name__}: give a frame of polars or pandas{lazy}."
    )


def _series(name: str, column: "pd.Series[Any]") -> pl.Series:
    import pandas as pd

    filled = column.notna().tolist()
    cells = [cell if held else None for cell, held in zip(column.tolist(), filled, strict=True)]
    dtype = None
    if isinstance(column.dtype, pd.CategoricalDtype):
        levels = column.dtype.categories.tolist()
        if all(isinstance(level, str) for level in levels):
            dtype = pl.Enum(levels)
    try:
        return pl.Series(name, cells, dtype=dtype)
    except (TypeError, pl.exceptions.PolarsError) as error:
        kinds = sorted({type(cell).__name__ for cell in cells if cell is not None})
        raise UserError(
            f"The column {name!r} mixes {' and '.join(kinds)}: make all its values one type."
        ) from error
