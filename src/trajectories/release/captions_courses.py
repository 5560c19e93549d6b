"""Captions and alternative texts of the figures of whole courses, times and events."""

from collections.abc import Callable

import polars as pl

from trajectories.release.captions_words import Row, by_group
from trajectories.release.figures.courses import spells_of
from trajectories.release.figures.events import readable
from trajectories.release.figures.times import modal_rows
from trajectories.release.store import Tables
from trajectories.release.study import months
from trajectories.release.style import Style


def modal_states(tables: Tables, style: Style) -> tuple[str, str]:
    """Describe the commonest state of each month."""
    rows = modal_rows(tables["state_distribution"])

    def say(own: pl.DataFrame) -> str:
        runs = own.filter((pl.col("state") != pl.col("state").shift(1)).fill_null(value=True))
        steps = [
            f"{style.look(row['state']).label} from month {row['position']}"
            for row in runs.iter_rows(named=True)
        ]
        return ", then ".join(steps)

    caption = (
        "Commonest state of each month of the window, as high as its share of the windows. A low "
        "bar means that no state dominates the month."
    )
    return caption, f"Bars by month, coloured by state. {by_group(rows, style, say)}."


def mean_times(tables: Tables, style: Style) -> tuple[str, str]:
    """Describe the mean time in each state."""
    table = tables["mean_times"].drop_nulls("mean_months")

    def say(own: pl.DataFrame) -> str:
        most = own.sort("mean_months", descending=True)[:3]
        return ", ".join(
            f"{style.look(state).label} {style.plain(mean)} months"
            for state, mean in most.select("state", "mean_months").iter_rows()
        )

    caption = (
        "Mean months of the window in each state, with 95 % intervals from the standard errors of "
        "the means; windows of one person count as separate."
    )
    times = by_group(table, style, say)
    return caption, f"Dots with intervals, one row a state. Most time, {times}."


def transitions(tables: Tables, style: Style) -> tuple[str, str]:
    """Describe the rates of transition."""
    table = tables["transitions"].drop_nulls("rate")

    def say(own: pl.DataFrame) -> str:
        moves = own.filter(pl.col("from_state") != pl.col("to_state"))
        return ", ".join(
            f"{style.look(a).label} to {style.look(b).label} {style.share(rate)}"
            for a, b, rate in moves.sort("rate", descending=True)[:2]
            .select("from_state", "to_state", "rate")
            .iter_rows()
        )

    caption = (
        "Monthly rates of transition in per cent, from the state of the row to that of the column. "
        "Grey numbers are months without a change, a dot is a withheld cell, and what rounds to "
        "nothing is left blank."
    )
    changes = by_group(table, style, say)
    return caption, f"Shaded tables, one a group. Commonest changes, {changes}."


def _commonest(table: pl.DataFrame, style: Style, steps: Callable[[Row], list[str]]) -> str:
    """Say the first row of each group as steps."""

    def say(own: pl.DataFrame) -> str:
        row = own.row(0, named=True)
        return f"{', then '.join(steps(row))} ({style.number(row['windows'])} windows)"

    return by_group(table, style, say)


def common_sequences(tables: Tables, style: Style) -> tuple[str, str]:
    """Describe the commonest sequences."""
    table = tables["common_sequences"].drop_nulls("windows").sort("group", "rank")

    def steps(row: Row) -> list[str]:
        return [f"{style.look(s).label} {months(n)}" for s, n in spells_of(row["sequence"])]

    caption = (
        "Commonest whole courses, as high as the number of windows that are exactly alike; only "
        "those of enough persons."
    )
    commonest = _commonest(table, style, steps)
    return caption, f"Stacked sequences, one panel a group. Commonest, {commonest}."


def common_paths(tables: Tables, style: Style) -> tuple[str, str]:
    """Describe the commonest paths."""
    table = tables["common_paths"].drop_nulls("windows").sort("group", "rank")

    def steps(row: Row) -> list[str]:
        return [style.look(state).label for state in row["path"].split(">")]

    caption = (
        "Commonest orders of states without their durations, as parallel coordinates: one line a "
        "path, as wide as it is common. The four commonest of each group are coloured, a ring is a "
        "course without a change."
    )
    commonest = _commonest(table, style, steps)
    return caption, f"Lines over the order of states. Commonest, {commonest}."


def event_subsequences(tables: Tables, style: Style) -> tuple[str, str]:
    """Describe the commonest orders of changes."""
    table = tables["event_subsequences"].drop_nulls("share")
    top = table.sort("share", descending=True, maintain_order=True)[:3]
    parts = [
        f"{readable(row['subsequence'], style)}, {style.word(row['group']).lower()} "
        f"{style.percent(row['share'])}"
        for row in top.iter_rows(named=True)
    ]
    caption = (
        "Windows that contain two changes of state or more in the given order, whatever happens "
        "between them."
    )
    return caption, f"Dots, one row an order of changes. Commonest: {'; '.join(parts)}."


def stripes(tables: Tables, style: Style) -> tuple[str, str]:
    """Describe the stripes of like courses."""
    table = tables["stripes"]
    counts = table.group_by("cluster").agg(pl.col("stripe").max()).sort("cluster")
    parts = [f"cluster {cluster}: {number} stripes" for cluster, number in counts.iter_rows()]
    caption = (
        "Courses within each cluster. Windows are ordered by likeness and cut into stripes of "
        "equal size; each month of a stripe has the colour of its commonest state, so no line is a "
        "real course."
    )
    return caption, f"Coloured stripes by month, one panel a cluster. {'; '.join(parts)}."


def internships(tables: Tables, style: Style) -> tuple[str, str]:
    """Describe the internships that paid work follows."""
    table = tables["internships"].drop_nulls("share")
    parts = []
    for cluster in sorted(table["cluster"].unique().to_list()):
        own = {
            group: share
            for group, share in table.filter(pl.col("cluster") == cluster)
            .select("group", "share")
            .iter_rows()
        }
        shares = [f"{style.word(g).lower()} {style.percent(own[g])}" for g in style.arrange(own)]
        parts.append(f"cluster {cluster}: {', '.join(shares)}")
    caption = (
        "Share of internships that end in paid work, by cluster and by municipality. What follows "
        "an internship is not what it caused: clusters are made of the same months."
    )
    return caption, f"Dots, one row a cluster or municipality. {'; '.join(parts)}."
