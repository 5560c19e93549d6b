"""The measures with quantities derived from the sequences: their kernels' plans and scales."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.alignment.localised_matching import context_costs, localised
from trajectories.dissimilarity.alignment.optimal_matching import Alignment
from trajectories.dissimilarity.alignment.optimal_matching_kernels import MARGIN
from trajectories.dissimilarity.alignment.time_warp_edit import Warping
from trajectories.dissimilarity.alignment.transitions import Transitions
from trajectories.dissimilarity.common.common_prefix import Prefixes
from trajectories.dissimilarity.common.common_subsequence import Matching, counts_matches
from trajectories.dissimilarity.common.subsequence_counts import Subsequences
from trajectories.dissimilarity.costs import Costs, transition_rates
from trajectories.dissimilarity.exact_sums.grid import Grid
from trajectories.dissimilarity.expanded_alphabets import Letters, by_length, by_spell, plain
from trajectories.dissimilarity.lanes.blocks import Plan, States, begins_with
from trajectories.dissimilarity.normalisation import Scale
from trajectories.dissimilarity.options import Measure, Options
from trajectories.dissimilarity.positional.hamming import Positional
from trajectories.dissimilarity.positional.state_distributions import Intervals, Squares, cut
from trajectories.sequences import StateSequences

Dtype = np.dtype[np.floating]
Planner = Callable[[States, States, Dtype], Plan]


def _all(lengths: Ints) -> Ints:
    return lengths


@dataclass(frozen=True, eq=False)
class Model:
    """A measure of one set of sequences.

    Attributes:
        plan: prepares the distances of queries, uint8 (n, L), to targets, uint8 (m, L′), in a
            precision.
        scale: the scale for normalisation.
        positions: number of positions of sequences of given lengths, for normalisation.
        ordered: whether lexicographic order makes it faster.
    """

    plan: Planner
    scale: Scale
    positions: Callable[[Ints], Ints] = _all
    ordered: bool = False


def model_of(
    seqs: StateSequences,
    measure: Measure,
    costs: Costs | None,
    options: Options,
    longest: int,
    *,
    auto: bool,
) -> Model:
    """Return the model of a measure for given sequences.

    Its costs are those given, as whole multiples of a unit (`Grid`), so that sums are exact.

    Args:
        seqs: the sequences.
        measure: the measure's name.
        costs: costs of states, for measures with costs.
        options: the measure's options.
        longest: largest number of positions of any sequence that will be compared.
        auto: whether distances will be normalised with "auto".

    Raises:
        ValueError: an option does not fit the sequences.
    """
    if costs is not None:
        costs = costs.mirrored()
        if measure in ("ham", "dhd"):
            return _positional(costs, seqs.length)
        return _edit(seqs, measure, costs, options, longest)
    if measure in ("lcp", "rlcp"):
        return Model(
            lambda queries, targets, _: Prefixes.of(queries, targets, from_end=measure == "rlcp"),
            Scale(),
        )
    if measure in ("chi2", "euclid"):
        breaks = options.breaks or cut(seqs.length, options.step, overlap=options.overlap)
        intervals = Intervals.of(seqs, breaks, chi2=measure == "chi2", normalised=auto)
        return Model(
            lambda queries, targets, _: Squares.of(
                intervals.features(queries), intervals.features(targets), intervals.weights
            ),
            Scale(),
        )
    near = options.proximity(len(seqs.alphabet))
    weights = None if options.kweights is None else np.asarray(options.kweights, np.float64)
    return Model(
        lambda queries, targets, _: Subsequences.of(
            queries, targets, measure, near, weights, options.tpow
        ),
        Scale(),
    )


def _positional(costs: Costs, length: int) -> Model:
    grid = Grid.of([costs.substitution], length * float(costs.substitution.max(initial=0)))
    substitution = grid.whole(costs.substitution)
    whole = Costs(substitution, costs.indel)
    largest = substitution.max(axis=(-1, -2), initial=0)
    return Model(
        lambda queries, targets, dtype: Positional.of(queries, targets, whole, dtype, grid.unit),
        Scale(fixed=grid.unit * float(np.broadcast_to(largest, length).sum())),
    )


def _edit(
    seqs: StateSequences, measure: Measure, costs: Costs, options: Options, longest: int
) -> Model:
    match measure:
        case "omloc":
            return _localised(costs, options, longest)
        case "twed":
            return _warped(costs, options, longest)
        case "omslen":
            return _by_length(costs, options, longest)
        case "omspell":
            return _by_spell(costs, options, longest)
        case "omstran":
            return _of_transitions(seqs, costs, options, longest)
        case _:
            grid = Grid.of([costs.substitution, costs.indel], _bound(costs, longest))
            whole = grid.costs(costs)
            gains = plain(seqs.states[:0], seqs.states[:0], whole).gains
            return _lettered(
                lambda queries, targets: plain(queries, targets, whole, grid.unit),
                _scale(whole, grid.unit),
                ordered=not counts_matches(gains, seqs.length),
            )


def _bound(costs: Costs, longest: int) -> float:
    """Return more than any sum of costs along an alignment, or of the gains of its matches."""
    return 4.0 * longest * (float(costs.substitution.max(initial=0)) + float(np.max(costs.indel)))


def _scale(whole: Costs, unit: float) -> Scale:
    """Return the scale of optimal matching with costs in units."""
    indel = unit * float(np.max(whole.indel))
    largest = unit * float(whole.substitution.max(initial=0))
    return Scale(indel, (indel, min(largest, 2 * indel)), (indel, 2 * indel))


def _localised(costs: Costs, options: Options, longest: int) -> Model:
    largest = float(costs.substitution.max(initial=0))
    context = 1 - 2 * options.expcost if options.context is None else options.context
    most = 4 * longest * (1 + options.expcost + context) * largest
    whole, beside, unit = context_costs(costs.substitution, options.expcost, context, most)
    indel = largest * options.expcost + context
    return Model(
        lambda queries, targets, dtype: localised(queries, targets, whole, beside, unit, dtype),
        Scale(1.0, (indel, min(largest, 2 * indel)), (indel, 2 * indel)),
        ordered=True,
    )


def _warped(costs: Costs, options: Options, longest: int) -> Model:
    given, h = float(options.nu or 0), options.h
    largest = float(costs.substitution.max(initial=0))
    most = 8 * (longest + MARGIN) * (largest + given + h)
    grid = Grid.of([costs.substitution, given, h], most, added=[given, h])
    whole = grid.costs(Costs(costs.substitution, 0.0))
    nu, surplus = float(grid.whole(given)), float(grid.whole(h))
    # An indel before the other sequence's first state costs more than any later match.
    indel = 2 * largest + given + h
    origin = min(options.origin, costs.states - 1)
    return Model(
        lambda queries, targets, dtype: Warping.of(
            queries, targets, whole, nu, surplus, origin, grid.unit, dtype
        ),
        Scale(indel, _warped_most(largest, given, h), _warped_most(2 * indel, given, h)),
        ordered=True,
    )


def _by_length(costs: Costs, options: Options, longest: int) -> Model:
    smallest = float(max(longest, 1)) ** -options.h
    parts = [costs.substitution, costs.indel]
    grid = Grid.of(
        [smallest * np.asarray(part) for part in parts],
        _bound(costs, longest),
        common=options.h == 0,
    )
    indel, largest = float(np.max(costs.indel)), float(costs.substitution.max(initial=0))
    # TraMineR halves the costs for a mean link and doubles their bound.
    both = 4 * indel if options.link == "mean" else 2 * indel
    return _lettered(
        lambda queries, targets: by_length(queries, targets, costs, options.link, options.h, grid),
        Scale(1.0, (indel, min(largest, both)), (indel, both)),
    )


def _by_spell(costs: Costs, options: Options, longest: int) -> Model:
    tpow, expcost = float(options.tpow), options.expcost
    times = np.arange(1.0, longest + 1) ** tpow - 1
    # Whole powers of durations keep what has one unit in it; others are rounded one by one.
    exact = tpow.is_integer() and tpow >= 0
    parts = [costs.substitution, costs.indel, expcost if exact else np.abs(expcost * times)]
    most = _bound(costs, longest) + 8 * expcost * longest ** max(tpow, 1.0)
    grid = Grid.of(parts, most, added=[expcost] if exact else [])
    whole, unit_of_time = grid.costs(costs), grid.whole(expcost)

    def lengthened(durations: Ints) -> Floats:
        times = durations.astype(np.float64) ** tpow - 1
        return unit_of_time * times if exact else grid.whole(expcost * times)

    return _lettered(
        lambda queries, targets: by_spell(queries, targets, whole, lengthened, grid.unit),
        _scale(whole, grid.unit),
        ordered=False,
    )


def _of_transitions(seqs: StateSequences, costs: Costs, options: Options, longest: int) -> Model:
    transitions = Transitions.of(
        costs,
        transition_rates(seqs) if options.transindel == "prob" else None,
        options.transindel,
        float(options.otto or 0),
        longest,
        previous=options.previous,
        add_column=options.add_column,
    )
    indel, largest = transitions.largest(seqs.states)
    return _lettered(
        transitions.letters,
        Scale(indel, (indel, min(largest, 2 * indel)), (indel, 2 * indel)),
        transitions.positions,
    )


def _warped_most(substitution: float, nu: float, h: float) -> tuple[float, float]:
    """Return the largest costs of the time-warp edit distance, as in `Scale`."""
    return substitution + nu + h, 2 * (substitution + nu)


def _lettered(
    write: Callable[[States, States], Letters],
    scale: Scale,
    positions: Callable[[Ints], Ints] = _all,
    *,
    ordered: bool = True,
) -> Model:

    def plan(queries: States, targets: States, dtype: Dtype) -> Plan:
        # The queries are often the first of the targets and are then converted once.
        same = begins_with(targets, queries)
        letters = write(queries[:0] if same else queries, targets)
        if same:
            letters = replace(letters, queries=letters.targets[: len(queries)])
        if counts_matches(letters.gains, letters.queries.shape[1]):
            return Matching.of(letters)
        return Alignment.of(letters, dtype)

    return Model(plan, scale, positions, ordered)
