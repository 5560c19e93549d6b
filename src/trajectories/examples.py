"""Real data for the example runs: downloaded and checked by hash, or read from a local copy.

`mvad` are the monthly activities of 712 young people in Northern Ireland, July 1993 to June 1999
(McVicar & Anyadike-Danes 2002, Journal of the Royal Statistical Society A 165(2), 317–334). The
data file is part of the wheels of the Python package sequenzo; only that file is read, and no code
of the package is run.
"""

import hashlib
import io as bytesio
import urllib.request
import zipfile
from http.client import HTTPException
from pathlib import Path
from typing import Final

import polars as pl

from trajectories import io
from trajectories.errors import UserError

MVAD_WHEEL: Final = "https://files.pythonhosted.org/packages/c8/57/8e9630213732c9d1e3d7ff8add174a06113498ae0e0c3bed2f4ff87ac65b/sequenzo-0.1.42-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl"
MVAD_WHEEL_SHA256: Final = "13fc9a1cb1496b0eec0d134cc71d58a09e69bbe5b4400869ad717763851fa744"
MVAD_IN_WHEEL: Final = "sequenzo/datasets/mvad.csv"
TIMEOUT_SECONDS: Final = 60

MVAD_FIRST_MONTH: Final = "1993-07"
MVAD_MONTHS: Final = 72
PERSON_COLUMNS: Final = (
    "weight",
    "male",
    "catholic",
    "Belfast",
    "N.Eastern",
    "Southern",
    "S.Eastern",
    "Western",
    "Grammar",
    "funemp",
    "gcse5eq",
    "fmpr",
    "livboth",
)


def fetch_mvad(out: Path, source: Path | None = None) -> None:
    """Write the mvad data as the extracts of a register: `persons.csv` and `spells.csv`.

    Args:
        out: folder for the two files, for instance `data/mvad`.
        source: a copy of `mvad.csv`; if None, the file comes from the wheel of sequenzo 0.1.42,
            whose hash is checked.

    Raises:
        UserError: the wheel cannot be downloaded or has another hash, or the file is not mvad.
    """
    if source is None:
        table = _read_mvad(_member(_download(MVAD_WHEEL), MVAD_IN_WHEEL), MVAD_IN_WHEEL)
    else:
        if not source.is_file():
            raise UserError(f"{source} is missing: name a copy of mvad.csv.")
        table = _read_mvad(source.read_bytes(), str(source))
    io.write_csv(mvad_persons(table), out / "persons.csv")
    io.write_csv(mvad_spells(table), out / "spells.csv")


def mvad_persons(table: pl.DataFrame) -> pl.DataFrame:
    """Return one row per person: person, sex (M or K) and the covariates unchanged."""
    return table.select(
        pl.col("id").alias("person"),
        pl.when(pl.col("male") == "yes").then(pl.lit("M")).otherwise(pl.lit("K")).alias("sex"),
        *PERSON_COLUMNS,
    )


def mvad_spells(table: pl.DataFrame) -> pl.DataFrame:
    """Return spells from the first day of their first month to the last day of their last.

    Args:
        table: the wide file, one column per month from July 1993 to June 1999.

    Returns:
        person, code (the state), start, end; consecutive equal states form one spell.
    """
    months = table.columns[-MVAD_MONTHS:]
    first = pl.lit(MVAD_FIRST_MONTH).str.to_date("%Y-%m")
    place = pl.lit(pl.Series("column", months)).alias("column")
    dated = pl.select(
        place, first.dt.offset_by(pl.format("{}mo", pl.int_range(MVAD_MONTHS))).alias("start")
    ).with_columns(end=pl.col("start").dt.month_end())
    long = (
        table.select("id", *months)
        .unpivot(index="id", variable_name="column", value_name="code")
        .join(dated, on="column", maintain_order="left")
        .sort("id", "start")
    )
    run = pl.struct("id", "code").rle_id().alias("run")
    return (
        long.group_by(run, maintain_order=True)
        .agg(
            pl.col("id").first().alias("person"),
            pl.col("code").first(),
            pl.col("start").first(),
            pl.col("end").last(),
        )
        .drop("run")
    )


def _download(url: str) -> bytes:
    """Download the wheel and check its hash."""
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer:  # the URL is ours
            content: bytes = answer.read()
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise UserError(
            f"{url} could not be downloaded ({reason}): connect to the internet, or name a copy of "
            "mvad.csv with --source."
        ) from error
    if hashlib.sha256(content).hexdigest() != MVAD_WHEEL_SHA256:
        raise UserError(f"{url} has another SHA-256 than expected: name a copy of mvad.csv.")
    return content


def _member(archive: bytes, name: str) -> bytes:
    """Return one file of a zip archive."""
    with zipfile.ZipFile(bytesio.BytesIO(archive)) as wheel:
        return wheel.read(name)


def _read_mvad(content: bytes, name: str) -> pl.DataFrame:
    """Read the wide table and check that it is mvad."""
    try:
        table = pl.read_csv(content, glob=False)
    except pl.exceptions.PolarsError as error:
        raise UserError(f"{name} is not a CSV file: give a copy of mvad.csv.") from error
    expected = ("id", *PERSON_COLUMNS)
    lacking = [column for column in expected if column not in table.columns]
    if lacking or len(table.columns) != len(expected) + MVAD_MONTHS:
        what = f"no column {lacking[0]}" if lacking else f"{len(table.columns)} columns"
        raise UserError(
            f"{name} has {what}: mvad.csv has {', '.join(expected)} and {MVAD_MONTHS} months."
        )
    return table
