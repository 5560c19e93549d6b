"""`months`: one state a person and month."""

from pathlib import Path

import polars as pl

from trajectories import io
from trajectories.artefacts.coverage import read_coverage
from trajectories.artefacts.persons import person_chunks, scan
from trajectories.config.section import read_section
from trajectories.config.sections.register import RegisterConfig
from trajectories.config.sections.sequences import SequencesConfig
from trajectories.sequences.configured import build_months

PERSONS_AT_ONCE = 50_000


def months(*, config: Path, register: Path, out: Path) -> None:
    """Turn spells into one state a person and month.

    Persons are read, built and written some at a time, so that memory does not grow with the
    number of persons.

    Args:
        config: the run's configuration.
        register: folder of the cleaned register.
        out: folder that receives `person_months.parquet`.
    """
    settings = read_section(config, "sequences", SequencesConfig).month
    lists = read_section(config, "register", RegisterConfig)
    covered = read_coverage(register)
    spells = scan(register / "spells.parquet")
    benefits, abilities = (_values(spells, name) for name in ("benefit", "readiness"))
    visited = _values(scan(register / "readiness.parquet"), "readiness")
    parts = (
        build_months(
            chunk["spells"],
            chunk["readiness"],
            persons=chunk["persons"],
            employment=chunk["employment"],
            covered=covered,
            settings=settings,
            lists=lists,
            benefits=benefits,
            abilities=sorted({*abilities, *visited}),
        )
        for chunk in person_chunks(register, persons_at_once=PERSONS_AT_ONCE)
    )
    io.write_parquet_parts(parts, io.make_private(out) / "person_months.parquet")


def _values(file: pl.LazyFrame, column: str) -> tuple[str, ...]:
    distinct = file.select(pl.col(column).drop_nulls().unique().sort())
    return tuple(distinct.collect(engine="streaming").to_series())
