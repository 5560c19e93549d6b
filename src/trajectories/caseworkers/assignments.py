"""Caseworker assignments: the responsible caseworker on a day, hand-overs, stable identifiers."""

import polars as pl

from trajectories.caseworkers.responsible_on import last_begun
from trajectories.config.sections.changes import ChangesConfig

ONE_DAY = pl.duration(days=1)


def first_teams(assignments: pl.DataFrame) -> pl.DataFrame:
    """The first team of each caseworker: caseworker, team; sorted by caseworker."""
    return (
        assignments.sort("caseworker", "start")
        .group_by("caseworker", maintain_order=True)
        .agg(pl.col("team").first())
    )


def carry_forward(
    assignments: pl.DataFrame, *, gap_days: int, cases: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Add the last day on which each caseworker remains responsible for a client.

    Registers close an assignment when the job begins or the caseworker leaves, although the
    benefit continues. The last caseworker then remains responsible until another is registered,
    the case ends or `gap_days` have passed. `handovers` uses the same gap.

    Args:
        assignments: person, caseworker, start, end (days inclusive); no overlap within a person.
        gap_days: the longest time without a caseworker within a case; days.
        cases: person, start, end of each person's cases, without overlap. An assignment that ends
            outside every case is not extended. If None, only the next assignment and `gap_days`
            limit the extension.

    Returns:
        The assignments sorted by person and start, with `responsible_until` (Date, the last day;
        never before `end`).
    """
    ordered = assignments.sort("person", "start")
    following = pl.when(pl.col("person").shift(-1) == pl.col("person")).then(
        pl.col("start").shift(-1) - ONE_DAY
    )
    limits = [pl.col("end") + pl.duration(days=gap_days), following]
    if cases is not None:
        known = cases.sort("person", "start")
        case = last_begun(
            ordered["person"], ordered["end"], known, by="person", start="start", end="end"
        )
        ends = known["end"].gather(case).fill_null(ordered["end"])
        limits.append(pl.lit(ends))
    return ordered.with_columns(
        responsible_until=pl.max_horizontal("end", pl.min_horizontal(limits))
    )


def responsible_on(person: pl.Series, day: pl.Series, assignments: pl.DataFrame) -> pl.Series:
    """The caseworker responsible for each person on a given day; null if there is none."""
    row = last_begun(person, day, assignments, by="person", start="start", end="responsible_until")
    return assignments["caseworker"].gather(row)


def handovers(
    assignments: pl.DataFrame, *, gap_days: int, cases: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Find hand-overs: a client gets another caseworker within the same case.

    Args:
        assignments: person, caseworker, start, end (days inclusive), team, municipality, reason;
            no overlap within a person.
        gap_days: the longest gap between the two assignments; days.
        cases: person, start: the first days of each person's cases. A new caseworker on a new case
            is not a hand-over.

    Returns:
        One row per hand-over, sorted by person and date: person, date (first day with the new
        caseworker), from_caseworker, to_caseworker, from_team, to_team, from_municipality,
        to_municipality, last_day (last day with the old caseworker), gap_days (i32), reason (of the
        new assignment).
    """
    ordered = assignments.sort("person", "start")
    before = [
        pl.col(name).shift(1).alias(f"from_{name}")
        for name in ("person", "caseworker", "team", "municipality")
    ]
    # Shifting the sorted rows is about ten times as fast as shifting within each person.
    found = (
        ordered.with_columns(*before, last_day=pl.col("end").shift(1))
        .filter(
            (pl.col("person") == pl.col("from_person"))
            & (pl.col("caseworker") != pl.col("from_caseworker"))
        )
        .with_columns(
            gap_days=((pl.col("start") - pl.col("last_day")).dt.total_days() - 1).cast(pl.Int32)
        )
        .filter(pl.col("gap_days") <= gap_days)
        .select(
            "person",
            pl.col("start").alias("date"),
            "from_caseworker",
            pl.col("caseworker").alias("to_caseworker"),
            "from_team",
            pl.col("team").alias("to_team"),
            "from_municipality",
            pl.col("municipality").alias("to_municipality"),
            "last_day",
            "gap_days",
            "reason",
        )
    )
    return found if cases is None else _within_cases(found, cases)


def _within_cases(found: pl.DataFrame, cases: pl.DataFrame) -> pl.DataFrame:
    """The hand-overs between whose two days no new case begins."""
    begun = cases.select("person", pl.col("start").alias("begun")).sort("begun")
    return (
        found.sort("date")
        .join_asof(begun, left_on="date", right_on="begun", by="person", check_sortedness=False)
        .filter((pl.col("begun") <= pl.col("last_day")).fill_null(value=True))
        .drop("begun")
        .sort("person", "date")
    )


def with_returns(
    found: pl.DataFrame, assignments: pl.DataFrame, *, absence_months: int
) -> pl.DataFrame:
    """Mark hand-overs back to an earlier caseworker, and those followed by one.

    Returns:
        The hand-overs in their order, with `returns` (the new caseworker had the client before) and
        `covered` (the client later returns to the old caseworker), bool.
    """
    span = f"{absence_months}mo"
    index = found.with_row_index("handover")
    stays = assignments.select(
        "person", "caseworker", pl.col("start").alias("from"), pl.col("end").alias("to")
    )
    earlier = index.join(
        stays, left_on=["person", "to_caseworker"], right_on=["person", "caseworker"]
    ).filter((pl.col("to") < pl.col("date")) & (pl.col("to").dt.offset_by(span) >= pl.col("date")))
    later = index.join(
        stays, left_on=["person", "from_caseworker"], right_on=["person", "caseworker"]
    ).filter(
        (pl.col("from") > pl.col("date")) & (pl.col("from") <= pl.col("date").dt.offset_by(span))
    )
    return index.with_columns(
        returns=pl.col("handover").is_in(earlier["handover"].unique().implode()),
        covered=pl.col("handover").is_in(later["handover"].unique().implode()),
    ).drop("handover")


def find_recodings(assignments: pl.DataFrame, rules: ChangesConfig) -> pl.DataFrame:
    """Find the days on which a municipality gave its caseworkers new identifiers.

    An identifier counts as recoded if at least `recoding_share` of the clients handed over from it
    that day go to one identifier that had no clients before, the old identifier has no clients
    afterwards, and the same happens that day to at least `recoding_share` of the municipality's
    caseworkers with clients.

    Args:
        assignments: person, caseworker, start, end, municipality; no overlap within a person.
        rules: the thresholds.

    Returns:
        One row per recoded identifier: municipality, date, caseworker (old), successor (new).
    """
    first_last = assignments.group_by("caseworker").agg(
        first=pl.col("start").min(), last=pl.col("end").max()
    )
    firsts = first_last.select(pl.col("caseworker").alias("to_caseworker"), "first")
    lasts = first_last.select(pl.col("caseworker").alias("from_caseworker"), "last")
    moved = handovers(assignments, gap_days=0).filter(
        pl.col("from_municipality").eq_missing(pl.col("to_municipality"))
    )
    key = ["from_municipality", "date", "from_caseworker"]
    pairs = (
        moved.group_by([*key, "to_caseworker"])
        .agg(clients=pl.len())
        .with_columns(all_clients=pl.col("clients").sum().over(key))
        .join(firsts, on="to_caseworker")
        .join(lasts, on="from_caseworker")
        .filter(
            (pl.col("clients") >= rules.recoding_share * pl.col("all_clients"))
            & (pl.col("first") == pl.col("date"))
            & (pl.col("last") < pl.col("date"))
        )
        .filter(pl.len().over("date", "to_caseworker") == 1)
    )
    days = (
        pairs.group_by(pl.col("from_municipality").alias("municipality"), "date")
        .agg(recoded=pl.len())
        .filter(pl.col("recoded") >= rules.recoding_min_caseworkers)
    )
    if days.is_empty():
        return pl.DataFrame(
            schema={
                "municipality": assignments.schema["municipality"],
                "date": pl.Date,
                "caseworker": assignments.schema["caseworker"],
                "successor": assignments.schema["caseworker"],
            }
        )
    eve = pl.col("date") - pl.duration(days=1)
    working = (
        days.lazy()
        .join(assignments.lazy(), on="municipality", nulls_equal=True)
        .filter((pl.col("start") <= eve) & (pl.col("end") >= eve))
        .group_by("municipality", "date")
        .agg(working=pl.col("caseworker").n_unique(), recoded=pl.col("recoded").first())
        .filter(pl.col("recoded") >= rules.recoding_share * pl.col("working"))
        .collect()
    )
    return (
        pairs.rename({"from_municipality": "municipality"})
        .join(working, on=["municipality", "date"], how="semi", nulls_equal=True)
        .select(
            "municipality",
            "date",
            pl.col("from_caseworker").alias("caseworker"),
            pl.col("to_caseworker").alias("successor"),
        )
        .sort("date", "caseworker")
    )


def map_recodings(assignments: pl.DataFrame, recodings: pl.DataFrame) -> pl.DataFrame:
    """Replace recoded identifiers by the caseworker's first one and join adjoining assignments.

    Args:
        assignments: person, caseworker, start, end, team, municipality, reason.
        recodings: as `find_recodings` returns them.

    Returns:
        The assignments, sorted by person and start; adjoining assignments of a person to the same
        caseworker in the same team are joined.
    """
    first: dict[int, int] = {}
    for row in recodings.sort("date").iter_rows(named=True):
        first[row["successor"]] = first.get(row["caseworker"], row["caseworker"])
    if not first:
        return assignments.sort("person", "start")
    dtype = assignments.schema["caseworker"]
    mapped = assignments.with_columns(
        pl.col("caseworker").replace_strict(
            list(first), list(first.values()), default=pl.col("caseworker"), return_dtype=dtype
        )
    ).sort("person", "start")
    same = pl.all_horizontal(
        pl.col(name).eq_missing(pl.col(name).shift(1).over("person"))
        for name in ("caseworker", "team", "municipality")
    )
    adjoining = pl.col("start") == pl.col("end").shift(1).over("person") + pl.duration(days=1)
    return (
        mapped.with_columns(run=(~(same & adjoining).fill_null(value=False)).cum_sum())
        .group_by("run", maintain_order=True)
        .agg(
            pl.col("person", "caseworker").first(),
            pl.col("start").first(),
            pl.col("end").last(),
            pl.col("team", "municipality", "reason").first(),
        )
        .drop("run")
    )
