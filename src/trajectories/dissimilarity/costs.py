"""Costs of the edit operations: substitution, insertion and deletion.

The definitions are TraMineR's (Gabadinho et al. 2011; Studer & Ritschard 2016), checked against its
numbers. Rates and shares are weighted by the sequences' weights.
"""

import math
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from trajectories.arrays import Floats
from trajectories.notebook.checked_values import finite_number, unmasked, whole_number
from trajectories.notebook.described import described
from trajectories.sequences import VOID, StateSequences

CostMethod = Literal["constant", "trate", "future", "indels", "indelslog", "features"]
Transition = Literal["previous", "next", "both"]
State = str | int


@described(lambda x: f"{x.states} states, substitution up to {x.substitution.max(initial=0):g}")
@dataclass(frozen=True, eq=False)
class Costs:
    """Costs of substitution and of insertion or deletion, by position in the alphabet.

    Attributes:
        substitution: float64 (a, a), the row's state replaced by the column's; or (L, a, a) if
            costs vary with the position. Non-negative; zero on the diagonal.
        indel: cost of inserting or deleting a state: one number for all, or float64 (a,).
    """

    substitution: Floats
    indel: float | Floats

    def __post_init__(self) -> None:
        """Check shapes and ranges."""
        substitution = _numbers(self.substitution, "substitution costs")
        indel = _numbers(self.indel, "indel costs")
        if substitution.ndim not in (2, 3) or substitution.shape[-1] != substitution.shape[-2]:
            raise ValueError(
                f"substitution costs must have the shape (a, a) or (L, a, a), "
                f"not {substitution.shape}"
            )
        if indel.shape not in ((), substitution.shape[-1:]):
            raise ValueError(
                f"indel costs must be one number or one for each of the "
                f"{substitution.shape[-1]} states, not shape {indel.shape}"
            )
        for name, values in (("substitution", substitution), ("indel", indel)):
            if not np.all(np.isfinite(values) & (values >= 0)):
                raise ValueError(f"{name} costs must be finite and not negative")
        if np.any(np.diagonal(substitution, axis1=-2, axis2=-1)):
            raise ValueError("replacing a state by itself must cost 0: set the diagonal to 0")
        object.__setattr__(self, "substitution", substitution)
        object.__setattr__(self, "indel", float(indel) if indel.ndim == 0 else indel)

    @property
    def states(self) -> int:
        """Return the number of states, a."""
        return int(self.substitution.shape[-1])

    @property
    def symmetric(self) -> bool:
        """Return whether the costs are the same in both directions, up to rounding."""
        turned = self.substitution.swapaxes(-1, -2)
        return np.allclose(self.substitution, turned, rtol=1e-12, atol=0)

    def mirrored(self) -> "Costs":
        """Return the costs, exactly symmetric if they are symmetric up to rounding."""
        if not self.symmetric:
            return self
        turned = self.substitution.swapaxes(-1, -2)
        return Costs(np.maximum(self.substitution, turned), self.indel)

    def violation(self) -> tuple[int, int, int] | None:
        """Return the worst violation of the triangle inequality.

        Returns:
            Positions of states a, b and c such that replacing a by c costs most in excess of
            replacing a by b and b by c; None without a violation.
        """
        found, most = None, 1e-9 * float(self.substitution.max(initial=0))
        for table in self.substitution.reshape(-1, self.states, self.states):
            saving = table[:, None, :] - (table[:, :, None] + table[None])
            if saving.size and saving.max() > most:
                most = float(saving.max())
                place = np.unravel_index(int(saving.argmax()), saving.shape)
                found = (int(place[0]), int(place[1]), int(place[2]))
        return found

    def equals(self, other: "Costs") -> bool:
        """Return whether both hold the same numbers."""
        return np.array_equal(self.substitution, other.substitution) and np.array_equal(
            self.indel, other.indel
        )


