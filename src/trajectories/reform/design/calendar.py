"""The calendar of a design: months before, left out and after, and steps for trends."""

import datetime as dt
from dataclasses import dataclass

import polars as pl

from trajectories.notebook.checked_values import whole_number

BEFORE, AFTER = "before", "after"


@dataclass(frozen=True)
class Calendar:
    """Which months are compared.

    Attributes:
        date: the first day of the first month in force.
        anticipation_months: months before it that are left out, because the reform was known or
            because what is measured there reaches into it.
        span_months: months compared on either side.
        step_months: length of the steps in which trends are shown; months.
    """

    date: dt.date
    anticipation_months: int
    span_months: int
    step_months: int

    def __post_init__(self) -> None:
        """Check that steps fill the span.

        Raises:
            ValueError: no date, a length that is no whole number or below 1, a negative
                anticipation, or a span that is no multiple of the step.
        """
        date = self.date.date() if isinstance(self.date, dt.datetime) else self.date
        if not isinstance(date, dt.date):
            raise ValueError(f"date is {date!r}: give a datetime.date.")
        if date.day != 1:
            raise ValueError("date must be the first day of a month")
        object.__setattr__(self, "date", date)
        for name, least in (("anticipation_months", 0), ("span_months", 1), ("step_months", 1)):
            object.__setattr__(self, name, whole_number(getattr(self, name), name, least=least))
        if self.span_months % self.step_months:
            raise ValueError("span_months must be a multiple of step_months")

    @property
    def left_out_months(self) -> int:
        """Months left out: the anticipation, rounded up to whole steps."""
        return -(-self.anticipation_months // self.step_months) * self.step_months

    def moved(self, date: dt.date) -> "Calendar":
        """Return the same design at another date."""
        return Calendar(date, self.anticipation_months, self.span_months, self.step_months)

    def with_gap(self, months: int) -> "Calendar":
        """Return the same design with another number of months left out."""
        return Calendar(self.date, months, self.span_months, self.step_months)

    def months_from(self, month: pl.Expr) -> pl.Expr:
        """Months from the date to a month, negative before it."""
        return (
            (month.dt.year().cast(pl.Int64) - self.date.year) * 12
            + month.dt.month().cast(pl.Int64)
            - self.date.month
        )

    def side(self, month: pl.Expr) -> pl.Expr:
        """Name the side of each month, `BEFORE` or `AFTER`; null outside and where left out."""
        distance = self.months_from(month)
        first = -self.left_out_months - self.span_months
        return (
            pl.when(distance.is_between(first, -self.left_out_months - 1))
            .then(pl.lit(BEFORE))
            .when(distance.is_between(0, self.span_months - 1))
            .then(pl.lit(AFTER))
        )

    def step(self, month: pl.Expr) -> pl.Expr:
        """Number the step of each month: 0 begins at the date, −1 lies just before it.

        Steps are numbered by the calendar, so those left out have numbers too.
        """
        return self.months_from(month).floordiv(self.step_months)

    @property
    def steps_left_out(self) -> int:
        """Number of steps left out."""
        return self.left_out_months // self.step_months
