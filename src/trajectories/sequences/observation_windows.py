"""Windows of equal length: origins, groups, weights, and counts of dropped candidates."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from trajectories.arrays import Ints
from trajectories.errors import UserError
from trajectories.notebook.described import described
from trajectories.sequences import row_kernels as _row_kernels
from trajectories.sequences.calendar import Months, month_of, months_of
from trajectories.sequences.periods import Reform
from trajectories.sequences.state_sequences import StateSequences

KEPT: Final = "kept"
REASONS: Final = {
    _row_kernels.KEPT: KEPT,
    _row_kernels.HISTORY_NOT_OBSERVED: "history_not_observed",
    _row_kernels.OUTSIDE_ORIGINS: "outside_origin_range",
    _row_kernels.FOLLOW_UP_NOT_OBSERVED: "follow_up_not_observed",
    _row_kernels.OVERLAPS_EARLIER: "overlaps_earlier_window",
}
NOT_OBSERVED_AT_ORIGIN: Final = "not_observed_at_origin"
GROUP_MISSING: Final = "group_missing"
WEIGHT_MISSING: Final = "weight_missing"
MENDS: Final = {
    "history_not_observed": "sequences.window.months_without asks for more months before the "
    "origin than the extract holds",
    "outside_origin_range": "no origin lies between sequences.window.first_origin and last_origin",
    "follow_up_not_observed": "sequences.window.length_months asks for more months after the "
    "origin than the extract holds",
    "overlaps_earlier_window": "sequences.window.overlaps drops them",
    NOT_OBSERVED_AT_ORIGIN: "sequences.window.origin_month lies outside the observed months",
    GROUP_MISSING: "the column that sequences.group_by names is empty",
    WEIGHT_MISSING: "the column that sequences.weight names is empty",
}
"""Explanation of each reason to drop windows, for messages."""
LAST_MONTH: Final = np.iinfo(np.int32).max

Rows = Ints


@described(lambda x: f"{x.frame.height:,} windows of {x.sequences.length} months", "accounting")
@dataclass(frozen=True)
class Windows:
    """Windows cut from person-months.

    Attributes:
        frame: one row per window, sorted by person and origin: window (u32, the row number), person
            (u32), group (text), origin (Date), weight (f64), age (i16, full years at the origin),
            sex, municipality (i16, at the origin), and with periods `regime_<name>` (i16, months
            of the window under each regime).
        sequences: the states of the same rows.
        accounting: reason, windows; `kept` and every reason for dropping; sums to the candidates.
    """

    frame: pl.DataFrame
    sequences: StateSequences
    accounting: pl.DataFrame


def windows(
    person_months: pl.DataFrame,
    *,
    persons: pl.DataFrame,
    length_months: int = 24,
    reform: Reform | None = None,
    group_by: str | None = None,
    weight: str | None = None,
    origin_states: Sequence[str] = ("SA_READY", "SA_PASSIVE", "SA_ACTIVE"),
    months_without: int = 12,
    overlaps: Literal["keep", "drop"] = "keep",
    first_origin: dt.date | None = None,
    last_origin: dt.date | None = None,
    origin_month: dt.date | None = None,
) -> Windows:
    """Cut windows of equal length from person-months.

    An origin is the first month in one of `origin_states` after `months_without` observed months
    outside them, or `origin_month` for everybody if given.

    Args:
        person_months: person, month, state (Enum of the alphabet), municipality; sorted by person
            and month, without gaps within a person.
        persons: person, birth_date, sex, and the columns that `group_by` and `weight` name.
        length_months: length of each window in months, including the origin's month.
        reform: the dates that define the groups `before`, `during` and `after`.
        group_by: the column of `persons` that defines the groups instead.
        weight: the column of `persons` with case weights; one by default.
        origin_states: states that count as being on social assistance.
        months_without: observed months outside them before an origin.
        overlaps: whether an origin within an earlier kept window of the person is kept.
        first_origin: first day of the earliest origin month, if bounded.
        last_origin: first day of the latest origin month, if bounded.
        origin_month: first day of a fixed origin month.

    Returns:
        The windows, their states and the counts of candidates.

    Raises:
        UserError: `persons` lacks a column, a weight is negative, or no window is left.
        ValueError: neither or both of `reform` and `group_by` are given, rows are not sorted or
            have gaps, or an origin state is not in the alphabet.

    Examples:
        >>> from datetime import date
        >>> import polars as pl
        >>> from trajectories.sequences import windows
        >>> states = ["JOB", "JOB", "SA", "SA", "SELF", "JOB"]
        >>> months = pl.DataFrame(
        ...     {
        ...         "person": 1,
        ...         "month": pl.date_range(date(2012, 1, 1), date(2012, 6, 1), "1mo", eager=True),
        ...         "state": pl.Series(states, dtype=pl.Enum(["JOB", "SA", "SELF"])),
        ...         "municipality": 751,
        ...     }
        ... )
        >>> persons = pl.DataFrame({"person": 1, "birth_date": date(1980, 5, 1), "sex": ["K"]})
        >>> cut = windows(
        ...     months,
        ...     persons=persons,
        ...     length_months=4,
        ...     group_by="sex",
        ...     origin_states=["SA"],
        ...     months_without=2,
        ... )
        >>> cut.frame.select("origin", "age", "group").row(0)
        (datetime.date(2012, 3, 1), 31, 'K')
        >>> cut.sequences
        StateSequences: 1 sequences of 4 positions; 3 states: JOB, SA, SELF

    See Also:
        `monthly_states`, `Reform`, `aligned`.
    """
    if (reform is None) == (group_by is None):
        raise ValueError("give either the dates of the reform or a column to group by")
    if group_by == "person":
        raise UserError("sequences.group_by: everybody is a group of their own by person.")
    for name in (group_by, weight):
        if name is not None and name not in persons.columns:
            raise UserError(
                f"persons has no column {name}: name one that register.keep keeps, or leave "
                f"sequences.{'group_by' if name == group_by else 'weight'} null."
            )
    months = months_of(person_months["month"])
    offset = _offsets(person_months["person"], months)
    if origin_month is None:
        fate = _fates(
            person_months["state"],
            offset,
            months,
            origin_states=origin_states,
            months_without=months_without,
            length_months=length_months,
            drop_overlaps=overlaps == "drop",
            bounds=(first_origin, last_origin),
        )
        rows = np.flatnonzero(fate == _row_kernels.KEPT)
        counts = {reason: int(np.count_nonzero(fate == code)) for code, reason in REASONS.items()}
    else:
        rows, counts = _fixed_origins(offset, months, month_of(origin_month), length_months)
    frame = _describe(person_months, rows, persons, [group_by, weight])
    frame, rows = _complete(frame, rows, counts, group_by=group_by, weight=weight)
    if len(rows) == 0:
        dropped = sorted((-n, name) for name, n in counts.items() if n and name != KEPT)
        reasons = "; ".join(f"{name} ({MENDS[name]})" for _, name in dropped)
        raise UserError(f"no window is left: {reasons or _no_origin(person_months, origin_states)}")
    group = (
        pl.Series("group", reform.period_of(months[rows], length_months), dtype=pl.String)
        if reform is not None
        else frame[str(group_by)].cast(pl.String).alias("group")
    )
    regimes = {} if reform is None else reform.regime_months(months[rows], length_months)
    described = frame.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("window"),
        "person",
        group,
        "origin",
        _weights(frame, weight).alias("weight"),
        "age",
        "sex",
        "municipality",
        *(pl.Series(f"regime_{name}", values, dtype=pl.Int16) for name, values in regimes.items()),
    )
    return Windows(
        frame=described,
        sequences=_cut(person_months["state"], rows, length_months, described["weight"]),
        accounting=pl.DataFrame(
            {"reason": list(counts), "windows": list(counts.values())},
            schema={"reason": pl.String, "windows": pl.Int64},
        ),
    )


def _no_origin(person_months: pl.DataFrame, origin_states: Sequence[str]) -> str:
    """Return a message that nobody enters the origin states, with the states that occur."""
    held = ", ".join(person_months["state"].unique().cast(pl.String).sort())
    return (
        f"nobody enters {', '.join(origin_states)} (sequences.window.origin_states) after months "
        f"without; the states that occur are {held or 'none'}."
    )


def _offsets(person: pl.Series, months: Months) -> Rows:
    """Return each person's first row and the number of rows; raise for disorder or gaps."""
    people = person.to_numpy()
    new = people[1:] != people[:-1]
    if np.any(people[1:] < people[:-1]) or np.any(~new & (np.diff(months) != 1)):
        raise ValueError("person-months must be sorted by person and month, without gaps")
    edges = np.flatnonzero(new) + 1
    return np.concatenate([[0], edges, [len(people)]] if len(people) else [[0]]).astype(np.int64)


