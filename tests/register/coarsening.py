"""What weeks keep of days, as plainly as it can be written."""

from collections import Counter
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from trajectories.register.codes.codelist import StateRules, load_codelist, load_states

FIRST, LAST = date(2008, 1, 1), date(2018, 12, 31)
DAYS = (LAST - FIRST).days + 1
DAY = timedelta(days=1)
CODELISTS = Path(__file__).parents[2] / "config" / "codelists"
ORDER = [
    *("OUT", "PENSION", "FLEX", "REHAB", "SICK", "UI", "SA_ACTIVE", "SA_PASSIVE", "SA_READY"),
    *("EDU", "JOB", "SELF"),
]


def usable(frame: pl.DataFrame, key: str, last: date = LAST) -> list[dict]:
    """The rows of a person that can be written at all, with their ends."""
    rows = [row for row in frame.to_dicts() if row["person"] == key and row["start"] is not None]
    rows = [{**row, "end": row["end"] or last} for row in rows]
    return [row for row in rows if row["end"] >= row["start"]]


def touching(rows: list[dict], first: date, last: date) -> list[dict]:
    return [row for row in rows if row["start"] <= last and row["end"] >= first]


def code_of_week(spells: list[dict], monday: date) -> str | None:
    """One day sets the code: unemployment and sickness benefit first, then the latest start."""
    claims = touching(spells, monday, monday + 6 * DAY)

    def strength(spell: dict) -> tuple:
        return spell["code"][:2] in ("11", "12", "89"), spell["start"], -int(spell["code"])

    return max(claims, key=strength)["code"] if claims else None


def group_of_quarter(ready: list[dict], day: date) -> str | None:
    month = 3 * ((day.month - 1) // 3) + 1
    first = date(day.year, month, 1)
    last = date(day.year + month // 10, (month + 2) % 12 + 1, 1) - DAY
    claims = touching(ready, first, last)
    found = sorted(claims, key=lambda row: row["readiness"])
    return max(found, key=lambda row: row["start"])["readiness"] if found else None


def in_work_in_month(jobs: list[dict], day: date) -> bool:
    first = day.replace(day=1)
    last = date(day.year + day.month // 12, day.month % 12 + 1, 1) - DAY
    return bool(touching(jobs, first, last))


@cache
def meanings() -> tuple[dict, StateRules]:
    """The shipped codelist by code, and the shipped rules for states."""
    codelist = {row["code"]: row for row in load_codelist(CODELISTS / "dream.csv").to_dicts()}
    return codelist, load_states(CODELISTS / "states.csv")


def states_of_weeks(
    key: str, raw: dict[str, pl.DataFrame], first: date = FIRST, last: date = LAST
) -> dict[date, str]:
    """The state of each week of a person whose Thursday is among the days, by that Thursday."""
    codelist, rules = meanings()
    spells, jobs, ready = (
        usable(raw[name], key, last) for name in ("spells", "employment", "readiness")
    )
    person = next(row for row in raw["persons"].to_dicts() if row["person"] == key)
    days = [first + n * DAY for n in range((last - first).days + 1)]
    thursdays = [day for day in days if day.isoweekday() == 4]
    codes = [code_of_week(spells, day - 3 * DAY) for day in thursdays]
    blank = [
        code is None and in_work_in_month(jobs, day)
        for code, day in zip(codes, thursdays, strict=True)
    ]
    states, left = {}, False
    for week, day in enumerate(thursdays):
        a = b = week
        while a > 0 and blank[a - 1]:
            a -= 1
        while b + 1 < len(blank) and blank[b + 1]:
            b += 1
        state = "JOB" if blank[week] and b - a + 1 >= 4 else "SELF"
        if codes[week] is not None:
            meaning = codelist[codes[week]]
            readiness = group_of_quarter(ready, day) or meaning["readiness"]
            state = rules.state(meaning["group"], readiness, meaning["activity"])
        gone = [person[name] for name in ("died", "emigrated") if person[name] is not None]
        left = left or state == "OUT" or any(day > end for end in gone)
        states[day] = "OUT" if left else state
    return states


def weekly_states(
    raw: dict[str, pl.DataFrame], keys: list[str], first: date = FIRST, last: date = LAST
) -> pl.DataFrame:
    """The state of most weeks of each month, a week being of the month of its Thursday."""
    rows = []
    for key in keys:
        months: dict[date, list[str]] = {}
        for day, state in states_of_weeks(key, raw, first, last).items():
            months.setdefault(day.replace(day=1), []).append(state)
        for month, states in months.items():
            counts = Counter(states)
            best = min(counts, key=lambda state: (-counts[state], ORDER.index(state)))
            rows.append((key, month, best))
    return pl.DataFrame(
        rows, schema={"key": pl.String, "month": pl.Date, "state": pl.String}, orient="row"
    )


def daily_facts(register: Path) -> dict[str, np.ndarray]:
    """For each key one number a day that stands for code, readiness, job and presence."""
    tables = {
        name: pl.read_parquet(register / f"{name}.parquet")
        for name in ("spells", "employment", "readiness", "persons")
    }
    keys = pl.read_parquet(register / "keys.parquet").sort("person")["key"]
    facts = {key: np.zeros((DAYS, 4), np.int64) for key in keys}
    codes = {code: n for n, code in enumerate(tables["spells"]["code"].unique().sort(), 1)}
    groups = {None: 1, "job_ready": 2, "activity_ready": 3, "education_ready": 4}
    for column, name, value in (
        (0, "spells", lambda row: codes[row["code"]]),
        (1, "employment", lambda row: 1),
        (2, "readiness", lambda row: groups[row["readiness"]]),
    ):
        for row in tables[name].to_dicts():
            first, last = (row["start"] - FIRST).days, (row["end"] - FIRST).days
            facts[keys[row["person"]]][first : last + 1, column] = value(row)
    for row in tables["persons"].to_dicts():
        for left in (row["died"], row["emigrated"]):
            if left is not None:
                facts[keys[row["person"]]][max((left - FIRST).days + 1, 0) :, 3] = 1
    return {key: found @ np.array([1, 10**4, 10**6, 10**8]) for key, found in facts.items()}


def quarter_and_its_weeks(month: date) -> tuple[int, int]:
    """First and last day, from the register's first, of all weeks that touch a month's quarter."""
    begin = date(month.year, 3 * ((month.month - 1) // 3) + 1, 1)
    end = date(begin.year + begin.month // 10, (begin.month + 2) % 12 + 1, 1) - DAY
    monday, sunday = begin - begin.weekday() * DAY, end + (6 - end.weekday()) * DAY
    return (monday - FIRST).days, (sunday - FIRST).days
