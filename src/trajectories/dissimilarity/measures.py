"""The measures by name: default costs and normalisations, and checks of their arguments."""

import warnings
from dataclasses import dataclass
from typing import Any, Final, get_args

import numpy as np
import numpy.typing as npt

from trajectories.dissimilarity.costs import Costs, substitution_costs
from trajectories.dissimilarity.lanes.blocks import Plan, States
from trajectories.dissimilarity.normalisation import Normalisation
from trajectories.dissimilarity.options import Measure, Options
from trajectories.dissimilarity.plans import Model, model_of
from trajectories.sequences import VOID, StateSequences

_AUTO: Final[dict[str, Normalisation]] = {
    "om": "maxlength",
    "ham": "maxlength",
    "dhd": "maxlength",
    "lcs": "gmean",
    "lcp": "gmean",
    "rlcp": "gmean",
    "nms": "none",
    "nmsmst": "none",
    "svrspell": "none",
}
"""Normalisation chosen by "auto"; for the other edit distances it is "yujianbo"."""

EQUAL_LENGTHS: Final = ("ham", "dhd")
WITHOUT_COSTS: Final = ("lcp", "rlcp", "nms", "nmsmst", "svrspell", "chi2", "euclid")
WITHOUT_LENGTHS: Final = ("nms", "nmsmst", "svrspell", "chi2", "euclid")


class CostsWarning(UserWarning):
    """Costs that are likely to be a mistake."""


@dataclass(frozen=True, eq=False)
class Recipe:
    """A fully specified measure.

    Attributes:
        measure: its name.
        costs: its costs as given; None for measures without costs. The model has them in units.
        options: its options.
        normalisation: its normalisation, "auto" only for "chi2" and "euclid".
        dtype: precision of the results, float64 or float32.
        model: the measure with quantities derived from the sequences.
        length: number of positions of the sequences.
        alphabet: number of states.
    """

    measure: Measure
    costs: Costs | None
    options: Options
    normalisation: Normalisation
    dtype: np.dtype[Any]
    model: Model
    length: int
    alphabet: int

    @classmethod
    def of(
        cls,
        seqs: StateSequences,
        measure: Measure,
        costs: Costs | None,
        normalise: Normalisation,
        dtype: npt.DTypeLike,
        longest: int = 0,
        **options: Any,
    ) -> "Recipe":
        """Fill in defaults, and check that all choices fit `seqs`.

        `longest` is the number of positions of other sequences that will be compared, if larger.

        Raises:
            ValueError: an unknown name, or costs, options or sequences that do not fit the measure.
        """
        if measure not in get_args(Measure):
            raise ValueError(f"unknown measure {measure!r}: use one of {_listed(Measure)}")
        if normalise not in get_args(Normalisation):
            known = _listed(Normalisation)
            raise ValueError(f"unknown normalisation {normalise!r}: use one of {known}")
        precision = np.dtype(dtype)
        if precision not in (np.dtype(np.float32), np.dtype(np.float64)):
            raise ValueError(f"distances are of dtype float32 or float64, not {precision}")
        chosen = Options.of(measure, options)
        costs = _costs(seqs, measure, costs)
        longest = max(longest, seqs.length)
        model = model_of(seqs, measure, costs, chosen, longest, auto=normalise == "auto")
        kind = _normalisation(measure, normalise)
        size = len(seqs.alphabet)
        recipe = cls(measure, costs, chosen, kind, precision, model, seqs.length, size)
        recipe.check(seqs)
        return recipe

    def check(self, seqs: StateSequences) -> None:
        """Check that the measure fits sequences.

        Raises:
            ValueError: it does not.
        """
        if seqs.has_missing:
            raise ValueError(
                "the sequences hold missing states: give these a state of their own, "
                "with_missing_state(), or leave them out, treat_missing()"
            )
        if self.measure in EQUAL_LENGTHS and (seqs.states == VOID).any():
            raise ValueError(f"{self.measure} needs sequences of equal length: use om for others")
        if self.measure in (*EQUAL_LENGTHS, "chi2", "euclid") and seqs.length != self.length:
            raise ValueError(
                f"{self.measure} needs sequences and references of equal length, "
                f"not {self.length} and {seqs.length} positions"
            )
        if self.measure == "omloc" and (seqs.states[:, :1] == VOID).any():
            raise ValueError("omloc needs sequences of at least one position: leave out empty ones")

    @property
    def symmetric(self) -> bool:
        """Return whether distances are the same in both directions."""
        if self.measure in ("nms", "svrspell"):
            near = self.options.proximity(self.alphabet)
            return np.array_equal(near, near.T)
        return self.costs is None or self.costs.symmetric

    def plan(self, queries: States, targets: States) -> Plan:
        """Prepare the distances of each query, uint8 (n, L), to each target, uint8 (m, L)."""
        return self.model.plan(queries, targets, self.dtype)


def _costs(seqs: StateSequences, measure: Measure, costs: Costs | None) -> Costs | None:
    """Return the costs of a measure; raise a ValueError unless they fit it and the sequences."""
    if measure in WITHOUT_COSTS:
        if costs is not None:
            raise ValueError(f"{measure} takes no costs")
        return None
    if costs is not None and not isinstance(costs, Costs):
        raise ValueError(
            f"costs are Costs, as substitution_costs makes them, not a {type(costs).__name__}"
        )
    default = _default_costs(seqs, measure)
    if costs is None:
        return default
    if measure == "lcs" and not costs.equals(default):
        raise ValueError("lcs has costs of its own: leave costs out, or use om")
    if costs.states != len(seqs.alphabet):
        raise ValueError(
            f"the costs are for {costs.states} states, but the alphabet has {len(seqs.alphabet)}"
        )
    varying = costs.substitution.ndim == 3
    if varying and measure not in EQUAL_LENGTHS:
        raise ValueError(f"{measure} needs costs that do not vary with the position")
    if varying and len(costs.substitution) != seqs.length:
        raise ValueError(
            f"the costs vary over {len(costs.substitution)} positions, "
            f"but the sequences have {seqs.length}"
        )
    _warn_of_detours(seqs, costs)
    return costs


def _warn_of_detours(seqs: StateSequences, costs: Costs) -> None:
    """Warn if replacing a state in two steps is cheaper than in one."""
    found = costs.violation()
    if found:
        a, b, c = (seqs.alphabet[place] for place in found)
        warnings.warn(
            f"the substitution costs break the triangle inequality: replacing {a} by {c} costs "
            f"more than replacing {a} by {b} and {b} by {c}, so that distances may, too",
            CostsWarning,
            stacklevel=4,
        )


def _default_costs(seqs: StateSequences, measure: Measure) -> Costs:
    match measure:
        case "ham":
            return substitution_costs(seqs, "constant", cval=1)
        case "dhd":
            return substitution_costs(seqs, "trate", time_varying=True)
        case _:
            return substitution_costs(seqs, "constant")


def _normalisation(measure: Measure, normalise: Normalisation) -> Normalisation:
    """Return the normalisation to apply; raise a ValueError if the measure lacks it."""
    if measure in ("chi2", "euclid") and normalise == "auto":
        return normalise
    if normalise == "auto":
        return _AUTO.get(measure, "yujianbo")
    if measure in WITHOUT_LENGTHS and normalise != "none":
        raise ValueError(f"{measure} has no normalisation {normalise}: use none or auto")
    return normalise


def _listed(options: object) -> str:
    return ", ".join(get_args(options))