def substitution_costs(
    seqs: StateSequences,
    method: CostMethod,
    *,
    cval: float | None = None,
    lag: int = 1,
    time_varying: bool = False,
    transition: Transition = "both",
    state_features: npt.ArrayLike | None = None,
    feature_weights: npt.ArrayLike | None = None,
    missing_state: State | None = None,
    miss_cost: float | None = None,
    miss_cost_fixed: bool | None = None,
) -> Costs:
    """Derive costs from the alphabet or from the sequences.

    Args:
        seqs: state sequences of n cases over L positions; weights count.
        method: "constant": `cval` between any two states, indel 1. "trate": `cval` − p(a→b) −
            p(b→a), from transition rates. "future": χ² distance between the states' transition
            rates. "indels": indel(a) = 1 / share of a, substitution = sum of the two indels.
            "indelslog": the same with indel(a) = log(2 / (1 + share of a)). "features": Gower's
            distance between rows of `state_features`. Indels of "trate", "future" and "features"
            are half the largest substitution cost.
        cval: 2 by default; 4 for time-varying rates in both directions of time.
        lag: positions between the two states of a transition ("trate", "future").
        time_varying: one matrix a position, shape (L, a, a); not for "future" and "features".
            "indels" and "indelslog" then take the shares at the position, missing and void ones
            left out, and indel is half the largest cost.
        transition: which rates a time-varying cost takes: those into the position ("previous"),
            out of it ("next") or "both". At the ends, where one side is missing, its rates are 0;
            with "both" the other side's count twice.
        state_features: (a, f) numbers that describe the states ("features").
        feature_weights: (f,) weights of the features; equal by default.
        missing_state: the state that represents missing positions, as
            `StateSequences.with_missing_state` adds it. Its transitions and its share count as any
            state's.
        miss_cost: cost of replacing the missing state by another; `cval` by default.
        miss_cost_fixed: whether to use `miss_cost` instead of a cost derived from the data; by
            default, only "indels" and "indelslog" derive it.

    Raises:
        ValueError: an unknown method, an option that does not fit it, or no sequence of weight
            greater than 0.

    Examples:
        >>> from trajectories.dissimilarity import substitution_costs
        >>> from trajectories.sequences import as_sequences
        >>> seqs = as_sequences([list("aab"), list("abb"), list("bbb"), list("aaa")])
        >>> costs = substitution_costs(seqs, "trate")
        >>> costs.substitution.round(2).tolist(), costs.indel
        ([[0.0, 1.6], [1.6, 0.0]], 0.8)

    See Also:
        `pairwise`, `Costs`.

    R equivalent: `TraMineR::seqcost`.
    """
    if not isinstance(seqs, StateSequences):
        raise ValueError(
            "costs come from StateSequences, as trajectories.sequences.as_sequences makes them, "
            f"not from a {type(seqs).__name__}"
        )
    lag = whole_number(lag, "lag", least=1)
    for name, number in (("cval", cval), ("miss_cost", miss_cost)):
        if number is not None:
            finite_number(number, name, least=0)
    if transition not in get_args(Transition):
        raise ValueError(f"unknown transition {transition!r}: use one of {_listed(Transition)}")
    if len(seqs) and not seqs.weights.any():
        raise ValueError("costs come from sequences of weight above 0, and there is none")
    derived = _derived(
        seqs, method, cval, lag, time_varying, transition, state_features, feature_weights
    )
    if missing_state is None:
        if miss_cost is not None or miss_cost_fixed is not None:
            raise ValueError("a cost of the missing state needs missing_state, its name")
        return derived
    if missing_state not in seqs.alphabet:
        raise ValueError(f"the missing state {missing_state!r} is not in the alphabet")
    fixed = method not in ("indels", "indelslog") if miss_cost_fixed is None else miss_cost_fixed
    if not fixed:
        return derived
    both = time_varying and transition == "both"
    usual = (4.0 if both else 2.0) if cval is None else cval
    place = seqs.alphabet.index(missing_state)
    substitution = derived.substitution.copy()
    substitution[..., place, :] = substitution[..., :, place] = (
        usual if miss_cost is None else miss_cost
    )
    substitution[..., place, place] = 0
    return Costs(substitution, derived.indel)


