"""Person-months against a day-by-day oracle, and each rule by a small case."""

import datetime as dt

import numba
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sequences import naive
from trajectories.register.codes.codelist import StateRules
from trajectories.sequences import monthly_states

FIRST, LAST = dt.date(2011, 11, 20), dt.date(2012, 7, 31)
ALPHABET = ["JOB", "EDU", "SA_READY", "SA_PASSIVE", "SELF", "OUT"]
ORDER = ["OUT", "SA_PASSIVE", "SA_READY", "EDU", "JOB", "SELF"]
RULES = StateRules(
    (
        ("GONE", "*", "*", "OUT"),
        ("EDU", "*", "*", "EDU"),
        ("SA", "job_ready", "*", "SA_READY"),
        ("SA", None, "passive", "SA_PASSIVE"),
        ("SA", "*", "*", "SA_PASSIVE"),
    )
)
SCHEMAS = {
    "spells": {
        "person": pl.UInt32,
        "group": pl.String,
        "readiness": pl.String,
        "activity": pl.String,
        "benefit": pl.String,
        "start": pl.Date,
        "end": pl.Date,
        "municipality": pl.Int16,
    },
    "readiness": {"person": pl.UInt32, "readiness": pl.String, "start": pl.Date, "end": pl.Date},
    "employment": {"person": pl.UInt32, "start": pl.Date, "end": pl.Date},
    "persons": {
        "person": pl.UInt32,
        "birth_date": pl.Date,
        "died": pl.Date,
        "emigrated": pl.Date,
        "municipality": pl.Int16,
    },
}
PLACES = st.sampled_from([None, 657, 661])
DAYS = st.integers(0, 300).map(lambda n: dt.date(2011, 10, 1) + dt.timedelta(days=n))


@st.composite
def intervals(draw, person: int, most: int, values: dict, *, overlap: bool) -> list[dict]:
    """Intervals of one person, in any order, with or without overlaps."""
    rows, free = [], dt.date(2011, 9, 1)
    for _ in range(draw(st.integers(0, most))):
        start = (dt.date(2011, 9, 1) if overlap else free) + dt.timedelta(
            days=draw(st.integers(0, 200 if overlap else 40))
        )
        end = start + dt.timedelta(days=draw(st.integers(0, 70)))
        rows.append(
            {"person": person, "start": start, "end": end, **draw(st.fixed_dictionaries(values))}
        )
        free = end + naive.DAY
    return draw(st.permutations(rows))


@st.composite
def registers(draw) -> dict[str, list[dict]]:
    """Small registers with everything that can be there or not."""
    register: dict[str, list[dict]] = {name: [] for name in SCHEMAS}
    for person in range(draw(st.integers(1, 2))):
        register["persons"].append(
            {
                "person": person,
                "birth_date": draw(
                    st.none()
                    | st.just(dt.date(1970, 5, 5))
                    | DAYS.map(lambda day: day.replace(year=day.year - 16, day=min(day.day, 28)))
                ),
                "died": draw(st.none() | DAYS),
                "emigrated": draw(st.none() | st.none() | DAYS),
                "municipality": draw(PLACES),
            }
        )
        register["spells"] += draw(
            intervals(
                person,
                7,
                {
                    "group": st.sampled_from(["SA", "SA", "SA", "EDU", "GONE"]),
                    "readiness": st.sampled_from([None, "job_ready", "not_ready"]),
                    "activity": st.sampled_from([None, "passive"]),
                    "benefit": st.sampled_from([None, "cash", "su"]),
                    "municipality": PLACES,
                },
                overlap=False,
            )
        )
        register["readiness"] += draw(
            intervals(
                person,
                4,
                {"readiness": st.sampled_from(["job_ready", "activity_ready"])},
                overlap=False,
            )
        )
        register["employment"] += draw(intervals(person, 4, {}, overlap=True))
    return register


def frames(register: dict[str, list[dict]]) -> dict[str, pl.DataFrame]:
    """The same register as frames."""
    return {
        name: pl.DataFrame(register.get(name, []), schema=schema, orient="row")
        for name, schema in SCHEMAS.items()
    }


