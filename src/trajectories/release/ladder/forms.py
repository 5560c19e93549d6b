"""The coarser forms that tables declare: other exact tables, made of the finest one."""

from dataclasses import replace

import polars as pl

from trajectories.release.gate.links import BY_MONTH, POOLED_BY_MONTH, Cells, Link
from trajectories.release.gate.rules import Rules
from trajectories.release.gate.spec import Form, TableSpec
from trajectories.words import _

STATE = "state"


def _pool(table: pl.DataFrame, spec: TableSpec, rules: Rules) -> tuple[pl.DataFrame, TableSpec]:
    """Add up the rows of states that are pooled; every count of the table must add up."""
    order = {state: place for place, state in enumerate(table[STATE].unique(maintain_order=True))}
    first = {rules.pooled.get(state, state): place for state, place in reversed(order.items())}
    counts = [count.name for count in spec.counts if count.name in table.columns]
    pooled = (
        table.with_columns(pl.col(STATE).cast(pl.String).replace(dict(rules.pooled)))
        .group_by(spec.dims, maintain_order=True)
        .agg(pl.col(name).sum() for name in counts)
        .sort(*(name for name in spec.dims if name != STATE), pl.col(STATE).replace_strict(first))
    )
    return pooled.select(table.columns), replace(spec, links=tuple(map(_pooled, spec.links)))


def _pooled(link: Link) -> Link:
    if not isinstance(link, Cells):
        return link
    by = tuple(f"state:{POOLED_BY_MONTH}" if one == BY_MONTH else one for one in link.by)
    return replace(link, by=by)


def _nothing(table: pl.DataFrame, spec: TableSpec, _rules: Rules) -> tuple[pl.DataFrame, TableSpec]:
    return table.clear(), spec


POOLED_STATES = Form(_("states are pooled"), _pool)
"""States are pooled as `release.pooled_states` says, in a table of states by month."""
LEFT_OUT = Form(_("left out"), _nothing)
"""The table has no row. Others tell its sums."""


def only(dimension: str, value: str, words: str) -> Form:
    """Make the form of those rows that have a value, such as all ages.

    Args:
        dimension: the dimension.
        value: its value in the rows that are kept.
        words: what is coarser about it, a message.
    """

    def keep(table: pl.DataFrame, spec: TableSpec, _rules: Rules) -> tuple[pl.DataFrame, TableSpec]:
        return table.filter(pl.col(dimension).cast(pl.String) == value), spec

    return Form(words, keep)
