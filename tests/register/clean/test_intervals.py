"""Each rule of cleaning by a small register made for it."""

from datetime import date

import polars as pl
import pytest

from register.messy import SCHEMAS
from trajectories.config.sections.register import OverlapRules, RegisterConfig
from trajectories.errors import UserError
from trajectories.register import RawTable, clean_register
from trajectories.register.clean.ingestion import CleanTable

CODELIST = pl.DataFrame(
    [
        ("130", "cash", "passive", "job_ready", "SA"),
        ("730", "cash", "passive", "not_ready", "SA"),
        ("890", "sick", "passive", None, "SICK"),
        ("999", None, None, None, "DEAD"),
    ],
    schema=["code", "benefit", "activity", "readiness", "group"],
    orient="row",
)
PERSONS = [
    ("p", "1980-01-01", "K", 657, None, None),
    ("q", "1990-06-01", "M", 657, "2014-06-30", None),
]
YEAR = date(2010, 1, 1), date(2010, 12, 31)


def table(name: str, rows: list[tuple[object, ...]]) -> RawTable:
    texts = dict.fromkeys(SCHEMAS[name], pl.String)
    if name == "employment":
        texts["weekly_hours"] = pl.Float64
    frame = pl.DataFrame(rows, schema=texts, orient="row", strict=False)
    return RawTable(name, frame, (f"{name}.csv",))


def clean(
    config: RegisterConfig | None = None, **rows: list[tuple[object, ...]]
) -> dict[str, CleanTable]:
    given = {"persons": PERSONS, "spells": [("p", "130", "2010-01-01", "2018-12-31", 657)], **rows}
    raw = {name: table(name, found) for name, found in given.items()}
    return clean_register(raw, CODELIST, config or RegisterConfig(), key_seed=1)


def counts(table: CleanTable) -> dict[tuple[str, str], int]:
    steps = table.accounting.select("step", "reason", "rows").rows()
    found = {(step, reason): rows for step, reason, rows in steps}
    read = found.pop(("read", "rows read"))
    assert read == sum(found.values())
    return found


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((None, "130", "2010-01-01", "2010-02-01", 657), "person is missing"),
        (("x", "130", "2010-01-01", "2010-02-01", 657), "person is not in persons"),
        (("p", "130", None, "2010-02-01", 657), "start is missing"),
        (("p", "130", "Jan 2010", "2010-02-01", 657), "start is not a date"),
        (("p", "130", "2010-01-01", "2010-02-31", 657), "end is not a date"),
        (("p", "130", "2010-01-02", "2010-01-01", 657), "end lies before start"),
        (("p", None, "2010-01-01", "2010-02-01", 657), "code is missing"),
        (("q", "130", "1990-05-31", "2010-02-01", 657), "starts before birth"),
        (("q", "130", "2014-07-01", "2014-08-01", 657), "starts after death"),
        (
            ("p", "130", "2010-01-01", "2010-02-01", 99999),
            "municipality is not a whole number from 0 to 32767",
        ),
        (
            ("p", "130", "2010-01-01", "2010-02-01", "Herning"),
            "municipality is not a whole number from 0 to 32767",
        ),
    ],
)
def test_a_wrong_spell_is_rejected_with_its_reason(row, reason):
    good = ("p", "130", "2010-01-01", "2018-12-31", 657)
    found = clean(spells=[good, row])
    spells = found["spells"]
    assert counts(spells) == {("rejected", reason): 1, ("used", "as registered"): 1}
    assert spells.frame.height == 1
    rejected = spells.rejected.row(0, named=True)
    assert (rejected["table"], rejected["file"], rejected["row"]) == ("spells", "spells.csv", 2)
    assert rejected["reason"] == reason
    cells = dict.fromkeys(list(SCHEMAS["spells"])[1:], pl.String)
    kept = pl.Series([rejected["raw"]]).str.json_decode(pl.Struct(cells)).struct.unnest().row(0)
    assert list(kept) == [None if cell is None else str(cell) for cell in row[1:]]
    assert '"person"' not in rejected["raw"]
    keys = dict(found["persons"].keys.rows())
    assert rejected["person"] == keys.get(row[0])


