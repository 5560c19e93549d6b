"""Thousands of random persons: the stage and the months agree with a day-by-day reference."""

import datetime as dt
from collections import Counter
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from register.naive_register import DAY, FIRST, LAST, PAYLOAD, clean, runs
from sequences import naive as naive_months
from trajectories.config.sections.register import OverlapRules, RegisterConfig
from trajectories.config.sections.sequences import MonthConfig
from trajectories.register import RawTable, clean_register, load_codelist, load_states
from trajectories.sequences.configured import build_months

ROOT = Path(__file__).parents[2]
LISTS = ROOT / "config" / "codelists"
CODELIST = load_codelist(LISTS / "dream.csv")
STATES = load_states(LISTS / "states.csv")
MEANING = {row["code"]: row for row in CODELIST.iter_rows(named=True)}
CODES = ["130", "137", "730", "733", "720", "890", "111", "651", "999", None]
READY = ["job_ready", "activity_ready", None]
ACTIVE = ["internship_private", "passive", None]
WORKERS = ["anna", "bo", "cy", None]
ROLES = ["main", "support", "visitor", None]
PERSONS = 500
TABLES = ("spells", "employment", "readiness", "activities", "assignments")
# Every rule for overlaps but `stop`, gaps filled, carried and left, and every rule for months.
RULES = [
    {"employment": "sum_hours", "month": "majority"},
    {
        **dict.fromkeys(TABLES, "longest"),
        "fill": {"spells": 4, "employment": 9},
        "carry": {"readiness": 6, "assignments": 12},
        "month": "thursdays",
    },
    {
        **dict.fromkeys(TABLES, "latest_registered"),
        "spells": "priority",
        "priority": ["SICK", "730", "UI"],
        "assignments": "role",
        "roles": ["main", "support"],
        "month": "priority",
    },
    {
        **dict.fromkeys(TABLES, "latest_registered"),
        "employment": "sum_hours",
        "fill": {"spells": 2, "employment": 30},
        "carry": {"readiness": 20},
        "empty_end": "reject",
        "month": "mid_month",
    },
    {"carry": {"assignments": 3}, "month": "first_day"},
]


def draw(rng: np.random.Generator) -> dict[str, list[dict]]:
    """A register with few codes and places, short spells, and every kind of untidy row."""
    one_in = lambda n: rng.random() < 1 / n  # noqa: E731

    def day(low: int, high: int) -> dt.date:
        return FIRST + int(rng.integers(low, high)) * DAY

    def interval(key: object) -> dict:
        start = day(-20, 125)
        end = start + int(rng.integers(0, 45)) * DAY
        end = None if one_in(12) else start - DAY if one_in(40) else end
        end = dt.date(9999, 12, 31) if one_in(40) else end
        person = None if one_in(150) else "nobody" if one_in(150) else key
        return {
            "person": person,
            "start": None if one_in(80) else start,
            "end": end,
            "registered": None if one_in(5) else day(0, 60),
        }

    def again(name: str, row: dict) -> None:
        """A row, now and then delivered twice, the second time registered on another day."""
        register[name].append(row)
        if one_in(12):
            register[name].append({**row, "registered": day(0, 60)})

    register: dict[str, list[dict]] = {name: [] for name in ("persons", *TABLES)}
    for number in range(PERSONS):
        key, place = f"k{number:05}", int(rng.choice([657, 661]))
        person = {
            "person": None if one_in(200) else key,
            "birth_date": None if one_in(9) else day(-20000, -6000) if not one_in(30) else FIRST,
            "sex": "X" if one_in(60) else str(rng.choice(["K", "M"])),
            "municipality": place,
            "died": day(-30, 130) if one_in(15) else None,
            "emigrated": day(-30, 130) if one_in(15) else None,
        }
        register["persons"].append(person)
        if one_in(25):
            register["persons"].append({**person, "municipality": 751 if one_in(2) else place})
        for _ in range(int(rng.integers(0, 6))):
            code = CODES[int(rng.integers(0, len(CODES) if one_in(3) else len(CODES) - 2))]
            where = 99999 if one_in(150) else [None, 657, 661][rng.integers(0, 3)]
            again("spells", {**interval(key), "code": code, "municipality": where})
        for _ in range(int(rng.integers(0, 4))):
            hours = None if one_in(6) else 200.0 if one_in(50) else float(rng.integers(1, 75)) / 2
            trade = [None, "47", "84"][rng.integers(0, 3)]
            again("employment", {**interval(key), "weekly_hours": hours, "industry": trade})
        for _ in range(int(rng.integers(0, 3))):
            again("readiness", {**interval(key), "readiness": READY[rng.integers(0, 3)]})
            again("activities", {**interval(key), "activity": ACTIVE[rng.integers(0, 3)]})
            worker = {"caseworker": WORKERS[rng.integers(0, 4)], "role": ROLES[rng.integers(0, 4)]}
            unit = {"team": str(rng.choice(["a", "b"])), "municipality": 657, "reason": None}
            again("assignments", {**interval(key), **worker, **unit})
    return register


