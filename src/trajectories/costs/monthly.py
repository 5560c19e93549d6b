"""Amounts month by month: states × rates, and the refund by weeks on support."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from trajectories.arrays import Bools, Floats, Ints
from trajectories.errors import UserError
from trajectories.notebook.described import described

WEEKS_A_MONTH = 52 / 12


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
        states: codes into `alphabet`, integers (windows, months); negative where unknown, which
            costs nothing.
        alphabet: names of the states.
        first_month: months since year 0 of each window's first month, integers (windows,).
        rates: as `read_rates` returns them.
        refunds: as `read_refunds` returns them; None for no ladder.

    Raises:
        UserError: a window has months in a state before its first rate.
    """
    n, length = states.shape
    calendar = first_month[:, None].astype(np.int64) + np.arange(length)
    amount, share = np.zeros((n, length)), np.zeros((n, length))
    laddered = np.zeros((n, length), dtype=bool)
    for code, name in enumerate(alphabet):
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
        share = _on_the_ladder(share, laddered, calendar, refunds)
    return MonthlyCosts(amount, amount * share)


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
