"""The measures with quantities derived from the sequences: their kernels' plans and scales."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from trajectories.arrays import Ints
from trajectories.dissimilarity.alignment.localised_matching import localised
from trajectories.dissimilarity.alignment.optimal_matching import Alignment
from trajectories.dissimilarity.alignment.time_warp_edit import Warping
from trajectories.dissimilarity.alignment.transitions import Transitions
from trajectories.dissimilarity.common.common_prefix import Prefixes
from trajectories.dissimilarity.common.common_subsequence import Matching, counts_matches
from trajectories.dissimilarity.common.subsequence_counts import Subsequences
from trajectories.dissimilarity.costs import Costs, transition_rates
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
    seqs: StateSequences, measure: Measure, costs: Costs | None, options: Options, *, auto: bool
) -> Model:
    """Return the model of a measure for given sequences.

    Raises:
        ValueError: an option does not fit the sequences.
    """
    if costs is not None:
        if measure in ("ham", "dhd"):
            return _positional(costs, seqs.length)
        return _edit(seqs, measure, costs, options)
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
                intervals.features(queries), intervals.features(targets)
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
    largest = costs.substitution.max(axis=(-1, -2), initial=0)
    return Model(
        lambda queries, targets, dtype: Positional.of(queries, targets, costs, dtype),
        Scale(fixed=float(np.broadcast_to(largest, length).sum())),
    )


def _edit(seqs: StateSequences, measure: Measure, costs: Costs, options: Options) -> Model:
    indel = float(np.max(costs.indel))
    largest = float(costs.substitution.max(initial=0))
    most = (indel, min(largest, 2 * indel))
    scale = Scale(indel, most, (indel, 2 * indel))
    match measure:
        case "omloc":
            context = 1 - 2 * options.expcost if options.context is None else options.context
            indel = largest * options.expcost + context
            return Model(
                lambda queries, targets, dtype: localised(
                    queries, targets, costs, options.expcost, context, dtype
                ),
                Scale(1.0, (indel, min(largest, 2 * indel)), (indel, 2 * indel)),
                ordered=True,
            )
        case "twed":
            nu = float(options.nu or 0)
            # An indel before the other sequence's first state costs more than any later match.
            indel = 2 * largest + nu + options.h
            origin = min(options.origin, costs.states - 1)
            return Model(
                lambda queries, targets, dtype: Warping.of(
                    queries, targets, costs, nu, options.h, origin, dtype
                ),
                Scale(
                    indel,
                    _warped_most(largest, nu, options.h),
                    _warped_most(2 * indel, nu, options.h),
                ),
                ordered=True,
            )
        case "omslen":
            # TraMineR halves the costs for a mean link and doubles their bound.
            both = 4 * indel if options.link == "mean" else 2 * indel
            return _lettered(
                lambda queries, targets: by_length(
                    queries, targets, costs, options.link, options.h
                ),
                Scale(1.0, (indel, min(largest, both)), (indel, both)),
            )
        case "omspell":
            return _lettered(
                lambda queries, targets: by_spell(
                    queries, targets, costs, options.expcost, options.tpow
                ),
                scale,
                ordered=False,
            )
        case "omstran":
            transitions = Transitions.of(
                costs,
                transition_rates(seqs) if options.transindel == "prob" else None,
                options.transindel,
                float(options.otto or 0),
                previous=options.previous,
                add_column=options.add_column,
            )
            indel, largest = transitions.largest(seqs.states)
            return _lettered(
                transitions.letters,
                Scale(indel, (indel, min(largest, 2 * indel)), (indel, 2 * indel)),
                transitions.positions,
            )
        case _:
            gains = plain(seqs.states[:0], seqs.states[:0], costs).gains
            return _lettered(
                lambda queries, targets: plain(queries, targets, costs),
                scale,
                ordered=not counts_matches(gains, seqs.length),
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
