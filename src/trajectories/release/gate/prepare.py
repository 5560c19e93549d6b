"""What happens to an exact table before anything is withheld: checks, pooling, zeros, totals."""

import numpy as np
import polars as pl

from trajectories.arrays import Bools
from trajectories.errors import UserError
from trajectories.release.gate.rules import Rules
from trajectories.release.gate.spec import TableSpec

POOLED = "other"


def prepare(table: pl.DataFrame, spec: TableSpec, rules: Rules) -> pl.DataFrame:
    """Check a table and bring it into the form of its declaration.

    Returns:
        The exact table with all declared columns, small rows pooled, all combinations of a grid,
        and totals.

    Raises:
        UserError: a column is missing or undeclared, a count is negative, or a row occurs twice.
    """
    if spec.distinct:
        table = table.unique(list(spec.dims), keep="first", maintain_order=True)
    _check(table, spec)
    if spec.keep is not None:
        table = table.filter(spec.keep)
    return _add_totals(_complete(_pool(table, spec, rules), spec), spec)


def structural_zeros(table: pl.DataFrame, spec: TableSpec, rules: Rules) -> Bools:
    """Find rows whose counts are all zero where nothing but zero is possible."""
    begins = spec.begins and bool(rules.origins)
    if spec.structural is None and not begins:
        return np.zeros(table.height, dtype=bool)
    known = pl.lit(value=False) if spec.structural is None else spec.structural
    if begins:
        origins = {*rules.origins, *(rules.pooled.get(one, one) for one in rules.origins)}
        known |= (pl.col("position") == 1) & ~pl.col("state").cast(pl.String).is_in(origins)
    zero = pl.all_horizontal(pl.col(count.name) == 0 for count in spec.counts)
    return table.with_columns((known & zero).fill_null(False).alias("_known"))["_known"].to_numpy()


def _check(table: pl.DataFrame, spec: TableSpec) -> None:
    """Refuse a table that is not what its declaration says."""
    name = f"{spec.stage}/{spec.name}"
    for column, kind in table.schema.items():
        if kind.is_nested() or kind == pl.Object:
            raise UserError(f"Table {name} holds {kind} in {column}: give one value a cell.")
    if missing := sorted(spec.required - set(table.columns)):
        raise UserError(f"Table {name} lacks the column {missing[0]} that its declaration names.")
    if undeclared := sorted(set(table.columns) - spec.known):
        raise UserError(
            f"Table {name} has the column {undeclared[0]} that its declaration does not name: "
            "declare it in trajectories/release/outputs or leave it out."
        )
    if table.select(spec.dims).is_duplicated().any():
        raise UserError(f"Table {name} has two rows for one combination of {', '.join(spec.dims)}.")
    for count in spec.counts:
        if count.name in table.columns:
            _check_count(table[count.name], name)


def _check_count(column: pl.Series, table: str) -> None:
    """Refuse counts that are no numbers from 0 on."""
    if not (column.dtype.is_numeric() or column.dtype == pl.Null):
        raise UserError(
            f"Table {table} holds {column.dtype} in the column {column.name}: counts are numbers."
        )
    counts = column.cast(pl.Float64)
    if (counts < 0).any():
        raise UserError(f"Table {table} has a negative count in the column {column.name}.")
    if counts.is_infinite().any():
        raise UserError(f"Table {table} has an infinite count in the column {column.name}.")


def _pool(table: pl.DataFrame, spec: TableSpec, rules: Rules) -> pl.DataFrame:
    """Sum rows that are too small to be shown into one row `other` of their kind."""
    if spec.pool is None or rules.exact:
        return table
    names = [count.name for count in spec.counts]
    small = pl.any_horizontal(pl.col(name) < rules.threshold for name in names)
    by = [name for name in spec.dims if name != spec.pool]
    counted = table.filter(small)
    pooled = (
        counted.group_by(by, maintain_order=True).agg(pl.col(name).sum() for name in names)
        if by
        else counted.select(pl.col(name).sum() for name in names)
    )
    pooled = pooled.with_columns(pl.lit(POOLED).alias(spec.pool)).select(table.columns)
    return pl.concat([table.filter(~small), pooled.cast(table.schema)])


def _complete(table: pl.DataFrame, spec: TableSpec) -> pl.DataFrame:
    """Add missing columns as null and, where the spec asks for it, missing rows as zeros."""
    totals = {total.name for total in spec.totals}
    for column in sorted(spec.known - set(table.columns) - set(spec.added) - totals):
        table = table.with_columns(pl.lit(None, dtype=spec.dtype(column)).alias(column))
    if not spec.grid:
        return table
    rest = [name for name in spec.dims if name not in spec.grid]
    frames = [table.select(rest).unique(maintain_order=True)] if rest else []
    frames += [table.select(name).unique(maintain_order=True) for name in spec.grid]
    frame = frames[0]
    for values in frames[1:]:
        frame = frame.join(values, how="cross", maintain_order="left_right")
    full = frame.join(table, on=list(spec.dims), how="left", maintain_order="left")
    return full.with_columns(pl.col(count.name).fill_null(0) for count in spec.counts)


def _add_totals(table: pl.DataFrame, spec: TableSpec) -> pl.DataFrame:
    for total in spec.totals:
        by = [name for name in spec.dims if name not in total.over]
        summed = pl.col(total.count).sum()
        table = table.with_columns((summed.over(by) if by else summed).alias(total.name))
    return table
