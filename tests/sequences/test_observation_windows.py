"""Origins, windows and their account, against a naive search and by small cases."""

import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trajectories.errors import UserError
from trajectories.sequences import Reform, windows
from trajectories.sequences.calendar import first_day, month_of

ALPHABET = ["JOB", "SA_READY", "SELF"]
REFORM = Reform(agreement=dt.date(2013, 4, 18), in_force=dt.date(2014, 1, 1))
START = month_of(dt.date(2012, 1, 1))


def months_of(courses: dict[int, str], start: int = START) -> pl.DataFrame:
    """Person-months from one letter a month: s = SA_READY, j = JOB, . = SELF."""
    names = {"s": "SA_READY", "j": "JOB", ".": "SELF"}
    rows = [
        (person, first_day(start + t), names[letter], 657)
        for person, course in sorted(courses.items())
        for t, letter in enumerate(course)
    ]
    schema = {
        "person": pl.UInt32,
        "month": pl.Date,
        "state": pl.Enum(ALPHABET),
        "municipality": pl.Int16,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def persons(**columns: list) -> pl.DataFrame:
    """Five persons born 15 June 1980, with further columns."""
    return pl.DataFrame({"person": range(5)}, schema={"person": pl.UInt32}).with_columns(
        pl.lit(dt.date(1980, 6, 15)).alias("birth_date"),
        pl.lit("K").alias("sex"),
        *(pl.Series(name, values) for name, values in columns.items()),
    )


def cut(courses: dict[int, str], **options):
    """Windows of four months after three months without."""
    defaults = {
        "persons": persons(),
        "length_months": 4,
        "reform": REFORM,
        "origin_states": ["SA_READY"],
        "months_without": 3,
    }
    return windows(months_of(courses), **defaults | options)


def account(result) -> dict[str, int]:
    """The account of candidates without the zeros."""
    return {reason: n for reason, n in result.accounting.iter_rows() if n}


def test_an_origin_follows_enough_observed_months_without():
    result = cut({0: "...sjjj.", 1: "..sjjjjss", 2: "sss...sjjj", 4: "........"})
    assert result.frame.select("window", "person", "origin").rows() == [
        (0, 0, dt.date(2012, 4, 1)),
        (1, 2, dt.date(2012, 7, 1)),
    ]
    assert result.sequences.states.tolist() == [[1, 0, 0, 0], [1, 0, 0, 0]]
    assert account(result) == {
        "kept": 2,
        "history_not_observed": 2,
        "follow_up_not_observed": 1,
    }


def test_a_window_describes_its_person_at_the_origin():
    row = cut({3: "......sjjj"}).frame.row(0, named=True)
    assert row == {
        "window": 0,
        "person": 3,
        "group": "before",
        "origin": dt.date(2012, 7, 1),
        "weight": 1.0,
        "age": 32,
        "sex": "K",
        "municipality": 657,
        "regime_before": 4,
        "regime_announced": 0,
        "regime_in_force": 0,
    }


@pytest.mark.parametrize(
    ("born", "age"),
    [
        (dt.date(1980, 7, 1), 32),
        (dt.date(1980, 7, 2), 31),
        (dt.date(1980, 6, 30), 32),
        (dt.date(1980, 8, 1), 31),
        (None, None),
    ],
)
def test_age_is_in_full_years_on_the_first_day_of_the_origin(born, age):
    people = persons().with_columns(pl.lit(born, dtype=pl.Date).alias("birth_date"))
    assert cut({3: "......sjjj"}, persons=people).frame["age"].to_list() == [age]


def test_overlapping_windows_are_kept_or_dropped():
    course = {0: "...s...s...sjjj"}
    assert account(cut(course, length_months=6)) == {"kept": 2, "follow_up_not_observed": 1}
    dropped = cut(course, length_months=6, overlaps="drop")
    assert account(dropped) == {
        "kept": 1,
        "overlaps_earlier_window": 1,
        "follow_up_not_observed": 1,
    }


def test_origins_can_be_bounded():
    course = {0: "...s...s...s..."}
    result = cut(course, first_origin=dt.date(2012, 5, 1), last_origin=dt.date(2012, 8, 1))
    assert result.frame["origin"].to_list() == [dt.date(2012, 8, 1)]
    assert account(result) == {"kept": 1, "outside_origin_range": 2}


def naive_fates(course: str, without: int, length: int) -> list[str]:
    """What becomes of each month as an origin, looking back and ahead from each."""
    fates, kept = [], []
    for t, letter in enumerate(course):
        before = course[max(t - without, 0) : t]
        if letter != "s" or "s" in before:
            continue
        if t < without:
            fates.append("history_not_observed")
        elif t + length > len(course):
            fates.append("follow_up_not_observed")
        elif kept and t < kept[-1] + length:
            fates.append("overlaps_earlier_window")
        else:
            kept.append(t)
            fates.append("kept")
    return fates


@settings(max_examples=80)
@given(
    st.lists(st.text("sj.", min_size=1, max_size=25), min_size=1, max_size=5),
    st.integers(1, 4),
    st.integers(2, 5),
)
def test_fates_equal_a_naive_search(courses, without, length):
    sure = {4: "." * without + "s" * length}
    known = {person: course for person, course in enumerate(courses[:4])} | sure
    result = cut(known, months_without=without, length_months=length, overlaps="drop")
    expected = [fate for course in known.values() for fate in naive_fates(course, without, length)]
    assert account(result) == {fate: expected.count(fate) for fate in expected}


def test_a_fixed_origin_takes_everybody_who_is_observed_throughout():
    people = persons(school=["no", "yes", "no", None, "yes"], mass=[0.5, 2.0, 1.0, 1.0, None])
    result = cut(
        {0: "jjjj..", 1: "s.jjjj", 2: "jjj", 3: "ssssss", 4: "ssssss"},
        persons=people,
        reform=None,
        group_by="school",
        weight="mass",
        origin_month=dt.date(2012, 2, 1),
    )
    assert result.frame.select("person", "group", "weight").rows() == [
        (0, "no", 0.5),
        (1, "yes", 2.0),
    ]
    assert result.sequences.weights.tolist() == [0.5, 2.0]
    assert "regime_before" not in result.frame.columns
    assert account(result) == {
        "kept": 2,
        "follow_up_not_observed": 1,
        "group_missing": 1,
        "weight_missing": 1,
    }


def test_persons_who_are_not_there_at_a_fixed_origin_are_counted():
    result = cut({0: "jjjjjj", 1: "jj"}, origin_month=dt.date(2012, 3, 1))
    assert account(result) == {"kept": 1, "not_observed_at_origin": 1}


def test_the_account_adds_up_to_the_candidates():
    rng = np.random.default_rng(8)
    courses = {person: "".join(rng.choice(list("sj."), 40)) for person in range(5)}
    result = cut(courses, months_without=2)
    candidates = sum(len(naive_fates(course, 2, 10**6)) for course in courses.values())
    assert result.accounting["windows"].sum() == candidates
    assert len(result.frame) == account(result)["kept"]


def test_row_order_of_persons_changes_nothing():
    courses = {person: "...sjjj..." for person in range(5)}
    people = persons(mass=[1.0, 2.0, 3.0, 4.0, 5.0])
    first = cut(courses, persons=people, weight="mass").frame
    assert first.equals(cut(courses, persons=people[::-1], weight="mass").frame)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"reform": None}, ValueError, "either the dates of the reform or a column"),
        ({"group_by": "sex"}, ValueError, "either the dates of the reform or a column"),
        ({"weight": "mass"}, UserError, "persons has no column mass.*sequences.weight null"),
        ({"weight": "birth_date"}, UserError, "sequences.weight: the column birth_date of persons"),
        ({"reform": None, "group_by": "person"}, UserError, "everybody is a group of their own"),
        (
            {"reform": None, "group_by": "school"},
            UserError,
            "no column school.*sequences.group_by null",
        ),
        ({"origin_states": ["SA"]}, ValueError, "the origin state SA is not in the alphabet"),
        (
            {"months_without": 9},
            UserError,
            "no window is left: history_not_observed .*months_without",
        ),
        (
            {"weight": "mass", "persons": persons(mass=[-1.0] * 5)},
            UserError,
            "mass of persons must hold numbers of zero or more",
        ),
        (
            {"weight": "mass", "persons": persons(mass=["heavy"] * 5)},
            UserError,
            "mass of persons must hold numbers of zero or more",
        ),
    ],
)
def test_what_cannot_be_cut_is_refused(options, error, message):
    with pytest.raises(error, match=message):
        cut({0: "...sjjj"}, **options)


def test_no_origin_at_all_is_told():
    with pytest.raises(UserError, match=r"no window is left: nobody enters .*\.origin_states"):
        cut({0: "jjjjjjj"})


def test_a_register_without_months_is_told():
    with pytest.raises(UserError, match=r"no window is left: nobody enters .*\.origin_states"):
        cut({})


def test_gaps_and_disorder_are_refused():
    months = months_of({0: "...sjjj", 1: "...sjjj"})
    for wrong in (months[::-1], months.filter(pl.col("month") != dt.date(2012, 2, 1))):
        with pytest.raises(ValueError, match="sorted by person and month, without gaps"):
            windows(wrong, persons=persons(), reform=REFORM)


def test_states_must_be_an_enum():
    months = months_of({0: "...sjjj"}).with_columns(pl.col("state").cast(pl.String))
    with pytest.raises(ValueError, match="must be an Enum of the alphabet, not String"):
        windows(months, persons=persons(), reform=REFORM)
