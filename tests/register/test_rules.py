"""Rules for overlaps, gaps and ends that the config states, and what is counted of them."""

from datetime import date

import pytest

from register.clean.test_intervals import CODELIST, PERSONS, clean, counts, table
from trajectories.config.sections.files import RegisterFiles, TableConfig
from trajectories.config.sections.register import OverlapRules, RegisterConfig
from trajectories.errors import UserError
from trajectories.register import RawTable, clean_register

FIRST = [
    # person, code, start, end, registered
    ("p", "130", "2010-01-01", "2010-06-30", "2010-09-01"),
    ("p", "890", "2010-03-01", "2010-03-31", "2010-03-02"),
    ("p", "730", "2010-05-01", "2010-12-31", None),
]


def frame(name: str, rows: list[tuple], columns: list[str]) -> RawTable:
    import polars as pl

    types = dict.fromkeys(columns, pl.String)
    return RawTable(name, pl.DataFrame(rows, schema=types, orient="row"), (f"{name}.csv",))


def spells(rows: list[tuple], config: RegisterConfig):
    raw = {"spells": frame("spells", rows, ["person", "code", "start", "end", "registered"])}
    return clean_register(raw, CODELIST, config, key_seed=1)["spells"]


def rule(**rules: object) -> RegisterConfig:
    return RegisterConfig(overlaps=OverlapRules(**rules))


def test_the_latest_registration_holds_the_day_and_none_at_all_is_the_weakest():
    found = spells(FIRST, rule(spells="latest_registered"))
    assert found.frame.select("code", "start", "end").rows() == [
        ("130", date(2010, 1, 1), date(2010, 6, 30)),
        ("730", date(2010, 7, 1), date(2010, 12, 31)),
    ]
    assert counts(found) == {
        ("merged", "covered by another row"): 1,
        ("used", "as registered"): 1,
        ("used", "trimmed"): 1,
    }
    assert found.conflicts.rows() == [
        ("spells", "latest_registered", "days held by another row", 2, 1, 31 + 61)
    ]


def test_equal_rows_count_once_with_their_latest_registration():
    days = ("2010-01-01", "2010-01-31")
    rows = [
        ("p", "130", *days, "2010-02-01"),
        ("p", "890", *days, "2010-03-01"),
        ("p", "130", *days, "2010-04-01"),
    ]
    found = spells(rows, rule(spells="latest_registered"))
    assert found.frame["code"].to_list() == ["130"]
    assert counts(found)[("merged", "equal to another row")] == 1


def test_a_registration_that_is_no_date_is_rejected():
    rows = [FIRST[0], (*FIRST[1][:4], "soon")]
    assert counts(spells(rows, RegisterConfig()))["rejected", "registered is not a date"] == 1


def test_a_rule_needs_its_column():
    with pytest.raises(UserError, match=r"spells.csv has no column 'registered', which .*latest"):
        clean(rule(spells="latest_registered"))


def test_priority_may_name_groups_and_codes():
    rows = [(*row[:4], None) for row in FIRST]
    found = spells(rows, rule(spells="priority", priority=["730", "SICK"]))
    assert found.frame["code"].to_list() == ["130", "890", "130", "730"]


def test_priority_must_name_what_the_codelist_holds():
    with pytest.raises(UserError, match=r"overlaps.priority names 'SIKC', .*mean SICK"):
        spells(FIRST, rule(spells="priority", priority=["SIKC"]))
    with pytest.raises(UserError, match=r"overlaps.priority names 'xyz', .*nor a code"):
        spells(FIRST, rule(spells="priority", priority=["xyz"]))


ASSIGNED = [
    ("p", "anna", "2010-01-01", "2010-12-31", "support"),
    ("p", "bo", "2010-02-01", "2010-03-31", "main"),
    ("p", "cy", "2010-03-01", "2010-04-30", "visitor"),
]


