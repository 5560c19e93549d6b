"""What windows are balanced on, and who is at risk of leaving social assistance in a month."""

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

import polars as pl

from trajectories.reform.ages import DesignGroups
from trajectories.sequences import StateSequences

AGE_BANDS = (25, 30, 40, 50)


def with_covariates(windows: pl.DataFrame, sequences: StateSequences) -> pl.DataFrame:
    """Add the covariates of the comparison to windows.

    Args:
        windows: origin, age and, where the register has them, sex and municipality.
        sequences: the states of the same rows.

    Returns:
        The windows with age_band, state_at_origin, season ("Q1"…), and sex and municipality as
        texts ("unknown" throughout where the register has none).
    """
    labels = [str(state) for state in sequences.alphabet]
    first = pl.Series("state_at_origin", sequences.states[:, 0]).cast(pl.Int64)
    texts = [
        (pl.col(name).cast(pl.String) if name in windows.columns else pl.lit(None, pl.String))
        .fill_null("unknown")
        .alias(name)
        for name in ("sex", "municipality")
    ]
    return windows.with_columns(
        *texts,
        age_band=_band(pl.col("age")),
        state_at_origin=first.replace_strict(dict(enumerate(labels)), default="unknown"),
        season=pl.format("Q{}", pl.col("origin").dt.quarter()),
    )


def _band(age: pl.Expr) -> pl.Expr:
    bands = [(AGE_BANDS[0], f"under {AGE_BANDS[0]}")]
    bands += [(after, f"{first}-{after - 1}") for first, after in pairwise(AGE_BANDS)]
    return pl.coalesce(
        *(pl.when(age < below).then(pl.lit(label)) for below, label in bands),
        pl.when(age >= AGE_BANDS[-1]).then(pl.lit(f"{AGE_BANDS[-1]}+")),
        pl.lit("unknown"),
    )


def months_at_risk(
    person_months: pl.DataFrame,
    persons: pl.DataFrame,
    exits: Mapping[str, Sequence[str]],
    *,
    states: Collection[str],
    groups: DesignGroups,
) -> pl.DataFrame:
    """Return the months on social assistance, and to where each of them leads.

    Args:
        person_months: person, month (first day), state.
        persons: person, birth_date.
        exits: by name, the states of an exit.
        states: the states at risk.
        groups: the ages, in the month, of the touched and of the comparison group.

    Returns:
        person, month, touched, weight (1), and one Boolean column an exit: the next month's state
        is one of its states. Months without a next one or a birth date, and those of neither group,
        are absent.
    """
    dtype = person_months["state"].dtype
    next_month = pl.col("month").shift(-1)
    age = (
        pl.col("month").dt.year()
        - pl.col("birth_date").dt.year()
        - (pl.col("birth_date").dt.month() >= pl.col("month").dt.month()).cast(pl.Int32)
    )
    return (
        _sorted(person_months.select("person", "month", "state"))
        .with_columns(
            next_month=pl.when(pl.col("person") == pl.col("person").shift(-1)).then(next_month),
            later=pl.col("state").shift(-1),
        )
        # What is made of texts and dates is made of the months at risk alone.
        .filter(_one_of("state", states, dtype))
        .filter(pl.col("next_month") == pl.col("month").dt.offset_by("1mo"))
        .join(
            persons.select("person", "birth_date"), on="person", how="left", maintain_order="left"
        )
        .drop_nulls("birth_date")
        .select(
            "person",
            "month",
            groups.told(age).alias("touched"),
            pl.lit(1.0).alias("weight"),
            *(_one_of("later", to, dtype).alias(name) for name, to in exits.items()),
        )
        .drop_nulls("touched")
    )


def _sorted(person_months: pl.DataFrame) -> pl.DataFrame:
    """Return the months by person and month; where they lie so, no second copy is made of them."""
    person, month = pl.col("person"), pl.col("month")
    later = (person.shift(1) > person) | ((person.shift(1) == person) & (month.shift(1) > month))
    if person_months.select(later.any()).item():
        return person_months.sort("person", "month")
    return person_months


def _one_of(column: str, states: Collection[str], dtype: pl.DataType) -> pl.Expr:
    """Tell where a state is one of some, compared in the column's own type."""
    if isinstance(dtype, pl.Enum):
        known = [state for state in states if state in dtype.categories]
        return pl.col(column).is_in(pl.Series(known, dtype=dtype).implode())
    return pl.col(column).cast(pl.String).is_in(list(states))
