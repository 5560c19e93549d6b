"""Weights that give all groups the same composition, and how well they do it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from trajectories.arrays import Floats
from trajectories.errors import UserError
from trajectories.notebook.described import described
from trajectories.reform.balancing.composition_cells import (
    MEAN,
    VARIANCE,
    CompositionCells,
    composition_cells,
)
from trajectories.reform.balancing.entropy import InfeasibleTargetError, entropy_weights
from trajectories.reform.inputs import groups_in, names_of, table_of, weights_in

POOLED = "all"
"""The target of all groups together."""

BALANCE_SCHEMA = {
    "group": pl.String,
    "covariate": pl.String,
    "level": pl.String,
    "target": pl.Float64,
    "before": pl.Float64,
    "after": pl.Float64,
    "difference_before": pl.Float64,
    "difference_after": pl.Float64,
    "balanced": pl.Boolean,
}


@described(
    lambda x: f"{len(x.weights):,} weights in {x.effective_size.height} groups",
    "effective_size",
    "balance",
)
@dataclass(frozen=True)
class Weights:
    """Weights to a common composition.

    Attributes:
        weights: (n,) one a row of the data; they sum to the group's base weights in each group.
        balance: group, covariate, level, target (the share or mean asked for), before and after
            (the group's share or mean), difference_before and difference_after (from the target,
            in the target's standard deviations), balanced (false where the covariate was left
            out or the row is a variance, which is not asked for).
        effective_size: group, rows, effective_before, effective_after (Kish: (Σw)²/Σw²),
            largest (the largest weight's share of the group's total).
        left_out: covariates that no weights could balance, in the order in which they were left
            out; empty if all are balanced.
    """

    weights: Floats
    balance: pl.DataFrame
    effective_size: pl.DataFrame
    left_out: tuple[str, ...] = ()


def composition_weights(
    data: pl.DataFrame,
    groups: str,
    target: str,
    covariates: Sequence[str],
    method: str = "entropy",
    *,
    weights: str | None = None,
    infeasible: str = "raise",
) -> Weights:
    """Weight each group so that its composition is that of a target group.

    Entropy balancing (Hainmueller 2012): among all weights that give the group the target's
    composition, those that differ least from the base weights.

    Args:
        data: one row a unit.
        groups: the column with each row's group, texts.
        target: the group whose composition is the target, or `"all"` for that of all together.
        covariates: columns to be balanced: the share of each level of a category (missing is a
            level), the mean of a number.
        method: `"entropy"`.
        weights: the column of base weights; ones by default.
        infeasible: `"raise"`, or `"leave_out"` to drop covariates that cannot be balanced, from
            all groups.

    Raises:
        UserError: a group cannot be given the target's composition; the covariates are named.
        ValueError: an unknown method or target, or a numeric covariate with missing values.

    R equivalent: `WeightIt::weightit(method = "ebal", estimand = "ATT")`.

    Examples:
        >>> import polars as pl
        >>> from trajectories.reform import composition_weights
        >>> data = pl.DataFrame({"period": list("bbbaa"), "sex": list("ffmfm")})
        >>> composition_weights(data, "period", "a", ["sex"]).weights.round(2).tolist()
        [0.75, 0.75, 1.5, 1.0, 1.0]

    See Also:
        `decomposition`.
    """
    if method != "entropy":
        raise ValueError(f'method must be "entropy", not {method!r}')
    if infeasible not in ("raise", "leave_out"):
        raise UserError(f"infeasible is {infeasible!r}: write raise or leave_out.")
    covariates = names_of(covariates)
    data = table_of(data, [groups, weights, *covariates])
    names = groups_in(data, groups).to_numpy()
    if not isinstance(target, str) or target not in (POOLED, *names):
        raise ValueError(f"no row of {groups} is {target!r}")
    base = weights_in(data, weights)
    cells = composition_cells(data, covariates)
    order = sorted(set(names.tolist()))
    masses = {name: cells.masses(np.where(names == name, base, 0.0)) for name in order}
    for name, mass in masses.items():
        if not mass.sum():
            raise UserError(f"{weights} is 0 in all rows of {name}: nobody would count in it.")
    aim = sum(masses.values()) if target == POOLED else masses[target]
    left_out: tuple[str, ...] = ()
    while True:
        found, blocking = balanced_cells(cells, masses, np.asarray(aim), left_out)
        if not blocking:
            break
        group, blamed = next(iter(blocking.items()))
        if infeasible == "raise" or set(left_out) | set(blamed) >= set(covariates):
            raise UserError(
                f"{group}: no weights give it the composition of {target} by "
                f"{', '.join(blamed)}: join small levels, or leave {blamed[0]} out."
            )
        left_out += blamed
    final = np.zeros(data.height)
    for name in order:
        inside = names == name
        with np.errstate(invalid="ignore", divide="ignore"):
            factor = np.where(masses[name] > 0, found[name] / masses[name], 0.0)
        final[inside] = base[inside] * factor[cells.cell[inside]] * masses[name].sum()
    return Weights(
        weights=final,
        balance=_balance(cells, masses, np.asarray(aim), found, left_out),
        effective_size=pl.DataFrame(
            [_size(name, base[names == name], final[names == name]) for name in order]
        ),
        left_out=left_out,
    )


def balanced_cells(
    cells: CompositionCells,
    masses: Mapping[str, Floats],
    aim: Floats,
    left_out: Sequence[str] = (),
) -> tuple[dict[str, Floats], dict[str, tuple[str, ...]]]:
    """Weight the cells of each group to the composition of a target.

    Args:
        cells: the distinct rows.
        masses: by group, the base weight of each cell.
        aim: the target's weight of each cell.
        left_out: covariates that are not balanced.

    Returns:
        By group, the weight of each cell (sum 1); and by group without such weights, the
        covariates that keep it from them.
    """
    columns = cells.without(left_out)
    target = aim @ cells.features[:, columns] / aim.sum()
    covariates = np.array(cells.covariates)[columns]
    found: dict[str, Floats] = {}
    blocking: dict[str, tuple[str, ...]] = {}
    for name, mass in masses.items():
        try:
            found[name] = entropy_weights(cells.features[:, columns], target, mass).weights
        except InfeasibleTargetError as error:
            blocking[name] = tuple(dict.fromkeys(covariates[error.columns].tolist()))
    return found, blocking


def _balance(
    cells: CompositionCells,
    masses: Mapping[str, Floats],
    aim: Floats,
    found: Mapping[str, Floats],
    left_out: Sequence[str],
) -> pl.DataFrame:
    target, spread = _moments(cells.features, aim)
    rows = []
    for group, mass in masses.items():
        before, after = _moments(cells.features, mass), _moments(cells.features, found[group])
        for column, (covariate, level) in enumerate(
            zip(cells.covariates, cells.levels, strict=True)
        ):
            wanted = [(level, target, 0, np.sqrt(spread[column]), covariate not in left_out)]
            if level == MEAN:
                wanted.append((VARIANCE, spread, 1, spread[column], False))
            for name, aims, moment, scale, asked in wanted:
                own = aims[column], before[moment][column], after[moment][column]
                apart = (value - own[0] for value in own[1:])
                rows.append(
                    (group, covariate, name, *own, *(x / (scale or 1.0) for x in apart), asked)
                )
    return pl.DataFrame(rows, schema=BALANCE_SCHEMA, orient="row")


def _moments(features: Floats, mass: Floats) -> tuple[Floats, Floats]:
    share = mass / mass.sum()
    mean = share @ features
    return mean, share @ (features - mean) ** 2


def _size(name: str, base: Floats, final: Floats) -> dict[str, object]:
    return {
        "group": name,
        "rows": len(base),
        "effective_before": float(base.sum() ** 2 / (base**2).sum()),
        "effective_after": float(final.sum() ** 2 / (final**2).sum()),
        "largest": float(final.max() / final.sum()),
    }
