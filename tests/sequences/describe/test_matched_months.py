"""Each internship has a control who was alike when it began, and none is used twice in a month."""

import datetime as dt
from collections import Counter, defaultdict

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from sequences.samples import plainly
from trajectories.sequences.describe.internships import internships
from trajectories.sequences.describe.matched_months import (
    BANDS,
    match_counts,
    matched_months,
    pool,
)

FIRST, MONTHS = (2012, 11), 14
STATES = ("SA", "SICK", "JOB")
ACTIVITIES = ("private", "public")


def month(number: int) -> dt.date:
    year, rest = divmod(FIRST[0] * 12 + FIRST[1] - 1 + number, 12)
    return dt.date(year, rest + 1, 1)


def register(
    states: np.ndarray, benefit: np.ndarray, sex: list[str], born: list[int]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Months and persons: one row a person and one column a month."""
    n, length = states.shape
    months = pl.DataFrame(
        {
            "person": np.repeat(np.arange(n, dtype=np.uint32), length),
            "month": [month(number) for number in range(length)] * n,
            "state": states.ravel(),
            "benefit": [("sa" if one else None) for one in benefit.ravel()],
            "municipality": np.full(n * length, 751, np.int16),
        }
    )
    days = [dt.date(year, 6, 1) for year in born]
    persons = pl.DataFrame({"sex": sex, "birth_date": days})
    return months, persons.with_columns(person=pl.Series(range(n), dtype=pl.UInt32))


def spells(*rows: tuple[int, str, int, int]) -> pl.DataFrame:
    """Of a person, an activity, and the first and last month in which it lies."""
    return pl.DataFrame(
        [(p, a, month(s), month(e) + dt.timedelta(days=19)) for p, a, s, e in rows],
        schema={"person": pl.UInt32, "activity": pl.String, "start": pl.Date, "end": pl.Date},
        orient="row",
    )


@st.composite
def worlds(draw):
    n = draw(st.integers(2, 14))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    states = np.array(STATES)[rng.choice(3, (n, MONTHS), p=[0.6, 0.1, 0.3])]
    benefit = rng.random((n, MONTHS)) < 0.85
    rows = []
    for person in range(n):
        if rng.random() < 0.6:
            start = int(rng.integers(1, MONTHS - 1))
            end = min(MONTHS - 1, start + int(rng.integers(0, 4)))
            rows.append((person, str(rng.choice(ACTIVITIES)), start, end))
    sex = [str(one) for one in rng.choice(["K", "M"], n)]
    born = [int(one) for one in rng.choice([1975, 1985], n)]
    return states, benefit, sex, born, spells(*rows), draw(st.integers(0, 3))


def alike(states, benefit, sex, born, person: int, begins: int) -> tuple | None:
    """What makes persons alike, by a walk back through the months."""
    before, on = begins - 1, 0
    if before < 0:
        return None
    while (
        before - on >= 0 and benefit[person, before - on] and states[person, before - on] != "JOB"
    ):
        on += 1
    if on == 0:
        return None
    band = sum(on > edge for edge in BANDS)
    return states[person, before], sex[person], (month(begins).year - born[person]) // 10, band


@plainly
@given(worlds())
def test_controls_are_those_that_a_search_through_the_months_allows(world) -> None:
    states, benefit, sex, born, rows, within = world
    months, persons = register(states, benefit, sex, born)
    found = internships(rows, activities=ACTIVITIES, gap_days=14)
    own = {p: (s, e) for p, s, e in found.select("person", "start", "end").rows()}
    place = {month(number): number for number in range(MONTHS)}
    at = {p: (place[s.replace(day=1)], place[e.replace(day=1)]) for p, (s, e) in own.items()}
    matched = matched_months(
        found, months, persons, among=persons["person"], job_state="JOB",
        within_months=within, seed=3,
    )  # fmt: skip

    used = set()
    for person, _, last, control, in_job, control_in_job in matched.rows():
        start, end = at[person]
        assert place[last] == end
        kind = alike(states, benefit, sex, born, person, start)
        assert kind is not None
        assert kind == alike(states, benefit, sex, born, control, start)
        assert control not in at or not at[control][0] <= start <= at[control][1]
        assert (control, start) not in used
        used.add((control, start))
        follow = slice(end, end + within + 1)
        assert end + within < MONTHS
        assert in_job == ("JOB" in states[person, follow])
        assert control_in_job == ("JOB" in states[control, follow])

    cases, free = defaultdict(list), Counter()
    for person, (start, end) in at.items():
        kind = alike(states, benefit, sex, born, person, start)
        if kind is not None:
            cases[start, kind].append(end)
    for start, kind in cases:
        free[start, kind] = sum(
            alike(states, benefit, sex, born, person, start) == kind
            and not (person in at and at[person][0] <= start <= at[person][1])
            for person in range(len(states))
        )
    # Where all are followed to the end, none is left out that somebody could be found for.
    if all(end + within < MONTHS for ends in cases.values() for end in ends):
        assert len(matched) == sum(min(len(ends), free[key]) for key, ends in cases.items())


def test_what_only_chooses_the_interns_makes_no_difference_and_an_effect_does() -> None:
    """Those who are sick are offered fewer internships and find fewer jobs."""
    rng = np.random.default_rng(5)
    n, begins, follow = 6000, 3, 6
    for effect in (0.0, 0.2):
        sick = rng.random(n) < 0.5
        intern = rng.random(n) < np.where(sick, 0.1, 0.4)
        chance = np.where(sick, 0.1, 0.4) + effect * intern
        job = rng.random(n) < chance
        states = np.where(sick[:, None], "SICK", "SA").repeat(MONTHS, axis=1)
        states[job, begins + 2] = "JOB"
        months, persons = register(states, states != "JOB", ["K"] * n, [1980] * n)
        rows = spells(
            *((int(person), "private", begins, begins) for person in np.flatnonzero(intern))
        )
        found = internships(rows, activities=ACTIVITIES, gap_days=0)
        matched = matched_months(
            found, months, persons, among=persons["person"], job_state="JOB",
            within_months=follow, seed=1,
        )  # fmt: skip
        assert len(matched) == intern.sum()
        crude = job[intern].mean() - job[~intern].mean()
        like = matched["in_job"].mean() - matched["control_in_job"].mean()
        error = np.sqrt(2 * 0.25 / len(matched))
        assert abs(like - effect) < 3 * error
        assert crude - effect > 4 * error


def test_counts_are_of_windows_by_activity_and_group() -> None:
    matched = pl.DataFrame(
        {
            "person": [1, 1, 2],
            "activity": ["private", "public", "private"],
            "month": [month(1), month(2), month(1)],
            "control": [7, 7, 8],
            "in_job": [True, False, False],
            "control_in_job": [True, True, False],
        }
    )
    windows = pl.DataFrame({"person": [1, 2], "group": ["a", "b"], "origin": [month(1), month(0)]})
    counted = match_counts(matched, windows, length_months=2)
    assert counted.rows() == [
        ("private", "a", 1, 1, 1, 1, 1),
        ("private", "all", 2, 1, 1, 2, 2),
        ("private", "b", 1, 0, 0, 1, 1),
        ("public", "a", 1, 0, 1, 1, 1),
        ("public", "all", 1, 0, 1, 1, 1),
    ]


def test_a_large_register_lends_some_persons_by_lot() -> None:
    persons = pl.Series(list(range(100, 200)) * 2, dtype=pl.UInt32)
    some = pool(persons, seed=1, most=10)
    assert len(some) == 10
    assert some.is_sorted()
    assert some.is_in(persons.to_list()).all()
    assert not some.equals(pool(persons, seed=2, most=10))
    assert pool(persons, seed=1).equals(pl.Series(range(100, 200), dtype=pl.UInt32))
