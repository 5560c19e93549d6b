"""Amounts month by month: states × rates, and the refund by weeks on support."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np
import polars as pl

from trajectories.arrays import Bools, Floats, Ints
from trajectories.errors import UserError
from trajectories.notebook.checked_frames import checked_frame, refuse_repeated
from trajectories.notebook.checked_values import texts_in, unmasked
from trajectories.notebook.described import described
from trajectories.sequences.coding import MISSING, VOID

WEEKS_A_MONTH = 52 / 12
EARLIEST, LATEST = 12 * 1900, 12 * 2200
"""Months that a register can hold; those of 1970 on or numbers such as 201507 lie outside."""


@described(lambda x: f"{x.amount.shape[0]:,} windows of {x.amount.shape[1]} months")
@dataclass(frozen=True)
class MonthlyCosts:
    """What each month of each window costs.

    Attributes:
        amount: kroner, float64 (windows, months).
        state: what of it the state bears; municipalities bear the rest.
    """

    amount: Floats
    state: Floats

    @property
    def municipal(self) -> Floats:
        """What municipalities bear."""
        return self.amount - self.state


def monthly_costs(
    states: Ints,
    alphabet: Sequence[str],
    first_month: Ints,
    rates: pl.DataFrame,
    refunds: pl.DataFrame | None = None,
) -> MonthlyCosts:
    """Multiply the months in each state with their rates.

    A state that the rates do not name costs nothing. The rate of a month is the latest one that
    begins no later. From a ladder's first month on, the state bears of a laddered rate what the
    ladder says, averaged over the weeks of the month: a window's k-th month on laddered support
    (k = 0, 1, …) runs from week k · 52/12 to (k + 1) · 52/12. Months on support before the window
    are not known here and do not count, months off support do not set the count back.

    Args:
        states: codes into `alphabet`, integers (windows, months); negative, missing or void where
            unknown, which costs nothing.
        alphabet: names of the states.
        first_month: months since year 0 of each window's first month, integers (windows,).
        rates: as `read_rates` returns them.
        refunds: as `read_refunds` returns them; None for no ladder.

    Raises:
        UserError: a window has months in a state before its first rate; rates or refunds lack a
            column, or a column holds what it must not; no rate is of a state of the alphabet.
        ValueError: states, alphabet and first months do not fit each other.
    """
    names = texts_in(alphabet, "alphabet")
    if isinstance(alphabet, Set) or len(set(names)) < len(names):
        raise ValueError("alphabet must be a list of states in their order, each once.")
    states = codes_in(states, len(names))
    first_month = _months(first_month, len(states))
    rates = usable_rates(rates)
    if not rates["state"].is_in(names).any():
        raise UserError("The rates name no state of the alphabet: name states alike in both.")
    n, length = states.shape
    calendar = first_month[:, None] + np.arange(length)
    amount, share = np.zeros((n, length)), np.zeros((n, length))
    laddered = np.zeros((n, length), dtype=bool)
    for code, name in enumerate(names):
        own = rates.filter(pl.col("state") == name)
        here = states == code
        if own.is_empty() or not here.any():
            continue
        row = np.searchsorted(own["month"].to_numpy(), calendar[here], side="right") - 1
        if (row < 0).any():
            year, month = divmod(int(own["month"][0]), 12)
            raise UserError(
                f"The rates of {name} begin in {year}-{month + 1:02d}, and windows have earlier "
                "months in this state: add a row with an earlier from_month."
            )
        amount[here] = own["amount"].to_numpy()[row]
        share[here] = own["state_share"].to_numpy()[row]
        laddered[here] = own["laddered"].to_numpy()[row]
    if refunds is not None:
        share = _on_the_ladder(share, laddered, calendar, usable_refunds(refunds))
    return MonthlyCosts(amount, amount * share)


def codes_in(states: object, size: int) -> Ints:
    """Return codes of states, those of missing and void positions as −1.

    Raises:
        ValueError: they are no table of whole numbers, or some are beyond the alphabet.
    """
    found = unmasked(states, "states")
    if found.ndim != 2 or found.dtype.kind not in "iu":
        raise ValueError(
            "states must be a table of whole numbers, the places of states in the alphabet, one "
            "row a window."
        )
    codes = np.where((found == MISSING) | (found == VOID) | (found < 0), np.int64(-1), found)
    if codes.max(initial=-1) >= size:
        raise ValueError(f"states must be below {size}, the number of states in the alphabet.")
    return codes.astype(np.int64, copy=False)


def _months(first_month: object, windows: int) -> Ints:
    """Return months since year 0, one a window."""
    found = unmasked(first_month, "first_month")
    if found.shape != (windows,) or found.dtype.kind not in "iu":
        raise ValueError(
            f"first_month must be {windows} whole numbers, one a window: 12 * year + month - 1."
        )
    months = found.astype(np.int64)
    if windows and not (months.min() >= EARLIEST and months.max() < LATEST):
        raise ValueError("first_month must count months since year 0: 12 * year + month - 1.")
    return months


def usable_rates(rates: object) -> pl.DataFrame:
    """Return rates as `read_rates` does, sorted.

    Raises:
        UserError: they lack a column, or a column holds what it must not.
    """
    found = checked_frame(
        rates,
        "rates",
        {
            "state": "label",
            "month": "whole",
            "amount": "amount",
            "state_share": "number",
            "laddered": "flag",
        },
    )
    _require_shares(found, "rates")
    refuse_repeated(found, ["state", "month"], "rates")
    return found.with_columns(pl.col("state").cast(pl.String)).sort("state", "month")


def usable_refunds(refunds: object) -> pl.DataFrame:
    """Return steps of the ladder as `read_refunds` does, sorted.

    Raises:
        UserError: they lack a column, a column holds what it must not, or a ladder does not begin
            with week 1.
    """
    found = checked_frame(
        refunds,
        "refunds",
        {"month": "whole", "from_week": "whole", "state_share": "number"},
    )
    _require_shares(found, "refunds")
    refuse_repeated(found, ["month", "from_week"], "refunds")
    begins = found.group_by("month").agg(pl.col("from_week").min())["from_week"]
    if not (begins == 1).all():
        raise UserError("The refunds have a ladder without a step from week 1.")
    return found.sort("month", "from_week")


def _require_shares(frame: pl.DataFrame, rows: str) -> None:
    beyond = int((~frame["state_share"].is_between(0, 1)).sum())
    if beyond:
        raise UserError(
            f"The column 'state_share' is not between 0 and 1 in {beyond:,} of {frame.height:,} "
            f"{rows}."
        )


def _on_the_ladder(share: Floats, laddered: Bools, calendar: Ints, refunds: pl.DataFrame) -> Floats:
    """Replace the state's share where a ladder is in force."""
    before: Ints = np.cumsum(laddered, axis=1) - laddered
    found = share.copy()
    # Each ladder holds until the next one begins.
    for (month,), steps in refunds.group_by("month", maintain_order=True):
        there = laddered & (calendar >= month)
        found[there] = refund_by_month(steps, laddered.shape[1])[before[there]]
    return found


def refund_by_month(steps: pl.DataFrame, months: int) -> Floats:
    """Average a ladder over the weeks of each month on support.

    Args:
        steps: from_week, state_share of one ladder, sorted; the first from week 1.
        months: months to compute.

    Returns:
        The state's share in the first, second, … month on support, float64 (months,).
    """
    edges = np.append(steps["from_week"].to_numpy() - 1.0, np.inf)
    left = np.arange(months)[:, None] * WEEKS_A_MONTH
    overlap = np.minimum(left + WEEKS_A_MONTH, edges[1:]) - np.maximum(left, edges[:-1])
    weeks = np.clip(overlap, 0.0, None)
    shares: Floats = weeks @ steps["state_share"].to_numpy() / WEEKS_A_MONTH
    return shares
