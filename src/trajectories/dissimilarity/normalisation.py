"""Normalised dissimilarities, as defined by TraMineR.

A dissimilarity d between sequences of p and q positions is divided by a function of the lengths
(scaled by the cost of an indel if d is an edit distance) and of the largest possible value of d. If
d is 0, the result is 0.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Distances = npt.NDArray[np.floating[Any]]
Normalisation = Literal["none", "auto", "maxlength", "gmean", "maxdist", "yujianbo"]


@dataclass(frozen=True)
class Scale:
    """The scale of a measure's values.

    Attributes:
        unit: the contribution of one position to a length.
        most: largest cost of a surplus position of one sequence, and of a pair of positions, one
            of each sequence.
        edits: as `most`, for "yujianbo", which allows no substitutions.
        fixed: the largest possible value if independent of lengths (Hamming measures).
    """

    unit: float = 1.0
    most: tuple[float, float] = (1.0, 2.0)
    edits: tuple[float, float] = (1.0, 2.0)
    fixed: float | None = None


def normalise(
    d: Distances, kind: Normalisation, scale: Scale, first: npt.ArrayLike, second: npt.ArrayLike
) -> None:
    """Normalise dissimilarities in place.

    Args:
        d: dissimilarities, float32 or float64, any shape.
        kind: "maxlength": d / max(p, q); "gmean": 1 − (m − d) / (2 √(p q)); "maxdist":
            d / m; "yujianbo": 2d / (m + d); m the largest possible value, for "yujianbo" that of
            deletions and insertions alone.
        scale: the measure's scale.
        first: number of positions of the first sequence of each pair, broadcast to `d`.
        second: the same of the second one.
    """
    if scale.fixed is not None:
        p = q = largest = np.asarray(scale.fixed)
    else:
        n_first, n_second = np.asarray(first), np.asarray(second)
        p, q = n_first * scale.unit, n_second * scale.unit
        more, pair = scale.edits if kind == "yujianbo" else scale.most
        largest = np.abs(n_first - n_second) * more + np.minimum(n_first, n_second) * pair
    different = d != 0
    with np.errstate(divide="ignore", invalid="ignore"):
        match kind:
            case "maxlength":
                np.divide(d, np.maximum(p, q), out=d, where=different)
            case "maxdist":
                np.divide(d, largest, out=d, where=different)
            case "gmean":
                mean = np.sqrt(p) * np.sqrt(q)
                value = np.where(mean > 0, 1 - (largest - d) / (2 * mean), 1.0)
                np.copyto(d, value, where=different, casting="same_kind")
            case _:
                np.divide(2 * d, d + largest, out=d, where=different)
