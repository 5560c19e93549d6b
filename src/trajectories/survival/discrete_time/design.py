"""The design matrix of formula terms over cells, its names, and the terms dropped from it."""

import keyword
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import scipy.sparse as sp
from formulaic import Formula, SimpleFormula
from formulaic.transforms import TRANSFORMS

from trajectories.arrays import Bools, Floats
from trajectories.errors import UserError
from trajectories.survival.discrete_time import model_matrix
from trajectories.survival.discrete_time.cells import N, Y
from trajectories.survival.discrete_time.gram_kernels import cholesky, weighted_gram
from trajectories.survival.discrete_time.separation import Grouping, without_separated
from trajectories.survival.errors import NotEstimableError
from trajectories.survival.usable import require_finite

INTERCEPT = "Intercept"
# A column whose 1 − R² on the columns before it is below this counts as their combination.
ALIASED = 1e-10
FUNCTIONS = frozenset(TRANSFORMS)
"""Names that stand for functions in formulas, such as C, I and log."""
ACROSS_ROWS = re.compile(r"(?<![\w.])(bs|cc|center|cr|cs|hashed|lag|poly|scale|standardize)\s*\(")
"""Functions whose value in a row depends on the other rows, or on a table's order."""
CALL = re.compile(r"[\w.]+\s*\([^()]*\)|\{[^{}]*\}")


@dataclass(frozen=True)
class Design:
    """A design matrix over cells.

    Attributes:
        matrix: (cells, terms) sparse, float64.
        names: the terms, `Intercept` first.
        columns: the panel's columns used by the terms.
        cells: the cells kept, one row each, in the order of the matrix's rows.
        groupings: the groups of cells formed by the categorical terms.
        notes: one sentence for each thing that was dropped, and why.
    """

    matrix: sp.csr_matrix
    names: tuple[str, ...]
    columns: tuple[str, ...]
    cells: pl.DataFrame
    groupings: tuple[Grouping, ...]
    notes: tuple[str, ...]

    def touched_by(self, terms: Collection[str]) -> Bools:
        """The columns whose meaning changes if groups of these categorical terms are dropped.

        They are the constant and the dummies of every column that forms the groups. A slope within
        one group (`C(x)[level]:z`) does not depend on the other groups.
        """
        levels = {f"C({c})" for g in self.groupings if g.term in terms for c in g.columns}
        return np.array(
            [
                bool(levels)
                and not _own_slope(name)
                and (name == INTERCEPT or any(level in name for level in levels))
                for name in self.names
            ]
        )

    @property
    def n(self) -> Floats:
        """Person-months in each cell."""
        return self.cells[N].to_numpy().astype(np.float64)

    @property
    def y(self) -> Floats:
        """Events in each cell."""
        return self.cells[Y].to_numpy().astype(np.float64)


CONSTANT = re.compile(r"(?:^|[-+(])\s*[01]\s*(?=$|[-+)])")
"""A 0 or 1 among the summands of a formula, which moves its constant."""


def _own_slope(name: str) -> bool:
    """Whether a column is a group-specific slope rather than a difference from the base group's."""
    factors = re.sub(r"\[[^]]*\]", "", name).split(":")  # a level's name may hold a colon
    return "[T." not in name and len(factors) > 1 and not all(f.startswith("C(") for f in factors)


class _Names:
    """Replaces column names that a formula cannot hold by names that it can, and back."""

    def __init__(self, columns: Sequence[str]) -> None:
        odd = sorted((c for c in columns if _is_odd(c)), key=len, reverse=True)
        self.safe = {name: f"column{i}_" for i, name in enumerate(odd)}

    def hide(self, term: str) -> str:
        for name, safe in self.safe.items():
            # A column may be called log: log(x) is still the function.
            called = r"(?!\s*[(.])" if name in FUNCTIONS else ""
            term = re.sub(rf"(?<!\w){re.escape(name)}(?!\w){called}", safe, term)
        return term

    def show(self, text: str) -> str:
        for name, safe in self.safe.items():
            text = text.replace(safe, name)
        return text


def _is_odd(name: str) -> bool:
    return not name.isidentifier() or keyword.iskeyword(name) or name in FUNCTIONS


def used_columns(terms: Sequence[str], available: Sequence[str]) -> list[str]:
    """The panel's columns used by the terms, in the panel's order.

    Raises:
        UserError: the terms are no list of texts, or a term cannot be read, means something else
            than it seems to, or names a column that the panel does not have.
    """
    if isinstance(terms, str) or not isinstance(terms, Sequence):
        raise UserError(
            f"The terms are {terms!r}: give a list of texts, such as ['age', 'C(sex)']."
        )
    names = _Names(available)
    wanted: set[str] = set()
    for term in terms:
        if not isinstance(term, str):
            raise UserError(f"The term {term!r} is no text: write the name of a column.")
        if not term.strip():
            raise UserError("A term is empty: write the name of a column, or leave it out.")
        wanted |= {names.show(str(variable)) for variable in _read(term, names)}
    missing = sorted(wanted - set(available))
    if missing:
        raise UserError(
            f"The terms name {missing[0]!r}, which the panel does not have; "
            f"it has {', '.join(available)}."
        )
    return [name for name in available if name in wanted]


