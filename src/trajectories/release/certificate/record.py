"""The certificate of a release as plain values: numbers, identities, witnesses."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from trajectories.arrays import Bools, Ints
from trajectories.release.gate.protect import Release
from trajectories.release.gate.spec import TableSpec

CERTIFICATE = "certificate.json"
"""The certificate's file in the gate's private folder."""


def certificate(
    release: Release, exact: Mapping[str, tuple[pl.DataFrame, TableSpec]], witnesses: Ints
) -> dict[str, Any]:
    """Write down what a checker needs to confirm that no withheld number can be told.

    Args:
        release: the protected tables with their numbers and identities.
        exact: the exact table and the declaration of each released one, in the same order of rows.
        witnesses: (w, v) counts that agree with everything published.

    Returns:
        rules (threshold, base, width), numbers (known zeros and small ones, by place in the list),
        equations (whole, then parts), tables (file, keys, rows, variable of each linked column),
        standing (published numbers that stand from earlier releases, and how far each may have
        moved since), witnesses, and the identities that the exact numbers do not satisfy.
    """
    view = release.view
    if view is None:
        return {}
    system, rules = view.system, view.rules
    parts: list[list[int]] = [[int(whole)] for whole in system.wholes]
    for equation, variable in system.parts.tolist():
        parts[equation].append(variable)
    tables: dict[str, dict[str, Any]] = {}
    for place in system.places:
        frame, spec = exact[place.table]
        rows = frame.select(pl.col(name).cast(pl.String).fill_null("") for name in spec.dims)
        entry = tables.setdefault(
            place.table,
            {
                "file": f"{spec.file}.csv",
                "keys": list(spec.dims),
                "rows": [list(row) for row in rows.iter_rows()],
                "columns": {},
            },
        )
        ids = entry["columns"].get(place.column, np.full(frame.height, -1))
        entry["columns"][place.column] = np.maximum(ids, place.ids)
    for entry in tables.values():
        entry["columns"] = {name: ids.tolist() for name, ids in entry["columns"].items()}
    return {
        "rules": {"threshold": rules.threshold, "base": rules.base, "width": rules.width},
        "named": system.named,
        "known": _places(view.known),
        "small": _places(view.counted & (system.exact < rules.threshold)),
        "equations": parts,
        "tables": list(tables.values()),
        "standing": [
            [int(one), int(view.standing.reach[one])]
            for one in np.flatnonzero(view.standing.which & np.isfinite(view.standing.shown))
        ],
        "witnesses": witnesses.tolist(),
        "not_satisfied": system.broken,
    }


def _places(which: Bools) -> list[int]:
    return [int(one) for one in np.flatnonzero(which)]
