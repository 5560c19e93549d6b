"""Where a released number comes from: the answer as plain data and as a few lines."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from trajectories.release.gate.spec import TableSpec
from trajectories.release.lineage.columns import how_made
from trajectories.release.lineage.rows import MOST_ROWS, Picked
from trajectories.release.lineage.rules import leaves_below, read_rules, rules_before
from trajectories.release.store import TABLES

SHOWN_LEAVES = 6
"""Settings that a line lists."""
WITHHELD = "–"
HASH_DIGITS = 12


def answer(
    spec: TableSpec,
    picked: Picked,
    *,
    provenance: Mapping[str, Any],
    about: Mapping[str, Any],
    disclosure: pl.DataFrame,
    defaults: Mapping[str, Any],
) -> dict[str, Any]:
    """Say of numbers of a released table how they were made, by which rules and of what.

    Args:
        spec: the table's declaration.
        picked: rows and columns.
        provenance: the release's `provenance.json`.
        about: its `about.json`.
        disclosure: its `disclosure.csv`.
        defaults: the settings of a run that sets nothing but its reform package.

    Returns:
        file, table (row, sensitivity, keys, sha256), rows (keys, numbers), columns (how each was
        made), rule, before, code, settings (leaves that the rule and those before it read), set
        (those of the rule that differ from the defaults), inputs, protection.
    """
    file = f"{TABLES}/{spec.file}.csv"
    listed = {one["file"]: one for one in provenance["files"]}.get(file, {})
    rules = read_rules(provenance)
    name = listed.get("rule", spec.rule)
    record = rules.get(name)
    before = rules_before(rules, name)
    keys = record.settings if record else ()
    own = leaves_below(provenance["settings"], keys)
    every = {key for one in before for key in one.settings}
    makers = {name, *(one.rule for one in before)}
    usual = leaves_below(defaults, keys)
    return {
        "file": file,
        "table": {
            "row": spec.row,
            "sensitivity": spec.sensitivity,
            "keys": list(spec.dims),
            "sha256": listed.get("sha256"),
        },
        "rows": [
            {
                "keys": {key: row[key] for key in spec.dims if key in row},
                "numbers": {column: row[column] for column in picked.columns},
            }
            for row in picked.rows.iter_rows(named=True)
        ],
        "columns": {column: how_made(spec, column, about["rules"]) for column in picked.columns},
        "rule": {
            "rule": name,
            "code": record.code if record else None,
            "settings": list(keys) if record else None,
        },
        "before": [{"rule": one.rule, "code": one.code} for one in before],
        "code": provenance["code"],
        "settings": own | leaves_below(provenance["settings"], every),
        "set": {key: own[key] for key in own if key not in usual or own[key] != usual[key]},
        "inputs": [one for one in provenance["inputs"] if makers & {*one.get("rules", makers)}],
        "protection": {
            "rules": {key: about["rules"][key] for key in ("preset", "threshold", "base")},
            "earlier": about.get("earlier", {}).get("releases", 0),
            **disclosure.filter(pl.col("table") == spec.file)
            .select("cells", "withheld")
            .row(0, named=True),
        },
    }


def lines(found: Mapping[str, Any]) -> list[str]:
    """Put an answer into a few lines."""
    table = found["table"]
    return [
        f"{found['file']}: a row is {table['row']} (sensitivity {table['sensitivity']})",
        *_rows(found["rows"]),
        f"protected: {_protection(found)}",
        f"made by {_makers(found)}",
        f"settings: {_settings(found)}",
        f"inputs: {_inputs(found['inputs'])}",
    ]


def _rows(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    if len(rows) > MOST_ROWS:
        return [f"  {len(rows)} rows"]
    return [_row(row) for row in rows]


def _row(row: Mapping[str, Any]) -> str:
    keys = ", ".join(f"{key} {value}" for key, value in row["keys"].items())
    numbers = " · ".join(f"{name} {_number(value)}" for name, value in row["numbers"].items())
    return f"  {keys}: {numbers}" if keys else f"  {numbers}"


def _number(value: Any) -> str:
    if value is None:
        return WITHHELD
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _protection(found: Mapping[str, Any]) -> str:
    how: dict[str, list[str]] = {}
    for column, words in found["columns"].items():
        how.setdefault(words, []).append(column)
    said = "; ".join(f"{', '.join(columns)}: {words}" for words, columns in how.items())
    protection = found["protection"]
    rules = protection["rules"]
    whole = f"{protection['withheld']:,} of {protection['cells']:,} counts behind the table"
    some = f"{whole} are withheld" if protection["cells"] else "the table has no counts"
    stands = ""
    if protection["earlier"]:
        stands = (
            f" Compared with earlier releases: {protection['earlier']}; a number whose difference "
            f"may rest on fewer than {rules['threshold']} persons stands as it was published there."
        )
    dash = ""
    if any(value is None for row in found["rows"] for value in row["numbers"].values()):
        dash = (
            f" {WITHHELD} is a number under {rules['threshold']}, one withheld for the sake of "
            "such a number, or none in its row."
        )
    return f"preset {rules['preset']}; {some}; {said}.{dash}{stands}"


def _makers(found: Mapping[str, Any]) -> str:
    rule, code = found["rule"], found["code"]
    commit = f" of commit {code['commit'][:HASH_DIGITS]}" if code["commit"] else ""
    changed = " with local changes" if code["modified"] else ""
    if rule["code"] is None:
        return f"rule {rule['rule']}{commit}{changed}; this release says no more of its rules"
    before = ", ".join(f"{one['rule']} {one['code']}" for one in found["before"])
    after = f", after {before}" if before else ""
    return f"rule {rule['rule']}, code {rule['code']}{commit}{changed}{after}"


def _settings(found: Mapping[str, Any]) -> str:
    keys, given = found["rule"]["settings"], found["set"]
    if keys is None:
        return "this release does not say which of them the rule reads; about.json has all"
    if not keys:
        return "the rule reads none"
    shown = [_leaf(key, value) for key, value in list(given.items())[:SHOWN_LEAVES]]
    more = len(given) - len(shown)
    listed = ", ".join(shown) + (f" and {more} more (--json names all)" if more else "")
    return (
        f"the rule reads {', '.join(keys)}; {len(found['settings'])} leaves with the rules before "
        f"it; not as by default: {listed or 'none'}"
    )


def _leaf(key: str, value: Any) -> str:
    """Write a setting; of one that holds others the key alone."""
    return key if isinstance(value, list | dict) else f"{key} = {value}"


def _inputs(inputs: Sequence[Mapping[str, Any]]) -> str:
    named = [f"{one['input']} {one['keyed_sha256'][:HASH_DIGITS]}" for one in inputs]
    return f"{', '.join(named)} (keyed hashes)" if named else "no file of the user's"
