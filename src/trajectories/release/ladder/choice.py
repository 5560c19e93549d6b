"""Which form of a table is released: the finest with few enough small counts."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from trajectories.release.gate.derive import floats
from trajectories.release.gate.protect import Exact
from trajectories.release.gate.rules import Rules
from trajectories.release.gate.spec import TableSpec

Tables = dict[str, tuple[pl.DataFrame, TableSpec]]


def choose(
    tables: Mapping[str, tuple[pl.DataFrame, TableSpec]], rules: Rules
) -> tuple[Tables, Tables]:
    """Choose the form of every table.

    Args:
        tables: exact table and declaration, by name.
        rules: the disclosure rules.

    Returns:
        Each table in the form that is released, with the declaration of that form; and the finest
        form, prepared, of those that are released in a coarser one.

    Raises:
        UserError: a table is not what its declaration says.
    """
    chosen: Tables = {}
    finer: Tables = {}
    for name, (table, spec) in tables.items():
        chosen[name] = table, spec
        if not spec.ladder:
            continue
        finest = Exact.of(table, spec, rules)
        made = finest
        for form in spec.ladder:
            if share_of_small(made, rules) <= rules.ladder:
                break
            coarser = form.change(table, spec, rules)
            if coarser[0].equals(table):
                continue
            chosen[name] = coarser[0], replace(coarser[1], form=form.words)
            finer[f"{name}, finest"] = finest.frame, spec
            made = Exact.of(*chosen[name], rules)
    return chosen, finer


def share_of_small(one: Exact, rules: Rules) -> float:
    """Return the share of a table's counts that are small, or stand in a row that is; 0 of none."""
    counted = small = 0
    for count in one.spec.counts:
        values = floats(one.frame, count.name)
        there = values == values
        few = (values < rules.threshold) & (count.unit != "weight") & ~one.structural
        counted += int(there.sum())
        small += int((there & (few | one.small)).sum())
    return small / counted if counted else 0.0
