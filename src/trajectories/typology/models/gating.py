"""Mixing proportions that depend on covariates: a multinomial logit by covariate pattern."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
from formulaic import Formula
from formulaic.errors import FormulaicError
from numpy.typing import NDArray

from trajectories.arrays import Floats, Ints
from trajectories.errors import UserError
from trajectories.notebook.pandas_frames import as_frame

NEWTON_STEPS = 50
NEGLIGIBLE = 1e-20  # Newton decrement of a case; the log-likelihood is then exact to rounding
SMALLEST = 1e-300  # a proportion whose logarithm a coefficient can hold


@dataclass(frozen=True, eq=False)
class Covariates:
    """The distinct combinations of covariates.

    Attributes:
        pattern: (n,) combination of each case, 0…P−1.
        design: (P, p) model matrix of the combinations.
        terms: names of the p columns.
        values: the P combinations, one column a covariate.
        frame: the combinations as the formula saw them.
        spec: the formula as read from them (formulaic's), which makes model matrices of others.
    """

    pattern: Ints
    design: Floats
    terms: tuple[str, ...]
    values: pl.DataFrame
    frame: pd.DataFrame
    spec: Any = None


@dataclass(frozen=True, eq=False)
class Prior:
    """Mixing proportions by covariate pattern.

    Attributes:
        log: (P, G) logarithms of the proportions.
        coefficients: (p, G' − 1) of the logit against the first of the G' gated components.
    """

    log: Floats
    coefficients: Floats


@dataclass(frozen=True, eq=False)
class Gate:
    """How the proportions of components follow from covariates.

    Attributes:
        design: (P, p) model matrix of the covariate patterns.
        noise_apart: the last component has one proportion for all; the logit divides the rest.
    """

    design: Floats
    noise_apart: bool = False

    def parameters(self, components: int) -> int:
        """Return the number of free parameters of the proportions of `components` components."""
        gated = components - self.noise_apart
        terms = int(self.design.shape[1])
        return terms * max(gated - 1, 0) + int(self.noise_apart and gated > 0)

    def fit(self, sizes: Floats, start: Prior | None = None) -> Prior:
        """Maximise Σ sizes · log proportion.

        Exact where the design has a parameter for every pattern, as it has without covariates and
        with one factor: the proportions are then those of the sizes. Else Newton's method.

        Args:
            sizes: (P, G) expected number of cases by pattern and component.
            start: where Newton's method begins.
        """
        if not self.noise_apart:
            return self._logit(sizes, start)
        noise = sizes[:, -1].sum() / sizes.sum()
        inner = self._logit(sizes[:, :-1], start)
        with np.errstate(divide="ignore"):
            apart = np.full((len(sizes), 1), np.log(noise))
            return Prior(np.hstack([inner.log + np.log1p(-noise), apart]), inner.coefficients)

    def _logit(self, sizes: Floats, start: Prior | None) -> Prior:
        patterns, terms = self.design.shape
        mass = sizes.sum(axis=1)
        if patterns == terms and mass.all():
            with np.errstate(divide="ignore"):
                log = np.log(sizes / mass[:, None])
            shown = np.maximum(log, np.log(SMALLEST))
            return Prior(log, np.linalg.solve(self.design, shown[:, 1:] - shown[:, :1]))
        begin = np.zeros((terms, sizes.shape[1] - 1)) if start is None else start.coefficients
        coefficients = _newton(self.design, sizes, begin)
        return Prior(_log_proportions(self.design, coefficients), coefficients)


def read_covariates(
    gating: str | Sequence[str] | None,
    data: pl.DataFrame | None,
    cases: int,
    *,
    name: str = "gating",
) -> Covariates:
    """Read the covariates that a formula or a list of names asks for.

    The formula sees every distinct combination of covariates once, so transforms that look at all
    values (standardising, splines with automatic knots) use the combinations and not the cases.
    Numbers enter as they are; everything else is a factor in treatment coding, whose base is the
    first level in the order of the Enum, or else of the values.

    Args:
        gating: a formula (formulaic's syntax, as `"period + age"`), the columns' names, or None.
        data: one row a case.
        cases: their number.
        name: what the formula is called in messages.

    Raises:
        UserError: a column is absent or has missing values, or the terms cannot be told apart.
        ValueError: `gating` without `data`, or of another length.
    """
    if gating is None:
        return Covariates(
            np.zeros(cases, np.int64),
            np.ones((1, 1)),
            ("Intercept",),
            pl.DataFrame(),
            pd.DataFrame(),
        )
    data = None if data is None else as_frame(data)
    if data is None or data.height != cases:
        found = "no data" if data is None else f"{data.height} rows"
        raise ValueError(f"{name} needs data with one row a sequence ({cases}), not {found}")
    text = gating if isinstance(gating, str) else " + ".join(f"`{own}`" for own in gating)
    try:
        formula = Formula(text.strip().removeprefix("~"))
        names = sorted(str(own) for own in formula.required_variables)
    except FormulaicError as error:
        raise UserError(f"The {name} formula {text!r} cannot be read: {error}") from error
    absent = [own for own in names if own not in data.columns]
    if absent:
        raise UserError(f"The {name} column {absent[0]!r} is not in the data.")
    holed = [own for own in names if data[own].null_count() or _has_nan(data[own])]
    if holed:
        raise UserError(f"The {name} column {holed[0]!r} has missing values: fill or drop them.")
    values = data.select(names).unique().sort(names)
    keyed = values.with_row_index("pattern of covariates")
    pattern = data.select(names).join(keyed, on=names, how="left", maintain_order="left")
    frame = pd.DataFrame({own: _pandas(values[own]) for own in names})
    try:
        matrix = formula.get_model_matrix(frame, output="pandas")
    except FormulaicError as error:
        raise UserError(f"The {name} formula {text!r} cannot be used: {error}") from error
    design = np.ascontiguousarray(matrix, dtype=np.float64)
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise UserError(
            f"The terms of the {name} formula {text!r} are linearly dependent in these data: "
            "leave out one of them."
        )
    index = pattern["pattern of covariates"].to_numpy().astype(np.int64)
    terms = tuple(str(term) for term in matrix.columns)
    return Covariates(index, design, terms, values, frame, matrix.model_spec)


def independent(data: pl.DataFrame, names: Sequence[str]) -> list[str]:
    """Return the columns, in their order, that say something which those before them do not.

    A column is left out where its terms are linear combinations of earlier ones in these data: it
    has one value, or repeats another column.

    Args:
        data: the covariates, one row a case, none missing.
        names: columns of it.
    """
    found: list[str] = []
    values = data.select(names).unique().sort(names)
    design = np.ones((values.height, 1))
    for name in names:
        column = values[name]
        if column.dtype.is_numeric():
            terms = column.cast(pl.Float64).to_numpy()[:, None]
        else:
            terms = column.to_dummies().to_numpy()[:, 1:].astype(np.float64)
        together = np.hstack([design, terms])
        if terms.shape[1] and np.linalg.matrix_rank(together) == together.shape[1]:
            design = together
            found.append(name)
    return found


def _has_nan(column: pl.Series) -> bool:
    return column.dtype.is_float() and bool(column.is_nan().any())


def _pandas(column: pl.Series) -> object:
    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        return column.cast(pl.Float64).to_numpy()
    levels = [str(level) for level in column.unique().sort()]
    return pd.Categorical(column.cast(pl.String).to_list(), categories=levels)


def _log_proportions(design: Floats, coefficients: Floats) -> Floats:
    """Return the (P, G) logarithms of the multinomial logit's proportions."""
    # einsum adds in one order; a product by BLAS depends on the number of threads.
    linear = np.einsum("pj,jg->pg", design, coefficients)
    scores = np.hstack([np.zeros((len(design), 1)), linear])
    scores -= scores.max(axis=1, keepdims=True)
    total: Floats = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return total


def _newton(design: Floats, sizes: Floats, coefficients: Floats) -> Floats:
    """Maximise the multinomial log-likelihood by Newton's method with halved steps."""
    mass = sizes.sum(axis=1)

    def loglik(at: Floats) -> float:
        return float((sizes * _log_proportions(design, at)).sum())

    best = loglik(coefficients)
    for _ in range(NEWTON_STEPS):
        proportions = np.exp(_log_proportions(design, coefficients))[:, 1:]
        gradient = np.einsum("pj,pg->gj", design, sizes[:, 1:] - mass[:, None] * proportions)
        hessian = _information(design, mass, proportions)
        step = np.linalg.lstsq(hessian, gradient.ravel(), rcond=1e-13)[0]
        gain = float(gradient.ravel() @ step)
        if gain <= NEGLIGIBLE * mass.sum():
            break
        move = step.reshape(gradient.shape).T
        while (reached := loglik(coefficients + move)) < best - abs(best) * 1e-15:
            move = move / 2
            if np.abs(move).max() < 1e-12:
                return coefficients
        coefficients, best = coefficients + move, reached
    return coefficients


def _information(design: Floats, mass: Floats, proportions: Floats) -> Floats:
    """Return the information matrix, coefficients ordered by component and then by term."""
    components, terms = proportions.shape[1], design.shape[1]
    matrix: NDArray[np.float64] = np.empty((components, terms, components, terms))
    for g in range(components):
        for h in range(g + 1):
            weight = mass * proportions[:, g] * ((g == h) - proportions[:, h])
            block = np.einsum("pi,p,pj->ij", design, weight, design)
            matrix[g, :, h], matrix[h, :, g] = block, block.T
    return matrix.reshape(components * terms, components * terms)
