"""What follows a change by cause, balance of the leavers' lists, and how hand-overs went."""

import numpy as np
import polars as pl

from trajectories.caseworkers.changes import CAUSES, NOT_A_CHANGE
from trajectories.caseworkers.exposures import listed_months
from trajectories.caseworkers.handovers import COUNTED, COUNTED_SCHEMA, OF_CHANGES, counted
from trajectories.hazards.at_risk.episodes import EXITS
from trajectories.hazards.designs.rows import two_sided

FOLLOWED_MONTHS = 12
WEEK = 7
NO_CHANGE = "no change (matched months)"
UPGRADE, ACTIVATION, STAYS = "upgrade to job-ready", "entry to activation", "still on support"
CHARACTERISTICS = ("age_band", "sex", "readiness_now", "duration_band", "earlier_changes")
AFTER_SCHEMA = {
    "cause": pl.String,
    "outcome": pl.String,
    **dict.fromkeys(("persons", "changes", "events"), pl.Int64),
    **COUNTED_SCHEMA,
}
BALANCE_SCHEMA = {
    "characteristic": pl.String,
    "level": pl.String,
    **dict.fromkeys(("listed", "others", "from_caseworkers", "other_caseworkers"), pl.Int64),
    **dict.fromkeys(
        ("listed_share", "others_share", "standardised_difference", "p_value"), pl.Float64
    ),
}


def after_changes(
    panel: pl.DataFrame, changes: pl.DataFrame, *, by_departure: bool = True
) -> pl.DataFrame:
    """What happens within 12 months of a change, by the cause known at the time.

    Included are changes dated in a month at risk at least 12 months before the data end, after
    which 12 months at risk, or an exit within them, are observed. They are compared with all months
    at risk without a change in the same calendar month, duration band and municipality; nothing
    later is used to select them.

    Returns:
        cause, outcome (an exit, "upgrade to job-ready", "entry to activation", "still on support"),
        persons, changes, events (i64): number of changes followed and how many had the outcome; and
        the caseworkers behind `changes` (from_caseworkers, to_caseworkers). Upgrades are counted
        among persons who were not job-ready, entries to activation among those who were passive, so
        their `changes` are fewer.
    """
    if panel.is_empty():
        return pl.DataFrame(schema=AFTER_SCHEMA)
    real = changes.filter(pl.col("cause").cast(pl.String) != NOT_A_CHANGE)
    causes = (
        real.select("person", "month", pl.col("cause").cast(pl.String), *OF_CHANGES)
        .sort("person", "month", "cause", maintain_order=True)
        .unique(["person", "month"], keep="first", maintain_order=True)
        .with_columns(pl.col("cause").cast(pl.Enum([*CAUSES, NO_CHANGE])))
    )
    key = ["month", "duration_band", "municipality"]
    # Late changes are dropped whatever followed: otherwise only those with an exit would remain.
    latest = panel.select(pl.col("month").max().dt.offset_by(f"-{FOLLOWED_MONTHS}mo")).item()
    ends = panel.group_by("course").agg(
        last=pl.col("duration").max(), exit=pl.col("exit").sort_by("duration").last()
    )
    state = panel.select("person", "course", *key, "duration", "readiness_now", "active_now")
    marked = state.filter(pl.col("month") <= latest).join(
        causes, on=["person", "month"], how="left"
    )
    changed = pl.col("cause").is_not_null()
    compared = marked.filter(changed).select(key).unique()
    # Of millions of months some are needed: they are chosen before they are copied.
    followed = (
        marked.lazy()
        .join(compared.lazy().with_columns(matched=True), on=key, how="left")
        .filter(changed | pl.col("matched"))
        .drop("matched", *key)
        .join(ends.lazy(), on="course")
        .filter(
            (pl.col("last") - pl.col("duration") >= FOLLOWED_MONTHS) | pl.col("exit").is_not_null()
        )
        .with_columns(pl.col("cause").fill_null(NO_CHANGE))
        .collect(engine="streaming")
    )
    first = {
        name: state.filter(condition).select("course", reached=pl.col("duration"))
        for name, condition in (
            (UPGRADE, pl.col("readiness_now") == "job_ready"),
            (ACTIVATION, pl.col("active_now") == 1),
        )
    }
    within = pl.col("last") - pl.col("duration") < FOLLOWED_MONTHS
    rows = []
    for name in EXITS:
        rows.append(
            _counts(followed, within & (pl.col("exit") == name).fill_null(value=False), name)
        )
    rows.append(_counts(followed, ~within, STAYS))
    for name, condition in (
        (UPGRADE, pl.col("readiness_now") != "job_ready"),
        (ACTIVATION, pl.col("active_now") == 0),
    ):
        able = followed.filter(condition).with_row_index("start")
        hit = (
            able.join(first[name], on="course")
            .filter(
                (pl.col("reached") > pl.col("duration"))
                & (pl.col("reached") <= pl.col("duration") + FOLLOWED_MONTHS)
            )["start"]
            .unique()
        )
        rows.append(_counts(able, pl.col("start").is_in(hit.implode()), name))
    found = pl.concat(rows).sort("cause", "outcome")
    return found if by_departure else found.filter(pl.col("cause") != "departure")