def test_rows_outside_the_days_of_the_extract_are_rejected_and_others_cut():
    config = RegisterConfig(first_day=date(2011, 1, 1), last_day=date(2012, 12, 31))
    rows = [
        ("p", "130", "2010-01-01", "2010-12-31", 657),
        ("p", "130", "2010-06-01", "2011-06-30", 657),
        ("p", "730", "2012-06-01", "2013-06-30", 657),
        ("p", "730", "2013-01-01", "2013-06-30", 657),
        ("q", "730", "2011-02-01", None, 657),
    ]
    spells = clean(config, spells=rows)["spells"]
    assert counts(spells) == {
        ("rejected", "lies outside the days of the extract"): 2,
        ("used", "trimmed"): 2,
        ("used", "as registered"): 1,
    }
    found = sorted(spells.frame.select("start", "end").rows())
    assert found == [
        (date(2011, 1, 1), date(2011, 6, 30)),
        (date(2011, 2, 1), date(2012, 12, 31)),
        (date(2012, 6, 1), date(2012, 12, 31)),
    ]


def test_a_spell_of_a_person_who_died_before_the_extract_began_is_rejected():
    config = RegisterConfig(first_day=date(2015, 1, 1))
    rows = [("q", "130", "2014-01-01", None, 657), ("p", "130", "2015-01-01", None, 657)]
    found = counts(clean(config, spells=rows)["spells"])
    assert found[("rejected", "lies outside the days of the extract")] == 1


def test_days_after_death_are_cut_but_for_codes_that_may_follow_it():
    rows = [
        ("q", "130", "2014-01-01", "2014-12-31", 657),
        ("q", "999", "2014-07-01", "2014-12-31", 657),
    ]
    spells = clean(spells=rows)["spells"]
    assert counts(spells) == {("used", "trimmed"): 1, ("used", "as registered"): 1}
    assert spells.frame["end"].to_list() == [date(2014, 6, 30), date(2014, 12, 31)]


def test_an_open_end_runs_to_the_last_day():
    rows = [
        ("p", "130", "2010-01-01", "", 657),
        ("q", "130", "2010-01-01", "9999-12-31", 657),
        ("q", "730", "2009-01-01", "2009-12-31", 657),
        ("p", "730", "2009-01-01", "2009-06-30", 657),
    ]
    found = clean(RegisterConfig(last_day=date(2012, 3, 31)), spells=rows)["spells"]
    assert found.frame["end"].max() == date(2012, 3, 31)
    assert counts(found) == {("used", "as registered"): 4}
    derived = clean(spells=rows)["spells"]
    assert derived.extract.last_day == date(2010, 1, 1)
    assert derived.extract.first_day == date(2009, 1, 1)


def test_an_empty_end_can_be_rejected_but_a_stated_open_end_stays():
    rows = [
        ("p", "130", "2010-01-01", None, 657),
        ("p", "130", "2010-01-01", "2010-03-01", 657),
        ("q", "130", "2010-01-01", "9999-12-31", 657),
    ]
    found = clean(RegisterConfig(empty_end="reject"), spells=rows)["spells"]
    assert counts(found) == {("rejected", "end is missing"): 1, ("used", "as registered"): 2}


def test_equal_rows_are_merged_and_so_are_equal_neighbours():
    rows = [
        ("p", "130", "2010-01-01", "2010-01-31", 657),
        ("p", "130", "2010-02-01", "2010-02-28", 657),
        ("p", "130", "2010-01-01", "2010-01-31", 657),
        ("p", "130", "2010-03-01", "2010-03-31", 661),
    ]
    spells = clean(spells=rows)["spells"]
    assert counts(spells) == {
        ("merged", "equal to another row"): 1,
        ("merged", "equal to the row before it"): 1,
        ("used", "as registered"): 2,
    }
    assert spells.frame.select("start", "end", "municipality").rows() == [
        (date(2010, 1, 1), date(2010, 2, 28), 657),
        (date(2010, 3, 1), date(2010, 3, 31), 661),
    ]


