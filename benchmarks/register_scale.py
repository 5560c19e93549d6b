"""How long a whole register takes, and how much memory: raw files to spells and person-months.

Run from the project's folder, on a machine that does nothing else:

    python benchmarks/register_scale.py make dream --persons 5000000 --out DIR    # in pieces
    python benchmarks/register_scale.py make csv --persons 500000 --out DIR
    python benchmarks/register_scale.py make spells --persons 1000000 --out DIR
    python benchmarks/register_scale.py run dream --persons 100000 500000 1000000 5000000 --out DIR

`make dream` writes a wide weekly register of 1,040 weeks (2000 to 2019), 144 months of industry
codes and 20 years of municipalities, 50,000 persons a Parquet file; a second call goes on where the
first one stopped (`--pieces` bounds one call). `make csv` writes the same persons as one CSV file.
`make spells` writes long spells of days of 2008 to 2018, about nine benefit spells and five jobs a
person. A third of a person's weeks lie on a benefit, in runs of a mean of a year.

`run` calls the commands `ingest` and `months` as the workflow does, each in a process of its own
with two threads, and prints seconds (with the import of the package), processor seconds, the peak
memory of the process, rows, and for `ingest` the rows (of spells: persons) and megabytes of files
that it read in a second.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import yaml

from trajectories.register.weekly.calendar import iso_name, week_of

PIECE = 50_000
WEEKS, FIRST_WEEK = 1040, week_of(2000, 1)
MONTHS = [(year, month) for year in range(2008, 2020) for month in range(1, 13)]
YEARS = range(2000, 2020)
CODES = ["111", "130", "140", "720", "730", "733", "738", "781", "810", "890", "896", "651"]
INDUSTRIES = [f"{code:06d}" for code in range(11100, 960_000, 1187)]
PLACES = [str(code) for code in (101, 147, 157, 159, 461, 657, 661, 740, 751, 820, 851)]
FIRST_DAY, DAYS = date(2008, 1, 1), 4018
GIB = 2**30


def runs(
    rng: np.random.Generator, rows: int, columns: int, *, mean: int, values: int, share: float
) -> np.ndarray:
    """Draw runs of values 1 … `values`, 0 where nothing is registered: (columns, rows) uint16."""
    opens = rng.random((rows, columns), dtype=np.float32) < 1 / mean
    opens[:, 0] = True
    count = int(opens.sum())
    drawn = rng.integers(1, values + 1, count, dtype=np.uint16)
    drawn[rng.random(count, dtype=np.float32) >= share] = 0
    return drawn[np.cumsum(opens, axis=None).reshape(rows, columns).T - 1]


def texts(cells: np.ndarray, values: list[str], names: list[str]) -> list[pl.Series]:
    """Turn numbers into texts, one column a row of `cells`."""
    lookup = pl.Series([None, *values], dtype=pl.String)
    return [lookup.gather(column).alias(name) for name, column in zip(names, cells, strict=True)]


def wide(number: int) -> pl.DataFrame:
    """Make one piece of the weekly register: `PIECE` persons with keys of their own."""
    rng = np.random.default_rng([1, number])
    weeks = [iso_name(FIRST_WEEK + week) for week in range(WEEKS)]
    key = pl.Series("person", rng.permutation(PIECE) + number * PIECE)
    return pl.DataFrame(
        [
            key.cast(pl.String).str.zfill(9).str.replace("^", "P"),
            *texts(
                runs(rng, PIECE, WEEKS, mean=52, values=len(CODES), share=0.35),
                CODES,
                [f"y_{name[2:4]}{name[6:]}" for name in weeks],
            ),
            *texts(
                runs(rng, PIECE, len(MONTHS), mean=24, values=len(INDUSTRIES), share=0.7),
                INDUSTRIES,
                [f"branche_{year}_{month:02d}" for year, month in MONTHS],
            ),
            *texts(
                runs(rng, PIECE, len(YEARS), mean=15, values=len(PLACES), share=1),
                PLACES,
                [f"nykom_{year}" for year in YEARS],
            ),
        ]
    )


def long_spells(persons: int) -> dict[str, pl.DataFrame]:
    """Make benefit spells, jobs and persons in days."""
    rng = np.random.default_rng(2)
    keys = pl.Series("person", np.arange(persons)).cast(pl.String).str.zfill(9)
    tables = {
        "persons": pl.DataFrame(
            {
                "person": keys,
                "birth_date": [date(1950, 1, 1)] * persons,
                "sex": pl.Series(["K", "M"]).gather(rng.integers(0, 2, persons)),
                "municipality": pl.Series(PLACES).gather(rng.integers(0, len(PLACES), persons)),
            }
        ).with_columns(
            pl.col("birth_date").dt.offset_by(
                pl.Series(rng.integers(0, 16_000, persons)).cast(pl.String) + "d"
            )
        )
    }
    for name, count, column, values in (
        ("spells", 9, "code", CODES),
        ("employment", 5, "industry", INDUSTRIES),
    ):
        cuts = np.sort(rng.integers(0, DAYS, (persons, 2 * count), dtype=np.int32), axis=1)
        start, end = cuts[:, ::2].ravel(), cuts[:, 1::2].ravel()
        epoch = (FIRST_DAY - date(1970, 1, 1)).days
        tables[name] = pl.DataFrame(
            {
                "person": keys.gather(np.repeat(np.arange(persons, dtype=np.uint32), count)),
                column: pl.Series(values).gather(rng.integers(0, len(values), len(start))),
                "start": pl.Series(start + epoch, dtype=pl.Int32).cast(pl.Date),
                "end": pl.Series(end + epoch, dtype=pl.Int32).cast(pl.Date),
            }
        )
    return tables


def make(kind: str, persons: int, out: Path, pieces: int) -> None:
    """Write the files of one kind that are not there yet."""
    out.mkdir(parents=True, exist_ok=True)
    if kind == "spells":
        for name, table in long_spells(persons).items():
            table.write_parquet(out / f"{name}_{persons}.parquet")
        return
    for number in range(persons // PIECE):
        path = out / f"dream_{number:03d}.parquet"
        if kind == "dream" and not path.exists() and pieces > 0:
            wide(number).write_parquet(path.with_suffix(".part"), compression_level=1)
            path.with_suffix(".part").rename(path)
            pieces -= 1
    if kind == "csv":
        with (out / f"dream_{persons}.csv").open("wb") as stream:
            for number in range(persons // PIECE):
                wide(number).write_csv(stream, include_header=number == 0, separator=";")


def inputs(kind: str, persons: int, out: Path) -> dict[str, object]:
    """Return the section `register` of the configuration that reads the files."""
    files: dict[str, dict[str, object]]
    if kind == "spells":
        names = ("persons", "spells", "employment")
        files = {name: {"path": str(out / f"{name}_{persons}.parquet")} for name in names}
    elif kind == "csv":
        files = {"dream": {"path": str(out / f"dream_{persons}.csv")}}
    else:
        count = persons // PIECE
        paths = [str(out / f"dream_{number:03d}.parquet") for number in range(count)]
        files = {"dream": {"path": paths}}
    return {
        "source": "files",
        "files": files,
        "dream": {"municipality": "nykom_{YYYY}", "visitation": None},
    }


@dataclass(frozen=True)
class Used:
    """What a command took: seconds, processor seconds, and peak memory in KiB."""

    wall: float
    processor: float
    peak: int

    def __str__(self) -> str:
        """Return one line."""
        memory = self.peak * 1024 / GIB
        return f"{self.wall:8.1f} s {self.processor:8.1f} s cpu {memory:6.2f} GiB"


def in_own_process(step: str, folder: Path, threads: int) -> Used:
    """Run ingest, months or windows on the files of a folder; stop where it fails."""
    register = ("--register", folder / "register")
    options: dict[str, tuple[str | Path, ...]] = {
        "ingest": ("--out", folder / "register"),
        "months": (*register, "--out", folder),
        "windows": (
            *register,
            *("--months", folder / "person_months.parquet"),
            *("--out", folder / "sequences"),
        ),
    }
    program = Path(sys.executable).with_name("trajectories")
    command = [program, "--threads", str(threads), step, "--config", folder / "config.yaml"]
    begin = time.perf_counter()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen([*command, *options[step]], stdout=said, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        if status:
            said.seek(0)
            sys.exit(said.read())
    seconds = time.perf_counter() - begin
    return Used(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss)


def bytes_of(kind: str, persons: int, out: Path) -> int:
    """Return the size of the files that are read."""
    files: Any = inputs(kind, persons, out)["files"]
    paths = [spec["path"] for spec in files.values()]
    flat = [path for some in paths for path in (some if isinstance(some, list) else [some])]
    return sum(Path(path).stat().st_size for path in flat)


def measure(kind: str, persons: int, out: Path, threads: int) -> None:
    """Run the commands on one register and print what they took."""
    with tempfile.TemporaryDirectory(dir=out) as name:
        folder = Path(name)
        config = {"register": inputs(kind, persons, out), "hazards": {"enabled": False}}
        (folder / "config.yaml").write_text(yaml.safe_dump(config))
        seconds = 0.0
        for step in ("ingest", "months"):
            used = in_own_process(step, folder, threads)
            seconds += used.wall
            files = ("spells", "employment") if step == "ingest" else ("person_months",)
            where = folder / "register" if step == "ingest" else folder
            counts = [
                f"{pl.scan_parquet(where / f'{file}.parquet').select(pl.len()).collect().item():,} "
                f"{file.replace('_', '-')}"
                for file in files
            ]
            if step == "ingest":
                size = bytes_of(kind, persons, out) / 1e6
                counts.append(f"{persons / used.wall:,.0f} rows/s, {size / used.wall:.1f} MB/s")
            print(f"{kind:7s}{persons:10,d} {step:7s}{used}   {', '.join(counts)}", flush=True)
        print(
            f"{kind:7s}{persons:10,d} both   {seconds:8.1f} s {persons / seconds:10,.0f} persons/s",
            flush=True,
        )


def main() -> None:
    """Make the files or measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("task", choices=["make", "run"])
    parser.add_argument("kind", choices=["dream", "csv", "spells"])
    parser.add_argument("--persons", type=int, nargs="+", default=[100_000])
    parser.add_argument(
        "--out", type=Path, required=True, help="folder of the files, on a big disk"
    )
    parser.add_argument("--pieces", type=int, default=10**6, help="most files made in one call")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    for persons in arguments.persons:
        if arguments.task == "make":
            begin = time.perf_counter()
            make(arguments.kind, persons, arguments.out, arguments.pieces)
            size = sum(path.stat().st_size for path in arguments.out.glob("*.*"))
            print(f"{time.perf_counter() - begin:.0f} s, {size / GIB:.2f} GiB in {arguments.out}")
        else:
            measure(arguments.kind, persons, arguments.out, arguments.threads)


if __name__ == "__main__":
    main()
