"""The verbs of the stage `sequences`: from the register's files to windows of monthly states."""

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from trajectories import io
from trajectories.config.section import read_section
from trajectories.config.sections.register import RegisterConfig
from trajectories.config.sections.sequences import MonthConfig, SequencesConfig
from trajectories.errors import UserError
from trajectories.register.codes.codelist import load_alphabet, load_states
from trajectories.sequences import Event, Reform, Windows, breaks_seen, monthly_states
from trajectories.sequences import windows as cut_windows
from trajectories.sequences.calendar import months_of
from trajectories.sequences.describe.window_tables import tables
from trajectories.sequences.observation_windows import alphabet_of
from trajectories.verbs._chunks import person_chunks, scan

PERSONS_AT_ONCE = 50_000


def months(*, config: Path, register: Path, out: Path) -> None:
    """Write the state of each person in each month.

    Persons are read, built and written some at a time, so that memory does not grow with the
    number of persons.

    Args:
        config: the run's configuration.
        register: folder of the cleaned register.
        out: folder that receives `person_months.parquet`.
    """
    settings = read_section(config, "sequences", SequencesConfig).month
    lists = read_section(config, "register", RegisterConfig)
    coverage = io.read_json(register / "coverage.json")
    spells = scan(register / "spells.parquet")
    benefits, abilities = (_values(spells, name) for name in ("benefit", "readiness"))
    visited = _values(scan(register / "readiness.parquet"), "readiness")
    parts = (
        build_months(
            chunk["spells"],
            chunk["readiness"],
            persons=chunk["persons"],
            employment=chunk["employment"],
            coverage=coverage,
            settings=settings,
            lists=lists,
            benefits=benefits,
            abilities=sorted({*abilities, *visited}),
        )
        for chunk in person_chunks(register, persons_at_once=PERSONS_AT_ONCE)
    )
    io.write_parquet_parts(parts, io.make_private(out) / "person_months.parquet")


def windows(*, config: Path, register: Path, months: Path, out: Path) -> None:
    """Write windows of equal length, their states, and the aggregate tables.

    Args:
        config: the run's configuration.
        register: folder of the cleaned register.
        months: the file of person-months, or its folder.
        out: folder that receives `windows.parquet`, `states.npy`, `alphabet.json`,
            `breaks_seen.parquet` and `tables`.
    """
    settings = read_section(config, "sequences", SequencesConfig)
    file = months / "person_months.parquet" if months.is_dir() else months
    person_months = io.read_parquet(file)
    persons = io.read_parquet(register / "persons.parquet")
    cut = cut_configured(person_months, persons, settings=settings)
    io.make_private(out)
    io.write_parquet(cut.frame, out / "windows.parquet")
    io.write_array(cut.sequences.states, out / "states.npy")
    io.write_json(
        {
            "alphabet": list(cut.sequences.alphabet),
            "length_months": settings.window.length_months,
        },
        out / "alphabet.json",
    )
    chosen = settings.description
    made = tables(
        cut,
        person_months,
        min_share=chosen.min_share,
        max_events=chosen.max_events,
        most=chosen.listed,
    )
    for name, table in made.items():
        io.write_parquet(table, out / "tables" / f"{name}.parquet")
    events = [Event(event.name, event.date) for event in settings.events]
    seen = breaks_seen(
        cut.frame["group"],
        months_of(cut.frame["origin"]),
        settings.window.length_months,
        events,
    )
    io.write_parquet(seen, out / "breaks_seen.parquet")


def build_months(
    spells: pl.DataFrame,
    readiness: pl.DataFrame,
    *,
    persons: pl.DataFrame,
    employment: pl.DataFrame,
    coverage: dict[str, str],
    settings: MonthConfig,
    lists: RegisterConfig,
    benefits: Sequence[str] = (),
    abilities: Sequence[str] = (),
) -> pl.DataFrame:
    """Build person-months as the configuration says.

    Args:
        spells: the register's benefit spells.
        readiness: the register's visitation groups over time.
        persons: the register's persons.
        employment: the register's employment spells.
        coverage: first_day and last_day of the extract, as ISO dates.
        settings: how days become the state of a month.
        lists: where the state rules and the alphabet lie.
        benefits: all benefits of the register, where `spells` are a part of it.
        abilities: all its values of readiness.

    Raises:
        UserError: the configuration names a state that the alphabet does not hold.
    """
    rules = load_states(Path(lists.states))
    alphabet = load_alphabet(Path(lists.alphabet))
    rules.check_alphabet(alphabet)
    _refuse_strangers("sequences.month.order", settings.order, alphabet)
    for key in ("job_state", "none_state", "out_state"):
        _refuse_strangers(f"sequences.month.{key}", [getattr(settings, key)], alphabet)
    return monthly_states(
        spells,
        rules=rules,
        alphabet=alphabet,
        persons=persons,
        first_day=dt.date.fromisoformat(coverage["first_day"]),
        last_day=dt.date.fromisoformat(coverage["last_day"]),
        readiness=readiness,
        employment=employment,
        rule=settings.rule,
        order=settings.order,
        job_state=settings.job_state,
        none_state=settings.none_state,
        out_state=settings.out_state,
        from_age_years=settings.from_age_years,
        benefits=benefits,
        abilities=abilities,
    )


def cut_configured(
    person_months: pl.DataFrame, persons: pl.DataFrame, *, settings: SequencesConfig
) -> Windows:
    """Cut windows as the configuration says.

    Args:
        person_months: as `build_months` returns them.
        persons: the register's persons.
        settings: origins, length, groups and weights.

    Raises:
        UserError: no window is left, `persons` lacks a column, or the configuration names a state
            that the alphabet does not hold.
    """
    window = settings.window
    if window.origin_month is None:
        alphabet = alphabet_of(person_months["state"])
        _refuse_strangers("sequences.window.origin_states", window.origin_states, alphabet)
    reform = None
    if settings.group_by is None:
        reform = Reform(
            agreement=settings.event("agreement").date, in_force=settings.event("in_force").date
        )
    return cut_windows(
        person_months,
        persons=persons,
        length_months=window.length_months,
        reform=reform,
        group_by=settings.group_by,
        weight=settings.weight,
        origin_states=window.origin_states,
        months_without=window.months_without,
        overlaps=window.overlaps,
        first_origin=window.first_origin,
        last_origin=window.last_origin,
        origin_month=window.origin_month,
    )


def _values(file: pl.LazyFrame, column: str) -> tuple[str, ...]:
    """Return the distinct values of a column of text without holding the column."""
    distinct = file.select(pl.col(column).drop_nulls().unique().sort())
    return tuple(distinct.collect(engine="streaming").to_series())


def _refuse_strangers(key: str, states: Iterable[str | None], alphabet: Sequence[str]) -> None:
    """Raise where a key of the configuration names a state that the alphabet does not hold."""
    for state in states:
        if state is not None and state not in alphabet:
            raise UserError(
                f"{key} names the state {state}, which the alphabet does not hold "
                f"({', '.join(alphabet)})."
            )
