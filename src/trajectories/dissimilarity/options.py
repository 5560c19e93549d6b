"""Options of measures, with TraMineR's names and defaults."""

from dataclasses import dataclass, fields
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from trajectories.arrays import Floats
from trajectories.config.sections.dissimilarity import TAKES, Link, Measure, TransIndel

__all__ = ["TAKES", "Link", "Measure", "Options", "TransIndel"]


@dataclass(frozen=True, eq=False)
class Options:
    """Options of measures.

    Attributes:
        expcost: "omloc": cost of an indel as a share of the largest substitution cost; "omspell":
            cost of one unit of time more or less in a spell.
        context: "omloc": weight of the neighbouring states; 1 − 2 · expcost if None.
        tpow: exponent of durations ("omspell", "nmsmst", "svrspell").
        link: "omslen": "mean" or "gmean" of two spells' lengths, used in substitutions.
        h: "omslen": exponent that reduces the weight of positions in longer spells; "twed": cost of
            an indel in addition to the change of state that it removes.
        nu: "twed": cost of a shift by one position; no default.
        origin: "twed": position in the alphabet of the state before each sequence.
        otto: "omstran": weight of states against transitions, 0 to 1; no default.
        transindel: "omstran": "constant", "prob" or "subcost", the indel cost of a transition.
        previous: "omstran": whether the transition into a position also counts.
        add_column: "omstran": whether the last position, without a transition, counts.
        kweights: weight of each length of subsequence, from 1; all 1 if None.
        prox: proximity of two states, (a, a); the identity if None.
        breaks: first and last position of each interval, counted from 1; by `step` if None.
        step: positions of an interval.
        overlap: whether intervals overlap by half.
    """

    expcost: float = 0.5
    context: float | None = None
    tpow: float = 1.0
    link: Link = "mean"
    h: float = 0.5
    nu: float | None = None
    origin: int = 1
    otto: float | None = None
    transindel: TransIndel = "constant"
    previous: bool = False
    add_column: bool = True
    kweights: npt.ArrayLike | None = None
    prox: npt.ArrayLike | None = None
    breaks: tuple[tuple[int, int], ...] | None = None
    step: int = 1
    overlap: bool = False

    @classmethod
    def of(cls, measure: str, given: dict[str, Any]) -> "Options":
        """Return the options of a measure after checking them.

        Raises:
            ValueError: the measure does not take an option, needs one, or a value is out of range.
        """
        takes = TAKES.get(measure, ())
        for name in given:
            if name not in takes:
                known = ", ".join(takes) or "no options"
                raise ValueError(f"{measure} takes no option {name!r}: it takes {known}")
        for name, wanted in (("twed", "nu"), ("omstran", "otto")):
            if measure == name and given.get(wanted) is None:
                raise ValueError(f"{measure} needs the option {wanted}, which has no default")
        options = cls(**given)
        options._check(measure)
        return options

    def _check(self, measure: str) -> None:
        for name in ("expcost", "h", "context"):
            value = getattr(self, name)
            if value is not None and not value >= 0:
                raise ValueError(f"{name} must not be negative, not {value}")
        if measure == "omloc" and self.context is None and self.expcost > 0.5:
            raise ValueError(f"expcost must be from 0 to 0.5 without context, not {self.expcost}")
        if self.nu is not None and not self.nu > 0:
            raise ValueError(f"nu must be more than 0, not {self.nu}")
        if self.otto is not None and not 0 <= self.otto <= 1:
            raise ValueError(f"otto must be from 0 to 1, not {self.otto}")
        for name, choices in (("link", Link), ("transindel", TransIndel)):
            if getattr(self, name) not in get_args(choices):
                raise ValueError(
                    f"unknown {name} {getattr(self, name)!r}: use one of "
                    f"{', '.join(get_args(choices))}"
                )
        if self.step < 1:
            raise ValueError(f"step must be at least 1, not {self.step}")
        if self.kweights is not None:
            weights = np.asarray(self.kweights, np.float64)
            if weights.ndim != 1 or not np.all(weights >= 0):
                raise ValueError("kweights must be a row of numbers, none of them negative")

    def proximity(self, size: int) -> Floats:
        """Return the proximity of two of `size` states.

        Raises:
            ValueError: `prox` has another shape.
        """
        near = np.eye(size) if self.prox is None else np.array(self.prox, np.float64)
        if near.shape != (size, size):
            raise ValueError(f"prox must have the shape ({size}, {size}), not {near.shape}")
        return np.ascontiguousarray(near)

    def document(self, measure: str) -> dict[str, Any]:
        """Return the options of a measure for JSON."""
        takes = TAKES.get(measure, ())
        return {
            field.name: value.tolist() if isinstance(value, np.ndarray) else value
            for field in fields(self)
            if field.name in takes
            for value in [getattr(self, field.name)]
        }
