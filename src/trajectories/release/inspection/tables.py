"""Tables that must not leave as they are: undeclared columns, exact numbers, small counts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from trajectories.errors import UserError
from trajectories.release.gate.spec import TableSpec
from trajectories.release.gate.vocabulary import check_texts
from trajectories.release.inspection.findings import Finding, Kind

KEYS = frozenset({"pnr", "cpr", "cprnr", "cpr_nr", "recnum", "familie_id", "koen", "foed_dag"})
KEY_PARTS = ("person_id", "person_key", "pseudonym", "caseworker_id", "row_id", "case_id")


def inspect_table(
    file: str, path: Path, spec: TableSpec | None, rules: dict[str, Any]
) -> Iterator[Finding]:
    """Find what must not leave in a table of comma-separated values.

    Args:
        file: the file's name in the release folder.
        path: where it lies.
        spec: its declaration; None where no output has this name.
        rules: the release's rules, with `threshold` and `base`.

    Yields:
        The findings; nothing where the table is as the gate makes it.
    """
    try:
        table = pl.read_csv(path, infer_schema=False, glob=False)
    except pl.exceptions.PolarsError:
        yield Finding(file, "altered file", "it cannot be read as a table")
        return
    keys = [name for name in table.columns if _is_key(name)]
    if keys:
        yield Finding(file, "key column", f"column {keys[0]} identifies persons or caseworkers")
    if spec is None:
        return
    foreign = [name for name in table.columns if name not in spec.published]
    if foreign:
        yield Finding(file, "undeclared column", f"column {foreign[0]} is not of this table")
    yield from _inspect_counts(file, table, spec, rules)
    present = [name for name in spec.published if name in table.columns]
    texts = [name for name in present if spec.dtype(name) == pl.String]
    try:
        check_texts(table.select(texts), spec)
    except UserError as error:
        yield Finding(file, "altered file", str(error))


def _inspect_counts(
    file: str, table: pl.DataFrame, spec: TableSpec, rules: dict[str, Any]
) -> Iterator[Finding]:
    threshold, base = float(rules["threshold"]), float(rules["base"])
    found: dict[Kind, str] = {}
    names = [count.name for count in spec.counts if count.unit not in ("weight", "other")]
    for name in (name for name in names if name in table.columns):
        numbers = table[name].cast(pl.Float64, strict=False).drop_nulls()
        if ((numbers > 0) & (numbers < threshold)).any():
            found.setdefault("small count", f"column {name} holds a count under {threshold:g}")
        if (numbers % base != 0).any():
            found.setdefault("exact numbers", f"column {name} is not rounded to {base:g}")
    for kind, sentence in found.items():
        yield Finding(file, kind, sentence)


def _is_key(name: str) -> bool:
    plain = name.strip().lower()
    return plain in KEYS or any(part in plain for part in KEY_PARTS)
