"""How often caseworkers change, attrition, and caseloads around departures."""

import polars as pl

from trajectories.caseworkers.calendar import months_between
from trajectories.caseworkers.handovers import COUNTED, counted
from trajectories.hazards.description.changes_and_exits import changes_at_risk

AROUND = range(-6, 7)
STAYED_AT = -3
"""Colleagues are those with a list this many months before the leaver's last month."""
LOST, ENDED, EXITED = "caseworker no longer observed", "followed to the end of the data", "exit"


def changes_by_month(panel: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """Changes of persons at risk, by calendar month.

    Returns:
        month ("2014-03"), person_months, persons, changes, and the caseworkers behind the changes:
        from_caseworkers, to_caseworkers (i64), sorted.
    """
    return _rates(
        panel, changes, pl.col("month").dt.strftime("%Y-%m").alias("month_at_risk")
    ).rename({"month_at_risk": "month"})


def change_hazard(panel: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """The monthly rate of changes by months at risk.

    Returns:
        duration (band label), person_months, persons, changes, from_caseworkers, to_caseworkers
        (i64), in the order of the bands.
    """
    return _rates(panel, changes, pl.col("duration_band").alias("band")).select(
        pl.col("band").cast(pl.String).alias("duration"), pl.exclude("band")
    )


def departures_by_year(panel: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """Departures met by persons at risk, by calendar year, because few leave in a month.

    Returns:
        year ("2014"), person_months, persons, departures (clients' changes), from_caseworkers,
        to_caseworkers (i64), sorted.
    """
    left = changes.filter(pl.col("cause").cast(pl.String) == "departure")
    return _rates(panel, left, pl.col("month").dt.strftime("%Y").alias("year")).rename(
        {"changes": "departures"}
    )


def _rates(panel: pl.DataFrame, changes: pl.DataFrame, by: pl.Expr) -> pl.DataFrame:
    name = by.meta.output_name()
    made = changes_at_risk(panel, changes).join(
        panel.select("course", "month", by), on=["course", "month"]
    )
    return (
        panel.group_by(by)
        .agg(
            person_months=pl.len().cast(pl.Int64),
            persons=pl.col("person").n_unique().cast(pl.Int64),
        )
        .join(
            made.group_by(name).agg(pl.len().cast(pl.Int64).alias("changes"), *counted()),
            on=name,
            how="left",
        )
        .with_columns(pl.col("changes", *COUNTED).fill_null(0))
        .sort(name)
    )


def followed(accounting: pl.DataFrame, panel: pl.DataFrame) -> pl.DataFrame:
    """Courses on social assistance by whether and how long they are followed.

    Returns:
        step ("left out", "followed until"), reason, courses (i64): why courses are not followed,
        and how the followed ones end.
    """
    last = panel["month"].max()
    ends = panel.sort("course", "month").group_by("course", maintain_order=True).last()
    how = (
        pl.when(pl.col("exit").is_not_null())
        .then(pl.lit(EXITED))
        .when(pl.col("month") == last)
        .then(pl.lit(ENDED))
        .otherwise(pl.lit(LOST))
    )
    counted = ends.group_by(reason=how).agg(courses=pl.len().cast(pl.Int64))
    kept = pl.DataFrame({"reason": [EXITED, ENDED, LOST]}).join(
        counted, on="reason", how="left", maintain_order="left"
    )
    out = accounting.filter(pl.col("reason") != "followed")
    return pl.concat(
        [
            out.select(pl.lit("left out").alias("step"), "reason", "courses"),
            kept.select(
                pl.lit("followed until").alias("step"), "reason", pl.col("courses").fill_null(0)
            ),
        ]
    )


def caseloads(assignments: pl.DataFrame, departures: pl.DataFrame) -> pl.DataFrame:
    """Mean caseload of the colleagues who remain, by month around a departure.

    Colleagues are the other caseworkers of the leaver's team and municipality with a list three
    months before the leaver's last month, followed as long as they have one.

    Returns:
        lag (months from the leaver's last), departures, from_caseworkers (leavers), caseworkers
        (colleagues), observations (i64; colleagues of departures), mean_caseload (clients on the
        last day of the month).
    """
    first = assignments.select(pl.col("start").min()).item()
    last = assignments.select(pl.col("responsible_until").max()).item()
    schema = {
        **dict.fromkeys(
            ("lag", "departures", "from_caseworkers", "caseworkers", "observations"), pl.Int64
        ),
        "mean_caseload": pl.Float64,
    }
    if first is None or departures.is_empty():
        return pl.DataFrame(schema=schema)
    days = pl.date_range(first, last, "1mo", eager=True).dt.month_end().unique().sort()
    held = (
        assignments.select("caseworker", "team", "municipality", "start", "responsible_until")
        .join_where(
            pl.DataFrame({"day": days}),
            pl.col("start") <= pl.col("day"),
            pl.col("responsible_until") >= pl.col("day"),
        )
        .group_by("caseworker", "team", "municipality", "day")
        .agg(clients=pl.len().cast(pl.Int64))
        .with_columns(month=pl.col("day").dt.month_start())
    )
    lists = departures.select("list", "municipality", "team", leaver="caseworker", last="month")
    near = lists.join(held, on=["team", "municipality"]).with_columns(
        lag=months_between(pl.col("month"), pl.col("last")).cast(pl.Int64)
    )
    near = near.filter(
        (pl.col("caseworker") != pl.col("leaver"))
        & pl.col("lag").is_between(AROUND.start, AROUND.stop - 1)
    )
    stayed = near.filter(pl.col("lag") == STAYED_AT).select("list", "caseworker")
    return (
        near.join(stayed, on=["list", "caseworker"], how="semi")
        .group_by("lag")
        .agg(
            departures=pl.col("list").n_unique().cast(pl.Int64),
            from_caseworkers=pl.col("leaver").n_unique().cast(pl.Int64),
            caseworkers=pl.col("caseworker").n_unique().cast(pl.Int64),
            observations=pl.len().cast(pl.Int64),
            mean_caseload=pl.col("clients").sum() / pl.len(),
        )
        .sort("lag")
        .cast(schema)  # type: ignore[arg-type]
    )


def detection(
    truth: pl.DataFrame, planted: pl.DataFrame, changes: pl.DataFrame, departures: pl.DataFrame
) -> pl.DataFrame:
    """Compare detected changes with those planted in a simulated register.

    Args:
        truth: planted changes with the pipeline's keys: person, date, cause.
        planted: caseworkers who left, with the pipeline's keys: caseworker, decided (whether the
            data continue long enough, and the list was long enough, to detect it).
        changes: as `caseworker_changes` returns them.
        departures: lists that ended with a departure.

    Returns:
        what ("caseworkers who left", "changes of clients", "cause: departure", …), planted, found,
        both (i64). Clients' changes are those with a caseworker before; a cause counts as found
        if person, day and cause agree.
    """
    certain = planted.filter(pl.col("decided"))["caseworker"].unique()
    everyone = planted["caseworker"].unique()
    found = departures["caseworker"].unique()
    agreed = int(found.is_in(everyone.implode()).sum())
    rows = [
        (
            "caseworkers who left, recall",
            len(certain),
            None,
            int(certain.is_in(found.implode()).sum()),
        ),
        ("caseworkers who left, precision", None, len(found), agreed),
    ]
    real = changes.filter(pl.col("cause").cast(pl.String) != "recoding").select(
        "person", "date", pl.col("cause").cast(pl.String)
    )
    both = truth.join(real, on=["person", "date"], suffix="_found")
    rows.append(("changes of clients", truth.height, real.height, both.height))
    for cause in sorted(truth["cause"].unique()):
        same = both.filter((pl.col("cause") == cause) & (pl.col("cause_found") == cause)).height
        ours = real.filter(pl.col("cause") == cause).height
        rows.append((f"cause: {cause}", truth.filter(cause=cause).height, ours, same))
    names = ("planted", "found", "both")
    schema = {"what": pl.String, **dict.fromkeys(names, pl.Int64)}
    return pl.DataFrame(rows, schema=schema, orient="row")
