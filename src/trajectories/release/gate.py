"""The gate: exact aggregates in, publishable tables and a log out."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from trajectories.errors import UserError
from trajectories.release.complement import Mask, Sum, withhold_complements
from trajectories.release.derive import EXACT_PREFIX, floats, with_floats
from trajectories.release.life_tables import publish_life_table
from trajectories.release.numbers import publish_counts, round_significant, supported_significant
from trajectories.release.rules import Rules
from trajectories.release.spec import TableSpec, Total


@dataclass(frozen=True)
class Log:
    """What the gate did to one table. It holds positions of small cells and stays private.

    Attributes:
        table: `stage/name`.
        sensitivity: the declared sensitivity.
        rules: the rules' name.
        rows_in: rows that the stage handed over.
        rows_out: rows that leave.
        cells: counted cells in the table, completed ones included.
        withheld: counted cells that do not leave.
        complementary: rows withheld so that others cannot be inferred.
        dominated: rows whose sum two contributors dominate.
        whole_rows: the dimensions of cells that hold a whole total.
        notes: sentences for the reader of the log.
    """

    table: str
    sensitivity: str
    rules: str
    rows_in: int
    rows_out: int
    cells: int
    withheld: int
    complementary: int = 0
    dominated: int = 0
    whole_rows: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Give the log as plain values for JSON."""
        return dict(self.__dict__)


def protect(table: pl.DataFrame, spec: TableSpec, rules: Rules) -> tuple[pl.DataFrame, Log]:
    """Turn an exact aggregate into a table that may be published.

    Small counts are withheld and the others rounded; a row whose persons or caseworkers are too
    few loses all its numbers; sums that two contributors dominate are withheld; shares, means and
    curves are recomputed from what is published.

    Args:
        table: the exact aggregate as a stage wrote it, one row per combination of `spec.dims`.
        spec: the table's declaration.
        rules: the disclosure rules.

    Returns:
        The publishable table, its columns those of `spec.published`, and the log.

    Raises:
        UserError: a column is missing or undeclared, a count is negative, or a row occurs twice.
    """
    if spec.distinct:
        table = table.unique(list(spec.dims), keep="first", maintain_order=True)
    _check(table, spec)
    rows_in = table.height
    if spec.keep is not None:
        table = table.filter(spec.keep)
    if spec.life_table is not None:
        return _protect_life_table(table, spec, rules)
    full = _add_totals(_complete(table, spec), spec)
    structural = _structural(full, spec)
    small = _withheld_rows(full, spec, rules) & ~structural
    withheld, hidden_totals = _complement(full, spec, rules, small, structural)
    published, cells, hidden = full, 0, 0
    for column in (count.name for count in spec.counts):
        exact = floats(full, column)
        values = np.where(structural, exact, publish_counts(exact, rules))
        values = np.where(withheld, np.nan, values)
        cells += int(np.isfinite(exact).sum())
        hidden += int((np.isfinite(exact) & ~np.isfinite(values)).sum())
        published = with_floats(published, **{column: values})
    for total in spec.totals:
        values = publish_counts(floats(full, total.name), rules)
        published = with_floats(published, **{total.name: np.where(hidden_totals, np.nan, values)})
    for estimate in spec.estimates:
        values = floats(full, estimate.name)
        bad = withheld.copy()
        for column in estimate.needs:
            bad |= ~np.isfinite(floats(published, column)) & np.isfinite(floats(full, column))
        digits: Any = rules.significant_digits
        if estimate.supported_by is not None:
            digits = supported_significant(floats(published, estimate.supported_by), rules)
        values = np.where(bad, np.nan, values)
        rounded = round_significant(values, digits, rules)
        columns = {estimate.name: rounded, f"{EXACT_PREFIX}{estimate.name}": values}
        published = with_floats(published, **columns)
    keep = pl.Series(~withheld)
    published = published.with_columns(
        pl.when(keep).then(pl.col(name)).otherwise(None).alias(name) for name in spec.values
    )
    for derivation in spec.derived:
        published = derivation(published, rules)
    whole = _whole_rows(published, spec)
    if spec.drop_small:
        counted = [count.name for count in spec.counts]
        published = published.filter(pl.any_horizontal(pl.col(counted).is_not_null()))
    published = _shape(published, spec)
    log = Log(
        table=f"{spec.stage}/{spec.name}",
        sensitivity=spec.sensitivity,
        rules=rules.name,
        rows_in=rows_in,
        rows_out=published.height,
        cells=cells,
        withheld=hidden,
        complementary=int((withheld & ~small).sum()),
        dominated=_dominated(full, spec, rules).sum().item(),
        whole_rows=whole,
    )
    return published, log


def _check(table: pl.DataFrame, spec: TableSpec) -> None:
    """Refuse a table that is not what its declaration says."""
    name = f"{spec.stage}/{spec.name}"
    if missing := sorted(spec.required - set(table.columns)):
        raise UserError(f"Table {name} lacks the column {missing[0]} that its declaration names.")
    if undeclared := sorted(set(table.columns) - spec.known):
        raise UserError(
            f"Table {name} has the column {undeclared[0]} that its declaration does not name: "
            "declare it in trajectories/release/specs or leave it out."
        )
    if table.select(spec.dims).is_duplicated().any():
        raise UserError(f"Table {name} has two rows for one combination of {', '.join(spec.dims)}.")
    for count in spec.counts:
        if count.name in table.columns and (table[count.name].cast(pl.Float64) < 0).any():
            raise UserError(f"Table {name} has a negative count in the column {count.name}.")


