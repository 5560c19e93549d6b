"""Cleaning as slowly and plainly as it can be written: row by row, then day by day.

Nothing here knows of sweeps, sorts by content or frames; a register is lists of dictionaries.
"""

import datetime as dt
from collections import Counter
from itertools import pairwise

DAY = dt.timedelta(days=1)
FIRST, LAST = dt.date(2013, 12, 10), dt.date(2014, 4, 10)
PAYLOAD = {
    "spells": ("code", "municipality"),
    "employment": (),
    "readiness": ("readiness",),
    "activities": ("activity",),
}
NEEDED = {"spells": "code", "readiness": "readiness", "activities": "activity"}


def clean_persons(rows: list[dict]) -> tuple[dict[str, dict], set[str], Counter]:
    """Persons by key, keys of rejected persons, and the fates of the rows."""
    fates: Counter = Counter()
    good: dict[str, list[dict]] = {}
    keys = set()
    for row in rows:
        keys.add(row["person"])
        if row["person"] is None:
            fates["rejected", "person is missing"] += 1
        elif row["died"] and row["birth_date"] and row["died"] < row["birth_date"]:
            fates["rejected", "died lies before birth_date"] += 1
        elif row["sex"] not in ("K", "M", None):
            fates["rejected", "sex is neither K nor M"] += 1
        else:
            good.setdefault(row["person"], []).append(row)
    persons = {}
    for key, own in good.items():
        if any(row != own[0] for row in own):
            fates["rejected", "person has several rows that contradict each other"] += len(own)
            continue
        persons[key] = own[0]
        fates["used", "as registered"] += 1
        fates["merged", "equal to another row"] += len(own) - 1
    return persons, keys - set(persons) - {None}, fates


def wrong(table: str, row: dict, persons: dict[str, dict], refused: set[str]) -> str | None:
    """The first reason to reject a row of days, or None."""
    key, start, end = row["person"], row["start"], row["end"]
    if key is None:
        return "person is missing"
    if key in refused:
        return "person was rejected in persons"
    if key not in persons:
        return "person is not in persons"
    if start is None:
        return "start is missing"
    if end is not None and end < start:
        return "end lies before start"
    if table in NEEDED and row[NEEDED[table]] is None:
        return f"{NEEDED[table]} is missing"
    person = persons[key]
    if person["birth_date"] and start < person["birth_date"]:
        return "starts before birth"
    may_follow = table == "spells" and row["code"] == "999"
    died = None if may_follow else person["died"]
    if died and start > died:
        return "starts after death"
    if start > LAST or (end or dt.date.max) < FIRST or (died or dt.date.max) < FIRST:
        return "lies outside the days of the extract"
    return None


def sort_key(value: object) -> tuple:
    """Nulls first, then text or numbers as they sort."""
    return (value is not None, value)


def days_of_table(
    table: str, rows: list[dict], persons: dict, refused: set, rules: dict
) -> tuple[dict[str, dict[dt.date, tuple]], Counter]:
    """Who holds what on each day, by person; and the counts of rejected and equal rows."""
    fates: Counter = Counter()
    accepted: dict[str, dict[tuple, int]] = {}
    for row in rows:
        reason = wrong(table, row, persons, refused)
        if reason:
            fates["rejected", reason] += 1
            continue
        last = min(row["end"] or LAST, LAST)
        died = persons[row["person"]]["died"]
        if died and not (table == "spells" and row["code"] == "999"):
            last = min(last, died)
        content = (max(row["start"], FIRST), last, *(row[name] for name in PAYLOAD[table]))
        entered = row["registered"].toordinal() if row.get("registered") else -(2**31)
        own = accepted.setdefault(row["person"], {})
        fates["merged", "equal to another row"] += content in own
        own[content] = max(entered, own.get(content, entered))
    held = {key: hold(table, own, rules) for key, own in accepted.items()}
    return held, fates


def hold(table: str, claims: dict[tuple, int], rules: dict) -> dict[dt.date, tuple]:
    """Give each day to the strongest claim, then fill gaps."""

    def strength(content: tuple) -> tuple:
        start, end, *payload = content
        rank = 0
        if rules[table] == "longest":
            rank = -(end - start).days
        if rules[table] == "latest_registered":
            rank = -claims[content]
        if rules[table] == "priority":
            order = rules["priority"]
            mine = (payload[0], rules["groups"][payload[0]])
            rank = min([order.index(name) for name in mine if name in order], default=len(order))
        return (rank, -start.toordinal(), end, *(sort_key(value) for value in payload))

    days: dict[dt.date, tuple] = {}
    for number in range((LAST - FIRST).days + 1):
        day = FIRST + number * DAY
        here = [content for content in claims if content[0] <= day <= content[1]]
        if here:
            days[day] = min(here, key=strength)[2:]
    known = sorted(days)
    for before, after in pairwise(known):
        gap = (after - before).days - 1
        carried = gap <= rules["carry"].get(table, 0)
        filled = gap <= rules["fill"].get(table, 0) and days[before] == days[after]
        for number in range(gap if carried or filled else 0):
            days[before + (number + 1) * DAY] = days[before]
    return days


def clean(register: dict[str, list[dict]], rules: dict) -> tuple[dict, dict[str, dict], dict]:
    """Clean a register: days by table and person, persons, and fates by table."""
    persons, refused, fates = clean_persons(register["persons"])
    held, counted = {}, {"persons": fates}
    for table in PAYLOAD:
        held[table], counted[table] = days_of_table(table, register[table], persons, refused, rules)
    return held, persons, counted


def runs(days: dict[dt.date, tuple]) -> list[tuple[dt.date, dt.date, tuple]]:
    """Join neighbouring days that hold the same."""
    found: list[list] = []
    for day in sorted(days):
        if found and found[-1][1] + DAY == day and found[-1][2] == days[day]:
            found[-1][1] = day
        else:
            found.append([day, day, days[day]])
    return [tuple(run) for run in found]
