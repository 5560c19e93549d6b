"""A difference of shares divided into composition and rates."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from trajectories.arrays import Bools, Floats
from trajectories.errors import UserError
from trajectories.notebook.checked_frames import require_column
from trajectories.reform.balancing.composition_cells import CompositionCells, composition_cells
from trajectories.reform.inputs import groups_in, names_of, table_of, weights_in

COMPOSITION, RATES = "composition", "rates"
DECOMPOSITION_SCHEMA = {
    "outcome": pl.String,
    "part": pl.String,
    "covariate": pl.String,
    "value": pl.Float64,
}


def decomposition(
    data: pl.DataFrame,
    groups: str,
    first: str,
    second: str,
    outcome: str,
    covariates: Sequence[str],
    *,
    weights: str | None = None,
) -> pl.DataFrame:
    """Divide the difference of shares between two groups into composition and rates.

    Within each group the outcome's indicator is regressed on the covariates by least squares. With
    x̄ the mean covariates and b the coefficients, the difference is
    Σ (x̄₂ − x̄₁)·(b₁ + b₂)/2 + Σ (b₂ − b₁)·(x̄₁ + x̄₂)/2: the first sum is composition, by covariate,
    the second is rates (Oaxaca 1973; Blinder 1973, with the averaged weights of Reimers 1983). With
    one categorical covariate it is Kitagawa's (1955) decomposition. The parts add up exactly. A
    level that one group lacks takes the other group's coefficient.

    Args:
        data: one row a unit.
        groups: the column of groups, texts.
        first: the group that is subtracted.
        second: the group that it is subtracted from.
        outcome: the column of outcomes; each of its values is one share.
        covariates: columns, as for `composition_weights`.
        weights: the column of weights; ones by default.

    Returns:
        outcome (as text), part ("composition" or "rates"), covariate (null for rates), value
        (second minus first); one row a covariate and one for rates, by outcome.

    Raises:
        ValueError: a group has no rows, or both are one.

    R equivalent: `oaxaca::oaxaca` (twofold, weight 0.5).

    Examples:
        >>> import polars as pl
        >>> from trajectories.reform import decomposition
        >>> data = pl.DataFrame(
        ...     {"period": list("bbbaaa"), "sex": list("ffmfmm"), "job": ["no", "no", "yes"] * 2}
        ... )
        >>> parts = decomposition(data, "period", "b", "a", "job", ["sex"])
        >>> parts.filter(outcome="yes")["value"].round(3).to_list()
        [0.25, -0.25]

    See Also:
        `composition_weights`.
    """
    covariates = names_of(covariates)
    data = table_of(data, [groups, weights, *covariates])
    require_column(data, outcome, "data")
    names = groups_in(data, groups).to_numpy()
    if first == second:
        raise ValueError(f"first and second are both {first!r}: name two groups.")
    inside = {name: names == name for name in (first, second)}
    for name, mask in inside.items():
        if not mask.any():
            raise ValueError(f"no row of {groups} is {name!r}")
    base = weights_in(data, weights)
    for name, mask in inside.items():
        if not base[mask].sum():
            raise UserError(f"{weights} is 0 in all rows of {name}: nobody would count in it.")
    if blank := data[outcome].null_count():
        raise UserError(f"{outcome} is missing in {blank:,} rows: name the outcome, or drop them.")
    cells = composition_cells(data, covariates)
    values = data[outcome].cast(pl.String).to_numpy()
    rows: list[tuple[str, str, str | None, float]] = []
    for value in data[outcome].unique().sort().cast(pl.String):
        member = (values == value).astype(np.float64)
        parts, rates = decomposed_difference(
            cells,
            [cells.masses(np.where(mask, base, 0.0)) for mask in inside.values()],
            [cells.masses(np.where(mask, base * member, 0.0)) for mask in inside.values()],
        )
        rows += [(value, COMPOSITION, name, part) for name, part in parts.items()]
        rows.append((value, RATES, None, rates))
    return pl.DataFrame(rows, schema=DECOMPOSITION_SCHEMA, orient="row")


def decomposed_difference(
    cells: CompositionCells, masses: Sequence[Floats], outcomes: Sequence[Floats]
) -> tuple[dict[str, float], float]:
    """Divide a difference of shares, from sums by cell.

    Args:
        cells: the distinct rows of the covariates.
        masses: the weight of each cell in the first and the second group.
        outcomes: the weight with the outcome, of the same.

    Returns:
        The part of composition by covariate, and the part of rates.
    """
    fits = [_coefficients(cells, mass, hit) for mass, hit in zip(masses, outcomes, strict=True)]
    means = [mass @ cells.features / mass.sum() for mass in masses]
    seen = [(mass > 0) @ (cells.features != 0) > 0 for mass in masses]
    slopes = _filled(cells, [fit[1:] for fit in fits], seen, (means[0] + means[1]) / 2)
    moved = (means[1] - means[0]) * (slopes[0] + slopes[1]) / 2
    parts = {
        name: float(sum(moved[column] for column in _columns(cells, name)))
        for name in dict.fromkeys(cells.covariates)
    }
    shares = [hit.sum() / mass.sum() for mass, hit in zip(masses, outcomes, strict=True)]
    return parts, float(shares[1] - shares[0] - sum(parts.values()))


def _coefficients(cells: CompositionCells, mass: Floats, outcome: Floats) -> Floats:
    root = np.sqrt(mass)
    design = np.column_stack([np.ones(len(mass)), cells.features]) * root[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.where(mass > 0, outcome / mass, 0.0)
    found: Floats = np.linalg.lstsq(design, rate * root, rcond=1e-10)[0]
    return found


def _filled(
    cells: CompositionCells, slopes: Sequence[Floats], seen: Sequence[Bools], share: Floats
) -> list[Floats]:
    """Centre the levels' coefficients on those that both groups have, and exchange missing ones."""
    filled = [slope.copy() for slope in slopes]
    for name in dict.fromkeys(cells.covariates):
        columns = _columns(cells, name)
        if len(columns) == 1:
            continue
        both = [c for c in columns if seen[0][c] and seen[1][c]]
        for slope in filled:
            if both:
                slope[columns] -= np.average(slope[both], weights=share[both])
        for own, other in ((0, 1), (1, 0)):
            for column in columns:
                if not seen[own][column]:
                    filled[own][column] = filled[other][column]
    return filled


def _columns(cells: CompositionCells, covariate: str) -> list[int]:
    return [i for i, name in enumerate(cells.covariates) if name == covariate]
