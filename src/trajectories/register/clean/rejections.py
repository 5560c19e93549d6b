"""Reports on rejected rows: console lines, warnings, and the error if nearly all are rejected.

Counts are rounded, since console output is easily shared.
"""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
import polars as pl

from trajectories.config.sections.register import RegisterConfig
from trajectories.errors import UserError
from trajectories.register.clean.accounting import STEPS, Ledger
from trajectories.register.clean.mending import find_mend
from trajectories.register.read.readers import RawTable

WARN: Final = 0.1
STOP: Final = 0.9
FEWEST: Final = 5
FEWEST_TO_STOP: Final = 10
"""Smallest table for which shares are judged."""
NEEDED: Final = ("persons", "spells", "dream")
"""Tables that need at least one usable row."""

Advice = Callable[[str], str | None]


def about(count: int) -> str:
    """Return a count in words, rounded to a multiple of five; counts under five are hidden."""
    if 0 < count < FEWEST:
        return f"fewer than {FEWEST}"
    return f"{(count + FEWEST // 2) // FEWEST * FEWEST:,}"


def table_lines(accounting: pl.DataFrame) -> Iterator[str]:
    """Yield one line per table: how many rows were read and how they were used."""
    for table in accounting["table"].unique(maintain_order=True):
        own = accounting.filter(pl.col("table") == table)
        counts = dict(own.group_by("step").agg(pl.col("rows").sum()).iter_rows())
        said = [f"{about(counts[step])} {step}" for step in STEPS[:0:-1] if counts.get(step)]
        origin = own.filter(pl.col("step") == "read")["reason"][0]
        line = f"{table}: {about(counts['read'])} {origin}" + "".join(f", {x}" for x in said)
        reason = _commonest(own)
        yield f"{line}, most often because {reason}" if reason else line


def weigh(
    accounting: pl.DataFrame, config: RegisterConfig, *, file: str, advice: Advice
) -> str | None:
    """Judge how many rows of a table were rejected.

    Returns:
        A warning with a remedy if more than a tenth of the rows were rejected.

    Raises:
        UserError: more than nine tenths were rejected and the configuration does not allow that.
    """
    reason = _commonest(accounting)
    read = _count(accounting, "read")
    rejected = _count(accounting, "rejected")
    if reason is None or rejected <= WARN * read:
        return None
    table = accounting["table"][0]
    if rejected == read and table in NEEDED:
        raise no_usable_row(accounting, file=file, advice=advice)
    why = f"most often because {_with_mend(reason, advice)}"
    if (
        read >= FEWEST_TO_STOP
        and rejected > STOP * read
        and table not in config.allow_mostly_rejected
    ):
        raise UserError(
            f"{file}: more than nine tenths of the rows of {table} were rejected, {why}; "
            "correct the file or its description in the config, or, if that is right, add "
            f"{table} to register.allow_mostly_rejected."
        )
    certain = min(rejected, read - rejected) >= FEWEST
    rough = "more than nine tenths" if rejected > STOP * read else "more than a tenth"
    share = f"{rejected / read:.0%}" if certain else rough
    return f"{file}: {share} of the rows of {table} were rejected, {why}."


def no_usable_row(accounting: pl.DataFrame, *, file: str, advice: Advice) -> UserError:
    """Return an error with the reason why no row of a table is usable, and a remedy."""
    reason = str(_commonest(accounting))
    return UserError(
        f"{file} holds no usable row: of {about(_count(accounting, 'read'))} rows all were "
        f"rejected, most often because {_with_mend(reason, advice)}; correct the file or its "
        "description in the config."
    )


def _with_mend(reason: str, advice: Advice) -> str:
    mend = advice(reason)
    return reason if mend is None else f"{reason}; {mend}"


def advise(raw: RawTable, ledger: Ledger, keys: pl.Series | None = None) -> Advice:
    """Return a function that gives a remedy for the rows rejected for a reason."""

    def advice(reason: str) -> str | None:
        rejected = ledger.rejected()
        rows: np.ndarray = rejected.filter(pl.col("reason") == reason)["row"].to_numpy()
        mend = find_mend(raw, rows, reason, keys=keys)
        return None if mend is None else mend.words

    return advice


def _count(accounting: pl.DataFrame, step: str) -> int:
    return int(accounting.filter(pl.col("step") == step)["rows"].sum())


def _commonest(accounting: pl.DataFrame) -> str | None:
    rejected = accounting.filter(pl.col("step") == "rejected")
    ordered = rejected.sort("rows", "reason", descending=[True, False])
    return ordered["reason"][0] if ordered.height else None