def _read(term: str, names: _Names) -> set[Any]:
    """The hidden names of the variables of one term, after checking what it means."""
    if across := ACROSS_ROWS.search(names.hide(term)):
        raise UserError(
            f"The term {term!r} uses {across[1]}(), whose values depend on all rows: compute its "
            "columns beforehand and name these."
        )
    try:
        formula = Formula(names.hide(term))
    except Exception as error:  # The parser fails in its own ways at brackets and quotes.
        raise UserError(f"The term {term!r} cannot be read as a formula term.") from error
    if not isinstance(formula, SimpleFormula):
        raise UserError(
            f"The term {term!r} has a ~ or |: write the right-hand side alone, one term an entry."
        )
    outside = names.hide(term)
    while (shorter := CALL.sub("f", outside)) != outside:
        outside = shorter
    if re.search(r"\*\*|\^", outside) and all(len(part.factors) < 2 for part in formula):
        raise UserError(
            f"The term {term!r} is a product of a term with itself, which in formulas is the term: "
            f"write a square as I(x**2)."
        )
    if not formula.required_variables or CONSTANT.search(outside):
        raise UserError(
            f"The term {term!r} adds or drops a constant, which every model has already: write "
            "the name of a column."
        )
    return set(formula.required_variables)


def build(cells: pl.DataFrame, terms: Sequence[str], columns: Sequence[str]) -> Design:
    """Build the design of `terms` over `cells`, without what cannot be estimated.

    Groups of a categorical term (or of an interaction of categorical terms) in which nobody or
    everybody has the event are separated: their coefficients diverge and their person-months carry
    no information on the others, so both are dropped. Constant columns and columns that are
    combinations of earlier ones are dropped as in R.

    Args:
        cells: the cells, as `cells.count` returns them.
        terms: formula terms; the constant is added as `Intercept`.
        columns: the panel's columns used by the terms.

    Raises:
        NotEstimableError: there are no person-months, no events or only events.
        UserError: a text column is used in a term without `C(...)`.
    """
    names = _Names(cells.columns)
    hidden = [names.hide(term) for term in terms]
    formula = Formula(" + ".join(["1", *hidden]), _ordering="none")
    _require_events(cells)
    groupings = _groupings(cells, formula, names)
    n, y = (cells[count].to_numpy().astype(np.float64) for count in (N, Y))
    separation = without_separated(groupings, n, y)
    cells = cells.filter(separation.kept)
    if cells.is_empty():
        raise NotEstimableError(
            "Every group of the categorical terms holds no event, or nothing but events, so no "
            "hazard ratio can be estimated.",
            reason="separated",
        )
    notes = [
        f"{term}: {groups} of its groups hold no event (or nothing but events); their {rows} "
        "person-months tell nothing about the other coefficients and were left out."
        for term, (groups, rows) in separation.lost.items()
    ]
    matrix, labels = _matrix(cells, formula, columns, names)
    keep, dropped = _estimable(matrix, n[separation.kept], labels)
    return Design(
        matrix=sp.csr_matrix(matrix[:, keep]),
        names=tuple(labels[i] for i in keep),
        columns=tuple(columns),
        cells=cells,
        groupings=tuple(grouping.at(separation.kept) for grouping in groupings),
        notes=(*notes, *dropped),
    )


def term_matrix(frame: pl.DataFrame, terms: Sequence[str]) -> tuple[sp.csr_matrix, list[str]]:
    """The model matrix of formula terms over the rows of a frame, `Intercept` first, and its names.

    Raises:
        UserError: a term cannot be read or names a missing column, or a text column is used without
            `C(...)`.
    """
    columns = used_columns(terms, frame.columns)
    names = _Names(frame.columns)
    formula = Formula(" + ".join(["1", *(names.hide(term) for term in terms)]), _ordering="none")
    return _matrix(frame, formula, columns, names)


