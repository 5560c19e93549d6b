"""Leavers and the colleagues who could have left in the same team and month."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from trajectories.arrays import Bools, Ints

BLOCK = ["municipality", "team", "month"]


@dataclass(frozen=True)
class Candidates:
    """The caseworkers among whom the leavers are treated as randomly drawn.

    Attributes:
        rows: one row per caseworker and month in which the caseworker could have left, sorted by
            block: candidate (u32, row number), block (u32, from 0), caseworker, municipality, team,
            month (Date, first day; a leaver's last month), list_day (Date), left (bool).
        clients: one row per client on a candidate's list: candidate, person, list_day, month.
    """

    rows: pl.DataFrame
    clients: pl.DataFrame

    @property
    def blocks(self) -> Ints:
        """(candidates,) block numbers, ascending."""
        return self.rows["block"].to_numpy().astype(np.int64)

    @property
    def left(self) -> Bools:
        """(candidates,) whether the caseworker left."""
        return self.rows["left"].to_numpy()


def candidates(
    departures: pl.DataFrame, assignments: pl.DataFrame, *, list_months: int, min_clients: int
) -> Candidates:
    """Find, for each departure, the caseworkers of the same team who could have left that month.

    A candidate has at least `min_clients` clients on the list day (the last day of the month
    `list_months` earlier) and either leaves in the month or is registered after it. A caseworker's
    team is that of most of the clients on that day. A block is a team with several candidates in a
    month; candidates who are alone in their team form one block per municipality and month. Blocks
    in which nobody or everybody leaves carry no information and are dropped.

    Args:
        departures: the lists that ended with a departure: caseworker, month.
        assignments: as `caseworker_changes` returns them, with `responsible_until`.
        list_months: months between the list day and the leaver's last month.
        min_clients: the smallest list.
    """
    months = departures.select("month").unique().sort("month")
    days = months.with_columns(
        list_day=pl.col("month").dt.offset_by(f"-{list_months}mo").dt.month_end()
    )
    listed = pl.concat(
        [
            assignments.filter(
                (pl.col("start") <= row["list_day"])
                & (pl.col("responsible_until") >= row["list_day"])
            ).select(
                "caseworker",
                "person",
                "municipality",
                "team",
                month=pl.lit(row["month"]),
                list_day=pl.lit(row["list_day"]),
            )
            for row in days.iter_rows(named=True)
        ]
        or [_nobody(assignments)]
    ).unique(["caseworker", "month", "person"], maintain_order=True)
    last = assignments.group_by("caseworker").agg(last=pl.col("end").max())
    leavers = departures.select("caseworker", "month", left=pl.lit(value=True)).unique()
    staff = (
        listed.group_by("caseworker", "month", "list_day", "municipality", "team")
        .agg(own=pl.len())
        .sort("caseworker", "month", "own", "municipality", "team", nulls_last=True)
        .group_by("caseworker", "month", maintain_order=True)
        .agg(
            pl.col("list_day").first(),
            pl.col("municipality", "team").last(),
            clients=pl.col("own").sum(),
        )
        .join(leavers, on=["caseworker", "month"], how="left")
        .join(last, on="caseworker")
        .with_columns(pl.col("left").fill_null(value=False))
        .filter(
            (pl.col("clients") >= min_clients)
            & (pl.col("left") | (pl.col("last") > pl.col("month").dt.month_end()))
        )
    )
    rows = (
        _blocked(staff)
        .with_columns(block=pl.struct("municipality", "month", "block_team").rank("dense") - 1)
        .sort("block", "caseworker")
        .with_row_index("candidate")
        .select("candidate", "block", "caseworker", *BLOCK, "list_day", "left")
    )
    clients = rows.select("candidate", "caseworker", "month").join(
        listed, on=["caseworker", "month"]
    )
    return Candidates(
        rows, clients.select("candidate", "person", "list_day", "month").sort("candidate", "person")
    )


def _blocked(staff: pl.DataFrame) -> pl.DataFrame:
    """The caseworkers in blocks where some leave and some stay.

    Blocks must not depend on who leaves: otherwise a leaver from a team of one would be compared
    with colleagues who, had they left, would have been compared within their own team.
    """
    alone = pl.len().over(BLOCK) == 1
    team = pl.when(alone).then(None).otherwise(pl.col("team").fill_null(""))
    marked = staff.with_columns(block_team=team)
    mixed = pl.col("left").any() & ~pl.col("left").all()
    return marked.filter(mixed.over("municipality", "month", "block_team"))


def _nobody(assignments: pl.DataFrame) -> pl.DataFrame:
    return assignments.clear().select(
        "caseworker",
        "person",
        "municipality",
        "team",
        month=pl.lit(None, pl.Date),
        list_day=pl.lit(None, pl.Date),
    )