def _fates(
    states: pl.Series,
    offset: Rows,
    months: Months,
    *,
    origin_states: Sequence[str],
    months_without: int,
    length_months: int,
    drop_overlaps: bool,
    bounds: tuple[dt.date | None, dt.date | None],
) -> npt.NDArray[np.uint8]:
    """Return the fate of each row as an origin."""
    alphabet = alphabet_of(states)
    strange = sorted(set(origin_states) - set(alphabet))
    if strange:
        raise ValueError(
            f"the origin state {strange[0]} is not in the alphabet ({', '.join(alphabet)})"
        )
    is_origin = np.isin(np.array(alphabet), list(origin_states))
    fate = np.empty(len(states), dtype=np.uint8)
    first, last = bounds
    _row_kernels.mark_origins(
        offset,
        months,
        is_origin[states.to_physical().to_numpy()],
        months_without,
        length_months,
        -LAST_MONTH if first is None else month_of(first),
        LAST_MONTH if last is None else month_of(last),
        drop_overlaps,
        fate,
    )
    return fate


def _fixed_origins(
    offset: Rows, months: Months, origin: int, length_months: int
) -> tuple[Rows, dict[str, int]]:
    """Return the row of a fixed month in each person's months, and counts of persons."""
    begins, ends = offset[:-1], offset[1:]
    rows = begins + (origin - months[begins])
    present = (rows >= begins) & (rows < ends)
    whole = present & (rows + length_months <= ends)
    counts = {
        KEPT: int(whole.sum()),
        NOT_OBSERVED_AT_ORIGIN: int((~present).sum()),
        REASONS[_row_kernels.FOLLOW_UP_NOT_OBSERVED]: int((present & ~whole).sum()),
    }
    return rows[whole], counts