def _counts(rows: pl.DataFrame, hit: pl.Expr, outcome: str) -> pl.DataFrame:
    return (
        rows.group_by("cause")
        .agg(
            pl.col("person").n_unique().cast(pl.Int64).alias("persons"),
            pl.len().cast(pl.Int64).alias("changes"),
            hit.sum().cast(pl.Int64).alias("events"),
            *counted(),
        )
        .with_columns(pl.col("cause").cast(pl.String))
        .with_columns(pl.when(pl.col("cause") != NO_CHANGE).then(n).alias(n) for n in COUNTED)
        .select("cause", pl.lit(outcome).alias("outcome"), "persons", "changes", "events", *COUNTED)
    )


def balance(
    panel: pl.DataFrame, exposures: pl.DataFrame, departures: pl.DataFrame, teams: pl.DataFrame
) -> pl.DataFrame:
    """Compare clients on leavers' lists with clients of the leavers' colleagues on the list day.

    Others are those at risk in the same month whose caseworker belongs to the same team of the same
    municipality and does not leave then. Teams are organised by age and readiness, so clients of
    other teams differ whoever leaves. Others are weighted so that each month and team has the same
    share as among the listed; lists without colleagues are dropped.

    Returns:
        characteristic, level, listed, others (person-months), from_caseworkers (leavers),
        other_caseworkers (colleagues), listed_share, others_share (weighted),
        standardised_difference: the difference of shares over the root of their mean variance
        (Austin 2009), p_value of no difference, clustered by team and municipality (t(G−1); null
        for a single team, or a level that all have).
    """
    some = pl.when(pl.col("changes") > 0).then(pl.lit("some")).otherwise(pl.lit("none"))
    rows = panel.select(
        *("course", "month", "municipality", "caseworker", *CHARACTERISTICS[:-1]),
        earlier_changes=some.cast(pl.Enum(("none", "some"))),
    )
    on_list = (
        listed_months(panel, exposures)
        .select("course", "list", month=pl.col("month").dt.offset_by("-2mo"))
        .join(departures.select("list", "team", leaver="caseworker"), on="list")
        .unique(["course", "month"], keep="first", maintain_order=True)
    )
    listed = rows.join(on_list.select("course", "month", "team", "leaver"), on=["course", "month"])
    key = ["municipality", "team", "month"]
    wanted = listed.group_by(key).agg(wanted=pl.len())
    others = (
        rows.join(listed.select("course", "month"), on=["course", "month"], how="anti")
        .join(teams, on="caseworker")
        .join(wanted, on=key)
        .with_columns(weight=pl.col("wanted") / pl.len().over(key))
    )
    listed = listed.join(others.select(key).unique(), on=key, how="semi")
    if listed.is_empty():
        return pl.DataFrame(schema=BALANCE_SCHEMA)
    found = []
    for name in CHARACTERISTICS:
        levels = sorted({*listed[name].cast(pl.String), *others[name].cast(pl.String)})
        for level in levels:
            here = pl.col(name).cast(pl.String) == level
            a, b = listed.filter(here), others.filter(here)
            p = a.height / listed.height
            q = float(b["weight"].to_numpy().sum() / others["weight"].to_numpy().sum())
            spread = ((p * (1 - p) + q * (1 - q)) / 2) ** 0.5
            apart, test = 0.0, None
            # If all have the level, the difference is only rounding error.
            if spread:
                apart = (p - q) / spread
                test = _balance_p_value(
                    listed.with_columns(here=here), others.with_columns(here=here)
                )
            behind = (a["leaver"].n_unique(), b["caseworker"].n_unique())
            found.append((name, level, a.height, b.height, *behind, p, q, apart, test))
    return pl.DataFrame(found, schema=BALANCE_SCHEMA, orient="row")


