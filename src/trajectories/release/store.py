"""Reading of a release folder: its tables with their declared types, and what it says of itself."""

from pathlib import Path
from typing import Any

import polars as pl

from trajectories.errors import UserError
from trajectories.io import read_object
from trajectories.release.outputs.registry import SPECS
from trajectories.release.tables import Tables

ABOUT = "about.json"
TABLES = "tables"
FIGURES = "figures"


def read_tables(folder: Path) -> Tables:
    """Read all tables of a folder of released CSV files.

    Returns:
        Table name (without the stage) to frame, in the order of the declarations.

    Raises:
        UserError: the folder is missing or holds a table that cannot be read.
    """
    if not folder.is_dir():
        raise UserError(f"{folder} is missing: run the gate (`trajectories protect`) first.")
    tables = {}
    for spec in SPECS.values():
        path = folder / f"{spec.file}.csv"
        if not path.exists():
            continue
        schema = {name: spec.dtype(name) for name in dict.fromkeys(spec.published)}
        try:
            tables[spec.name] = pl.read_csv(path, schema=schema, glob=False)
        except pl.exceptions.PolarsError:
            message = f"{path} is not the table that its name says: make it again with the gate."
            raise UserError(message) from None
    return tables


def read_about(release: Path, *parts: str) -> dict[str, Any]:
    """Read what a release folder says about its run; some parts must be there."""
    path = release / ABOUT
    if not path.exists():
        raise UserError(f"{path} is missing: {release} is not a release folder of this workflow.")
    return read_object(path, *parts)
