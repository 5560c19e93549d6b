"""What happens in each municipality and quarter."""

from collections.abc import Collection, Mapping, Sequence

import polars as pl


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
    support = pl.col("state").cast(pl.String).is_in(list(states))
    ordered = (
        person_months.select("person", "month", "state", "municipality")
        .sort("person", "month")
        .with_columns(
            support=support,
            follows=pl.col("month") == pl.col("month").shift(1).over("person").dt.offset_by("1mo"),
        )
        # A run is a stretch of months without a gap, all on support or none.
        .with_columns(
            run=(
                ~pl.col("follows").fill_null(value=False)
                | (pl.col("support") != pl.col("support").shift(1).over("person"))
            )
            .fill_null(value=True)
            .cum_sum()
        )
        .with_columns(length=pl.len().over("run"), first=pl.int_range(pl.len()).over("run") == 0)
    )
    before = {
        "on_support_before": pl.col("support").shift(1).over("person"),
        "municipality_before": pl.col("municipality").shift(1).over("person"),
    }
    joined = ordered.with_columns(**before).drop("run")
    begins = pl.col("first") & pl.col("follows").fill_null(value=False)
    on = joined.filter("support").select(
        "municipality",
        _quarter("month"),
        "person",
        entry=begins & ~pl.col("on_support_before").fill_null(value=True),
    )
    counts = on.group_by("municipality", "quarter").agg(
        persons=pl.col("person").n_unique().cast(pl.Int64),
        months=pl.len().cast(pl.Int64),
        entries=pl.col("entry").sum().cast(pl.Int64),
    )
    state = pl.col("state").cast(pl.String)
    left = joined.filter(
        begins & ~pl.col("support") & pl.col("on_support_before").fill_null(value=False)
    )
    exited = (
        left.select(
            pl.col("municipality_before").alias("municipality"),
            _quarter("month"),
            *(
                expression.alias(name)
                for exit, to in exits.items()
                for name, expression in (
                    (exit, state.is_in(list(to))),
                    (
                        f"{exit}_lasting",
                        state.is_in(list(to)) & (pl.col("length") >= lasting_months),
                    ),
                )
            ),
        )
        .group_by("municipality", "quarter")
        .agg(pl.exclude("municipality", "quarter").sum().cast(pl.Int64))
    )
    return (
        counts.join(exited, on=["municipality", "quarter"], how="full", coalesce=True)
        .with_columns(pl.exclude("municipality", "quarter").fill_null(0))
        .sort("municipality", "quarter", nulls_last=True)
    )


def _quarter(month: str) -> pl.Expr:
    date = pl.col(month)
    return pl.format("{} Q{}", date.dt.year(), date.dt.quarter()).alias("quarter")
