"""Cleaning as slowly and plainly as it can be written: row by row, then day by day.

Nothing here knows of sweeps, sorts by content or frames; a register is lists of dictionaries.
"""

import datetime as dt
from collections import Counter
from itertools import pairwise

DAY = dt.timedelta(days=1)
FIRST, LAST = dt.date(2013, 12, 10), dt.date(2014, 4, 10)
STILL_OPEN = dt.date(9999, 12, 31)
READY = ("job_ready", "activity_ready", "education_ready")
PAYLOAD = {
    "spells": ("code", "municipality"),
    "employment": ("weekly_hours", "industry"),
    "readiness": ("readiness",),
    "activities": ("activity",),
    "assignments": ("caseworker", "team", "municipality", "reason"),
}
NEEDED = {
    "spells": "code",
    "readiness": "readiness",
    "activities": "activity",
    "assignments": "caseworker",
}


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


def wrong(
    table: str, row: dict, persons: dict[str, dict], refused: set[str], rules: dict
) -> str | None:
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
    if end is None and rules.get("empty_end") == "reject":
        return "end is missing"
    if end is not None and end < start:
        return "end lies before start"
    if table in NEEDED and row[NEEDED[table]] is None:
        return f"{NEEDED[table]} is missing"
    hours, place = row.get("weekly_hours"), row.get("municipality")
    if hours is not None and not 0 <= hours <= 168:
        return "weekly_hours is not a number from 0 to 168"
    if place is not None and not 0 <= place <= 32767:
        return "municipality is not a whole number from 0 to 32767"
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
    """Nulls first, then readiness in the order of its words, else text or numbers as they sort."""
    return (value is not None, READY.index(value) if value in READY else value)


def days_of_table(
    table: str, rows: list[dict], persons: dict, refused: set, rules: dict
) -> tuple[dict[str, dict[dt.date, tuple]], Counter]:
    """Who holds what on each day, by person; and the counts of rejected and equal rows."""
    fates: Counter = Counter()
    accepted: dict[str, dict[tuple, int]] = {}
    for given in rows:
        # An end that says "still running" is no missing end.
        row = {**given, "end": LAST + DAY if given["end"] == STILL_OPEN else given["end"]}
        if given["end"] == STILL_OPEN and row["start"] is not None:
            row["end"] = max(row["end"], row["start"])
        reason = wrong(table, row, persons, refused, rules)
        if reason:
            fates["rejected", reason] += 1
            continue
        last = min(row["end"] or LAST, LAST)
        died = persons[row["person"]]["died"]
        if died and not (table == "spells" and row["code"] == "999"):
            last = min(last, died)
        content = (max(row["start"], FIRST), last, *(row[name] for name in PAYLOAD[table]))
        claim = claim_of(table, row, rules)
        own = accepted.setdefault(row["person"], {})
        fates["merged", "equal to another row"] += content in own
        own[content] = min(claim, own.get(content, claim))
    held = {key: hold(table, own, rules) for key, own in accepted.items()}
    return held, fates


def claim_of(table: str, row: dict, rules: dict) -> int:
    """How strong a row is by the column that the rule looks at; lower is stronger."""
    if rules[table] == "latest_registered":
        return -row["registered"].toordinal() if row["registered"] else 2**31
    if rules[table] == "role":
        return rules["roles"].index(row["role"]) if row["role"] in rules["roles"] else 99
    return 0


def add_hours(jobs: list[tuple]) -> tuple:
    """The known hours of parallel jobs together, and the industry of the one with most."""
    known = [job[2] for job in jobs if job[2] is not None]

    def rank(job: tuple) -> tuple:
        start, end, hours, industry = job
        return (hours is None, -(hours or 0), start, end, sort_key(industry))

    return (sum(known) if known else None, min(jobs, key=rank)[3])


def hold(table: str, claims: dict[tuple, int], rules: dict) -> dict[dt.date, tuple]:
    """Give each day to the strongest claim, then fill gaps."""

    def strength(content: tuple) -> tuple:
        start, end, *payload = content
        rank = claims[content]
        if rules[table] == "longest":
            rank = -(end - start).days
        if rules[table] == "priority":
            order = rules["priority"]
            mine = (payload[0], rules["groups"][payload[0]])
            rank = min([order.index(name) for name in mine if name in order], default=len(order))
        return (rank, -start.toordinal(), end, *(sort_key(value) for value in payload))

    days: dict[dt.date, tuple] = {}
    for number in range((LAST - FIRST).days + 1):
        day = FIRST + number * DAY
        here = [content for content in claims if content[0] <= day <= content[1]]
        if here and rules[table] == "sum_hours":
            days[day] = add_hours(here)
        elif here:
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
