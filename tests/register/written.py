"""Tables written in every format that researchers are given, each with what reads it."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyreadstat

Spec = dict[str, object]


def csv(encoding: str, separator: str, *, header: str = "person", note: str = "") -> Callable:
    """A CSV file with decimal commas unless commas part its cells, and another name for person."""

    def write(frame: pl.DataFrame, folder: Path) -> Spec:
        renamed = frame.rename({"person": header})
        # A column that nobody reads has the letters by which an encoding is known in its name.
        renamed = renamed.with_columns(pl.lit("").alias(note)) if note else renamed
        text = renamed.write_csv(separator=separator, decimal_comma=separator != ",")
        path = folder / "udtræk.csv"
        path.write_bytes(text.encode(encoding))
        return {"path": str(path), "columns": {"person": header}}

    return write


def parts(write: Callable[[pl.DataFrame, Path], object], suffix: str) -> Callable:
    """Two files of one name in folders of their own, as partitioned data sets have them."""

    def write_parts(frame: pl.DataFrame, folder: Path) -> Spec:
        half = frame.height // 2
        for name, part in (("year=2013", frame[:half]), ("year=2014", frame[half:])):
            (folder / name).mkdir()
            write(part, folder / name / f"part-0.{suffix}")
        path = str(folder) if suffix == "parquet" else f"{folder}/*/part-0.{suffix}"
        return {"path": path}

    return write_parts


def single(write: Callable[[pl.DataFrame, Path], object], suffix: str) -> Callable:
    """One file."""

    def write_one(frame: pl.DataFrame, folder: Path) -> Spec:
        path = folder / f"table.{suffix}"
        write(frame, path)
        return {"path": str(path)}

    return write_one


FORMATS: dict[str, Callable[[pl.DataFrame, Path], Spec]] = {
    "utf-8": csv("utf-8", ",", header="nøgle"),
    "latin-1": csv("latin-1", ";", header="nøgle"),
    "windows-1252": csv("windows-1252", "\t", note="pris i €"),
    "csv by year": parts(pl.DataFrame.write_csv, "csv"),
    "parquet": single(pl.DataFrame.write_parquet, "parquet"),
    "partitioned": parts(pl.DataFrame.write_parquet, "parquet"),
    "stata": single(pyreadstat.write_dta, "dta"),
    "stata by year": parts(pyreadstat.write_dta, "dta"),
    "sas transport": single(pyreadstat.write_xport, "xpt"),
}
WIDE = ("utf-8", "latin-1", "windows-1252", "parquet", "partitioned", "stata", "sas transport")


def write(frame: pl.DataFrame, folder: Path, form: str) -> Spec:
    """Write a table in a folder of its own.

    Args:
        frame: with a column person.
        folder: is made.
        form: one of `FORMATS`.

    Returns:
        Keys of `register.files.<table>` that read it.
    """
    folder.mkdir(parents=True)
    return FORMATS[form](frame, folder)
