"""What a table must declare about itself before the gate lets it pass."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import polars as pl

from trajectories.notebook.checked_values import one_of
from trajectories.release.gate.links import Link
from trajectories.release.gate.rules import Rules

Unit = Literal["persons", "caseworkers", "windows", "rows", "months", "events", "weight", "other"]
Sensitivity = Literal["high", "moderate"]
Text = re.Pattern[str]
Derivation = Callable[[pl.DataFrame, Rules], pl.DataFrame]

INTEGER_DIMENSIONS = frozenset(
    {"cluster", "k", "lag", "node", "position", "rank", "stripe", "time"}
)
VALUE_TYPES: dict[str, pl.DataType] = {
    "chosen": pl.Boolean(),
    "decides": pl.Boolean(),
    "significant": pl.Boolean(),
    "months": pl.Int64(),
    "months_compared": pl.Int64(),
    "node": pl.Int64(),
    "parent": pl.Int64(),
}


@dataclass(frozen=True)
class Count:
    """A counted column.

    Attributes:
        name: the column.
        unit: what is counted; `weight` is a weighted count and may be fractional.
        guards: a small value withholds the whole row, because every number of the row rests on
            these persons or caseworkers. Otherwise it withholds itself and what is derived of it.
        optional: the column may be missing or null where it has no meaning; a count that guards and
            is not optional withholds its row where it is null.
    """

    name: str
    unit: Unit
    guards: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Total:
    """A sum of a count over a dimension, published beside it.

    Like any count it is rounded by itself, so that it is the same in all tables.

    Attributes:
        name: the new column.
        count: the count that is summed.
        over: the dimensions that are summed away.
    """

    name: str
    count: str
    over: tuple[str, ...]


@dataclass(frozen=True)
class ColumnSum:
    """A counted column that is the sum of another one over a dimension, repeated in its rows.

    Attributes:
        total: the column that holds the sum.
        count: the column that is summed.
        over: the dimensions that are summed away.
    """

    total: str
    count: str
    over: tuple[str, ...]


@dataclass(frozen=True)
class Whole:
    """Rows that are the sum of the other rows of a dimension, such as `all` ages.

    Attributes:
        dimension: the dimension.
        value: its value in the rows that are sums.
        counts: the columns that add up; persons need not, who may have windows in several rows.
    """

    dimension: str
    value: str
    counts: tuple[str, ...]


@dataclass(frozen=True)
class Estimate:
    """A number that a stage estimated.

    Attributes:
        name: the column.
        supported_by: a count whose size limits the significant digits; None gives the rules'
            digits.
        structural: true where the number follows from the configuration, such as the length of a
            window; it is not rounded there.
    """

    name: str
    supported_by: str | None = None
    structural: pl.Expr | None = field(default=None, compare=False)


@dataclass(frozen=True)
class LifeTable:
    """Names the columns of a life table, whose steps wait for enough events.

    Attributes:
        by: dimensions that make separate life tables.
        exit: the column of competing exits, None where there is one kind of event.
        survival: publish 1 − cumulative incidence (Kaplan–Meier).
    """

    by: tuple[str, ...]
    exit: str | None = None
    survival: bool = False


@dataclass(frozen=True)
class Form:
    """A coarser form of a table.

    Attributes:
        words: what is coarser about it, a message.
        change: the exact table, its declaration and the rules to those of the coarser form.
    """

    words: str
    change: Callable[
        [pl.DataFrame, "TableSpec", Rules],
        tuple[pl.DataFrame, "TableSpec"],
    ]


RULES = {
    "register": "ingest",
    "sequences": "windows",
    "typology": "cluster",
    "reform": "compare",
    "hazards": "estimate",
}
"""By stage, the rule of the workflow that makes most of its tables."""


WORD = re.compile(r"[\w-]+")
PARTS: dict[str, type] = {
    "dims": str,
    "counts": Count,
    "totals": Total,
    "estimates": Estimate,
    "values": str,
    "internal": str,
    "added": str,
    "grid": str,
    "drop_small": str,
}
"""Parts of a declaration that are tuples, and of what."""


@dataclass(frozen=True)
class TableSpec:
    """The declaration of one aggregate table.

    Attributes:
        stage: the stage that makes it.
        name: the table's name; its file is `<name>.parquet` and it leaves as
            `<stage>_<name>.csv`.
        sensitivity: `high` where cells are small groups of persons, else `moderate`. There is no
            third choice.
        row: what a row is, in words.
        dims: the columns that identify a row.
        links: what the counted columns and totals are functions of, so that it is known which
            released numbers follow from others; weights are shares of counts and need none.
        counts: the counted columns.
        totals: sums to be published beside them.
        column_sums: counted columns that are sums of others.
        wholes: rows that are sums of others.
        estimates: estimated columns.
        values: further columns (names, states, yes/no); withheld with their row.
        texts: what the texts of a column may be, where columns of its name hold others elsewhere.
        internal: columns that the gate uses and never publishes.
        at_least: the internal column with a number of persons that a row rests on at least; a small
            one withholds the row.
        residual: the internal column with the persons less the coefficients of the model that a row
            is of. A model with nearly as many of these tells the data of those: too few degrees of
            freedom withhold the row.
        dominance: the internal column with the share of the two largest contributors.
        derived: functions that recompute shares, means and curves from the published counts.
        added: the columns that these add, all numbers.
        grid: dimensions whose combinations are all published, so that a missing row is no sign of
            a zero.
        structural: true where a zero cannot be anything else and may be shown.
        begins: month 1 of `position` is that in which windows begin, so that another state than
            those of `Rules.origins` cannot be.
        whole: pairs (count, total): a cell that holds its whole total is flagged.
        keep: rows that may be published at all; the others are left out.
        distinct: rows that coincide in `dims` are one row.
        pool: the dimension whose too small rows are pooled into `other`.
        sum_of: (dimension, value): the row whose dimension has this value is published as the sum
            of the other published rows, so that nothing follows from a difference.
        drop_small: counts; rows in which none of them may be shown are left out, so that an absent
            row says no more than an empty one.
        life_table: the table is a life table.
        made_by: the rule of the workflow that makes it; that of its stage where none is given.
        ladder: coarser forms, each coarser than the one before; the table is released in the first
            of which few enough counts are small.
        form: what is coarser about the form that is released, a message; empty for the table
            itself.
    """

    stage: str
    name: str
    sensitivity: Sensitivity
    row: str
    dims: tuple[str, ...]
    links: tuple[Link, ...] = ()
    counts: tuple[Count, ...] = ()
    totals: tuple[Total, ...] = ()
    column_sums: tuple[ColumnSum, ...] = ()
    wholes: tuple[Whole, ...] = ()
    estimates: tuple[Estimate, ...] = ()
    values: tuple[str, ...] = ()
    texts: Mapping[str, Text] = field(default_factory=dict, compare=False)
    internal: tuple[str, ...] = ()
    at_least: str | None = None
    residual: str | None = None
    dominance: str | None = None
    derived: tuple[Derivation, ...] = ()
    added: tuple[str, ...] = ()
    grid: tuple[str, ...] = ()
    structural: pl.Expr | None = field(default=None, compare=False)
    begins: bool = False
    whole: tuple[tuple[str, str], ...] = ()
    keep: pl.Expr | None = field(default=None, compare=False)
    distinct: bool = False
    pool: str | None = None
    sum_of: tuple[str, str] | None = None
    drop_small: tuple[str, ...] = ()
    life_table: LifeTable | None = None
    made_by: str = ""
    ladder: tuple[Form, ...] = field(default=(), compare=False)
    form: str = ""

    def __post_init__(self) -> None:
        """Check the declaration.

        Raises:
            ValueError: a word is unknown, a part is no tuple of its kind, a name refers to nothing
                or is that of two columns, or nothing guards estimates of high sensitivity.
        """
        one_of(self.sensitivity, "sensitivity", get_args(Sensitivity))
        for part, word in (("stage", self.stage), ("name", self.name)):
            # They name the file in which the table leaves.
            if not isinstance(word, str) or not WORD.fullmatch(word):
                raise ValueError(f"{part} is {word!r}: give one word of letters, digits and _.")
        for part, kind in PARTS.items():
            held = getattr(self, part)
            if not isinstance(held, tuple) or not all(isinstance(one, kind) for one in held):
                raise ValueError(
                    f"{part} of the table {self.name} must be a tuple of {kind.__name__}, such as "
                    f"(…,), not {held!r}."
                )
        for count in self.counts:
            one_of(count.unit, f"the unit of {count.name}", get_args(Unit))
        counts = {count.name for count in self.counts}
        for part, named, known in self._references(counts):
            if strange := [name for name in named if name not in known]:
                raise ValueError(
                    f"{part} of the table {self.name} names {strange[0]!r}, which is none of "
                    f"{', '.join(sorted(known)) or 'none'}."
                )
        if twice := [name for name in self.published if self.published.count(name) > 1]:
            raise ValueError(f"The table {self.name} declares the column {twice[0]!r} twice.")
        guarded = any(count.guards for count in self.counts) or self.life_table is not None
        guarded = guarded or self.at_least is not None or self.residual is not None
        # A count that guards no row withholds itself, but no estimate of the same few persons.
        if self.sensitivity == "high" and not guarded and (self.estimates or not self.counts):
            raise ValueError(
                f"The table {self.name} is of high sensitivity and nothing guards its "
                "estimates: declare the count of their persons with guards=True."
            )

    def _references(
        self, counts: Collection[str]
    ) -> Iterator[tuple[str, Collection[str], Collection[str]]]:
        """Yield parts of the declaration, the names in them and those that they may be."""
        totals = {total.name for total in self.totals}
        yield "totals", [total.count for total in self.totals], counts
        for total in self.totals:
            if isinstance(total.over, str):
                raise ValueError(f"over of {total.name} must be a tuple: ({total.over!r},).")
            yield f"over of {total.name}", total.over, self.dims
        supports = [one.supported_by for one in self.estimates if one.supported_by is not None]
        yield "supported_by", supports, {*counts, *totals}
        yield "drop_small", self.drop_small, counts
        yield "pool", [self.pool] if self.pool is not None else [], self.dims
        yield "grid", self.grid, self.dims
        for part in ("at_least", "residual", "dominance"):
            name = getattr(self, part)
            yield part, [name] if name is not None else [], self.known

    @property
    def rule(self) -> str:
        """The rule of the workflow that makes it."""
        return self.made_by or RULES[self.stage]

    @property
    def file(self) -> str:
        """The released file's name without its ending."""
        return f"{self.stage}_{self.name}"

    @property
    def published(self) -> tuple[str, ...]:
        """All columns of the released table, in order."""
        return (
            *self.dims,
            *self.values,
            *(count.name for count in self.counts),
            *(total.name for total in self.totals),
            *(estimate.name for estimate in self.estimates),
            *self.added,
        )

    @property
    def known(self) -> frozenset[str]:
        """All columns that the stage may hand over."""
        return frozenset({*self.published, *self.internal})

    @property
    def required(self) -> frozenset[str]:
        """The columns that the stage must hand over."""
        return frozenset({*self.dims, *(c.name for c in self.counts if not c.optional)})

    def whole_rows(self, published: pl.DataFrame) -> list[dict[str, Any]]:
        """Find the cells of a released table whose count is their whole total, by dimension."""
        flagged: list[dict[str, Any]] = []
        for count, total in self.whole:
            rows = published.filter((pl.col(count) == pl.col(total)) & (pl.col(count) > 0))
            flagged += rows.select(self.dims).to_dicts()
        return flagged

    def dtype(self, column: str) -> pl.DataType:
        """Give the type of a released column."""
        if column in self.dims:
            return pl.Int64() if column in INTEGER_DIMENSIONS else pl.String()
        if column in self.values:
            return VALUE_TYPES.get(column, pl.String())
        whole = {count.name for count in self.counts if count.unit != "weight"}
        whole |= {total.name for total in self.totals if total.count in whole}
        return pl.Int64() if column in whole else pl.Float64()
