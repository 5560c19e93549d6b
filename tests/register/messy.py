"""A small register made by hand, with every kind of untidy row in it."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

FIRST, LAST = date(2008, 1, 1), date(2018, 12, 31)
CODES = ("130", "137", "730", "733", "737", "720", "810", "890", "111", "651", "771", "783")
READINESS = ("job_ready", "activity_ready", "education_ready")


def _walk(rng: np.random.Generator, *, shortest: int, longest: int) -> list[tuple[date, date]]:
    """Draw days one after another, some of them overlapping, until the extract ends."""
    day, found = FIRST + timedelta(int(rng.integers(0, 600))), []
    while day < LAST:
        end = day + timedelta(int(rng.integers(shortest, longest)))
        found.append((day, min(end, LAST)))
        day = end + timedelta(int(rng.choice([-20, 1, 1, 1, 3, 90])))
    return found


def messy_register(persons: int, *, seed: int) -> dict[str, pl.DataFrame]:
    """Make raw tables of so many persons, under the project's column names."""
    rng = np.random.default_rng(seed)
    rows: dict[str, list[tuple[object, ...]]] = {
        name: [] for name in ("persons", "spells", "employment", "assignments", "readiness")
    }
    for number in range(persons):
        key = f"P{number:06d}"
        birth = date(1950, 1, 1) + timedelta(int(rng.integers(0, 15000)))
        died = LAST - timedelta(int(rng.integers(1, 900))) if rng.random() < 0.05 else None
        sex, place = str(rng.choice(["K", "M"])), int(rng.choice([159, 657, 661]))
        rows["persons"].append((key, birth, sex, place, died, None))
        for start, end in _walk(rng, shortest=10, longest=700):
            last = None if end == LAST and rng.random() < 0.5 else end
            rows["spells"].append((key, str(rng.choice(CODES)), start, last, place))
        for start, end in _walk(rng, shortest=30, longest=1500)[::2]:
            hours = None if rng.random() < 0.1 else float(rng.integers(1, 75)) / 2
            rows["employment"].append((key, start, end, hours, str(rng.integers(100, 105))))
        for start, end in _walk(rng, shortest=60, longest=900):
            worker = f"C{rng.integers(0, 40):03d}"
            rows["assignments"].append((key, worker, start, end, "youth", place, "entry"))
        for start, end in _walk(rng, shortest=90, longest=1200):
            rows["readiness"].append((key, str(rng.choice(READINESS)), start, end))
    _spoil(rows, rng)
    return {name: pl.DataFrame(found, SCHEMAS[name], orient="row") for name, found in rows.items()}


def _spoil(rows: dict[str, list[tuple[object, ...]]], rng: np.random.Generator) -> None:
    """Add duplicates and rows that must be rejected."""
    for table in rows.values():
        picked = rng.integers(0, len(table), max(1, len(table) // 50))
        table.extend([table[i] for i in picked])
    someone = rows["persons"][0]
    rows["persons"].append((*someone[:2], "K" if someone[2] == "M" else "M", *someone[3:]))
    rows["persons"].append((None, *someone[1:]))
    bad = [("nobody", FIRST, LAST), (None, FIRST, LAST), ("P000001", LAST, FIRST)]
    bad += [("P000001", None, LAST), ("P000001", date(1940, 1, 1), date(2009, 1, 1))]
    for key, start, end in bad:
        rows["spells"].append((key, "730", start, end, 657))
        rows["employment"].append((key, start, end, 37.0, "101"))
        rows["assignments"].append((key, "C001", start, end, "adult", 657, "entry"))
        rows["readiness"].append((key, "job_ready", start, end))
    rows["spells"].append(("P000001", None, FIRST, LAST, 657))
    rows["employment"].append(("P000001", FIRST, LAST, 500.0, "101"))
    rows["assignments"].append(("P000001", None, FIRST, LAST, "adult", 657, "entry"))


SCHEMAS: dict[str, dict[str, pl.DataType | type[pl.DataType]]] = {
    "persons": {
        "person": pl.String,
        "birth_date": pl.Date,
        "sex": pl.String,
        "municipality": pl.Int16,
        "died": pl.Date,
        "emigrated": pl.Date,
    },
    "spells": {
        "person": pl.String,
        "code": pl.String,
        "start": pl.Date,
        "end": pl.Date,
        "municipality": pl.Int16,
    },
    "employment": {
        "person": pl.String,
        "start": pl.Date,
        "end": pl.Date,
        "weekly_hours": pl.Float64,
        "industry": pl.String,
    },
    "assignments": {
        "person": pl.String,
        "caseworker": pl.String,
        "start": pl.Date,
        "end": pl.Date,
        "team": pl.String,
        "municipality": pl.Int16,
        "reason": pl.String,
    },
    "readiness": {
        "person": pl.String,
        "readiness": pl.String,
        "start": pl.Date,
        "end": pl.Date,
    },
}


def write_register(folder: Path, tables: dict[str, pl.DataFrame]) -> Path:
    """Write raw tables as the simulator does."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        frame.write_parquet(folder / f"{name}.parquet")
    return folder
