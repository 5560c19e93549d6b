"""What courses cost: monthly states and a table of rates in, amounts by who bears them out.

Nothing here is called saved money: an amount says what months in a state cost by a table of rates,
not what would have been paid had somebody left earlier.
"""

from typing import TYPE_CHECKING

from trajectories.lazy import lazily

if TYPE_CHECKING:
    from trajectories.costs.monthly import MonthlyCosts, monthly_costs
    from trajectories.costs.rates import read_rates, read_refunds
    from trajectories.costs.summaries import before_exit_table, cost_table, rate_table

__all__ = [
    "MonthlyCosts",
    "before_exit_table",
    "cost_table",
    "monthly_costs",
    "rate_table",
    "read_rates",
    "read_refunds",
]

__getattr__, __dir__ = lazily(__name__)
