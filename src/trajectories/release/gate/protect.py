"""The gate: exact aggregates in, publishable tables and a log out."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl

from trajectories.arrays import Bools, Floats, Ints
from trajectories.errors import UserError
from trajectories.notebook.pandas_frames import as_frame
from trajectories.release.gate.derive import EXACT_PREFIX, floats, with_floats
from trajectories.release.gate.layout import System, known_zeros, lay_out
from trajectories.release.gate.life_tables import publish_life_table
from trajectories.release.gate.prepare import prepare, structural_zeros
from trajectories.release.gate.rounding import (
    publish_counts,
    round_significant,
    supported_significant,
)
from trajectories.release.gate.rules import Rules
from trajectories.release.gate.spec import TableSpec
from trajectories.release.gate.standing import Standing, rows_standing
from trajectories.release.gate.vocabulary import check_texts
from trajectories.release.gate.weights import publish_weights
from trajectories.release.gate.withholding import Hidden, View, nothing_hidden


@dataclass(frozen=True)
class Log:
    """What the gate did to one table. It holds positions of small cells and stays private.

    Attributes:
        table: `stage/name`.
        sensitivity: the declared sensitivity.
        rules: the rules' name.
        rows_in: rows that the stage handed over.
        rows_out: rows that leave.
        cells: counted cells in the table, completed ones included.
        withheld: counted cells that do not leave.
        form: what is coarser about the form that is released; empty for the table itself.
        complementary: rows withheld so that others cannot be inferred.
        dominated: rows whose sum two contributors dominate.
        standing: rows that show numbers of an earlier release in place of their own.
        whole_rows: the dimensions of cells that hold a whole total.
    """

    table: str
    sensitivity: str
    rules: str
    rows_in: int
    rows_out: int
    cells: int
    withheld: int
    form: str = ""
    complementary: int = 0
    dominated: int = 0
    standing: int = 0
    whole_rows: list[dict[str, Any]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Give the log as plain values for JSON."""
        return dict(self.__dict__)


@dataclass(frozen=True)
class Exact:
    """A table in the form of its declaration, before anything is withheld.

    Attributes:
        spec: its declaration.
        handed: rows that the stage handed over.
        frame: the exact table.
        structural: (rows,) zeros that cannot be anything else.
        dominated: (rows,) sums that few contributors dominate.
        small: (rows,) rows that rest on too few, dominated ones included.
        as_shown: the table of which the numbers are published: the exact one, with those numbers of
            earlier releases that stand.
    """

    spec: TableSpec
    handed: int
    frame: pl.DataFrame
    structural: Bools
    dominated: Bools
    small: Bools
    as_shown: pl.DataFrame

    @classmethod
    def of(cls, table: pl.DataFrame, spec: TableSpec, rules: Rules) -> "Exact":
        """Check a table, bring it into form and find the rows that are too small."""
        frame = prepare(table, spec, rules)
        if frame.is_empty() or spec.life_table is not None:
            none = np.zeros(frame.height, dtype=bool)
            return cls(spec, table.height, frame, none, none, none, frame)
        structural = structural_zeros(frame, spec, rules)
        made = cls(spec, table.height, frame, structural, structural, structural, frame)
        return made.standing(frame, rules)

    def standing(self, frame: pl.DataFrame, rules: Rules) -> "Exact":
        """Publish the numbers of another frame, in which some stand of earlier releases."""
        if frame.is_empty() or self.spec.life_table is not None:
            return replace(self, as_shown=frame)
        dominated = _dominated(frame, self.spec, rules)
        small = (dominated | _guarded(frame, self.spec, rules)) & ~self.structural
        return replace(self, as_shown=frame, dominated=dominated, small=small)


Comparison = Callable[[System, Bools, Mapping[str, Exact]], Standing]
"""Gives what stands of earlier releases, from the numbers of a new one, the zeros that everybody
knows and the exact tables."""


def protect(table: pl.DataFrame, spec: TableSpec, rules: Rules) -> tuple[pl.DataFrame, Log]:
    """Turn an exact aggregate into a table that may be published, by itself.

    Tables of one release are protected together, by `protect_all`: a number of one may follow from
    those of another.

    Args:
        table: the exact aggregate as a stage wrote it, one row per combination of `spec.dims`.
        spec: the table's declaration.
        rules: the disclosure rules.

    Returns:
        The publishable table, its columns those of `spec.published`, and the log.

    Raises:
        UserError: a column is missing or undeclared, a count is negative or no number, a row occurs
            twice, a text is none that the column may hold, or no declaration or rules are given.

    Examples:
        >>> import polars as pl
        >>> from trajectories.release import PRESETS, Count, TableSpec, protect
        >>> exact = pl.DataFrame({"municipality": [159, 657, 820], "persons": [1203, 418, 3]})
        >>> counts = (Count("persons", "persons", guards=True),)
        >>> spec = TableSpec(
        ...     "register", "places", "high", "persons", ("municipality",), counts=counts
        ... )
        >>> table, _log = protect(exact, spec, PRESETS["default"])
        >>> table["persons"].to_list()
        [1205, 420, None]

    See Also:
        `TableSpec`, `Rules`, `PRESETS`.

    R equivalent: `sdcTable::protectTable`, which withholds and does not round.
    """
    if not isinstance(spec, TableSpec) or not isinstance(rules, Rules):
        raise UserError("protect takes a table, its TableSpec and Rules, in this order.")
    return protect_all({spec.name: (as_frame(table), spec)}, rules).tables[spec.name]


