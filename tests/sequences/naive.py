"""The state of a month day by day, as slowly and plainly as it can be written."""

import calendar
import datetime as dt
from collections import Counter

DAY = dt.timedelta(days=1)


def months_between(first: dt.date, last: dt.date) -> list[tuple[int, int]]:
    """Every whole month between two days."""
    months = []
    for year in range(first.year, last.year + 1):
        for month in range(1, 13):
            ends = dt.date(year, month, calendar.monthrange(year, month)[1])
            if dt.date(year, month, 1) >= first and ends <= last:
                months.append((year, month))
    return months


def days_of(year: int, month: int) -> list[dt.date]:
    """Every day of a month."""
    return [dt.date(year, month, day + 1) for day in range(calendar.monthrange(year, month)[1])]


def covering(rows: list[dict], day: dt.date) -> dict | None:
    """The row that covers a day."""
    return next((row for row in rows if row["start"] <= day <= row["end"]), None)


def first_day_out(person: dict, spells: list[dict], rules) -> dt.date:
    """The first day dead, abroad, or in a spell whose state is OUT."""
    days = [dt.date.max]
    days += [person[name] + DAY for name in ("died", "emigrated") if person[name]]
    days += [
        spell["start"]
        for spell in spells
        if rules.state(spell["group"], spell["readiness"], spell["activity"]) == "OUT"
    ]
    return min(days)


def describe_day(
    day: dt.date,
    leaves: dt.date,
    person: dict,
    spells: list[dict],
    ready: list[dict],
    jobs: list[dict],
    rules,
) -> tuple:
    """State, benefit, readiness and municipality of one day of one person."""
    if day >= leaves:
        return "OUT", None, None, None
    known = [spell for spell in spells if spell["municipality"] is not None]
    passed = [spell for spell in known if spell["start"] <= day]
    place = person["municipality"]
    if known:
        place = (passed[-1] if passed else known[0])["municipality"]
    spell = covering(spells, day)
    if spell is None:
        return "JOB" if covering(jobs, day) else "SELF", None, None, place
    visitation = covering(ready, day)
    ability = visitation["readiness"] if visitation else spell["readiness"]
    state = rules.state(spell["group"], ability, spell["activity"])
    return state, spell["benefit"], ability, place


def commonest(values: list) -> object:
    """The commonest value; ties go to the one that comes first."""
    return Counter(values).most_common(1)[0][0]


def describe_month(days: list[tuple], rule: str, order: list[str], weekdays: list[int]) -> tuple:
    """State, benefit, readiness and municipality of one month from its days."""
    if rule == "first_day":
        return days[0]
    if rule == "mid_month":
        return days[14]
    if rule == "thursdays":
        days = [day for day, weekday in zip(days, weekdays, strict=True) if weekday == 3]
    counts = Counter(day[0] for day in days)
    if rule == "priority":
        state = min(counts, key=order.index)
    else:
        state = min(counts, key=lambda name: (-counts[name], order.index(name)))
    chosen = [day for day in days if day[0] == state]
    return state, *(commonest([day[part] for day in chosen]) for part in (1, 2, 3))


def person_months(
    register: dict[str, list[dict]],
    rules,
    *,
    first: dt.date,
    last: dt.date,
    rule: str,
    order: list[str],
    from_age: int,
    out: bool,
) -> list[tuple]:
    """Rows (person, month, state, benefit, readiness, municipality) of a register of lists."""
    rows = []
    for person in sorted(register["persons"], key=lambda row: row["person"]):
        own = {
            name: sorted(
                (row for row in register[name] if row["person"] == person["person"]),
                key=lambda row: row["start"],
            )
            for name in ("spells", "readiness", "employment")
        }
        if not any(spell["start"] <= last and spell["end"] >= first for spell in own["spells"]):
            continue
        born = person["birth_date"]
        leaves = first_day_out(person, own["spells"], rules)
        for year, month in months_between(first, last):
            if born and (year, month) <= (born.year + from_age, born.month):
                continue
            if not out and days_of(year, month)[-1] >= leaves:
                continue
            days = [
                describe_day(
                    day,
                    leaves,
                    person,
                    own["spells"],
                    own["readiness"],
                    own["employment"],
                    rules,
                )
                for day in days_of(year, month)
            ]
            weekdays = [day.weekday() for day in days_of(year, month)]
            described = describe_month(days, rule, order, weekdays)
            rows.append((person["person"], dt.date(year, month, 1), *described))
    return rows