def _describe(
    person_months: pl.DataFrame, rows: Rows, persons: pl.DataFrame, extra: Sequence[str | None]
) -> pl.DataFrame:
    """Return the attributes of each window's person at the origin."""
    named = {name for name in extra if name is not None}
    wanted = ["birth_date", "sex", *sorted(named - {"birth_date", "sex", "municipality"})]
    born, origin = pl.col("birth_date"), pl.col("origin")
    had_birthday = (origin.dt.month() > born.dt.month()) | (
        (origin.dt.month() == born.dt.month()) & (born.dt.day() == 1)
    )
    years = origin.dt.year() - born.dt.year() - pl.when(had_birthday).then(0).otherwise(1)
    return (
        person_months[rows]
        .select("person", pl.col("month").alias("origin"), "municipality")
        .join(persons.select("person", *wanted), on="person", how="left", maintain_order="left")
        .with_columns(years.cast(pl.Int16).alias("age"))
    )


def _complete(
    frame: pl.DataFrame,
    rows: Rows,
    counts: dict[str, int],
    *,
    group_by: str | None,
    weight: str | None,
) -> tuple[pl.DataFrame, Rows]:
    """Drop windows without a group or weight, and count them in `counts`."""
    for column, reason in ((group_by, GROUP_MISSING), (weight, WEIGHT_MISSING)):
        if column is None:
            continue
        known = frame[column].is_not_null()
        counts[reason] = int((~known).sum())
        counts[KEPT] -= counts[reason]
        frame, rows = frame.filter(known), rows[known.to_numpy()]
    return frame, rows


def _weights(frame: pl.DataFrame, weight: str | None) -> pl.Series:
    """Return the weight of each window; raise unless all are numbers of at least zero."""
    if weight is None:
        return pl.repeat(1.0, len(frame), dtype=pl.Float64, eager=True)
    if frame[weight].dtype.is_temporal():
        raise UserError(
            f"sequences.weight: the column {weight} of persons holds dates, not weights."
        )
    mass = frame[weight].cast(pl.Float64, strict=False)
    if not (mass.is_finite() & (mass >= 0)).fill_null(value=False).all():
        raise UserError(
            f"the column {weight} of persons must hold numbers of zero or more to be a weight."
        )
    return mass


def _cut(states: pl.Series, rows: Rows, length_months: int, weight: pl.Series) -> StateSequences:
    codes = states.to_physical().to_numpy()
    views = np.lib.stride_tricks.sliding_window_view(codes, length_months)
    return StateSequences(
        states=np.ascontiguousarray(views[rows]),
        alphabet=tuple(alphabet_of(states)),
        weights=weight.to_numpy(),
    )


def alphabet_of(states: pl.Series) -> list[str]:
    """Return the categories of a column of states."""
    if not isinstance(states.dtype, pl.Enum):
        raise ValueError(f"the column state must be an Enum of the alphabet, not {states.dtype}")
    return states.dtype.categories.to_list()