def _derived(
    seqs: StateSequences,
    method: CostMethod,
    cval: float | None,
    lag: int,
    time_varying: bool,
    transition: Transition,
    state_features: npt.ArrayLike | None,
    feature_weights: npt.ArrayLike | None,
) -> Costs:
    """Derive costs as `substitution_costs`, the missing state as any other."""
    if method not in get_args(CostMethod):
        raise ValueError(f"unknown cost method {method!r}: use one of {_listed(CostMethod)}")
    if time_varying and method in ("future", "features"):
        raise ValueError(f"{method} costs cannot vary with the position")
    size = len(seqs.alphabet)
    match method:
        case "constant":
            substitution = (2.0 if cval is None else cval) * (1 - np.eye(size))
            if time_varying:
                substitution = np.broadcast_to(substitution, (seqs.length, size, size))
            return Costs(substitution, 1.0)
        case "trate" if time_varying:
            return _half_largest(_time_varying(seqs, cval, lag, transition))
        case "trate":
            rates = transition_rates(seqs, lag)
            return _half_largest(_from_rates(rates, 2.0 if cval is None else cval))
        case "future":
            return _half_largest(_chi_squared(transition_rates(seqs, lag)))
        case "features":
            return _half_largest(_gower(state_features, feature_weights, size))
        case _:
            share = _shares_by_position(seqs) if time_varying else _shares(seqs)
            if method == "indels" and not np.all(share):
                where = " at every position" if time_varying else ""
                raise ValueError(f"indels costs need every state of the alphabet to occur{where}")
            indel = 1 / share if method == "indels" else np.log(2 / (1 + share))
            substitution = (indel[..., :, None] + indel[..., None, :]) * (1 - np.eye(size))
            return _half_largest(substitution) if time_varying else Costs(substitution, indel)


def transition_counts(seqs: StateSequences, lag: int = 1) -> Floats:
    """Count weighted transitions over `lag` positions.

    Returns:
        float64 (L − lag, a, a): weight of the sequences in the row's state at t and in the
        column's at t + lag. Missing and void positions make no transition.
    """
    size, length = len(seqs.alphabet), seqs.length
    counts = np.zeros((max(length - lag, 0), size, size))
    states, weights = _by_weight(seqs)
    # Position by position in memory: reading a column of rows would fetch every row each time.
    columns = np.ascontiguousarray(states.T)
    for t in range(len(counts)):
        origin, end = columns[t], columns[t + lag]
        known = (origin < VOID) & (end < VOID)
        pair = origin[known].astype(np.int64) * size + end[known]
        weight = np.bincount(pair, weights=weights[known], minlength=size * size)
        counts[t] = weight.reshape(size, size)
    return counts


def transition_rates(seqs: StateSequences, lag: int = 1) -> Floats:
    """Return the weighted transition rates pooled over positions, float64 (a, a), rows sum to 1."""
    return _row_shares(transition_counts(seqs, lag).sum(axis=0))


def _row_shares(counts: Floats) -> Floats:
    total = counts.sum(axis=-1, keepdims=True)
    shares: Floats = np.divide(counts, total, out=np.zeros_like(counts), where=total > 0)
    return shares


def _from_rates(rates: Floats, cval: float) -> Floats:
    cost = cval - (rates + rates.swapaxes(-1, -2))
    cost[..., np.eye(rates.shape[-1], dtype=bool)] = 0
    return np.maximum(cost, 0)


def _time_varying(
    seqs: StateSequences, cval: float | None, lag: int, transition: Transition
) -> Floats:
    rates = _row_shares(transition_counts(seqs, lag))
    if not len(rates):
        raise ValueError(f"sequences of {seqs.length} positions have no transition of lag {lag}")
    value = (4.0 if transition == "both" else 2.0) if cval is None else cval
    nothing = np.zeros_like(rates[:lag])
    into = np.concatenate([nothing, rates])
    out_of = np.concatenate([rates, nothing])
    if transition == "previous":
        return _from_rates(into, value)
    if transition == "next":
        return _from_rates(out_of, value)
    # At the ends, the rates of the only side count twice.
    into[:lag], out_of[-lag:] = out_of[:lag], into[-lag:]
    return _from_rates(into + out_of, value)


