"""Person-months and windows as the configuration describes them."""

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from trajectories.config.sections.register import RegisterConfig
from trajectories.config.sections.sequences import MonthConfig, SequencesConfig
from trajectories.errors import UserError
from trajectories.register.codes.codelist import load_alphabet, load_states
from trajectories.sequences import Reform, Windows, monthly_states
from trajectories.sequences import windows as cut_windows
from trajectories.sequences.observation_windows import alphabet_of


def build_months(
    spells: pl.DataFrame,
    readiness: pl.DataFrame,
    *,
    persons: pl.DataFrame,
    employment: pl.DataFrame,
    covered: tuple[dt.date, dt.date],
    settings: MonthConfig,
    lists: RegisterConfig,
    benefits: Sequence[str] = (),
    abilities: Sequence[str] = (),
) -> pl.DataFrame:
    """Build person-months as the configuration says.

    Raises:
        UserError: the configuration names a state that the alphabet does not hold.
    """
    rules = load_states(Path(lists.states))
    alphabet = load_alphabet(Path(lists.alphabet))
    rules.check_alphabet(alphabet)
    refuse_strangers("sequences.month.order", settings.order, alphabet)
    for key in ("job_state", "none_state", "out_state"):
        refuse_strangers(f"sequences.month.{key}", [getattr(settings, key)], alphabet)
    return monthly_states(
        spells,
        rules=rules,
        alphabet=alphabet,
        persons=persons,
        first_day=covered[0],
        last_day=covered[1],
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
        refuse_strangers("sequences.window.origin_states", window.origin_states, alphabet)
    reform = None
    if settings.group_by is None:
        in_force, agreement = settings.event("in_force"), settings.event("agreement")
        if in_force is None:
            raise UserError(
                "sequences.events gives no event the role in_force, so there are no periods: name "
                "a reform in reform.package, or a column of persons in sequences.group_by."
            )
        reform = Reform(agreement=(agreement or in_force).date, in_force=in_force.date)
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


def refuse_strangers(key: str, states: Iterable[str | None], alphabet: Sequence[str]) -> None:
    """Raise where a key of the configuration names a state that the alphabet does not hold."""
    for state in states:
        if state is not None and state not in alphabet:
            raise UserError(
                f"{key} names the state {state}, which the alphabet does not hold "
                f"({', '.join(alphabet)})."
            )
