"""The gate: exact aggregates in, publishable tables and a log out."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from trajectories.arrays import Bools
from trajectories.release.gate.complementary import Sum, sum_of_parts
from trajectories.release.gate.derive import EXACT_PREFIX, floats, with_floats
from trajectories.release.gate.identities import Hidden, withhold
from trajectories.release.gate.life_tables import publish_life_table
from trajectories.release.gate.prepare import prepare, structural_zeros
from trajectories.release.gate.rounding import (
    publish_counts,
    round_significant,
    supported_significant,
)
from trajectories.release.gate.rules import Rules
from trajectories.release.gate.spec import TableSpec, Total
from trajectories.release.gate.vocabulary import check_texts
from trajectories.release.gate.weights import publish_weights


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

    def as_dict(self) -> dict[str, Any]:
        """Give the log as plain values for JSON."""
        return dict(self.__dict__)


def protect(table: pl.DataFrame, spec: TableSpec, rules: Rules) -> tuple[pl.DataFrame, Log]:
    """Turn an exact aggregate into a table that may be published.

    Small counts are withheld and the others rounded; a row whose persons or caseworkers are too
    few loses all its numbers; sums that two contributors dominate are withheld; so are cells from
    which a withheld one could be inferred; shares, means and curves are recomputed from what is
    published.

    Args:
        table: the exact aggregate as a stage wrote it, one row per combination of `spec.dims`.
        spec: the table's declaration.
        rules: the disclosure rules.

    Returns:
        The publishable table, its columns those of `spec.published`, and the log.

    Raises:
        UserError: a column is missing or undeclared, a count is negative, a row occurs twice, or a
            text is none that the column may hold.
    """
    exact = prepare(table, spec, rules)
    if exact.is_empty():
        schema = {name: spec.dtype(name) for name in dict.fromkeys(spec.published)}
        nothing = pl.DataFrame(schema=schema)
        return nothing, _log(spec, rules, table, nothing, cells=0, withheld=0)
    if spec.life_table is not None:
        published = publish_life_table(exact, spec.life_table, rules)
        steps = int((floats(exact, "events") > 0).sum())
        made = published.height - published["events"].null_count()
        log = _log(spec, rules, table, published, cells=steps, withheld=max(0, steps - made))
        return _shape(published, spec), log
    structural = structural_zeros(exact, spec)
    dominated = _dominated(exact, spec, rules)
    small = (dominated | _guarded(exact, spec, rules)) & ~structural
    hidden = withhold(exact, spec, rules, small, structural)
    published = _publish_counts(exact, spec, rules, hidden, structural)
    counts = [count.name for count in spec.counts]
    before, after = exact.select(counts).null_count(), published.select(counts).null_count()
    for total in spec.totals:
        if total.apart:
            values = publish_counts(floats(exact, total.name), rules)
            values = np.where(hidden.cells[total.name], np.nan, values)
        else:
            values = sum_of_parts(
                floats(exact, total.count),
                floats(published, total.count),
                _sums(exact, spec, total),
                structural=structural,
                rules=rules,
            )
        published = with_floats(published, **{total.name: values})
    published = publish_weights(published, exact, spec, rules)
    published = _publish_estimates(published, exact, spec, rules, hidden.rows)
    for derivation in spec.derived:
        published = derivation(published, rules)
    whole = _whole_rows(published, spec)
    if spec.drop_small:
        shown = [pl.col(name).is_not_null() for name in spec.drop_small]
        published = published.filter(pl.any_horizontal(shown))
    log = _log(
        spec,
        rules,
        table,
        published,
        cells=exact.height * len(counts) - int(sum(before.row(0))),
        withheld=int(sum(after.row(0)) - sum(before.row(0))),
        complementary=int((hidden.rows & ~small).sum()),
        dominated=int(dominated.sum()),
        whole_rows=whole,
    )
    return _shape(published, spec), log


def _log(
    spec: TableSpec, rules: Rules, table: pl.DataFrame, published: pl.DataFrame, **found: Any
) -> Log:
    return Log(
        table=f"{spec.stage}/{spec.name}",
        sensitivity=spec.sensitivity,
        rules=rules.name,
        rows_in=table.height,
        rows_out=published.height,
        **found,
    )


def _guarded(table: pl.DataFrame, spec: TableSpec, rules: Rules) -> Bools:
    """Find rows that rest on too few persons or caseworkers, or on nobody knows how many."""
    small = np.zeros(table.height, dtype=bool)
    for count in spec.counts:
        if count.guards:
            values = floats(table, count.name)
            small |= values < rules.threshold
            if not (count.optional or rules.exact):
                small |= np.isnan(values)
    return small


def _dominated(table: pl.DataFrame, spec: TableSpec, rules: Rules) -> Bools:
    """Find rows whose sum the two largest contributors dominate."""
    if spec.dominance is None or rules.exact:
        return np.zeros(table.height, dtype=bool)
    return floats(table, spec.dominance) > rules.dominance


def _publish_counts(
    exact: pl.DataFrame, spec: TableSpec, rules: Rules, hidden: Hidden, structural: Bools
) -> pl.DataFrame:
    """Withhold and round counts, and withhold what else stands in a withheld row."""
    published = exact
    for count in spec.counts:
        values = floats(exact, count.name)
        shown = np.where(structural, values, publish_counts(values, rules))
        gone = hidden.rows | hidden.cells[count.name]
        published = with_floats(published, **{count.name: np.where(gone, np.nan, shown)})
    if spec.sum_of is not None and not rules.exact:
        published = _replace_by_sum(published, spec, *spec.sum_of)
    keep = pl.Series(~hidden.rows)
    return published.with_columns(
        pl.when(keep).then(pl.col(name)).otherwise(None).alias(name) for name in spec.values
    )


def _replace_by_sum(
    published: pl.DataFrame, spec: TableSpec, dimension: str, value: str
) -> pl.DataFrame:
    """Publish a whole as the sum of its published parts, where it has any."""
    by = [name for name in spec.dims if name not in (dimension, spec.pool)]
    is_whole = pl.col(dimension) == value
    for name in (count.name for count in spec.counts):
        parts = pl.col(name).filter(~is_whole).sum().over(by)
        new = pl.when(is_whole & (parts > 0)).then(parts).otherwise(pl.col(name))
        published = published.with_columns(new.alias(name))
    return published


def _publish_estimates(
    published: pl.DataFrame, exact: pl.DataFrame, spec: TableSpec, rules: Rules, withheld: Bools
) -> pl.DataFrame:
    """Round estimates to the digits that the rules and their counts allow."""
    for estimate in spec.estimates:
        values = np.where(withheld, np.nan, floats(exact, estimate.name))
        digits: Any = rules.significant_digits
        if estimate.supported_by is not None:
            digits = supported_significant(floats(published, estimate.supported_by), rules)
        rounded = round_significant(values, digits, rules)
        if estimate.structural is not None:
            fixed = exact.select(estimate.structural.fill_null(False)).to_series().to_numpy()
            rounded = np.where(fixed, values, rounded)
        columns = {estimate.name: rounded, f"{EXACT_PREFIX}{estimate.name}": values}
        published = with_floats(published, **columns)
    return published


def _sums(table: pl.DataFrame, spec: TableSpec, total: Total) -> list[Sum]:
    """List the rows under each total of a table."""
    by = [name for name in spec.dims if name not in total.over]
    indexed = table.select(spec.dims).with_row_index("row")
    parts = indexed.partition_by(by, maintain_order=True) if by else [indexed]
    return [Sum(part["row"].cast(pl.Int64).to_numpy()) for part in parts]


def _whole_rows(published: pl.DataFrame, spec: TableSpec) -> list[dict[str, Any]]:
    """Find cells whose published count is their whole published total."""
    flagged: list[dict[str, Any]] = []
    for count, total in spec.whole:
        rows = published.filter((pl.col(count) == pl.col(total)) & (pl.col(count) > 0))
        flagged += rows.select(spec.dims).to_dicts()
    return flagged


def _shape(published: pl.DataFrame, spec: TableSpec) -> pl.DataFrame:
    shaped = published.select(
        pl.col(column).cast(spec.dtype(column)) for column in dict.fromkeys(spec.published)
    )
    check_texts(shaped, spec)
    return shaped