def assignments(rows: list[tuple], config: RegisterConfig):
    columns = ["person", "caseworker", "start", "end", "role"]
    raw = {"persons": table("persons", PERSONS), "assignments": frame("assignments", rows, columns)}
    raw["spells"] = table("spells", [("p", "130", "2010-01-01", "2018-12-31", 657)])
    return clean_register(raw, CODELIST, config, key_seed=1)["assignments"]


@pytest.mark.parametrize(
    ("config", "workers"),
    [
        (rule(assignments="latest_start"), ["anna", "bo", "cy", "anna"]),
        (rule(assignments="longest"), ["anna"]),
        (rule(assignments="role", roles=["main", "support"]), ["anna", "bo", "anna"]),
        (rule(assignments="role", roles=["visitor"]), ["anna", "bo", "cy", "anna"]),
    ],
)
def test_the_primary_caseworker_follows_the_rule(config, workers):
    found = assignments(ASSIGNED, config)
    keys = dict(found.keys.select("caseworker", "key").rows())
    assert [keys[number] for number in found.frame["caseworker"]] == workers


def test_ends_may_be_the_day_after_and_then_a_row_may_hold_no_day():
    files = RegisterFiles(spells=TableConfig(ends="day_after"))
    config = RegisterConfig(files=files, last_day=date(2010, 12, 31))
    rows = [
        ("p", "130", "2010-01-01", "2010-02-01", None),
        ("p", "890", "2010-02-01", "2010-02-01", None),
        ("p", "730", "2010-02-01", "2010-01-01", None),
        ("p", "730", "2010-03-01", "9999-12-31", None),
    ]
    found = spells(rows, config)
    assert found.frame.select("code", "end").rows() == [
        ("130", date(2010, 1, 31)),
        ("730", date(2010, 12, 31)),
    ]
    assert found.rejected["reason"].to_list() == [
        "holds no day: it ends on the day on which it starts",
        "end lies before start",
    ]


def test_gaps_are_filled_kept_or_carried_and_counted():
    rows = [
        ("p", "130", "2010-01-01", "2010-01-10", 657),
        ("p", "130", "2010-01-14", "2010-01-20", 657),
        ("p", "130", "2010-02-20", "2010-02-28", 657),
    ]
    kept = clean(spells=rows)["spells"]
    assert kept.frame.height == 3
    assert kept.conflicts.is_empty()
    filled = clean(rule(spell_gap_days=3), spells=rows)["spells"]
    assert filled.frame.height == 2
    assert filled.conflicts.rows() == [
        ("spells", "latest_start", "gap between equal rows filled", 1, 1, 3)
    ]
    jobs = [("p", *row[2:4], 20.0, "x") for row in rows]
    for name in ("sum_hours", "longest"):
        found = clean(rule(employment=name, employment_gap_days=29), employment=jobs)["employment"]
        assert found.frame.height == 2
    caseworkers = [("p", "a", "2010-01-01", "2010-01-31", "t", 657, "r"),
                   ("p", "b", "2010-02-03", "2010-02-28", "t", 657, "r")]  # fmt: skip
    carried = clean(rule(assignment_carry_days=2), assignments=caseworkers)["assignments"]
    assert carried.frame["end"].to_list() == [date(2010, 2, 2), date(2010, 2, 28)]
    assert carried.conflicts.rows() == [
        ("assignments", "latest_start", "gap given to the row before", 1, 1, 2)
    ]


def test_persons_of_a_table_are_counted_against_persons():
    twice = [("r", "1970-01-01", "K", 657, None, None), ("r", "1970-01-02", "K", 657, None, None)]
    rows = [(key, "130", "2010-01-01", "2010-12-31", 657) for key in ("p", "x", "x", "y", "r")]
    found = clean(persons=[*PERSONS, *twice], spells=rows)["spells"].found
    assert found.rows() == [
        ("spells", "in persons", 1),
        ("spells", "not in persons", 2),
        ("spells", "rejected in persons", 1),
        ("spells", "in persons only", 1),
    ]
