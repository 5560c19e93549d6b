"""Small registers made by hand, row by row."""

import datetime as dt
from collections.abc import Iterable

import polars as pl

LAST_DAY = dt.date(2012, 12, 31)


def day(text: str) -> dt.date:
    """A date from ISO text."""
    return dt.date.fromisoformat(text)


def assignments(rows: Iterable[tuple]) -> pl.DataFrame:
    """Assignments from (person, caseworker, start, end[, team[, municipality[, reason]]])."""
    full = []
    for person, caseworker, start, end, *rest in rows:
        team, municipality, reason = (*rest, *("A", 751, None)[len(rest) :])
        full.append((person, caseworker, day(start), day(end), team, municipality, reason))
    schema = {
        "person": pl.UInt32,
        "caseworker": pl.UInt32,
        "start": pl.Date,
        "end": pl.Date,
        "team": pl.String,
        "municipality": pl.Int16,
        "reason": pl.String,
    }
    return pl.DataFrame(full, schema=schema, orient="row")


def intervals(rows: Iterable[tuple], value: str | None = None) -> pl.DataFrame:
    """Intervals from (person[, value], start, end)."""
    schema = {
        "person": pl.UInt32,
        **({value: pl.String} if value else {}),
        "start": pl.Date,
        "end": pl.Date,
    }
    full = [(person, *rest[:-2], day(rest[-2]), day(rest[-1])) for person, *rest in rows]
    return pl.DataFrame(full, schema=schema, orient="row")


def spells(rows: Iterable[tuple]) -> pl.DataFrame:
    """Benefit spells from (person, group, start, end[, readiness])."""
    full = [(p, g, day(s), day(e), rest[0] if rest else None) for p, g, s, e, *rest in rows]
    schema = {
        "person": pl.UInt32,
        "group": pl.String,
        "start": pl.Date,
        "end": pl.Date,
        "readiness": pl.String,
    }
    return pl.DataFrame(full, schema=schema, orient="row")


def persons(rows: Iterable[tuple]) -> pl.DataFrame:
    """Persons from (person, birth_date[, sex[, died[, emigrated]]])."""
    full = []
    for person, birth, *rest in rows:
        sex, died, emigrated = (*rest, *("K", None, None)[len(rest) :])
        full.append(
            (person, birth and day(birth), sex, died and day(died), emigrated and day(emigrated))
        )
    schema = {
        "person": pl.UInt32,
        "birth_date": pl.Date,
        "sex": pl.String,
        "died": pl.Date,
        "emigrated": pl.Date,
    }
    return pl.DataFrame(full, schema=schema, orient="row")


def list_of(caseworker: int, clients: range, start: str, end: str, *rest: object) -> list[tuple]:
    """The same assignment for each of several clients."""
    return [(client, caseworker, start, end, *rest) for client in clients]


def office(
    *, leaves: str = "2010-06-15", successor: int = 2, back: str | None = None
) -> list[tuple]:
    """Caseworker 1 passes clients 0–5 to a successor; caseworkers 8 and 9 stay throughout."""
    after = (day(leaves) + dt.timedelta(days=1)).isoformat()
    rows = list_of(1, range(6), "2009-01-01", leaves)
    if back is None:
        rows += list_of(successor, range(6), after, "2012-12-31")
    else:
        eve = (day(back) - dt.timedelta(days=1)).isoformat()
        rows += list_of(successor, range(6), after, eve)
        rows += list_of(1, range(6), back, "2012-12-31")
    rows += list_of(8, range(10, 16), "2009-01-01", "2012-12-31")
    rows += list_of(9, range(20, 26), "2009-01-01", "2012-12-31")
    return rows