def _matrix(
    rows: pl.DataFrame, formula: Formula, columns: Sequence[str], names: _Names
) -> tuple[sp.csr_matrix, list[str]]:
    for name in columns:
        hidden_name = names.hide(name)
        plain = any(str(f) == hidden_name for term in formula for f in term.factors)
        if plain and not (rows[name].dtype.is_numeric() or rows[name].dtype == pl.Boolean):
            raise UserError(f"The column {name!r} is not a number: write the term as C({name}).")
    hidden = {names.hide(name): name for name in columns}
    if rows.height and model_matrix.is_simple(formula, list(hidden)):
        matrix, labels = model_matrix.fill(formula, rows, hidden)
        labels = [names.show(label) for label in labels]
        require_finite(matrix, labels)
        return matrix, labels
    frame = pd.DataFrame({h: _pandas(rows[c]) for h, c in hidden.items()}, index=range(len(rows)))
    matrix, labels = _computed(frame, formula, names)
    require_finite(matrix, labels)
    # Other rows must change nothing: np.mean(x) would be the mean of the cells, not of the rows.
    before = [frame.iloc[np.full(2 * len(frame) + 1, -1)], frame]
    wider = pd.concat([*before, frame], ignore_index=True)
    again = _computed(wider, formula, names)[0][-len(frame) :]
    if moved := sorted(set((abs(again - matrix) > 1e-9 * abs(matrix).max()).nonzero()[1])):
        raise UserError(
            f"The term {labels[moved[0]]!r} depends on other rows: compute it as a column "
            "beforehand and name this."
        )
    return matrix, labels


def _computed(
    frame: pd.DataFrame, formula: Formula, names: _Names
) -> tuple[sp.csr_matrix, list[str]]:
    try:
        with np.errstate(divide="ignore", invalid="ignore"):
            model = formula.get_model_matrix(frame, output="sparse", na_action="ignore")
    except Exception as error:  # Functions in a term fail in their own ways.
        terms = ", ".join(names.show(str(term)) for term in formula if str(term) != "1")
        said = names.show(str(error)).rstrip(".")
        raise UserError(f"The terms {terms} cannot be computed: {said}.") from error
    labels = [names.show(str(name)) for name in model.model_spec.column_names]
    return sp.csr_matrix(model.__wrapped__, dtype=np.float64), labels


def _require_events(cells: pl.DataFrame) -> None:
    n, y = float(cells[N].sum()), float(cells[Y].sum())
    if n == 0:
        raise NotEstimableError(
            "There is no person-month at risk, so no hazard can be estimated.", reason="nobody"
        )
    if y in (0.0, n):
        what = "no event" if y == 0 else "nothing but events"
        raise NotEstimableError(
            f"There is {what} in the person-months at risk, so no hazard ratio can be estimated.",
            reason="events",
        )


def _groupings(cells: pl.DataFrame, formula: Formula, names: _Names) -> list[Grouping]:
    groupings = []
    found: dict[str, model_matrix.Levels] = {}
    for term in formula:
        matches = [model_matrix.CATEGORICAL.fullmatch(str(factor)) for factor in term.factors]
        if matches and all(matches):
            by = tuple(names.show(match.group(1)) for match in matches if match)
            for name in by:
                if name not in found:
                    found[name] = model_matrix.levels_of(cells[name])
            codes = model_matrix.combined([found[name] for name in by])
            groupings.append(Grouping(names.show(str(term)), by, codes))
    return groupings


def _pandas(column: pl.Series) -> Any:
    """The column as formulaic expects it: numbers as float64, anything else as ordered levels."""
    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        return pd.Series(model_matrix.numbers(column))
    found = model_matrix.levels_of(column)
    return pd.Categorical.from_codes(
        found.codes, categories=pd.Index([str(x) for x in found.levels])
    )


def _estimable(matrix: sp.csr_matrix, n: Floats, labels: list[str]) -> tuple[list[int], list[str]]:
    gram = weighted_gram(matrix.indptr, matrix.indices, matrix.data, n, matrix.shape[1])
    lowest = matrix.min(axis=0).toarray().ravel()
    highest = matrix.max(axis=0).toarray().ravel()
    constant = [
        i for i, label in enumerate(labels) if label != INTERCEPT and lowest[i] == highest[i]
    ]
    notes = [f"The term {labels[i]} is constant and was left out." for i in constant]
    candidates = [i for i in range(len(labels)) if i not in set(constant)]
    keep, aliased = independent(gram, candidates)
    notes += [
        f"The term {labels[i]} is a combination of the terms before it and was left out."
        for i in aliased
    ]
    return keep, notes


def independent(gram: Floats, candidates: list[int]) -> tuple[list[int], list[int]]:
    """Split the columns of a design into those independent of the columns before them and the rest.

    Args:
        gram: XᵀX of all columns.
        candidates: the columns to consider, in order of precedence.

    Returns:
        The columns kept and those that are combinations of columns kept before them.
    """
    part = np.ascontiguousarray(gram[np.ix_(candidates, candidates)])
    # A column's pivot divided by its diagonal is its 1 − R² on the columns kept before it.
    _, kept = cholesky(part, ALIASED)
    keep = [i for i, is_kept in zip(candidates, kept, strict=True) if is_kept]
    return keep, [i for i in candidates if i not in set(keep)]
