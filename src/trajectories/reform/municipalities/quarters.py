"""What happens in each municipality and quarter."""

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from trajectories.errors import UserError
from trajectories.notebook.checked_frames import checked_frame, refuse_repeated
from trajectories.notebook.checked_values import texts_in, whole_number
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

    Raises:
        UserError: the months lack a column, a column holds what it must not, a person has a month
            twice, or no month has a state that is named.
        ValueError: states or exits are no lists of texts, there is no state of support, an exit is
            named as another column or shares a state with support or another exit, or
            lasting_months is no whole number from 1 on.
    """
    person_months = checked_frame(
        person_months,
        "person-months",
        {"person": "label", "month": "month", "state": "label", "municipality": "label"},
        may_miss=("state", "municipality"),
    )
    refuse_repeated(person_months, ["person", "month"], "person-months")
    lasting_months = whole_number(lasting_months, "lasting_months", least=1)
    states = texts_in(states, "states")
    if not states:
        raise ValueError("states is empty: name the states of support.")
    _require_exits(exits, states)
    if person_months.height:
        _require_known(person_months["state"], {"states": states, **exits})
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


def _require_exits(exits: object, states: Collection[str]) -> None:
    """Refuse exits that are no lists of texts by name, or that share states or columns."""
    if not isinstance(exits, Mapping) or not all(isinstance(name, str) for name in exits):
        raise ValueError('exits must name lists of states, such as {"job": ["job"]}.')
    columns = ["municipality", "quarter", "persons", "months", "entries"]
    taken = dict.fromkeys(states, "states")
    for name, listed in exits.items():
        for column in (name, f"{name}_lasting"):
            if column in columns:
                raise ValueError(f"exits names {name!r}, as another column is: rename it.")
            columns.append(column)
        for state in texts_in(listed, f"exits[{name!r}]"):
            if state in taken:
                raise ValueError(
                    f"exits[{name!r}] and {taken[state]} both name the state {state!r}: leave it "
                    "in one."
                )
            taken[state] = f"exits[{name!r}]"


def _require_known(column: pl.Series, named: Mapping[str, Collection[str]]) -> None:
    """Refuse states that no month has and, where the column lists its states, that are none."""
    listed = isinstance(column.dtype, pl.Enum)
    known = column.dtype.categories if isinstance(column.dtype, pl.Enum) else column.unique()
    states = known.cast(pl.String).drop_nulls().sort().to_list()
    for name, wanted in named.items():
        strange = [state for state in wanted if state not in states]
        # A column of texts cannot tell a state that nobody has from one that is misspelt.
        if strange and (listed or len(strange) == len(wanted)):
            raise UserError(
                f"{name} names the state {strange[0]!r}, which no person-month has; their states "
                f"are {', '.join(states)}."
            )


def _quarter(month: str) -> pl.Expr:
    date = pl.col(month)
    return pl.format("{} Q{}", date.dt.year(), date.dt.quarter()).alias("quarter")
