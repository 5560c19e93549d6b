"""What happens in each municipality and quarter."""

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from trajectories.reform.municipalities.support_events import support_events


def municipality_quarters(
    person_months: pl.DataFrame,
    exits: Mapping[str, Sequence[str]],
    *,
    states: Collection[str],
    lasting_months: int = 6,
) -> pl.DataFrame:
    """Count entries, months on support and exits by municipality and quarter.

    An exit from the states of support is dated in the first month outside of them; it lasts if
    the following `lasting_months` − 1 months are seen and none of them is on support.

    Args:
        person_months: person, month (first day), state, municipality; one row a month.
        exits: by name, the states of an exit.
        states: the states of support.
        lasting_months: months without support that make an exit last.

    Returns:
        municipality, quarter ("2014 Q1"), persons, months, entries (months on support whose month
        before is not), and by exit `<name>` and `<name>_lasting`. Exits and persons belong to the
        municipality of the last month on support. Months without a month before (the extract's
        first) are no entries.
    """
    found = support_events(person_months, exits, states=states, lasting_months=lasting_months)
    counts = (
        found.months.with_columns(_quarter("month"))
        .group_by("municipality", "quarter")
        .agg(
            persons=pl.col("person").n_unique().cast(pl.Int64),
            months=pl.len().cast(pl.Int64),
            entries=pl.col("entry").sum().cast(pl.Int64),
        )
    )
    exited = (
        found.exits.with_columns(_quarter("month"))
        .group_by("municipality", "quarter")
        .agg(
            count.sum().cast(pl.Int64).alias(name)
            for exit in exits
            for name, count in (
                (exit, pl.col("exit") == exit),
                (f"{exit}_lasting", (pl.col("exit") == exit) & pl.col("lasting")),
            )
        )
    )
    return (
        counts.join(exited, on=["municipality", "quarter"], how="full", coalesce=True)
        .with_columns(pl.exclude("municipality", "quarter").fill_null(0))
        .sort("municipality", "quarter", nulls_last=True)
    )


def _quarter(month: str) -> pl.Expr:
    date = pl.col(month)
    return pl.format("{} Q{}", date.dt.year(), date.dt.quarter()).alias("quarter")