def raw(name: str, rows: list[dict], rng: np.random.Generator) -> RawTable:
    """The rows as a table, shuffled, with their types."""
    dates = {"start", "end", "registered", "birth_date", "died", "emigrated"}
    kinds = {"municipality": pl.Int64, "weekly_hours": pl.Float64, **dict.fromkeys(dates, pl.Date)}
    schema = {column: kinds.get(column, pl.String) for column in rows[0]}
    shuffled = [rows[i] for i in rng.permutation(len(rows))]
    return RawTable(name, pl.DataFrame(shuffled, schema=schema, orient="row"), (f"{name}.parquet",))


def days(frame: pl.DataFrame, *columns: str) -> dict[str, dict[dt.date, tuple]]:
    found: dict[str, dict[dt.date, tuple]] = {}
    for key, start, end, *values in frame.select("key", "start", "end", *columns).iter_rows():
        own = found.setdefault(key, {})
        for offset in range((end - start).days + 1):
            assert start + offset * DAY not in own
            own[start + offset * DAY] = tuple(values)
    return found


def naive_rows(held: dict, persons: dict[str, dict]) -> dict[str, list[dict]]:
    """The naive days as intervals that the naive months can read."""
    rows: dict[str, list[dict]] = {"spells": [], "readiness": [], "employment": []}
    for key, own in held["spells"].items():
        doing = held["activities"].get(key, {})
        joint = {day: (*value, doing.get(day, (None,))[0]) for day, value in own.items()}
        for start, end, (code, place, activity) in runs(joint):
            meaning = MEANING[code]
            rows["spells"].append(
                {
                    "person": key,
                    "start": start,
                    "end": end,
                    "municipality": place,
                    "benefit": meaning["benefit"],
                    "readiness": meaning["readiness"],
                    "group": meaning["group"],
                    "activity": activity or meaning["activity"],
                }
            )
    for key, own in held["readiness"].items():
        for start, end, (value,) in runs(own):
            rows["readiness"].append(
                {"person": key, "start": start, "end": end, "readiness": value}
            )
    for key, own in held["employment"].items():
        for start, end, _ in runs(own):
            rows["employment"].append({"person": key, "start": start, "end": end})
    rows["persons"] = list(persons.values())
    return rows


@pytest.mark.parametrize("number", range(len(RULES)))
def test_days_fates_and_months_are_those_of_a_day_by_day_reference(number, monkeypatch):
    monkeypatch.chdir(ROOT)
    rng = np.random.default_rng(2014 + number)
    register = draw(rng)
    given = RULES[number]
    rules = {
        **dict.fromkeys(TABLES, "latest_start"),
        "groups": {code: row["group"] for code, row in MEANING.items()},
        "fill": {},
        "carry": {},
        **given,
    }
    config = RegisterConfig(
        first_day=FIRST,
        last_day=LAST,
        empty_end=given.get("empty_end", "open"),
        overlaps=OverlapRules(
            **{name: rules[name] for name in TABLES},
            priority=given.get("priority", []),
            roles=given.get("roles", []),
            spell_gap_days=rules["fill"].get("spells", 0),
            employment_gap_days=rules["fill"].get("employment", 0),
            readiness_carry_days=rules["carry"].get("readiness", 0),
            assignment_carry_days=rules["carry"].get("assignments", 0),
        ),
    )
    tables = {name: raw(name, rows, rng) for name, rows in register.items()}
    found = clean_register(tables, CODELIST, config, key_seed=number)
    held, persons, fates = clean(register, rules)

    keys = found["persons"].keys
    frames = {
        name: table.frame.join(keys, on="person", maintain_order="left")
        for name, table in found.items()
    }
    assert set(keys["key"]) == set(persons)
    workers = dict(found["assignments"].keys.select("caseworker", "key").rows())
    frames["assignments"] = frames["assignments"].with_columns(
        pl.col("caseworker").replace_strict(workers, return_dtype=pl.String)
    )
    for name in TABLES:
        assert days(frames[name], *PAYLOAD[name]) == held[name], name
    for name, expected in fates.items():
        counts = Counter(
            {(step, reason): n for _, step, reason, n in found[name].accounting.iter_rows()}
        )
        told = {key: n for key, n in counts.items() if key[0] == "rejected" or key in expected}
        assert told == {key: n for key, n in expected.items() if n}
        assert counts["read", "rows read"] == len(register[name]) == sum(
            n for (step, _), n in counts.items() if step != "read"
        )  # fmt: skip

    months = build_months(
        *(found[name].frame for name in ("spells", "readiness")),
        persons=found["persons"].frame,
        employment=found["employment"].frame,
        covered=(FIRST, LAST),
        settings=MonthConfig(rule=given["month"]),
        lists=config,
    ).join(keys, on="person")
    expected_months = naive_months.person_months(
        naive_rows(held, persons),
        STATES,
        first=FIRST,
        last=LAST,
        rule=given["month"],
        order=list(MonthConfig().order),
        from_age=MonthConfig().from_age_years,
        out=True,
    )
    columns = ("key", "month", "state", "benefit", "readiness", "municipality")
    assert sorted(months.select(columns).iter_rows()) == sorted(expected_months)
    assert len({row[0] for row in expected_months}) > PERSONS // 2
