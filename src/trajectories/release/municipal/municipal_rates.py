"""Rates by municipality, from the published counts of released tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from trajectories.reform.municipalities.municipal_tables import ALL
from trajectories.release.tables import Tables
from trajectories.words import _

SUPPORT, EXITS = "municipality_support", "municipality_exits"
CHANGES, CASELOADS = "municipality_changes", "municipality_caseloads"
JOB = "job"
PLACE = ("municipality", "year")


@dataclass(frozen=True)
class Rate:
    """A quotient of published counts.

    Attributes:
        label: what it is, a message.
        above: table, count and exit of the numerator.
        below: the same of the denominator.
        percent: whether it is a share.
    """

    label: str
    above: tuple[str, str, str | None]
    below: tuple[str, str, str | None]
    percent: bool = True

    @property
    def tables(self) -> set[str]:
        """The tables that it is made of."""
        return {self.above[0], self.below[0]}


MONTHS = (SUPPORT, "months", None)
RATES: Mapping[str, Rate] = {
    "entries": Rate(_("New on support, per month on support"), (SUPPORT, "entries", None), MONTHS),
    "exits": Rate(_("Left support, per month on support"), (EXITS, "exits", ALL), MONTHS),
    "jobs": Rate(_("Left for a job, per month on support"), (EXITS, "exits", JOB), MONTHS),
    "lasting": Rate(_("Exits to a job that last"), (EXITS, "lasting", JOB), (EXITS, "exits", JOB)),
    "changes": Rate(
        _("Changes of caseworker, per client and month"),
        (CHANGES, "changes", None),
        (CASELOADS, "client_months", None),
    ),
    "caseload": Rate(
        _("Clients per caseworker"),
        (CASELOADS, "client_months", None),
        (CASELOADS, "caseworker_months", None),
        percent=False,
    ),
}
"""What is compared, by name."""


def known_rates(tables: Tables) -> list[str]:
    """Name the rates whose tables the release holds."""
    return [name for name, rate in RATES.items() if rate.tables <= set(tables)]


def rates_by_year(tables: Tables, name: str) -> pl.DataFrame:
    """Return a rate by municipality and year, the rows `all` among them.

    Returns:
        municipality, year, above, below, rate; null where a count was withheld.
    """
    rate = RATES[name]
    above, below = _count(tables, *rate.above, "above"), _count(tables, *rate.below, "below")
    return (
        below.join(above, on=PLACE, how="left")
        .with_columns(rate=pl.col("above") / pl.col("below"))
        .sort(PLACE)
    )


def years_of(tables: Tables, reform_year: int) -> dict[Literal["before", "after"], list[str]]:
    """Divide the released years into those before the reform and those from it on."""
    years = sorted(tables[SUPPORT]["year"].unique())
    return {
        "before": [year for year in years if int(year) < reform_year],
        "after": [year for year in years if int(year) >= reform_year],
    }


def rates_by_side(tables: Tables, name: str, reform_year: int) -> pl.DataFrame:
    """Return a rate by municipality before the reform and after it, from whole years.

    Years in which a count was withheld anywhere leave their municipality without a rate: what is
    left would be a selection.

    Returns:
        municipality, side ("before", "after"), above, below, rate.
    """
    yearly = rates_by_year(tables, name)
    parts = []
    for side, years in years_of(tables, reform_year).items():
        own = yearly.filter(pl.col("year").is_in(years))
        # Exits of the last year may not have been followed long enough anywhere.
        seen = own.filter(pl.col("above").is_not_null())["year"].unique()
        parts.append(
            own.filter(pl.col("year").is_in(seen.implode()))
            .group_by("municipality")
            .agg(
                pl.lit(side).alias("side"),
                *(
                    pl.when(pl.col(count).null_count() == 0).then(pl.col(count).sum()).alias(count)
                    for count in ("above", "below")
                ),
            )
        )
    return (
        pl.concat(parts)
        .with_columns(rate=pl.col("above") / pl.col("below"))
        .sort("municipality", "side", descending=[False, True])
    )


def places_of(tables: Tables) -> list[str]:
    """Name the municipalities, without the row of all together, in the order of their codes."""
    found = tables[SUPPORT]["municipality"].unique().to_list()
    return sorted((one for one in found if one != ALL), key=lambda one: (len(one), one))


def _count(tables: Tables, name: str, count: str, exit_: str | None, alias: str) -> pl.DataFrame:
    table = tables[name]
    if exit_ is not None:
        table = table.filter(pl.col("exit") == exit_)
    return table.select(*PLACE, pl.col(count).alias(alias))