OVERLAPPING = [
    ("p", "130", "2010-01-01", "2010-12-31", 657),
    ("p", "890", "2010-03-01", "2010-03-31", 657),
    ("p", "730", "2010-03-15", "2010-03-20", 657),
]


@pytest.mark.parametrize(
    ("rules", "codes"),
    [
        ({"spells": "latest_start"}, ["130", "890", "730", "890", "130"]),
        ({"spells": "longest"}, ["130"]),
        ({"spells": "priority", "priority": ["SICK"]}, ["130", "890", "130"]),
        ({"spells": "priority", "priority": ["SA"]}, ["130", "730", "130"]),
    ],
)
def test_overlapping_spells_follow_the_rule_of_the_config(rules, codes):
    found = clean(RegisterConfig(overlaps=OverlapRules(**rules)), spells=OVERLAPPING)["spells"]
    assert found.frame["code"].to_list() == codes
    assert sum(counts(found).values()) == 3


@pytest.mark.parametrize("name", ["spells", "employment", "assignments", "readiness"])
def test_overlaps_can_stop_the_run(name):
    pairs = {
        "spells": ("130", 657),
        "employment": (37.0, "x"),
        "assignments": ("c", "t", 657, "r"),
        "readiness": ("job_ready",),
    }[name]
    days = [("2010-01-01", "2010-12-31"), ("2010-03-01", "2011-03-31")]
    columns = list(SCHEMAS[name])
    payload = [column for column in columns if column not in ("person", "start", "end")]
    rows = []
    for start, end in days:
        values = {
            "person": "p",
            "start": start,
            "end": end,
            **dict(zip(payload, pairs, strict=True)),
        }
        rows.append(tuple(values[column] for column in columns))
    config = RegisterConfig(overlaps=OverlapRules(**{name: "stop"}))
    with pytest.raises(UserError, match=f"1 row of {name} overlaps an earlier row"):
        clean(config, **{name: rows})
    assert clean(config, **{name: rows[:1]})[name].frame.height == 1


def test_employment_adds_up_hours_or_lets_one_job_hold_the_day():
    rows = [
        ("p", "2010-01-01", "2010-01-31", 20.0, "shop"),
        ("p", "2010-01-11", "2010-01-20", 10.0, "farm"),
    ]
    assert clean(employment=rows)["employment"].frame["weekly_hours"].to_list() == [20, 30, 20]
    latest = RegisterConfig(overlaps=OverlapRules(employment="latest_start"))
    found = clean(latest, employment=rows)["employment"].frame
    assert found["weekly_hours"].to_list() == [20, 10, 20]
    longest = RegisterConfig(overlaps=OverlapRules(employment="longest"))
    assert clean(longest, employment=rows)["employment"].frame["weekly_hours"].to_list() == [20]


@pytest.mark.parametrize("hours", [-1.0, 168.5, float("inf")])
def test_impossible_hours_are_rejected(hours):
    good = ("p", "2010-01-01", "2010-01-31", None, "shop")
    found = clean(employment=[good, (*good[:3], hours, "shop")])["employment"]
    reason = "weekly_hours is not a number from 0 to 168"
    assert counts(found) == {("rejected", reason): 1, ("used", "as registered"): 1}


def test_one_caseworker_is_primary_at_a_time_and_short_gaps_are_carried():
    rows = [
        ("p", "anna", "2010-01-01", "2010-06-30", "t", 657, "entry"),
        ("p", "bo", "2010-05-01", "2010-08-31", "t", 657, "departure"),
        ("p", "anna", "2010-09-06", "2010-12-31", "t", 657, "return"),
        ("p", None, "2010-09-06", "2010-12-31", "t", 657, "return"),
    ]
    carry = RegisterConfig(overlaps=OverlapRules(assignment_carry_days=5))
    found = clean(carry, assignments=rows)["assignments"]
    names = dict(found.keys.select("caseworker", "key").rows())
    held = found.frame.select("caseworker", "start", "end").rows()
    assert [(names[who], start, end) for who, start, end in held] == [
        ("anna", date(2010, 1, 1), date(2010, 4, 30)),
        ("bo", date(2010, 5, 1), date(2010, 9, 5)),
        ("anna", date(2010, 9, 6), date(2010, 12, 31)),
    ]
    assert counts(found) == {
        ("rejected", "caseworker is missing"): 1,
        ("used", "trimmed"): 1,
        ("used", "as registered"): 2,
    }
    longest = RegisterConfig(overlaps=OverlapRules(assignments="longest"))
    ends = clean(longest, assignments=rows)["assignments"].frame["end"].to_list()
    assert ends == [date(2010, 6, 30), date(2010, 8, 31), date(2010, 12, 31)]