def _chi_squared(rates: Floats) -> Floats:
    total = rates.sum(axis=0)
    inverse = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
    squared: Floats = (((rates[:, None] - rates) ** 2) * inverse).sum(axis=-1)
    return np.sqrt(squared)


def _gower(features: npt.ArrayLike | None, weights: npt.ArrayLike | None, size: int) -> Floats:
    if features is None:
        raise ValueError("features costs need state_features, one row for each state")
    table = _numbers(features, "state_features")
    if table.ndim != 2 or len(table) != size or not table.size:
        raise ValueError(f"state_features must have one row for each of the {size} states")
    if not np.isfinite(table).all():
        raise ValueError("state_features must be finite")
    columns = table.shape[1]
    weight = np.ones(columns) if weights is None else _numbers(weights, "feature_weights")
    if weight.shape != (columns,) or not (np.isfinite(weight) & (weight >= 0)).all():
        raise ValueError(f"feature_weights must be {columns} numbers from 0 on, one a feature")
    if not weight.any():
        raise ValueError("feature_weights are all 0: no feature would count")
    spread = np.ptp(table, axis=0)
    scaled = table / np.where(spread > 0, spread, 1)
    distance: Floats = (np.abs(scaled[:, None] - scaled) * weight).sum(axis=-1) / weight.sum()
    return distance


def _shares(seqs: StateSequences) -> Floats:
    """Return each state's share of all cells, missing and void ones in the denominator."""
    size = len(seqs.alphabet)
    present = np.stack([(seqs.states == state).sum(axis=1) for state in range(size)], axis=1)
    total = math.fsum(seqs.weights) * seqs.length
    shares: Floats = weighted_sums(present, seqs.weights) / total
    return shares


def _shares_by_position(seqs: StateSequences) -> Floats:
    """Return each state's share of the known cells of a position, (L, a)."""
    size = len(seqs.alphabet)
    present = [weighted_sums(seqs.states == state, seqs.weights) for state in range(size)]
    return _row_shares(np.stack(present, axis=1))


def weighted_sums(counts: npt.NDArray[Any], weights: Floats) -> Floats:
    """Return each column's sum of counts times weights, the same for any order of the rows.

    Args:
        counts: whole numbers or truth values of each sequence, (n, k).
        weights: float64 (n,).
    """
    if not len(weights):
        return np.zeros(counts.shape[1])
    order = np.argsort(weights, kind="stable")
    distinct, first = np.unique(weights[order], return_index=True)
    totals = np.add.reduceat(counts[order], first, axis=0, dtype=np.int64)
    sums: Floats = np.cumsum(distinct[:, None] * totals, axis=0)[-1]
    return sums


def _by_weight(seqs: StateSequences) -> tuple[npt.NDArray[np.uint8], Floats]:
    """Return states and weights by ascending weight: sums do not depend on the sequences' order."""
    if np.all(seqs.weights[1:] >= seqs.weights[:-1]):
        return seqs.states, seqs.weights
    order = np.argsort(seqs.weights, kind="stable")
    return seqs.states[order], seqs.weights[order]


def _numbers(values: Any, name: str) -> Floats:
    """Return a table or list of numbers.

    Raises:
        ValueError: it holds other things, some are masked, or pandas labels its rows by states.
    """
    labels = getattr(getattr(values, "index", None), "tolist", None)
    if labels is not None and labels() != list(range(len(values))):
        raise ValueError(
            f"{name} are labelled, and Costs go by position: give them in the order of the "
            "alphabet, such as frame.loc[alphabet, alphabet].to_numpy()"
        )
    found = unmasked(values, name)
    try:
        if found.dtype.kind == "O":
            found = found.astype(np.float64)
    except (TypeError, ValueError):
        found = np.empty(0, dtype=str)
    if found.dtype.kind not in "biuf":
        raise ValueError(f"{name} must be numbers")
    return found.astype(np.float64)


def _half_largest(substitution: Floats) -> Costs:
    return Costs(substitution, float(substitution.max(initial=0)) / 2)


def _listed(options: object) -> str:
    return ", ".join(get_args(options))
