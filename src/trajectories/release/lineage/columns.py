"""How the numbers of a released column were made and protected, from the table's declaration."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from trajectories.release.gate.derive import EXACT_PREFIX
from trajectories.release.gate.life_tables import CURVE_COLUMNS
from trajectories.release.gate.rules import EXACT
from trajectories.release.gate.spec import Derivation, TableSpec

COUNTED_AS = {
    "persons": "persons",
    "caseworkers": "caseworkers",
    "windows": "windows",
    "rows": "rows of extracts",
    "months": "person-months",
    "events": "events",
    "weight": "a sum of weights",
    "other": "things",
}
"""Units of counts in words."""


def how_made(spec: TableSpec, column: str, rules: Mapping[str, Any]) -> str:
    """Say in a few words how the gate made the numbers of a column.

    Args:
        spec: the table's declaration.
        column: a published column.
        rules: the release's rules, with `threshold`, `base` and `significant_digits`.
    """
    threshold, base = rules["threshold"], rules["base"]
    if column in spec.dims:
        return "a key of the table"
    if spec.life_table is not None and column in (*CURVE_COLUMNS, "at_risk", "events"):
        return (
            f"of the life table, each of whose steps waits for {rules['step_events']} events"
            if column in CURVE_COLUMNS
            else f"counted at the steps of the life table, rounded to multiples of {base}"
        )
    for count in spec.counts:
        if count.name == column and count.unit == "weight":
            return "a share of the total, in steps worth a rounded count"
        if count.name == column:
            lost = "its row" if count.guards else "it"
            return (
                f"a count of {COUNTED_AS[count.unit]}, rounded to a multiple of {base}; "
                f"under {threshold} {lost} is withheld"
            )
    for total in spec.totals:
        if total.name == column:
            return f"the sum of {total.count} over {_listed(total.over)}, rounded by itself"
    if column in spec.values:
        return "words, withheld with their row"
    counted, exact = derived_of(spec, column)
    counts = [name for name in counted if name not in spec.internal]
    if exact:
        limit = _listed(counts) if counts else "a count that stays private"
        return f"estimated from exact data, its decimals limited by {limit}"
    if counted:
        private = " and an exact sum that stays private" if len(counts) < len(counted) else ""
        return f"computed from the released {_listed(counts)}{private}"
    for estimate in spec.estimates:
        if estimate.name == column:
            some = (
                f", fewer where {estimate.supported_by} is small" if estimate.supported_by else ""
            )
            given = "; exact where the settings alone decide it"
            return (
                f"estimated from exact data, {rules['significant_digits']} significant digits{some}"
                f"{given if estimate.structural is not None else ''}"
            )
    return "made by the gate"


def derived_of(spec: TableSpec, column: str) -> tuple[list[str], list[str]]:
    """Find what a column is derived from.

    Derivations are tried on tables without rows that lack a column: those that fail need it.

    Returns:
        Counts and totals (internal ones too), or, where there are none, other columns, and exact
        estimates that the derivation of `column` needs; all empty where nothing derives it.
    """
    given = _empty(spec)
    for derive in spec.derived:
        before = given
        if column not in (made := _made(derive, before, column)):
            given = made
            continue
        needed = [
            name
            for name in before.columns
            if name != column and column not in _made(derive, before.drop(name), column)
        ]
        exact = [name.removeprefix(EXACT_PREFIX) for name in needed if EXACT_PREFIX in name]
        other = [name for name in needed if EXACT_PREFIX not in name and name not in spec.dims]
        summed = {*(count.name for count in spec.counts), *spec.internal}
        summed |= {total.name for total in spec.totals}
        return [name for name in other if name in summed] or other, exact
    return [], []


def _empty(spec: TableSpec) -> pl.DataFrame:
    """Return the table without rows, with what derivations may read."""
    columns = {name: spec.dtype(name) for name in (*spec.dims, *spec.values)}
    numbers = [
        *(count.name for count in spec.counts),
        *(total.name for total in spec.totals),
        *spec.internal,
        *(name for one in spec.estimates for name in (one.name, EXACT_PREFIX + one.name)),
    ]
    return pl.DataFrame(schema={**columns, **{name: pl.Float64() for name in numbers}})


def _made(derive: Derivation, given: pl.DataFrame, column: str) -> pl.DataFrame:
    """Return what a derivation makes of a table without `column`; without columns if it fails."""
    try:
        return derive(given.drop(column, strict=False), EXACT)
    except pl.exceptions.ColumnNotFoundError:
        return pl.DataFrame()


def _listed(names: list[str] | tuple[str, ...]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
