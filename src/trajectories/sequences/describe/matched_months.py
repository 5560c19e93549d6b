"""Months without an internship beside the months in which one begins, matched within risk sets."""

from functools import partial

import numpy as np
import polars as pl

from trajectories.sequences.describe.internships import jobs_within

BANDS = (6, 12, 24)
"""Months on support that divide the bands in which cases and controls are matched."""
ALIKE = ("begins", "state", "sex", "decade", "band")
CONTROLS = 50_000
"""Persons among whom controls are looked for, where a register holds more."""


def pool(persons: pl.Series, seed: int, most: int = CONTROLS) -> pl.Series:
    """Choose the persons among whom controls are looked for, ascending: all, or so many by lot."""
    every = persons.unique().sort()
    if len(every) <= most:
        return every
    chosen = np.random.default_rng(seed).permutation(len(every))[:most]
    return every.gather(np.sort(chosen))


def matched_months(
    found: pl.DataFrame,
    person_months: pl.DataFrame,
    persons: pl.DataFrame,
    *,
    among: pl.Series,
    job_state: str,
    within_months: int,
    seed: int,
) -> pl.DataFrame:
    """Give each internship a person who began none in the same month, and follow both.

    A control is on support in the month before, in the same state and for about as long, of the
    same sex and decade of age, and in no internship in the month in which that of the case begins;
    what happens later, an internship included, does not count. Both are followed through the same
    months. Nobody is the control of two cases in one month. This is matching within risk sets
    (Li, Propert & Rosenbaum 2001) on what the register holds, and exact.

    Args:
        found: internships: person, activity, start, end.
        person_months: person, month, state, benefit of all persons in `found` and `among`; null
            benefit where there is none.
        persons: person, sex, birth_date.
        among: the persons who can be controls.
        job_state: the state of a month in paid work; such a month is none on support.
        within_months: months after the end of the internship through which both are followed.
        seed: of the lot among persons who are alike.

    Returns:
        One row an internship with a control whose follow-up is observed for both: person, activity,
        month (the last of the internship), control, in_job, control_in_job.
    """
    ready = _on_support(person_months, persons, job_state)
    covered = (
        found.select(
            "person",
            begins=pl.date_ranges(
                pl.col("start").dt.truncate("1mo"), pl.col("end").dt.truncate("1mo"), "1mo"
            ),
        )
        .explode("begins")
        .unique()
    )
    cases = found.select(
        "person",
        "activity",
        begins=pl.col("start").dt.truncate("1mo"),
        month=pl.col("end").dt.truncate("1mo"),
    ).join(ready, on=["person", "begins"])
    free = (
        ready.join(among.to_frame("person"), on="person", how="semi")
        .join(cases.select(ALIKE).unique(), on=ALIKE, how="semi")
        .join(covered, on=["person", "begins"], how="anti")
    )
    lot = np.random.default_rng(seed)
    pairs = _in_lots(cases, lot).join(
        _in_lots(free, lot).select(*ALIKE, "place", control="person"), on=[*ALIKE, "place"]
    )
    follow = partial(
        jobs_within,
        person_months=person_months,
        job_state=job_state,
        within_months=within_months,
    )
    own = follow(pairs.select("person", "month").unique())
    asked = pairs.select("month", person="control").unique()
    theirs = follow(asked)
    return (
        pairs.select("person", "activity", "month", "control")
        .join(own.drop("municipality"), on=["person", "month"])
        .join(
            theirs.select("month", control="person", control_in_job="in_job"),
            on=["control", "month"],
        )
        .sort("person", "month", "activity")
    )


def _on_support(person_months: pl.DataFrame, persons: pl.DataFrame, job_state: str) -> pl.DataFrame:
    """Return person, begins and what makes persons alike, of each month after one on support."""
    on = pl.col("benefit").is_not_null() & (pl.col("state").cast(pl.String) != job_state)
    born = pl.col("birth_date").dt.year()
    return (
        person_months.sort("person", "month")
        .with_columns(on=on)
        .with_columns(course=(~pl.col("on")).cum_sum().over("person"))
        .with_columns(months=pl.col("on").cum_sum().over("person", "course"))
        .filter("on")
        .select(
            "person",
            pl.col("state").cast(pl.String),
            begins=pl.col("month").dt.offset_by("1mo"),
            band=sum((pl.col("months") > edge).cast(pl.Int8) for edge in BANDS),
        )
        .join(persons.select("person", "sex", "birth_date"), on="person", how="left")
        .with_columns(
            pl.col("sex").fill_null(""),
            decade=((pl.col("begins").dt.year() - born) // 10).fill_null(-1),
        )
        .drop("birth_date")
    )


def _in_lots(rows: pl.DataFrame, lot: np.random.Generator) -> pl.DataFrame:
    """Number the persons who are alike in random order."""
    ordered = rows.sort(*ALIKE, "person")
    drawn = pl.Series("drawn", lot.permutation(len(ordered)))
    return ordered.with_columns(drawn).with_columns(
        place=pl.col("drawn").rank("ordinal").over(ALIKE)
    )


def match_counts(
    matched: pl.DataFrame, windows: pl.DataFrame, *, length_months: int
) -> pl.DataFrame:
    """Count matched internships that end within windows, and what followed, by activity.

    Args:
        matched: as `matched_months` returns them.
        windows: person, group, origin.
        length_months: the length of a window.

    Returns:
        activity, group, matched (internships with a control), in_job (of them), control_in_job (of
        their controls), persons (with such internships), controls (different persons); with the
        group `all`.
    """
    end = pl.col("origin").dt.offset_by(f"{length_months}mo")
    inside = matched.join(windows.select("person", "group", "origin"), on="person").filter(
        (pl.col("month") >= pl.col("origin")) & (pl.col("month") < end)
    )
    return (
        pl.concat([inside, inside.with_columns(group=pl.lit("all"))])
        .group_by("activity", "group")
        .agg(
            matched=pl.len().cast(pl.Int64),
            in_job=pl.col("in_job").sum().cast(pl.Int64),
            control_in_job=pl.col("control_in_job").sum().cast(pl.Int64),
            persons=pl.col("person").n_unique().cast(pl.Int64),
            controls=pl.col("control").n_unique().cast(pl.Int64),
        )
        .sort("activity", "group")
    )
