"""The verbs of the stage `sequences`: from the register's files to windows of monthly states."""

import datetime as dt
from pathlib import Path

from trajectories import io
from trajectories.config._base import read_section
from trajectories.config.register import RegisterConfig
from trajectories.config.sequences import SequencesConfig
from trajectories.errors import UserError
from trajectories.register.codelists import load_alphabet, load_states
from trajectories.sequences import Event, Reform, breaks_seen, monthly_states
from trajectories.sequences import windows as cut_windows
from trajectories.sequences._calendar import months_of
from trajectories.sequences._tables import tables


def months(*, config: Path, register: Path, out: Path) -> None:
    """Write the state of each person in each month.

    Args:
        config: the run's configuration.
        register: folder of the cleaned register.
        out: folder that receives `person_months.parquet`.
    """
    settings = read_section(config, "sequences", SequencesConfig).month
    lists = read_section(config, "register", RegisterConfig)
    rules = load_states(Path(lists.states))
    alphabet = load_alphabet(Path(lists.alphabet))
    rules.check_alphabet(alphabet)
    named = [*settings.order, settings.job_state, settings.none_state, settings.out_state]
    strange = [state for state in named if state is not None and state not in alphabet]
    if strange:
        raise UserError(
            f"sequences.month names the state {strange[0]}, which {lists.alphabet} does not hold "
            f"({', '.join(alphabet)})."
        )
    coverage = io.read_json(register / "coverage.json")
    frame = monthly_states(
        io.read_parquet(register / "spells.parquet"),
        rules=rules,
        alphabet=alphabet,
        persons=io.read_parquet(register / "persons.parquet"),
        first_day=dt.date.fromisoformat(coverage["first_day"]),
        last_day=dt.date.fromisoformat(coverage["last_day"]),
        readiness=io.read_parquet(register / "readiness.parquet"),
        employment=io.read_parquet(register / "employment.parquet"),
        rule=settings.rule,
        order=settings.order,
        job_state=settings.job_state,
        none_state=settings.none_state,
        out_state=settings.out_state,
        from_age_years=settings.from_age_years,
    )
    io.write_parquet(frame, io.make_private(out) / "person_months.parquet")


def windows(*, config: Path, register: Path, months: Path, out: Path) -> None:
    """Write windows of equal length, their states, and the aggregate tables.

    Args:
        config: the run's configuration.
        register: folder of the cleaned register.
        months: the file of person-months, or its folder.
        out: folder that receives `windows.parquet`, `states.npy`, `alphabet.json` and `tables`.
    """
    settings = read_section(config, "sequences", SequencesConfig)
    window = settings.window
    file = months / "person_months.parquet" if months.is_dir() else months
    reform = None
    if settings.group_by is None:
        reform = Reform(
            agreement=settings.event("agreement").date, in_force=settings.event("in_force").date
        )
    cut = cut_windows(
        io.read_parquet(file),
        persons=io.read_parquet(register / "persons.parquet"),
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
    io.make_private(out)
    io.write_parquet(cut.frame, out / "windows.parquet")
    io.write_array(cut.sequences.states, out / "states.npy")
    io.write_json(
        {"alphabet": list(cut.sequences.alphabet), "length_months": window.length_months},
        out / "alphabet.json",
    )
    for name, table in tables(cut).items():
        io.write_parquet(table, out / "tables" / f"{name}.parquet")
    events = [Event(event.name, event.date) for event in settings.events]
    seen = breaks_seen(
        cut.frame["group"], months_of(cut.frame["origin"]), window.length_months, events
    )
    io.write_parquet(seen, out / "tables" / "breaks_seen.parquet")
