"""Channels of windows against a day-by-day count on random spells."""

import datetime as dt
from collections import Counter

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from trajectories.sequences import Sources, StateSequences, channel, window_hours

BANDS = {"full": 30.0, "part": 1.0}
ALPHABET = ("A", "OUT")
LENGTH = 5


def month(start: dt.date, ahead: int) -> dt.date:
    whole = start.year * 12 + start.month - 1 + ahead
    return dt.date(whole // 12, whole % 12 + 1, 1)


@pytest.fixture
def sources():
    rng = np.random.default_rng(4)
    people, first = range(1, 9), dt.date(2015, 11, 1)
    months = pl.DataFrame(
        [
            {
                "person": person,
                "month": month(first, ahead),
                "benefit": rng.choice([None, "sick", "help"]),
                "readiness": None,
            }
            for person in people
            for ahead in range(10)
        ],
        schema={
            "person": pl.UInt32,
            "month": pl.Date,
            "benefit": pl.Enum(["help", "never", "sick"]),
            "readiness": pl.Enum(["ready"]),
        },
    )
    spells, jobs = [], []
    for person in people:
        day = first + dt.timedelta(days=int(rng.integers(-40, 20)))
        for _ in range(9):
            end = day + dt.timedelta(days=int(rng.integers(0, 40)))
            activity = rng.choice(["passive", "none", None, "course"])
            spells.append((person, day, end, activity))
            day = end + dt.timedelta(days=int(rng.integers(1, 25)))
            start = day - dt.timedelta(days=int(rng.integers(0, 60)))
            jobs.append((person, start, day, rng.choice([None, 12.0, 20.0, 37.0])))
    days = {"person": pl.UInt32, "start": pl.Date, "end": pl.Date}
    states = np.zeros((8, LENGTH), np.uint8)
    states[2, 3:] = states[5] = 1
    return Sources(
        windows=pl.DataFrame(
            {"person": people, "origin": [month(first, n % 4) for n in people]},
            schema_overrides={"person": pl.UInt32},
        ),
        states=StateSequences.from_array(states, ALPHABET),
        person_months=months,
        spells=pl.DataFrame(spells, schema=days | {"activity": pl.String}, orient="row"),
        employment=pl.DataFrame(jobs, schema=days | {"weekly_hours": pl.Float64}, orient="row"),
    )


def cells(sources):
    """Yield each month of each window: its place, person, first day, and whether it is out."""
    for row, (person, origin) in enumerate(sources.windows.rows()):
        for position in range(LENGTH):
            gone = sources.states.states[row, position] == 1
            yield row, position, person, month(origin, position), gone


def days_of(start: dt.date) -> list[dt.date]:
    return [start + dt.timedelta(days=n) for n in range((month(start, 1) - start).days)]


def test_activity_is_that_of_most_days(sources):
    found = channel("activity", sources, bands=BANDS)
    assert found.alphabet == ("course", "passive", "none", "OUT")
    named = found.labels()
    for row, position, person, start, gone in cells(sources):
        days = Counter({"course": 0, "passive": 0, "none": 0})
        for day in days_of(start):
            inside = [
                activity
                for who, begin, end, activity in sources.spells.rows()
                if who == person and begin <= day <= end and activity not in (None, "none")
            ]
            days[inside[0] if inside else "none"] += 1
        wanted = max(days, key=lambda value: days[value])
        assert named[row, position] == ("OUT" if gone else wanted)


def test_employment_is_the_band_of_weekly_hours(sources):
    hours = window_hours(sources.windows, sources.employment, LENGTH)
    found = channel("employment", sources, bands=BANDS)
    assert found.alphabet == ("part", "full", "none", "OUT")
    named = found.labels()
    for row, position, person, start, gone in cells(sources):
        days = days_of(start)
        worked = sum(
            (37.0 if weekly is None else weekly) / 7
            for day in days
            for who, begin, end, weekly in sources.employment.rows()
            if who == person and begin <= day <= end
        )
        assert_allclose(hours[row, position], worked, rtol=1e-12)
        weekly = worked * 7 / len(days)
        band = "full" if weekly > 30 - 1e-9 else "part" if weekly > 1 - 1e-9 else "none"
        assert named[row, position] == ("OUT" if gone else band)


def test_benefit_is_that_of_the_month(sources):
    found = channel("benefit", sources, bands=BANDS)
    assert found.alphabet == ("help", "sick", "none", "OUT"), "values that occur alone"
    benefit = {(who, when): value for who, when, value, _ in sources.person_months.rows()}
    for row, position, person, start, gone in cells(sources):
        wanted = "OUT" if gone else benefit[person, start] or "none"
        assert found.labels()[row, position] == wanted


def test_the_state_is_a_channel(sources):
    assert channel("state", sources, bands=BANDS) is sources.states


def test_rare_values_become_one(sources):
    plain, folded = (
        channel("benefit", sources, bands=BANDS, least_share=share) for share in (0, 0.49)
    )
    rare = np.isin(plain.labels(), ["help", "sick"])
    assert folded.alphabet == ("other", "none", "OUT")
    assert_array_equal(folded.labels() == "other", rare)


def test_an_alphabet_of_other_windows_codes_alike(sources):
    plain = channel("activity", sources, bands=BANDS)
    again = channel("activity", sources, bands=BANDS, alphabet=plain.alphabet)
    assert_array_equal(again.states, plain.states)
    fewer = channel("activity", sources, bands=BANDS, alphabet=("passive", "other", "none", "OUT"))
    assert_array_equal(fewer.labels() == "other", plain.labels() == "course")
    with pytest.raises(ValueError, match="activity holds the value course"):
        channel("activity", sources, bands=BANDS, alphabet=("passive", "none", "OUT"))


def test_without_spells_and_without_an_absorbing_state(sources):
    empty = Sources(
        windows=sources.windows,
        states=StateSequences.from_array(np.zeros((8, LENGTH), np.uint8), ["A"]),
        person_months=sources.person_months,
        spells=sources.spells.clear(),
        employment=sources.employment.clear(),
        out_state=None,
    )
    for name in ("activity", "employment", "readiness"):
        found = channel(name, empty, bands=BANDS)
        assert found.alphabet == ("none",)
        assert not found.states.any()
