"""Person-months around departures, with controls from other teams (`stack`)."""

import polars as pl

from trajectories.caseworkers.calendar import months_between
from trajectories.caseworkers.exposures import listed_months

FIRST, LAST = -12, 12
ANTICIPATION = range(-3, 0)
FIRST_LISTED = -2
OTHERS = "others"
LEAD_BINS = {"-12 to -10": range(-12, -9), "-9 to -7": range(-9, -6), "-6 to -4": range(-6, -3)}
NOTICE_BIN, AFTER_BIN = "-3 to -1", "1 to 12"
BINS = {**LEAD_BINS, NOTICE_BIN: ANTICIPATION, "0": range(0, 1), AFTER_BIN: range(1, LAST + 1)}
LABELS = (OTHERS, *(str(month) for month in range(FIRST, LAST + 1)))


def stack(
    panel: pl.DataFrame,
    exposures: pl.DataFrame,
    departures: pl.DataFrame,
    teams: pl.DataFrame,
    *,
    lag_months: int = 1,
) -> pl.DataFrame:
    """Person-months around departures, with controls from other teams.

    Exposed in event months −12…−3 are persons who had the later leaver on the eve of the month, so
    that the month can have an exit (persons still on the list later cannot have left earlier). From
    −2 on they are the persons on the list three months before its end, whatever happens later.
    Controls are person-months of the same municipality in the same months, in teams other than the
    leaver's (colleagues inherit the cases), without a departure so far or in the coming year; each
    counts once for every departure it is a control of. Nobody has had a departure before.

    Args:
        panel: as `risk_set` returns it.
        exposures: clients on leavers' lists.
        departures: caseworker, month (Date, the leaver's last), team, municipality.
        teams: caseworker, team.
        lag_months: the lag of the panel's counts; months.

    Returns:
        The panel's columns with `leaver` (whose list it is; null for controls), `event_month`
        (Enum: others, −12…12) and `weight` (f64).
    """
    panel = panel.drop("leaver", strict=False)
    ahead = departures.select("caseworker", leaves=pl.col("month"))
    event_month = months_between(pl.col("month"), pl.col("leaves"))
    early = (
        panel.join(ahead, on="caseworker")
        .with_columns(event=event_month, leaver=pl.col("caseworker"))
        .filter(pl.col("event").is_between(FIRST, FIRST_LISTED - 1))
    )
    lists = exposures.select("list", leaver="caseworker").unique("list")
    listed = (
        listed_months(panel, exposures)
        .join(lists, on="list", maintain_order="left")
        .select("course", "leaver", leaves="month")
    )
    late = (
        panel.join(listed, on="course")
        .with_columns(event=event_month)
        .filter(pl.col("event").is_between(FIRST_LISTED, LAST))
    )
    columns = [*panel.columns, "leaver"]
    own = (pl.col("event") >= lag_months).cast(pl.Int32)
    first = pl.col("listed_departures").cast(pl.Int32) == own
    treated = (
        pl.concat([early, late], how="diagonal")
        .filter(first)
        .select(
            *columns,
            event_month=pl.col("event").cast(pl.String).cast(pl.Enum(LABELS)),
            weight=pl.lit(1.0),
        )
    )
    return pl.concat([treated, _controls(panel, ahead, departures, teams).select(treated.columns)])


def _controls(
    panel: pl.DataFrame, ahead: pl.DataFrame, departures: pl.DataFrame, teams: pl.DataFrame
) -> pl.DataFrame:
    stacks = (
        departures.select("municipality", "team", "month")
        .with_columns(
            month=pl.date_ranges(
                pl.col("month").dt.offset_by(f"{FIRST}mo"),
                pl.col("month").dt.offset_by(f"{LAST}mo"),
                "1mo",
            )
        )
        .explode("month")
    )
    key = ["municipality", "month"]
    every = stacks.group_by(key).agg(every=pl.len())
    own = stacks.group_by([*key, "team"]).agg(own=pl.len())
    leaving = (
        panel.select("course", "month", "caseworker")
        .join(ahead, on="caseworker")
        .filter(months_between(pl.col("month"), pl.col("leaves")).is_between(FIRST, 0))
        .select("course", "month")
        .unique()
    )
    return (
        panel.filter(pl.col("listed_departures") == 0)
        .join(leaving, on=["course", "month"], how="anti")
        .join(teams, on="caseworker")
        .join(every, on=key)
        .join(own, on=[*key, "team"], how="left")
        .with_columns(
            leaver=pl.lit(None, panel.schema["caseworker"]),
            event_month=pl.lit(OTHERS, dtype=pl.Enum(LABELS)),
            weight=(pl.col("every") - pl.col("own").fill_null(0)).cast(pl.Float64),
        )
        .filter(pl.col("weight") > 0)
    )