def sweep(register: dict[str, list[dict]], **options) -> pl.DataFrame:
    """Person-months of a small register."""
    tables = frames(register)
    defaults = {"first_day": FIRST, "last_day": LAST, "order": ORDER}
    return monthly_states(
        tables.pop("spells"), rules=RULES, alphabet=ALPHABET, **tables, **defaults | options
    )


@settings(max_examples=30)
@given(
    register=registers(),
    rule=st.sampled_from(["majority", "thursdays", "first_day", "mid_month", "priority"]),
    out=st.booleans(),
    last=st.sampled_from([LAST, dt.date(2012, 7, 30)]),
)
def test_person_months_equal_the_days_one_by_one(register, rule, out, last):
    if not out:
        register["spells"] = [row for row in register["spells"] if row["group"] != "GONE"]
    ours = sweep(register, rule=rule, last_day=last, out_state="OUT" if out else None)
    expected = naive.person_months(
        register, RULES, first=FIRST, last=last, rule=rule, order=ORDER, from_age=16, out=out
    )
    assert ours.rows() == expected


def spell(start: str, end: str, group: str = "SA", **values) -> dict:
    """One spell of person 0."""
    return {
        "person": 0,
        "group": group,
        "readiness": None,
        "activity": "passive",
        "benefit": "cash",
        "municipality": 657,
        "start": dt.date.fromisoformat(start),
        "end": dt.date.fromisoformat(end),
        **values,
    }


def person(**values) -> dict:
    """Person 0."""
    known = {"person": 0, "birth_date": None, "died": None, "emigrated": None, "municipality": 661}
    return known | values


def states(register: dict[str, list[dict]], **options) -> list[str]:
    """The states of one person, January to April 2012."""
    days = {"first_day": dt.date(2012, 1, 1), "last_day": dt.date(2012, 4, 30)}
    return sweep({"persons": [person()], **register}, **days | options)["state"].to_list()


def test_the_state_of_most_days_wins_and_ties_follow_the_order():
    spells = [spell("2012-01-01", "2012-01-15"), spell("2012-04-01", "2012-04-15")]
    jobs = [
        {"person": 0, "start": dt.date(2012, 1, 1), "end": dt.date(2012, 1, 31)},
        {"person": 0, "start": dt.date(2012, 4, 16), "end": dt.date(2012, 4, 30)},
    ]
    register = {"spells": spells, "employment": jobs}
    assert states(register) == ["JOB", "SELF", "SELF", "SA_PASSIVE"]
    job_first = ["JOB", *(state for state in ORDER if state != "JOB")]
    assert states(register, order=job_first) == ["JOB", "SELF", "SELF", "JOB"]
    assert states(register, rule="priority")[0] == "SA_PASSIVE"


def test_states_left_out_of_the_order_follow_the_alphabet():
    spells = [spell("2012-04-01", "2012-04-15"), spell("2012-04-16", "2012-04-30", "EDU")]
    assert states({"spells": spells}, order=[])[3] == "EDU"
    assert states({"spells": spells}, order=["SA_PASSIVE"])[3] == "SA_PASSIVE"


def test_an_emigrant_stays_out_whatever_follows():
    register = {
        "persons": [person(emigrated=dt.date(2012, 1, 31))],
        "spells": [spell("2012-01-01", "2012-01-31"), spell("2012-03-01", "2012-04-30")],
    }
    assert states(register) == ["SA_PASSIVE", "OUT", "OUT", "OUT"]


def test_readiness_in_force_overrides_that_of_the_code():
    visitation = {
        "person": 0,
        "readiness": "job_ready",
        "start": dt.date(2012, 2, 1),
        "end": dt.date(2012, 2, 29),
    }
    register = {
        "spells": [spell("2012-01-01", "2012-04-30", readiness="not_ready")],
        "readiness": [visitation],
    }
    frame = sweep({"persons": [person()], **register}, first_day=dt.date(2012, 1, 1))
    assert frame["state"].to_list()[:3] == ["SA_PASSIVE", "SA_READY", "SA_PASSIVE"]
    assert frame["readiness"].to_list()[:3] == ["not_ready", "job_ready", "not_ready"]