def test_readiness_values_are_mapped_or_stop_the_run():
    rows = [
        ("p", "AP", "2010-01-01", "2010-06-30"),
        ("p", None, "2010-01-01", "2010-06-30"),
        ("p", "job_ready", "2010-07-04", None),
    ]
    with pytest.raises(
        UserError,
        match=r"readiness.csv holds an unknown readiness: AP .* job_ready, .*readiness_map",
    ):
        clean(readiness=rows)
    config = RegisterConfig(
        readiness_map={"AP": "activity_ready"}, overlaps=OverlapRules(readiness_carry_days=3)
    )
    found = clean(config, readiness=rows)["readiness"]
    assert found.frame.select("readiness", "end").rows() == [
        ("activity_ready", date(2010, 7, 3)),
        ("job_ready", date(2018, 12, 31)),
    ]
    assert counts(found)[("rejected", "readiness is missing")] == 1


def test_unknown_codes_stop_the_run_unless_mapped():
    rows = [("p", "131", "2010-01-01", "2010-06-30", 657)]
    with pytest.raises(UserError, match=r"spells.csv holds a code .*: 131 \(1 row, 2010-01 to"):
        clean(spells=rows)
    found = clean(RegisterConfig(code_map={"131": "130"}), spells=rows)["spells"]
    assert found.frame["code"].to_list() == ["130"]
    with pytest.raises(
        UserError, match="code_map maps to '132', which is not known: map to one of 130"
    ):
        clean(RegisterConfig(code_map={"131": "132"}), spells=rows)


@pytest.mark.parametrize("name", ["employment", "assignments", "readiness"])
def test_another_table_without_a_usable_row_is_empty_and_accounted_for(name):
    rows = [("x", *[None] * (len(SCHEMAS[name]) - 1))] * 2
    found = clean(**{name: rows})[name]
    assert found.frame.is_empty()
    assert counts(found) == {("rejected", "person is not in persons"): 2}
    assert found.rejected["row"].to_list() == [1, 2]


def test_spells_or_persons_without_a_usable_row_stop_the_run():
    rows = [("p", "130", "1/1/2010", "2010-06-30", 657)]
    with pytest.raises(UserError, match=r"spells.csv holds no usable row"):
        clean(spells=rows)
    with pytest.raises(UserError, match=r"spells.csv holds no usable row"):
        clean(spells=[])
    nobody = [("p", "1980-01-01", "X", 657, None, None)]
    with pytest.raises(
        UserError, match=r"persons.csv holds no usable row: of fewer than 5 rows all were .*sex"
    ):
        clean(persons=nobody)
    with pytest.raises(
        UserError, match=r"spells.csv holds no usable row: of fewer than 5 rows all .* outside"
    ):
        clean(RegisterConfig(first_day=date(2001, 1, 1), last_day=date(2001, 2, 1)))
    with pytest.raises(UserError, match=r"the extract would run from 2020-01-01 to 2018-12-31"):
        clean(RegisterConfig(first_day=date(2020, 1, 1)))


def test_cpr_numbers_are_refused_in_every_table():
    cpr = "010190-1234"
    with pytest.raises(UserError, match=r"spells.csv: 1 values of column 'person' look like CPR"):
        clean(spells=[(cpr, "130", "2010-01-01", None, 657)])
    with pytest.raises(UserError, match=r"assignments.csv: 1 values of column 'caseworker' look"):
        clean(assignments=[("p", cpr, "2010-01-01", None, "t", 657, "r")])
