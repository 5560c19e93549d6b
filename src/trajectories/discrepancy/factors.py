"""How much of the discrepancy each of several factors explains, the others held constant."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from trajectories.arrays import Floats
from trajectories.discrepancy.items import PERMUTING, Items, Metric, items_of
from trajectories.discrepancy.permutations import share_at_least
from trajectories.discrepancy.sums_of_squares import (
    Distances,
    columns_at_once,
    group_sums,
    quadratic_forms,
)
from trajectories.notebook.described import described
from trajectories.notebook.pandas_frames import as_frame
from trajectories.sequences import StateSequences

ROUNDING = 1e-9  # relative; a column shorter than this beside the others is a combination of them


@described(
    lambda x: f"{x.table.height - 1} factors, {x.rows:,} rows, {x.permutations:,} permutations",
    "table",
)
@dataclass(frozen=True)
class Multifactor:
    """What factors explain of the discrepancy.

    Attributes:
        table: factor (the last row "Total"), df, pseudo_f, pseudo_r2, p_value (null without
            permutations).
        permutations: R, the observed data being one of the R.
        rows: the number of rows analysed: a sample, where it is smaller than `of`.
        of: the number of rows given.
    """

    table: pl.DataFrame
    permutations: int
    rows: int
    of: int


def multifactor(
    d: ArrayLike | StateSequences,
    data: pl.DataFrame,
    weights: ArrayLike | None = None,
    *,
    factors: Sequence[str] | None = None,
    squared: bool = False,
    permutations: int = 1000,
    seed: int = 0,
    sample: int | None = None,
    metric: Metric | None = None,
) -> Multifactor:
    """Share the discrepancy out among factors, as an analysis of variance of type II.

    Regression of dissimilarities on factors (McArdle & Anderson 2001; Studer et al. 2011): a model
    of m columns, the constant among them, explains SS = tr(HG), with H its weighted projection and
    G the centred dissimilarities. A factor's share is that of the full model less that of the model
    without it, divided by the total (pseudo_r2); pseudo_f divides its mean square by
    SS_residual / (W − m). For p_value, the factor's columns alone are permuted, and for the total
    all columns together.

    R equivalent: `TraMineR::dissmfacw`.

    Args:
        d: condensed dissimilarities n(n−1)/2; or sequences, whose dissimilarities `metric` defines.
        data: n rows; numbers enter as they are, words and booleans by level. None is missing.
        weights: (n,) non-negative; ones by default.
        factors: columns of `data`; all by default.
        squared: whether to analyse squared dissimilarities.
        permutations: R; 1 or less gives no p-values.
        seed: seed of the permutations and the sample.
        sample: largest number of rows to analyse; more are sampled without replacement. The result
            says so.
        metric: measure and costs where sequences are given.

    Raises:
        ValueError: malformed arguments, missing values, or a factor that the constant and the other
            factors determine.

    Examples:
        >>> import polars as pl
        >>> from trajectories.discrepancy import multifactor
        >>> d = [1.0, 4.0, 5.0, 5.0, 6.0, 1.0]
        >>> data = pl.DataFrame({"sex": ["f", "f", "m", "m"]})
        >>> multifactor(d, data, permutations=20).table["factor"].to_list()
        ['sex', 'Total']

    See Also:
        `discrepancy`.
    """
    items = items_of(d, weights, metric=metric, squared=squared, sample=sample, seed=seed)
    data = as_frame(data)
    names = columns_named(data, factors)
    if data.height != items.of:
        raise ValueError(f"data must have {items.of} rows, not {data.height}")
    columns = [columns_of(data[name][items.rows]) for name in names]
    model = _Model(items, columns)
    observed = model.statistics([columns])
    p_values: list[float | None] = [None] * (len(names) + 1)
    if permutations > 1:
        rng = np.random.default_rng([seed, PERMUTING])
        at_once = max(1, columns_at_once(items.rows.size) // (2 * model.columns))
        drawn = []
        for start in range(0, permutations - 1, at_once):
            count = min(at_once, permutations - 1 - start)
            orders = [rng.permutation(items.rows.size) for _ in range(count)]
            drawn.append(model.statistics([[part[order] for part in columns] for order in orders]))
        null = np.concatenate(drawn)
        p_values = share_at_least(null[:, :, 0], observed[0, :, 0]).tolist()
    table = {
        "factor": [*names, "Total"],
        "df": [*(part.shape[1] for part in columns), model.columns],
        "pseudo_f": observed[0, :, 0],
        "pseudo_r2": observed[0, :, 1],
        "p_value": p_values,
    }
    return Multifactor(
        pl.DataFrame(table, schema_overrides={"p_value": pl.Float64}),
        permutations,
        items.rows.size,
        items.of,
    )


def columns_named(data: pl.DataFrame, wanted: Sequence[str] | None) -> list[str]:
    """Return the columns wanted, all by default.

    Raises:
        ValueError: the data do not have one.
    """
    names = data.columns if wanted is None else [wanted] if isinstance(wanted, str) else wanted
    for name in names:
        if name not in data.columns:
            raise ValueError(f"the data have no column {name!r}; they have {data.columns}")
    return list(names)


def columns_of(factor: pl.Series) -> Floats:
    """Return a factor as columns of a model with a constant: itself, or all levels but the first.

    Raises:
        ValueError: a value is missing, or all are the same.
    """
    if factor.null_count() or (factor.dtype.is_float() and factor.is_nan().any()):
        raise ValueError(f"{factor.name} has missing values: leave such rows out, or name them")
    if factor.n_unique() < 2:
        raise ValueError(f"{factor.name} has the same value in every row")
    if factor.dtype.is_numeric():
        return factor.to_numpy().astype(np.float64)[:, None]
    levels = factor.unique().sort()[1:]
    return np.stack([(factor == level).to_numpy() for level in levels], axis=1).astype(np.float64)


def share_beside(
    d: ArrayLike, factor: pl.Series, given: pl.Series, weights: ArrayLike | None = None
) -> float:
    """Return the pseudo-R² that a factor adds to another; 0 if the other determines it.

    Args:
        d: condensed dissimilarities n(n−1)/2.
        factor: (n,) as a column of `multifactor`.
        given: (n,) the other; one value in every row is no factor.
        weights: (n,) non-negative; ones by default.

    Raises:
        ValueError: malformed arguments, missing values, or a factor that does not vary.
    """
    items = items_of(d, weights)
    root = np.sqrt(items.weights)
    others, start = given[items.rows], root[:, None] / np.linalg.norm(root)
    basis = _basis(root, start, [columns_of(others)] if others.n_unique() > 1 else [])
    part = _beside(root, basis, columns_of(factor[items.rows]))
    total = group_sums(items.d, np.zeros_like(items.rows), items.weights).squares[0]
    return float(_explained(items.d, root, [part])[0] / total)


class _Model:
    """The observed model, and what permuted factors explain beside it."""

    def __init__(self, items: Items, columns: Sequence[Floats]) -> None:
        self.d = items.d
        self.root = np.sqrt(items.weights)
        self.weight = float(items.weights.sum())
        self.columns = sum(part.shape[1] for part in columns)
        whole = group_sums(items.d, np.zeros_like(items.rows), items.weights)
        self.total = float(whole.squares[0])
        constant = self.root[:, None] / np.sqrt(self.weight)
        self.others = []
        for place in range(len(columns)):
            rest = [part for other, part in enumerate(columns) if other != place]
            self.others.append(_basis(self.root, constant, rest))
        self.constant = constant
        for basis, part in zip(self.others, columns, strict=True):
            if not _beside(self.root, basis, part).any(axis=0).all():
                raise ValueError("a factor is determined by the others: leave it out")
        # What the model without a factor explains.
        self.without = _explained(self.d, self.root, [basis[:, 1:] for basis in self.others])

    def statistics(self, models: Sequence[Sequence[Floats]]) -> Floats:
        """Return pseudo F and pseudo R² of each factor and the total, (models, factors + 1, 2).

        A factor's are those of its columns in `models` beside the observed others.
        """
        parts = []
        for model in models:
            for place, part in enumerate(model):
                parts.append(_beside(self.root, self.others[place], part))
            parts.append(_basis(self.root, self.constant, model)[:, 1:])
        explained = _explained(self.d, self.root, parts).reshape(len(models), -1)
        own = explained[:, :-1]
        residual = self.total - own - self.without
        sizes = np.array([part.shape[1] for part in models[0]])
        free = self.weight - self.columns - 1
        with np.errstate(divide="ignore", invalid="ignore"):
            f = (own / sizes) / (residual / free)
            f_total = (explained[:, -1:] / self.columns) / ((self.total - explained[:, -1:]) / free)
        return np.stack([np.concatenate([f, f_total], axis=1), explained / self.total], axis=2)


def _basis(root: Floats, start: Floats, parts: Sequence[Floats]) -> Floats:
    """Extend an orthonormal basis by columns, weighted by √w."""
    if not parts:
        return start
    return np.concatenate([start, _beside(root, start, np.concatenate(parts, axis=1))], axis=1)


def _beside(root: Floats, basis: Floats, part: Floats) -> Floats:
    """Return an orthonormal basis of weighted columns, less what another basis explains.

    Columns that it explains wholly are 0, as some are after a permutation of few rows.
    """
    columns = root[:, None] * part
    left = columns - basis @ (basis.T @ columns)
    left -= basis @ (basis.T @ left)  # once more, for what rounding left
    q, r = np.linalg.qr(left)
    q[:, np.abs(np.diag(r)) <= ROUNDING * np.linalg.norm(columns, axis=0)] = 0
    return np.asarray(q, dtype=np.float64)


def _explained(d: Distances, root: Floats, parts: Sequence[Floats]) -> Floats:
    """Return the sum of squares that each orthonormal part explains.

    Parts are orthogonal to the constant, so that centring leaves them as they are, and
    SS = −½ Σ z′Dz over columns z = √w q.
    """
    widths = [part.shape[1] for part in parts]
    forms = quadratic_forms(d, root[:, None] * np.concatenate(parts, axis=1)) / -2
    owners = np.repeat(np.arange(len(parts)), widths)
    return np.bincount(owners, forms, len(parts)).astype(np.float64)