def test_without_an_optional_table_the_rest_is_the_same():
    tables = frames({"persons": [person()], "spells": [spell("2012-01-01", "2012-02-29")]})
    spells, persons = tables["spells"], tables["persons"]
    days = {"first_day": dt.date(2012, 1, 1), "last_day": dt.date(2012, 3, 31)}
    bare = monthly_states(spells, rules=RULES, alphabet=ALPHABET, persons=persons, **days)
    assert bare.equals(
        monthly_states(
            spells,
            rules=RULES,
            alphabet=ALPHABET,
            **days,
            **{name: frame for name, frame in tables.items() if name != "spells"},
        )
    )


def test_types_are_those_of_the_contract():
    frame = sweep({"persons": [person()], "spells": [spell("2012-01-01", "2012-02-29")]})
    assert frame.schema == {
        "person": pl.UInt32,
        "month": pl.Date,
        "state": pl.Enum(ALPHABET),
        "benefit": pl.Enum(["cash"]),
        "readiness": pl.Enum([]),
        "municipality": pl.Int16,
    }


def test_an_extract_without_a_whole_month_has_no_rows():
    register = {"persons": [person()], "spells": [spell("2012-01-01", "2012-02-29")]}
    for last in (dt.date(2012, 1, 20), dt.date(2012, 2, 28)):
        assert sweep(register, first_day=dt.date(2012, 1, 10), last_day=last).is_empty()


def test_no_spells_give_no_rows_with_the_columns_of_the_contract():
    frame = sweep({"persons": [person()]})
    assert frame.is_empty()
    assert frame.columns == ["person", "month", "state", "benefit", "readiness", "municipality"]


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ({}, {"job_state": "WORK"}, "the state WORK is not in the alphabet"),
        ({}, {"order": ["JOB", "JOB"]}, "names a state more than once"),
        (
            {"spells": [spell("2012-01-01", "2012-02-02"), spell("2012-02-02", "2012-03-01")]},
            {},
            "spells holds 1 intervals that start before the one before ends",
        ),
        (
            {
                "spells": [
                    spell("2012-01-01", "2012-01-02", benefit=f"b{n}") | {"person": n}
                    for n in range(255)
                ]
            },
            {},
            "benefit has 255 values, at most 254 fit",
        ),
    ],
)
def test_what_cannot_be_swept_is_refused(change, options, message):
    register = {"persons": [person()], "spells": [spell("2012-01-01", "2012-02-29")]} | change
    with pytest.raises(ValueError, match=message):
        sweep(register, **options)


def test_a_rule_outside_the_alphabet_is_refused():
    tables = frames({"persons": [person()], "spells": [spell("2012-01-01", "2012-02-29")]})
    with pytest.raises(ValueError, match="the state SA_PASSIVE, which is not in the alphabet"):
        monthly_states(
            tables["spells"],
            rules=RULES,
            alphabet=["JOB", "SELF", "OUT"],
            persons=tables["persons"],
            first_day=FIRST,
            last_day=LAST,
        )


def test_overlapping_readiness_is_refused():
    rows = [
        {"person": 0, "readiness": "job_ready", "start": FIRST, "end": LAST},
        {"person": 0, "readiness": "activity_ready", "start": LAST, "end": LAST},
    ]
    with pytest.raises(ValueError, match="readiness holds 1 intervals"):
        sweep(
            {
                "persons": [person()],
                "spells": [spell("2012-01-01", "2012-02-29")],
                "readiness": rows,
            }
        )


def test_threads_change_nothing():
    spells = [
        spell("2012-01-05", "2012-02-20", municipality=600 + n) | {"person": n} for n in range(300)
    ]
    register = {"persons": [person() | {"person": n} for n in range(300)], "spells": spells}
    before = numba.get_num_threads()
    results = []
    for threads in (1, before):
        numba.set_num_threads(threads)
        results.append(sweep(register))
    assert results[0].equals(results[1])
