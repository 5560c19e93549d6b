"""A large panel of person-months at risk, drawn fast: for timings, not for conclusions.

Its columns are those of the stage's panel that the headline needs. Written chunk by chunk, so that
50 million rows need little memory.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

MONTHS = 132
MUNICIPALITIES = 6
TEAMS = 4
CHUNK_PERSONS = 100_000


def person_months(persons: int, seed: int) -> pl.DataFrame:
    """Draw `persons` courses of 40 months on average, month by month."""
    rng = np.random.default_rng(seed)
    start = rng.integers(0, MONTHS, persons)
    length = np.minimum(1 + rng.geometric(0.02, persons), MONTHS - start)
    person = np.repeat(np.arange(persons, dtype=np.uint32), length)
    duration = np.arange(len(person)) - np.repeat(np.cumsum(length) - length, length)
    month = start[person] + duration
    place, team = rng.integers(0, MUNICIPALITIES, persons), rng.integers(0, TEAMS, persons)
    age, sex = rng.integers(0, 4, persons), rng.integers(0, 2, persons)
    left = rng.geometric(0.01, persons)
    departures = (duration >= left[person]).astype(np.int16)
    band = np.searchsorted([3, 6, 12, 24, 36], duration, side="right")
    eta = -4.2 - 0.2 * band + np.log(0.78) * departures + 0.1 * (place[person] - 2.5)
    job = rng.random(len(person)) < -np.expm1(-np.exp(eta))
    words = {
        "duration_band": (band, 6),
        "municipality": (place[person], MUNICIPALITIES),
        "half_year": (month // 6, MONTHS // 6),
        "team_first": (place[person] * TEAMS + team[person], MUNICIPALITIES * TEAMS),
        "age_band": (age[person], 4),
        "sex": (sex[person], 2),
    }
    columns = {
        name: pl.Series(values.astype(np.uint8)).cast(pl.UInt8)
        for name, (values, _) in words.items()
    }
    caseworker = place[person] * 1000 + team[person] * 100 + (person % 40) + departures * 50
    return pl.DataFrame(
        {
            "person": person,
            "caseworker": caseworker.astype(np.uint32),
            **columns,
            "listed_departures": departures,
            "job": job.astype(np.int8),
        }
    ).with_columns(cluster=pl.col("team_first"))


def chunks(rows: int, seed: int = 1) -> Iterator[pl.DataFrame]:
    """Chunks with `rows` person-months in all."""
    left, number = rows, 0
    while left > 0:
        chunk = person_months(min(CHUNK_PERSONS, 2 + left // 25), seed + number).head(left)
        yield chunk.with_columns(pl.col("person") + np.uint32(number * CHUNK_PERSONS))
        left, number = left - chunk.height, number + 1


def write(rows: int, folder: Path) -> None:
    """Write `rows` person-months as Parquet files, one a chunk."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, chunk in enumerate(chunks(rows)):
        chunk.write_parquet(folder / f"part_{number:03}.parquet")
