"""The folder of caseworker changes."""

import datetime as dt
from dataclasses import fields
from pathlib import Path

import polars as pl

from trajectories.caseworkers.changes import CaseworkerChanges
from trajectories.io import make_private, read_json, read_parquet, write_json, write_parquet

DECIDED = "decided_until"
FRAMES = tuple(field.name for field in fields(CaseworkerChanges) if field.name != DECIDED)


def write_changes(found: CaseworkerChanges, out: Path) -> None:
    """Write each frame, the departures among the lists once more, and until when all is decided."""
    make_private(out)
    for name in FRAMES:
        write_parquet(getattr(found, name), out / f"{name}.parquet")
    departures = found.lists.filter(pl.col("kind") == "departure")
    write_parquet(departures, out / "departures.parquet")
    write_json({DECIDED: str(found.decided_until)}, out / "decided.json")


def read_changes(folder: Path) -> CaseworkerChanges:
    """Read what `write_changes` wrote."""
    frames = {name: read_parquet(folder / f"{name}.parquet") for name in FRAMES}
    decided = dt.date.fromisoformat(read_json(folder / "decided.json")[DECIDED])
    return CaseworkerChanges(**frames, decided_until=decided)