def _balance_p_value(listed: pl.DataFrame, others: pl.DataFrame) -> float | None:
    """The p-value of no difference, treating the choice of leavers within each team as random."""
    sums = pl.concat(
        [
            listed.select("municipality", "team", "here", weight=pl.lit(1.0)),
            others.select("municipality", "team", "here", weight=-pl.col("weight")),
        ]
    )
    teams = sums.group_by("municipality", "team", maintain_order=True).agg(
        difference=(pl.col("weight") * pl.col("here")).sum(), listed=(pl.col("weight") > 0).sum()
    )
    difference, sizes = teams["difference"].to_numpy(), teams["listed"].to_numpy()
    clusters = len(sizes)
    if clusters < 2:
        return None
    mean = difference.sum() / sizes.sum()
    spread = float(np.sqrt(clusters / (clusters - 1) * ((difference - sizes * mean) ** 2).sum()))
    return two_sided(float(difference.sum()) / spread, clusters) if spread else None


def mechanisms(changes: pl.DataFrame, assignments: pl.DataFrame) -> pl.DataFrame:
    """How hand-overs went, by cause: days without a caseworker, the successor's load and tenure.

    A registered caseworker does not imply a meeting; the data do not show whether one took place.

    Returns:
        cause, changes, persons, from_caseworkers (left), to_caseworkers (taking over; i64), waited
        (changes with a week or more without a caseworker), mean_gap_days, mean_caseload
        (clients of the successor on the day of the change), mean_tenure_months (since the
        successor's first client).
    """
    real = changes.filter(pl.col("cause").cast(pl.String) != NOT_A_CHANGE)
    first = assignments.group_by("caseworker").agg(since=pl.col("start").min())
    steps = (
        pl.concat(
            [
                assignments.select("caseworker", day="start", step=pl.lit(1, pl.Int64)),
                assignments.select(
                    "caseworker",
                    day=pl.col("responsible_until") + pl.duration(days=1),
                    step=pl.lit(-1, pl.Int64),
                ),
            ]
        )
        .group_by("caseworker", "day")
        .agg(pl.col("step").sum())
        .sort("caseworker", "day")
        .with_columns(caseload=pl.col("step").cum_sum().over("caseworker"))
        .sort("day")
    )
    return (
        real.sort("date")
        .join_asof(
            steps.select("caseworker", "day", "caseload"),
            left_on="date",
            right_on="day",
            by_left="to_caseworker",
            by_right="caseworker",
            check_sortedness=False,
        )
        .join(first, left_on="to_caseworker", right_on="caseworker", how="left")
        .with_columns(tenure=(pl.col("date") - pl.col("since")).dt.total_days())
        .group_by(pl.col("cause").cast(pl.String))
        .agg(
            pl.len().cast(pl.Int64).alias("changes"),
            pl.col("person").n_unique().cast(pl.Int64).alias("persons"),
            *counted(),
            waited=(pl.col("gap_days") >= WEEK).sum().cast(pl.Int64),
            mean_gap_days=pl.col("gap_days").cast(pl.Int64).sum() / pl.len(),
            mean_caseload=pl.col("caseload").sum() / pl.len(),
            mean_tenure_months=pl.col("tenure").sum() / pl.len() / 30.4375,
        )
        .sort("cause")
    )