@dataclass(frozen=True)
class Release:
    """All tables of a release.

    Attributes:
        tables: publishable table and log of each, by name.
        view: the numbers and identities of the release, with what is withheld of them; None where
            no rule is applied.
        gone: (variables,) numbers that are not shown.
        exact: the exact tables in the form of their declarations.
    """

    tables: dict[str, tuple[pl.DataFrame, Log]]
    view: View | None
    gone: Bools
    exact: dict[str, Exact]


def protect_all(
    tables: Mapping[str, tuple[pl.DataFrame, TableSpec]],
    rules: Rules,
    untold: Callable[[View, Bools], tuple[Ints, Ints]] | None = None,
    earlier: Comparison | None = None,
    finer: Mapping[str, tuple[pl.DataFrame, TableSpec]] | None = None,
) -> Release:
    """Turn the exact aggregates of a release into tables that may be published together.

    Small counts are withheld and the others rounded; a row whose persons or caseworkers are too
    few loses all its numbers; sums that two contributors dominate are withheld; so are numbers
    that would bound a withheld one too tightly, in whichever table they stand; shares, means and
    curves are recomputed from what is published.

    Args:
        tables: exact aggregate and declaration, by name.
        rules: the disclosure rules.
        untold: gives the withheld numbers that could still be told, and those of parts in which no
            counts agree with what moved numbers show, from the numbers and from which of them are
            not shown. Moves are undone and more is withheld until there is none, at last all that
            identities connect with a number that can be told.
        earlier: gives what stands of earlier releases; None where none is known.
        finer: what is released in a coarser form, as it would be prepared without one.

    Raises:
        UserError: a table is not what its declaration says, or a number can be told although all
            that identities connect with it is withheld: they alone fix it, such as a sum of
            nothing but zeros that everybody knows.
    """
    exact = {name: Exact.of(table, spec, rules) for name, (table, spec) in tables.items()}
    view, gone = None, np.zeros(0, dtype=bool)
    if not rules.exact:
        view, exact = _view(exact, rules, earlier, finer)
        gone = view.protect()
        again: Counter[int] = Counter()
        while untold is not None:
            told, impossible = untold(view, gone)
            if not len(told):
                break
            if not view.undo(impossible):
                if not view.hide(told, gone, again):
                    raise UserError(view.say_told(told))
                again.update(told.tolist())
            gone = view.protect()
    published = {
        name: publish(
            one,
            view.hidden[name] if view else nothing_hidden(one.frame, one.spec, one.small, rules),
            view.shown_in(name, one.as_shown) if view else {},
            rules,
        )
        for name, one in exact.items()
    }
    return Release(published, view, gone, exact)


def _view(
    exact: dict[str, Exact],
    rules: Rules,
    earlier: Comparison | None,
    finer: Mapping[str, tuple[pl.DataFrame, TableSpec]] | None,
) -> tuple[View, dict[str, Exact]]:
    """See the numbers of a release, and the exact tables with what stands of earlier ones."""
    prepared = {name: (one.frame, one.spec) for name, one in exact.items()}
    system = lay_out(prepared, finer, rules.pooled if finer else {})
    known = known_zeros(system, {name: one.structural for name, one in exact.items()})
    standing = None
    if earlier is not None:
        standing = earlier(system, known, exact)
        exact = {
            name: one.standing(standing.frames.get(name, one.frame), rules)
            for name, one in exact.items()
        }
    hidden = {
        name: nothing_hidden(one.as_shown, one.spec, one.small, rules)
        for name, one in exact.items()
    }
    guards = {
        name: frozenset(count.name for count in one.spec.counts if count.guards)
        for name, one in exact.items()
    }
    return View(system, hidden, known, guards, rules, standing), exact


