"""Client lists that end because a caseworker leaves, is absent or is affected by reorganisation."""

import datetime as dt

import polars as pl

from trajectories.caseworkers.assignments import handovers, with_returns
from trajectories.config.sections.changes import ChangesConfig

KINDS = ("departure", "absence", "reorganisation", "undecided")
REORGANISED_WITHIN_DAYS = 7


def decided_until(last_day: dt.date, rules: ChangesConfig) -> dt.date:
    """The last day on which a list that ended can be told from one that is only interrupted."""
    weeks = pl.Series([last_day]) - dt.timedelta(weeks=rules.list_end_weeks)
    day: dt.date = weeks.dt.offset_by(f"-{rules.decide_months}mo").item()
    return day


def list_ends(
    assignments: pl.DataFrame,
    *,
    last_day: dt.date,
    rules: ChangesConfig | None = None,
    cases: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Find the caseworkers whose whole client list ended, from the assignments alone.

    A list runs as long as the caseworker has clients and ends after `absence_days` without any. An
    end counts if at least `min_clients` persons, and at least `min_moved_share` of those whose
    assignment ended in the last `list_end_weeks`, were handed over to another caseworker in these
    weeks. Its kind is

    - `undecided` if it is after `decided_until(last_day, rules)`;
    - `absence` if the caseworker has clients again within `absence_months`;
    - `reorganisation` if at least `reorganisation_share` of the municipality's caseworkers
      (and at least three) end within a week of each other;
    - `departure` otherwise.

    Args:
        assignments: person, caseworker, start, end (days inclusive), team, municipality, reason;
            recoded identifiers mapped, no overlap within a person.
        last_day: the last day covered by the extract.
        rules: the thresholds; the defaults if None.
        cases: person, start: first days of each person's cases, as for `handovers`.

    Returns:
        One row per list that ended, sorted: list (u32 row number), caseworker, municipality, team
        (both of the list's last client), last_day, month (Date, first day of that month),
        moved (i64, persons handed over to a colleague), at_once (bool), kind, back (Date, first day
        of the caseworker's next list; null if none).
    """
    rules = rules or ChangesConfig()
    runs = _runs(assignments, rules)
    window = pl.duration(weeks=rules.list_end_weeks)
    lists = runs.group_by("caseworker", "run").agg(
        pl.col("end").max().alias("last_day"), pl.col("start").min().alias("first_day")
    )
    lists = lists.sort("caseworker", "run").with_columns(
        back=pl.col("first_day").shift(-1).over("caseworker")
    )
    moves = _moves(assignments, cases, rules)
    ended = _ended(runs, lists, moves, window)
    counts = ended.group_by("caseworker", "run").agg(
        ended=pl.col("person").n_unique(),
        moved=pl.col("person").filter("moved").n_unique().cast(pl.Int64),
        at_end=pl.col("person")
        .filter(
            pl.col("moved")
            & (pl.col("end") >= pl.col("last_day") - pl.duration(days=rules.at_once_days))
        )
        .n_unique(),
        team=pl.col("team").sort_by("end", "municipality", "team").last(),
        municipality=pl.col("municipality").sort_by("end", "municipality", "team").last(),
    )
    found = lists.join(counts, on=["caseworker", "run"]).filter(
        (pl.col("moved") >= rules.min_clients)
        & (pl.col("moved") >= rules.min_moved_share * pl.col("ended"))
    )
    limit = decided_until(last_day, rules)
    absent = pl.col("back").is_not_null() & (
        pl.col("back") <= pl.col("last_day").dt.offset_by(f"{rules.absence_months}mo")
    )
    kind = (
        pl.when(pl.col("last_day") > limit)
        .then(pl.lit("undecided"))
        .when(absent)
        .then(pl.lit("absence"))
        .when(pl.col("reorganised"))
        .then(pl.lit("reorganisation"))
        .otherwise(pl.lit("departure"))
    )
    return (
        _with_reorganised(found, assignments, rules)
        .with_columns(
            kind=kind.cast(pl.Enum(KINDS)),
            month=pl.col("last_day").dt.truncate("1mo"),
            at_once=pl.col("at_end") * 2 >= pl.col("moved"),
        )
        .sort("caseworker", "last_day")
        .with_row_index("list")
        .select(
            "list",
            "caseworker",
            "municipality",
            "team",
            "last_day",
            "month",
            "moved",
            "at_once",
            "kind",
            "back",
        )
    )


def _runs(assignments: pl.DataFrame, rules: ChangesConfig) -> pl.DataFrame:
    ordered = assignments.sort("caseworker", "start", "end", "person")
    so_far = pl.col("end").cum_max().shift(1).over("caseworker")
    apart = (pl.col("start") - so_far).dt.total_days() - 1 >= rules.absence_days
    return ordered.with_columns(
        run=apart.fill_null(value=False).cast(pl.UInt32).cum_sum().over("caseworker")
    )


def _moves(
    assignments: pl.DataFrame, cases: pl.DataFrame | None, rules: ChangesConfig
) -> pl.DataFrame:
    """The assignments that ended with a hand-over to another caseworker.

    A client who returns to an earlier caseworker ends a cover during absence, not a list.
    """
    found = handovers(assignments, gap_days=rules.gap_days, cases=cases)
    found = with_returns(found, assignments, absence_months=rules.absence_months)
    return found.filter(~pl.col("returns")).select(
        "person",
        pl.col("from_caseworker").alias("caseworker"),
        pl.col("last_day").alias("end"),
        pl.lit(value=True).alias("moved"),
    )


def _ended(
    runs: pl.DataFrame, lists: pl.DataFrame, moves: pl.DataFrame, window: pl.Expr
) -> pl.DataFrame:
    """The assignments that ended in the last weeks of their list, and whether they were moved."""
    return (
        runs.join(lists.select("caseworker", "run", "last_day"), on=["caseworker", "run"])
        .filter(pl.col("end") > pl.col("last_day") - window)
        .join(moves, on=["person", "caseworker", "end"], how="left")
        .with_columns(pl.col("moved").fill_null(value=False))
    )


def _with_reorganised(
    found: pl.DataFrame, assignments: pl.DataFrame, rules: ChangesConfig
) -> pl.DataFrame:
    """Mark list ends where much of the municipality's staff ends within a week."""
    near = pl.duration(days=REORGANISED_WITHIN_DAYS)
    together = (
        found.select("municipality", "caseworker", "run", "last_day")
        .join(
            found.select("municipality", pl.col("last_day").alias("other_day")),
            on="municipality",
            nulls_equal=True,
        )
        .filter(
            (pl.col("other_day") >= pl.col("last_day") - near)
            & (pl.col("other_day") <= pl.col("last_day") + near)
        )
        .group_by("municipality", "caseworker", "run", "last_day")
        .agg(ending=pl.len())
        .filter(pl.col("ending") >= 3)
    )
    many = (
        together.lazy()
        .join(
            at_work(assignments).lazy().rename({"caseworker": "colleague"}),
            on="municipality",
            nulls_equal=True,
        )
        .filter(
            (pl.col("start") <= pl.col("last_day")) & (pl.col("end") >= pl.col("last_day") - near)
        )
        .group_by("caseworker", "run")
        .agg(working=pl.col("colleague").n_unique(), ending=pl.col("ending").first())
        .filter(pl.col("ending") >= rules.reorganisation_share * pl.col("working"))
        .select("caseworker", "run", pl.lit(value=True).alias("reorganised"))
        .collect()
    )
    return found.join(many, on=["caseworker", "run"], how="left").with_columns(
        pl.col("reorganised").fill_null(value=False)
    )


def at_work(assignments: pl.DataFrame) -> pl.DataFrame:
    """The stretches in which each caseworker has clients in a municipality.

    They are far fewer than the assignments, and cover the same days.
    """
    key = ["municipality", "caseworker"]
    ordered = assignments.select(*key, "start", "end").sort(*key, "start", "end")
    so_far = pl.col("end").cum_max().shift(1).over(key)
    apart = ((pl.col("start") - so_far).dt.total_days() > 1).fill_null(value=True)
    return (
        ordered.with_columns(stretch=apart.cum_sum())
        .group_by(*key, "stretch")
        .agg(pl.col("start").min(), pl.col("end").max())
        .drop("stretch")
    )


def without_each_client(
    assignments: pl.DataFrame,
    lists: pl.DataFrame,
    rules: ChangesConfig | None = None,
    cases: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """The list ends as seen from the *other* clients, leaving out the client's own hand-over.

    Returns:
        One row per client and list that still counts without that client, sorted: person, list,
        caseworker, kind, at_once, last_day and month (based on the other clients), start and end of
        the client's own assignment.
    """
    rules = rules or ChangesConfig()
    window = pl.duration(weeks=rules.list_end_weeks)
    runs = _runs(assignments, rules)
    keyed = runs.group_by("caseworker", "run").agg(pl.col("end").max().alias("last_day"))
    keyed = keyed.join(
        lists.select("list", "caseworker", "last_day", "kind", "at_once"),
        on=["caseworker", "last_day"],
    )
    members = runs.join(keyed.rename({"last_day": "list_end"}), on=["caseworker", "run"])
    moves = _moves(assignments, cases, rules)
    ended = _ended(runs, keyed, moves, window)
    moved = (
        ended.filter("moved").group_by("caseworker", "run").agg(moved=pl.col("person").n_unique())
    )
    own = (
        ended.filter("moved")
        .select("caseworker", "run", "person", pl.lit(1).alias("own_move"))
        .unique()
    )
    last = members.group_by("list", "person").agg(pl.col("end").max().alias("own_end"))
    ends = last.group_by("list").agg(
        top=pl.col("own_end").max(),
        ties=(pl.col("own_end") == pl.col("own_end").max()).sum(),
        second=pl.col("own_end").filter(pl.col("own_end") < pl.col("own_end").max()).max(),
    )
    unique_last = (pl.col("own_end") == pl.col("top")) & (pl.col("ties") == 1)
    return (
        members.join(moved, on=["caseworker", "run"])
        .join(own, on=["caseworker", "run", "person"], how="left")
        .join(last, on=["list", "person"])
        .join(ends, on="list")
        .with_columns(
            last_day=pl.when(unique_last).then("second").otherwise("top"),
            others=pl.col("moved").cast(pl.Int64) - pl.col("own_move").fill_null(0),
        )
        .filter((pl.col("others") >= rules.min_clients) & pl.col("last_day").is_not_null())
        .with_columns(month=pl.col("last_day").dt.truncate("1mo"))
        .select(
            "person", "list", "caseworker", "kind", "at_once", "last_day", "month", "start", "end"
        )
        .sort("person", "list", "start")
    )
