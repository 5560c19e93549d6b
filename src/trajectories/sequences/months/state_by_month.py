"""From spells, readiness and employment to the state of each person in each month."""

import datetime as dt
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, Final, Literal

import numba
import numpy as np
import polars as pl

from trajectories.arrays import read_only
from trajectories.register.codes.codelist import StateRules
from trajectories.sequences.calendar import month_starts, whole_months
from trajectories.sequences.months import month_kernels as _month_kernels
from trajectories.sequences.months.intervals import (
    NO_STATE,
    code_kinds,
    code_values,
    days_out,
    decode,
    decode_places,
    observed_months,
    places,
    pointed,
    position,
    spells_in,
    state_ranks,
    within,
)

Rule = Literal["majority", "thursdays", "first_day", "mid_month", "priority"]
RULES: dict[Rule, int] = {
    "majority": _month_kernels.MAJORITY,
    "first_day": _month_kernels.FIRST_DAY,
    "mid_month": _month_kernels.MID_MONTH,
    "priority": _month_kernels.PRIORITY,
    "thursdays": _month_kernels.THURSDAYS,
}
BLOCKS_A_THREAD: Final = 4


def monthly_states(
    spells: pl.DataFrame,
    *,
    rules: StateRules,
    alphabet: Sequence[str],
    persons: pl.DataFrame,
    first_day: dt.date,
    last_day: dt.date,
    readiness: pl.DataFrame | None = None,
    employment: pl.DataFrame | None = None,
    rule: Rule = "majority",
    order: Sequence[str] = (),
    job_state: str = "JOB",
    none_state: str = "SELF",
    out_state: str | None = "OUT",
    from_age_years: int = 16,
    benefits: Sequence[str] = (),
    abilities: Sequence[str] = (),
) -> pl.DataFrame:
    """Return the state of each person with any spell in each observed month.

    A day has the state of the benefit spell that covers it; otherwise `job_state` if an employment
    spell covers it, else `none_state`. From the day after death or emigration, and from the first
    day of a spell whose state is `out_state`, all days have `out_state`. A month takes the state of
    most of its days (`majority`; ties go to the state that comes first in `order`), of most of its
    Thursdays (`thursdays`: of most of its weeks, since a week belongs to the month of its
    Thursday), of its first day, of its 15th (`mid_month`), or the first of `order` that occurs on
    any day (`priority`). Benefit, readiness and municipality of a month are those of most of the
    days (Thursdays) with the month's state, ties to the earliest; for `first_day` and `mid_month`
    those of the day. A day outside benefit spells, or in one without a municipality, has the
    municipality of the last earlier spell with one, else of the first spell with one, else of
    `persons`; a day in `out_state` has none.

    Months are observed from the first whole month of the extract, or the month after the person
    reaches `from_age_years` if later, to the last whole month; without an `out_state` they end with
    the last whole month before death or emigration.

    Args:
        spells: person, group, activity, readiness, benefit, start, end, municipality; days
            inclusive, no overlap within a person.
        rules: the state of each group, readiness and activity.
        alphabet: the states in order.
        persons: person, birth_date, died, emigrated, municipality; one row per person.
        first_day: the extract's first day.
        last_day: the extract's last day, inclusive.
        readiness: person, readiness, start, end; overrides the code's readiness; no overlap.
        employment: person, start, end.
        rule: how the state of a month follows from its days.
        order: states in order of precedence; other states follow in the alphabet's order.
        job_state: state of a day in employment without a benefit.
        none_state: state of a day with neither.
        out_state: the absorbing state, or None if the alphabet has none.
        from_age_years: age in years from which a person's months are observed.
        benefits: further categories of the Enum `benefit`, so that parts of one register get the
            same Enum.
        abilities: further categories of the Enum `readiness`.

    Returns:
        One row per person and month, sorted: person (u32), month (Date, its first day), state (Enum
        of the alphabet), benefit and readiness (Enum, null without a benefit), municipality (i16).
        The same whatever the number of threads.

    Raises:
        ValueError: spells or readiness overlap, a state is not in the alphabet, or there are more
            than 254 benefits or readiness values.

    Examples:
        >>> from datetime import date
        >>> import polars as pl
        >>> from trajectories.register import StateRules
        >>> from trajectories.sequences import monthly_states
        >>> spells = pl.DataFrame(
        ...     {
        ...         "person": [1, 1],
        ...         "group": ["SUPPORT", "SUPPORT"],
        ...         "activity": [None, "COURSE"],
        ...         "start": [date(2012, 1, 1), date(2012, 2, 10)],
        ...         "end": [date(2012, 2, 9), date(2012, 3, 20)],
        ...     }
        ... ).with_columns(
        ...     readiness=pl.lit(None, pl.String), benefit=pl.col("group"), municipality=751
        ... )
        >>> persons = pl.DataFrame({"person": [1], "birth_date": [date(1980, 5, 1)]}).with_columns(
        ...     died=pl.lit(None, pl.Date), emigrated=pl.lit(None, pl.Date), municipality=751
        ... )
        >>> course = ("SUPPORT", "*", "COURSE", "ACTIVE")
        >>> months = monthly_states(
        ...     spells,
        ...     rules=StateRules((course, ("SUPPORT", "*", "*", "PASSIVE"))),
        ...     alphabet=["JOB", "ACTIVE", "PASSIVE", "SELF", "OUT"],
        ...     persons=persons,
        ...     first_day=date(2012, 1, 1),
        ...     last_day=date(2012, 4, 30),
        ... )
        >>> months["state"].to_list()
        ['PASSIVE', 'ACTIVE', 'ACTIVE', 'SELF']

    See Also:
        `windows`, `from_spells`, `channel`.

    R equivalent: `TraMineR::seqformat(from = "SPELL", to = "STS")`, from spells in whole months.
    """
    letters = tuple(alphabet)
    rank = state_ranks(letters, order)
    job, none = position(job_state, letters), position(none_state, letters)
    out = NO_STATE if out_state is None else position(out_state, letters)
    first, last = whole_months(first_day, last_day)
    starts = month_starts(first, max(first, last))
    spells = spells_in(spells, first_day, last_day)
    people = spells["person"].unique().sort()
    homes = people.to_frame().join(persons, on="person", how="left", maintain_order="left")
    gone = days_out(homes)
    begins, months = observed_months(
        homes,
        first=first,
        last=last,
        from_age_years=from_age_years,
        ends=gone if out_state is None else None,
    )
    offset = np.concatenate([[0], np.cumsum(months)]).astype(np.int64)
    readiness = within(readiness, people, values="readiness")
    employment = within(employment, people)
    kinds = code_kinds(spells, readiness, rules, letters, more=abilities)
    paying, paid = code_values(spells["benefit"], more=benefits)
    rows = int(offset[-1])
    columns = _month_kernels.Output(
        month=np.empty(rows, dtype=np.int32),
        state=np.empty(rows, dtype=np.uint8),
        benefit=np.empty(rows, dtype=np.uint8),
        readiness=np.empty(rows, dtype=np.uint8),
        municipality=np.empty(rows, dtype=np.int16),
    )
    _sweep(
        len(people),
        _month_kernels.Calendar(starts=starts, begins=begins - first, offset=offset),
        _month_kernels.Spells(
            *pointed(people, spells), kind=kinds.of_spell, benefit=paid, municipality=places(spells)
        ),
        _month_kernels.Readiness(*pointed(people, readiness), value=kinds.of_readiness),
        _month_kernels.Jobs(*pointed(people, employment)),
        _month_kernels.Persons(out_day=gone, home=places(homes)),
        _month_kernels.Meaning(state=kinds.state, readiness=kinds.readiness),
        _month_kernels.Choice(job=job, none=none, out=out, rule=RULES[rule], rank=rank),
        columns,
    )
    made: dict[str, Callable[[], pl.Series]] = {
        "person": lambda: pl.Series(np.repeat(people.to_numpy(), months)),
        "month": lambda: pl.Series(columns.month).cast(pl.Date),
        "state": lambda: decode(columns.state, letters),
        "benefit": lambda: decode(columns.benefit, paying),
        "readiness": lambda: decode(columns.readiness, kinds.values),
        "municipality": lambda: decode_places(columns.municipality),
    }
    with ThreadPoolExecutor(numba.get_num_threads()) as pool:
        return pl.DataFrame(
            dict(zip(made, pool.map(lambda make: make(), made.values()), strict=True))
        )


def _sweep(persons: int, *tables: Any) -> None:
    """Sweep blocks of persons in as many threads as numba may use, and write to the last table."""
    *inputs, output = tables
    fixed = (
        table._make(read_only(v) if isinstance(v, np.ndarray) else v for v in table)
        for table in inputs
    )
    tables = tuple([*fixed, output])
    threads = numba.get_num_threads()
    edges = np.linspace(0, persons, BLOCKS_A_THREAD * threads + 1).astype(np.int64)

    def sweep(block: tuple[int, int]) -> None:
        _month_kernels.sweep_months(*block, *tables)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(sweep, pairwise(edges.tolist())))