def publish(
    one: Exact, hidden: Hidden, shown: Mapping[str, Floats], rules: Rules
) -> tuple[pl.DataFrame, Log]:
    """Publish a table, with some of its numbers withheld and `shown` in place of others."""
    exact, spec, structural = one.as_shown, one.spec, one.structural
    if exact.is_empty():
        schema = {name: spec.dtype(name) for name in dict.fromkeys(spec.published)}
        nothing = pl.DataFrame(schema=schema)
        return nothing, _log(one, rules, nothing, cells=0, withheld=0)
    if spec.life_table is not None:
        published = publish_life_table(exact, spec.life_table, rules)
        steps = int((floats(exact, "events") > 0).sum())
        made = published.height - published["events"].null_count()
        log = _log(one, rules, published, cells=steps, withheld=max(0, steps - made))
        return _shape(published, spec), log
    published = _publish_counts(exact, spec, rules, hidden, structural, shown)
    counts = [count.name for count in spec.counts]
    before, after = exact.select(counts).null_count(), published.select(counts).null_count()
    for total in spec.totals:
        values = shown.get(total.name, publish_counts(floats(exact, total.name), rules))
        values = np.where(hidden.cells[total.name], np.nan, values)
        published = with_floats(published, **{total.name: values})
    published = publish_weights(published, exact, spec, rules)
    published = _publish_estimates(published, exact, spec, rules, hidden.rows)
    for derivation in spec.derived:
        published = derivation(published, rules)
    whole = spec.whole_rows(published)
    if spec.drop_small:
        any_shown = [pl.col(name).is_not_null() for name in spec.drop_small]
        published = published.filter(pl.any_horizontal(any_shown))
    log = _log(
        one,
        rules,
        published,
        cells=exact.height * len(counts) - int(sum(before.row(0))),
        withheld=int(sum(after.row(0)) - sum(before.row(0))),
        complementary=int((hidden.rows & ~one.small).sum()),
        dominated=int(one.dominated.sum()),
        whole_rows=whole,
    )
    return _shape(published, spec), log


def _log(one: Exact, rules: Rules, published: pl.DataFrame, **found: Any) -> Log:
    return Log(
        table=f"{one.spec.stage}/{one.spec.name}",
        sensitivity=one.spec.sensitivity,
        rules=rules.name,
        form=one.spec.form,
        rows_in=one.handed,
        rows_out=published.height,
        standing=rows_standing(one.frame, one.as_shown),
        **found,
    )


def _guarded(table: pl.DataFrame, spec: TableSpec, rules: Rules) -> Bools:
    """Find rows that rest on too few, or an unknown number, of what must be many."""
    small = np.zeros(table.height, dtype=bool)
    for count in spec.counts:
        if count.guards:
            values = floats(table, count.name)
            small |= values < rules.threshold
            if not (count.optional or rules.exact):
                small |= np.isnan(values)
    if spec.at_least is not None:
        values = floats(table, spec.at_least)
        small |= (values < rules.threshold) | (np.isnan(values) & (not rules.exact))
    if spec.residual is not None:
        small |= floats(table, spec.residual) < rules.least_degrees
    return small


def _dominated(table: pl.DataFrame, spec: TableSpec, rules: Rules) -> Bools:
    """Find rows whose sum the two largest contributors dominate."""
    if spec.dominance is None or rules.exact:
        return np.zeros(table.height, dtype=bool)
    return floats(table, spec.dominance) > rules.dominance


def _publish_counts(
    exact: pl.DataFrame,
    spec: TableSpec,
    rules: Rules,
    hidden: Hidden,
    structural: Bools,
    shown: Mapping[str, Floats],
) -> pl.DataFrame:
    """Withhold and round counts, and withhold what else stands in a withheld row."""
    published = exact
    for count in spec.counts:
        values = floats(exact, count.name)
        counted = shown.get(count.name, publish_counts(values, rules))
        counted = np.where(structural, values, counted)
        gone = hidden.rows | hidden.cells[count.name]
        published = with_floats(published, **{count.name: np.where(gone, np.nan, counted)})
    if spec.sum_of is not None and not rules.exact:
        published = _replace_by_sum(published, spec, *spec.sum_of)
    keep = pl.Series(~hidden.rows)
    return published.with_columns(
        pl.when(keep).then(pl.col(name)).otherwise(None).alias(name) for name in spec.values
    )


def _replace_by_sum(
    published: pl.DataFrame, spec: TableSpec, dimension: str, value: str
) -> pl.DataFrame:
    """Publish a whole as the sum of its published parts, where it has any."""
    by = [name for name in spec.dims if name not in (dimension, spec.pool)]
    is_whole = pl.col(dimension) == value
    for name in (count.name for count in spec.counts):
        parts = pl.col(name).filter(~is_whole).sum().over(by)
        new = pl.when(is_whole & (parts > 0)).then(parts).otherwise(pl.col(name))
        published = published.with_columns(new.alias(name))
    return published


def _publish_estimates(
    published: pl.DataFrame, exact: pl.DataFrame, spec: TableSpec, rules: Rules, withheld: Bools
) -> pl.DataFrame:
    """Round estimates to the digits that the rules and their counts allow."""
    for estimate in spec.estimates:
        values = np.where(withheld, np.nan, floats(exact, estimate.name))
        digits: Any = rules.significant_digits
        if estimate.supported_by is not None:
            digits = supported_significant(floats(published, estimate.supported_by), rules)
        rounded = round_significant(values, digits, rules)
        if estimate.structural is not None:
            fixed = exact.select(estimate.structural.fill_null(False)).to_series().to_numpy()
            rounded = np.where(fixed, values, rounded)
        columns = {estimate.name: rounded, f"{EXACT_PREFIX}{estimate.name}": values}
        published = with_floats(published, **columns)
    return published


def _shape(published: pl.DataFrame, spec: TableSpec) -> pl.DataFrame:
    shaped = published.select(
        pl.col(column).cast(spec.dtype(column)) for column in dict.fromkeys(spec.published)
    )
    check_texts(shaped, spec)
    return shaped