def _complete(table: pl.DataFrame, spec: TableSpec) -> pl.DataFrame:
    """Add missing columns as null and, where the spec asks for it, missing rows as zeros."""
    for column in sorted(spec.known - set(table.columns) - set(spec.added)):
        if column not in {total.name for total in spec.totals}:
            table = table.with_columns(pl.lit(None, dtype=spec.dtype(column)).alias(column))
    if not spec.grid:
        return table
    rest = [name for name in spec.dims if name not in spec.grid]
    frame = table.select(rest).unique(maintain_order=True) if rest else None
    for name in spec.grid:
        values = table.select(name).unique(maintain_order=True)
        frame = values if frame is None else frame.join(values, how="cross")
    assert frame is not None
    full = frame.join(table, on=list(spec.dims), how="left", maintain_order="left")
    return full.with_columns(pl.col(count.name).fill_null(0) for count in spec.counts)


def _add_totals(table: pl.DataFrame, spec: TableSpec) -> pl.DataFrame:
    for total in spec.totals:
        by = [name for name in spec.dims if name not in total.over]
        summed = pl.col(total.count).sum()
        table = table.with_columns((summed.over(by) if by else summed).alias(total.name))
    return table


def _structural(table: pl.DataFrame, spec: TableSpec) -> np.ndarray:
    """Find rows whose counts are all zero where nothing but zero is possible."""
    if spec.structural is None:
        return np.zeros(table.height, dtype=bool)
    zero = pl.all_horizontal(pl.col(count.name) == 0 for count in spec.counts)
    return table.select((spec.structural & zero).fill_null(False)).to_series().to_numpy()


def _withheld_rows(table: pl.DataFrame, spec: TableSpec, rules: Rules) -> np.ndarray:
    withheld = _dominated(table, spec, rules)
    for count in spec.counts:
        if count.guards:
            small = floats(table, count.name) < rules.threshold
            withheld = withheld | small
    return withheld


def _complement(
    table: pl.DataFrame, spec: TableSpec, rules: Rules, withheld: Mask, structural: Mask
) -> tuple[Mask, Mask]:
    """Withhold what would let a reader infer a withheld cell from a published total."""
    hidden = np.zeros_like(withheld)
    order = table.select(pl.struct(spec.dims).rank("ordinal")).to_series().to_numpy()
    units = {count.name: count.unit for count in spec.counts}
    audited = [total for total in spec.totals if units[total.count] != "weight"]
    before = -1
    while audited and withheld.sum() + hidden.sum() > before:
        before = withheld.sum() + hidden.sum()
        for total in audited:
            withheld, more = withhold_complements(
                floats(table, total.count),
                floats(table, total.name),
                _sums(table, spec, total),
                withheld=withheld,
                structural=structural,
                order=order,
                rules=rules,
            )
            hidden |= more
    return withheld, hidden


def _sums(table: pl.DataFrame, spec: TableSpec, total: Total) -> list[Sum]:
    """List the rows under each total of a table."""
    by = [name for name in spec.dims if name not in total.over]
    indexed = table.select(spec.dims).with_row_index("row")
    parts = indexed.partition_by(by, maintain_order=True) if by else [indexed]
    families: dict[tuple[Any, ...], int] = {}
    sums = []
    for part in parts:
        key = tuple(part[name][0] for name in by if name not in total.constant)
        family = families.setdefault(key, len(families))
        sums.append(Sum(part["row"].cast(pl.Int64).to_numpy(), family))
    return sums


def _dominated(table: pl.DataFrame, spec: TableSpec, rules: Rules) -> np.ndarray:
    if spec.dominance is None or rules.exact:
        return np.zeros(table.height, dtype=bool)
    return floats(table, spec.dominance) > rules.dominance


def _whole_rows(published: pl.DataFrame, spec: TableSpec) -> list[dict[str, Any]]:
    """Find cells whose published count is their whole published total."""
    flagged: list[dict[str, Any]] = []
    for count, total in spec.whole:
        rows = published.filter((pl.col(count) == pl.col(total)) & (pl.col(count) > 0))
        flagged += rows.select(spec.dims).to_dicts()
    return flagged


def _shape(published: pl.DataFrame, spec: TableSpec) -> pl.DataFrame:
    return published.select(
        pl.col(column).cast(spec.dtype(column)) for column in dict.fromkeys(spec.published)
    )


def _protect_life_table(
    table: pl.DataFrame, spec: TableSpec, rules: Rules
) -> tuple[pl.DataFrame, Log]:
    assert spec.life_table is not None
    published = publish_life_table(table, spec.life_table, rules)
    steps = int((floats(table, "events") > 0).sum())
    made = published.height - published["events"].null_count()
    log = Log(
        table=f"{spec.stage}/{spec.name}",
        sensitivity=spec.sensitivity,
        rules=rules.name,
        rows_in=table.height,
        rows_out=published.height,
        cells=steps,
        withheld=steps - made,
        notes=["Steps with too few events are merged into the next step."],
    )
    return _shape(published, spec), log
