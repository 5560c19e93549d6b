"""The coarser forms that tables declare: other exact tables, made of the finest one."""

from dataclasses import replace

import polars as pl

from trajectories.release.gate.links import BETWEEN, BY_MONTH, POOLED_BY_MONTH, Cells, Link
from trajectories.release.gate.rules import Rules
from trajectories.release.gate.spec import Form, TableSpec
from trajectories.words import _

STATE = "state"
PERSONS, AT_LEAST = "persons", "persons_at_least"


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


def _pool_between(
    table: pl.DataFrame, spec: TableSpec, rules: Rules
) -> tuple[pl.DataFrame, TableSpec]:
    """Add up transitions between states that are pooled.

    A person may have several, so that the persons of a pooled one do not follow from the table:
    they are left out. There are at least as many as of its largest part, which guards it.
    """
    names = tuple(BETWEEN)
    order = {
        state: place for place, state in enumerate(table[names[0]].unique(maintain_order=True))
    }
    first = {rules.pooled.get(state, state): place for state, place in reversed(order.items())}
    counts = [one.name for one in spec.counts if one.name != PERSONS]
    pooled = (
        table.with_columns(pl.col(names).cast(pl.String).replace(dict(rules.pooled)))
        .group_by(spec.dims, maintain_order=True)
        .agg(pl.col(counts).sum(), pl.col(PERSONS).max().alias(AT_LEAST))
        .sort(
            *(name for name in spec.dims if name not in names),
            *(pl.col(name).replace_strict(first) for name in names),
        )
    )
    renamed = {name: f"{name}:{coarse}" for name, coarse in BETWEEN.items()}
    links = tuple(
        replace(link, by=tuple(renamed.get(one, one) for one in link.by))
        for link in spec.links
        if isinstance(link, Cells) and PERSONS not in link.columns
    )
    without = tuple(
        replace(one, guards=False, optional=True) if one.name == PERSONS else one
        for one in spec.counts
    )
    return pooled, replace(
        spec,
        links=links,
        counts=without,
        internal=(*spec.internal, AT_LEAST),
        at_least=AT_LEAST,
        # Every pair is there already, and persons who are not counted are not zero.
        grid=(),
    )


def _nothing(table: pl.DataFrame, spec: TableSpec, _rules: Rules) -> tuple[pl.DataFrame, TableSpec]:
    return table.clear(), spec


POOLED_STATES = Form(_("states are pooled"), _pool)
"""States are pooled as `release.pooled_states` says, in a table of states by month."""
POOLED_BETWEEN = Form(_("states are pooled"), _pool_between)
"""The same in a table of transitions, without the number of persons."""
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
