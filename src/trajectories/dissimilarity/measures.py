"""The measures by name: their default costs, their scale, and their kernels."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from trajectories.dissimilarity.alignment import Alignment
from trajectories.dissimilarity.blocks import Plan, States
from trajectories.dissimilarity.costs import Costs, has_missing, substitution_costs
from trajectories.dissimilarity.matching import Matching, counts_matches
from trajectories.dissimilarity.normalisation import Normalisation, Scale
from trajectories.dissimilarity.positional import Positional
from trajectories.sequences import VOID, StateSequences

Measure = Literal["om", "ham", "dhd", "lcs"]

_AUTO: dict[str, Normalisation] = {
    "om": "maxlength",
    "ham": "maxlength",
    "dhd": "maxlength",
    "lcs": "gmean",
}


@dataclass(frozen=True, eq=False)
class Recipe:
    """A measure with all its choices made.

    Attributes:
        measure: its name.
        costs: its costs.
        normalisation: its normalisation, no longer "auto".
        dtype: precision of the results, float64 or float32.
    """

    measure: Measure
    costs: Costs
    normalisation: Normalisation
    dtype: np.dtype[Any]

    @classmethod
    def of(
        cls,
        seqs: StateSequences,
        measure: Measure,
        costs: Costs | None,
        normalise: Normalisation,
        dtype: npt.DTypeLike,
    ) -> "Recipe":
        """Make the choices that were left open, and check that all fit `seqs`.

        Raises:
            ValueError: an unknown name, or costs or sequences that do not fit the measure.
        """
        if measure not in get_args(Measure):
            raise ValueError(f"unknown measure {measure!r}: use one of {_listed(Measure)}")
        if normalise not in get_args(Normalisation):
            known = _listed(Normalisation)
            raise ValueError(f"unknown normalisation {normalise!r}: use one of {known}")
        precision = np.dtype(dtype)
        if precision not in (np.dtype(np.float32), np.dtype(np.float64)):
            raise ValueError(f"distances are of dtype float32 or float64, not {precision}")
        chosen = _default_costs(seqs, measure) if costs is None else costs
        if measure == "lcs" and not chosen.equals(_default_costs(seqs, measure)):
            raise ValueError("lcs has costs of its own: leave costs out, or use om")
        kind = _AUTO[measure] if normalise == "auto" else normalise
        recipe = cls(measure, chosen, kind, precision)
        recipe.check(seqs)
        return recipe

    def check(self, seqs: StateSequences) -> None:
        """Check that the measure and its costs fit sequences.

        Raises:
            ValueError: they do not.
        """
        _check_costs(seqs, self.measure, self.costs)
        _check_states(seqs, self.measure)

    @property
    def positional(self) -> bool:
        """Whether sequences are compared position by position."""
        return self.measure in ("ham", "dhd")

    def counting(self, length: int) -> bool:
        """Whether it is a count of matched states, in sequences of at most `length` positions."""
        return not self.positional and counts_matches(self.costs, length)

    def plan(self, queries: States, targets: States) -> Plan:
        """Prepare the distances of each query, uint8 (n, L), to each target, uint8 (m, L)."""
        if self.positional:
            return Positional.of(queries, targets, self.costs, self.dtype)
        if self.counting(max(queries.shape[1], targets.shape[1])):
            return Matching.of(queries, targets, self.costs)
        return Alignment.of(queries, targets, self.costs, self.dtype)

    def scale(self, length: int) -> Scale:
        """Return what the values are set against, for sequences of at most `length` positions."""
        largest = self.costs.substitution.max(axis=(-1, -2), initial=0)
        if self.positional:
            return Scale(fixed=float(np.broadcast_to(largest, length).sum()))
        indel = float(np.max(self.costs.indel))
        return Scale(indel=indel, substitution=min(float(largest), 2 * indel))


def _default_costs(seqs: StateSequences, measure: Measure) -> Costs:
    match measure:
        case "ham":
            return substitution_costs(seqs, "constant", cval=1)
        case "dhd":
            return substitution_costs(seqs, "trate", time_varying=True)
        case _:
            return substitution_costs(seqs, "constant")


def _check_costs(seqs: StateSequences, measure: Measure, costs: Costs) -> None:
    if costs.states != len(seqs.alphabet):
        raise ValueError(
            f"the costs are for {costs.states} states, but the alphabet has {len(seqs.alphabet)}"
        )
    varying = costs.substitution.ndim == 3
    if varying and measure not in ("ham", "dhd"):
        raise ValueError(f"{measure} needs costs that do not vary with the position")
    if varying and len(costs.substitution) != seqs.length:
        raise ValueError(
            f"the costs vary over {len(costs.substitution)} positions, "
            f"but the sequences have {seqs.length}"
        )


def _check_states(seqs: StateSequences, measure: Measure) -> None:
    if has_missing(seqs):
        raise ValueError("the sequences hold missing states: give these a state of their own")
    if measure in ("ham", "dhd") and (seqs.states == VOID).any():
        raise ValueError(f"{measure} needs sequences of equal length: use om for others")


def _listed(options: object) -> str:
    return ", ".join(get_args(options))
