"""Channels: further attributes of each month of a window, such as benefit or employment.

Multichannel sequence analysis (Gauthier, Widmer, Bucher & Notredame 2010) compares several channels
at once and thus keeps distinctions that one alphabet of states must merge.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from trajectories.arrays import Bools, Floats, Ints
from trajectories.config.sections.channels import SourcesConfig
from trajectories.notebook.described import described
from trajectories.sequences.months.hours import DAYS_A_WEEK, days_by_month, month_days, window_hours
from trajectories.sequences.observation_windows import alphabet_of
from trajectories.sequences.state_sequences import StateSequences

NONE: Final = "none"
OTHER: Final = "other"
NOTHING: Final = -1
"""Code of a month without a value."""

Codes = Ints
Compared = dict[str, StateSequences | Floats]
"""Channels and series by their names."""


@described(lambda x: f"{x.windows.height:,} windows, {x.person_months.height:,} person-months")
@dataclass(frozen=True, eq=False)
class Sources:
    """The data from which channels are derived.

    Attributes:
        windows: person and origin (first day of the first month), one row per window.
        states: the states of the same windows.
        person_months: person, month, benefit, readiness (Enum); sorted, without gaps.
        spells: person, activity, start, end; without overlaps.
        employment: person, start, end, weekly_hours.
        out_state: the absorbing state, which all channels share with the states; or None.
    """

    windows: pl.DataFrame
    states: StateSequences
    person_months: pl.DataFrame
    spells: pl.DataFrame
    employment: pl.DataFrame
    out_state: str | None = "OUT"


def channel(
    name: str,
    sources: Sources,
    *,
    bands: Mapping[str, float],
    missing_weekly_hours: float = 37.0,
    least_share: float = 0.0,
    alphabet: Sequence[str] = (),
) -> StateSequences:
    """Return one channel of windows.

    Args:
        name: `state`; `benefit` or `readiness` of the month's state; `activity` of most days, ties
            to the first by name; or `employment`, the band of the hours a week.
        sources: the data.
        bands: the smallest weekly hours of each band of employment.
        missing_weekly_hours: weekly hours of an employment spell without registered hours.
        least_share: values with less than this share of all months become `other`.
        alphabet: the values to use, if another set of windows has defined them; other values
            become `other`.

    Returns:
        One sequence per window, with its weight. The alphabet has the values that occur, sorted
        (bands by hours), `none` for months without a value, and the absorbing state.

    Raises:
        ValueError: `alphabet` lacks a value and `other`.
    """
    states = sources.states
    if name == "state":
        return states
    if name == "employment":
        values = sorted(bands, key=lambda band: bands[band])
        edges = [bands[band] for band in values]
        hours = window_hours(
            sources.windows,
            sources.employment,
            states.length,
            missing_weekly_hours=missing_weekly_hours,
        )
        weekly = hours * DAYS_A_WEEK / month_days(sources.windows["origin"], states.length)
        # Rounded, so that a full month at 30 hours a week is not below 30.
        codes = np.searchsorted(edges, np.round(weekly, 6), side="right").astype(np.int64) - 1
    elif name == "activity":
        values, codes = _activities(sources)
    else:
        values, codes = _of_month(sources, name)
    out = np.zeros(codes.shape, np.bool_)
    if sources.out_state in states.alphabet:
        out = states.states == states.alphabet.index(str(sources.out_state))
    names = np.array([*values, NONE], dtype=object)
    codes = np.where(codes == NOTHING, len(values), codes)
    if name != "employment":
        names = _folded(names, codes[~out], least_share)
    return _coded(name, names, codes, out, sources, alphabet)


def compared(
    sources: Sources,
    channel_names: Sequence[str],
    series_names: Sequence[str],
    settings: SourcesConfig,
    alphabets: Mapping[str, Sequence[str]] | None = None,
) -> Compared:
    """Make channels and series of windows."""
    made: Compared = {
        name: channel(
            name,
            sources,
            bands=settings.employment_bands,
            missing_weekly_hours=settings.missing_weekly_hours,
            least_share=settings.least_share,
            alphabet=() if alphabets is None else alphabets[name],
        )
        for name in channel_names
    }
    if not series_names:
        return made
    length = sources.states.length
    hours = window_hours(
        sources.windows,
        sources.employment,
        length,
        missing_weekly_hours=settings.missing_weekly_hours,
    )
    full = settings.full_time_hours / DAYS_A_WEEK * month_days(sources.windows["origin"], length)
    every = {"hours": hours, "degree": np.minimum(hours / full, 1.0)}
    return made | {name: every[name] for name in series_names}


def _coded(
    name: str,
    names: npt.NDArray[np.object_],
    codes: Codes,
    out: Bools,
    sources: Sources,
    alphabet: Sequence[str],
) -> StateSequences:
    """Code months by an alphabet, or by the values that occur."""
    if alphabet:
        letters = tuple(alphabet)
    else:
        used = np.bincount(codes[~out], minlength=len(names)) > 0
        kept = dict.fromkeys(str(value) for value in names[used])
        ends = [value for value in (OTHER, NONE) if value in kept]
        gone = [str(sources.out_state)] if out.any() else []
        letters = (*(value for value in kept if value not in ends), *ends, *gone)
    place = {letter: position for position, letter in enumerate(letters)}
    table = np.zeros(len(names), np.uint8)
    for code in np.unique(codes[~out]).tolist():
        value = str(names[code])
        found = place.get(value, place.get(OTHER))
        if found is None:
            raise ValueError(
                f"the channel {name} holds the value {value}, which the run's windows do not have"
            )
        table[code] = found
    coded = table[codes]
    if out.any():
        coded[out] = place[str(sources.out_state)]
    return StateSequences(coded, letters, sources.states.weights)


def _folded(
    names: npt.NDArray[np.object_], codes: Codes, least_share: float
) -> npt.NDArray[np.object_]:
    """Return names with `other` for values of too few months; `none` stays unchanged."""
    share = np.bincount(codes, minlength=len(names)) / max(codes.size, 1)
    return np.where((share < least_share) & (names != NONE), OTHER, names)


def _of_month(sources: Sources, column: str) -> tuple[list[str], Codes]:
    months = sources.person_months
    keys = sources.windows.select("person", month="origin")
    first = keys.join(
        months.select("person", "month").with_row_index("row"),
        on=["person", "month"],
        how="left",
        maintain_order="left",
    )["row"].to_numpy()
    values = alphabet_of(months[column])
    flat = months[column].to_physical().cast(pl.Int64).fill_null(NOTHING).to_numpy()
    return values, flat[first[:, None].astype(np.int64) + np.arange(sources.states.length)]


def _activities(sources: Sources) -> tuple[list[str], Codes]:
    """Return the activity of most days of each month; days outside spells have none."""
    length = sources.states.length
    spells = sources.spells.select("person", "start", "end", "activity").filter(
        pl.col("activity").is_not_null() & (pl.col("activity").cast(pl.String) != NONE)
    )
    days = days_by_month(
        sources.windows, spells.with_columns(pl.col("activity").cast(pl.String)), length
    )
    values: list[str] = days["activity"].unique().sort().to_list()
    code = days["activity"].cast(pl.Enum(values)).to_physical().to_numpy().astype(np.int64)
    cell = days["row"].to_numpy() * length + days["position"].to_numpy()
    keys, place = np.unique(cell * max(len(values), 1) + code, return_inverse=True)
    total = np.bincount(place, weights=days["days"].to_numpy(), minlength=len(keys))
    cells, codes = np.divmod(keys, max(len(values), 1))
    left = month_days(sources.windows["origin"], length).ravel().astype(np.float64)
    np.subtract.at(left, cells, total)
    best, most = np.full(left.size, NOTHING, np.int64), left
    # From the last value to the first and `none` before all, so that ties go to the first by name.
    for value in range(len(values) - 1, -1, -1):
        mine = codes == value
        better = total[mine] >= most[cells[mine]]
        chosen = cells[mine][better]
        most[chosen], best[chosen] = total[mine][better], value
    return values, best.reshape(-1, length)
