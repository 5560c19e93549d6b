"""`long-courses`: courses of support that last for years, and how they end."""

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl

from trajectories import io
from trajectories.artefacts.medoids import read_medoids
from trajectories.artefacts.persons import person_parts, scan
from trajectories.artefacts.tables import write_tables
from trajectories.artefacts.windows import read_windows
from trajectories.config.section import read_section
from trajectories.config.sections.sequences import LongCoursesConfig, SequencesConfig
from trajectories.reform.without_readiness import states_of
from trajectories.sequences import StateSequences
from trajectories.sequences.describe.long_courses import (
    before_table,
    lasting_table,
    people_table,
    support_courses,
    with_exits,
    work_table,
)
from trajectories.typology.nearest_medoid import Medoids

MONTHS_A_YEAR = 12
PERSONS_AT_ONCE = 50_000


def long_courses(
    *,
    config: Path,
    register: Path,
    months: Path,
    sequences: Path,
    dissimilarity: Path,
    typology: Path,
    out: Path,
) -> None:
    """Describe courses of support that last for years and how they end.

    Writes to `out/tables`: long_people, long_lasting, long_work and, where the main measure
    compares states alone, long_before; no table where no course is long.

    Args:
        config: the run's configuration.
        register: folder of the cleaned register.
        months: the run's person-months.
        sequences: folder of the windows.
        dissimilarity: folder of the main measure.
        typology: folder of the typology.
        out: the folder to write to.
    """
    settings = read_section(config, "sequences", SequencesConfig)
    rules, support = settings.long_courses, list(settings.window.origin_states)
    file = scan(months).select("person", "month", "state", "municipality")
    last_seen: dt.date = file.select(pl.col("month").max()).collect().item()
    parts = [
        _long_of(part["months"], rules, support, last_seen)
        for part in person_parts({"months": file}, persons_at_once=PERSONS_AT_ONCE)
    ]
    long, person_months = (pl.concat(frames) for frames in zip(*parts, strict=True))
    if long.is_empty():
        write_tables({}, out)
        return
    employment = io.read_parquet(register / "employment.parquet")
    tables = {
        "long_people": people_table(
            long,
            io.read_parquet(register / "persons.parquet"),
            months=MONTHS_A_YEAR * rules.min_years,
        ),
        "long_lasting": lasting_table(long, last_seen, months=rules.lasting_months),
        "long_before": _before(long, person_months, sequences, dissimilarity, typology, rules),
    }
    if employment.height:
        tables["long_work"] = work_table(
            long,
            employment,
            last_seen,
            hours=sorted(rules.hours),
            after_months=rules.hours_after_months,
        )
    write_tables({name: table for name, table in tables.items() if table.height}, out)


def _long_of(
    person_months: pl.DataFrame, rules: LongCoursesConfig, support: list[str], last_seen: dt.date
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Find the long courses of some persons; return them and the months of those who have any."""
    courses = support_courses(
        person_months, states=support, gap_months=rules.gap_months, last_seen=last_seen
    )
    least, most = (MONTHS_A_YEAR * years for years in (rules.min_years, rules.max_years))
    long = courses.filter(pl.col("months").is_between(least, most, closed="left"))
    theirs = person_months.join(long.select("person"), on="person", how="semi")
    theirs = theirs.sort("person", "month")
    return with_exits(long, theirs, rules.exits), theirs


def _before(
    long: pl.DataFrame,
    person_months: pl.DataFrame,
    sequences: Path,
    dissimilarity: Path,
    typology: Path,
    rules: LongCoursesConfig,
) -> pl.DataFrame:
    """Count exits by the type of the course just before them, as long as a window."""
    _, states = read_windows(sequences)
    medoids = read_medoids(dissimilarity, typology)
    ended = long.filter(pl.col("exit").is_not_null())
    more = medoids.options.channels or medoids.options.series
    if more or states.length > MONTHS_A_YEAR * rules.min_years or ended.is_empty():
        return pl.DataFrame()
    return before_table(ended, _types(ended, person_months, states, medoids))


def _types(
    ended: pl.DataFrame, person_months: pl.DataFrame, states: StateSequences, medoids: Medoids
) -> pl.Series:
    """Assign the months before each exit to the nearest type."""
    origins = ended.select("person", origin=pl.col("exit").dt.offset_by(f"-{states.length}mo"))
    kind = person_months.schema["state"]
    assert isinstance(kind, pl.Enum)
    held = [str(state) for state in kind.categories]
    found = states_of(person_months, origins, states.length)
    known = {str(state): code for code, state in enumerate(states.alphabet)}
    codes = np.array([known[state] for state in held], dtype=np.uint8)
    recoded = StateSequences(codes[found], states.alphabet, np.ones(len(found)))
    return pl.Series("cluster", medoids.assign(recoded, {}, np.arange(len(recoded))))
