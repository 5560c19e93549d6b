"""Mixtures of Markov chains: types that differ in how they move, not in when."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.matrix.checked_distances import checked_weights
from trajectories.errors import UserError
from trajectories.notebook.described import described
from trajectories.sequences import StateSequences
from trajectories.sequences.coding import VOID
from trajectories.typology.models.feature_rows import Codes, FeatureRows, aggregate
from trajectories.typology.models.gating import read_covariates
from trajectories.typology.models.mixtures import Mixture, fit_mixtures, fitted_with
from trajectories.typology.models.starting_centres import ALL, Gap

EQUAL = 1e-12
"""Squared Hellinger distance below which shares are equal."""

LEAST_EXPECTED = 0.5
"""Expected number of cases from which a probability counts as a parameter."""


@described(
    lambda x: f"{len(x.initial)} clusters of {len(x.labels):,} cases, BIC {x.bic:,.1f}",
    "starts",
)
@dataclass(frozen=True, eq=False)
class MarkovMixture(Mixture):
    """A fitted mixture of Markov chains; see `Mixture` for the other attributes.

    Attributes:
        alphabet: the a states.
        initial: (k, a) probabilities of the first state.
        transitions: (k, phases, a, a) probabilities of the next state (last axis) given the
            present one; equal for all next states where nobody of the cluster is in it.
    """

    alphabet: tuple[str | int, ...]
    initial: Floats
    transitions: Floats


@dataclass(frozen=True)
class MarkovChains:
    """Components that are Markov chains of first order.

    Features are the first state (a, and one for unknown) and then, for each phase, the transitions
    (a², and one for unknown).

    Attributes:
        states: number of states a.
        phases: number of phases of equal length, each with transitions of its own.
    """

    states: int
    phases: int

    @property
    def features(self) -> int:
        """Return the number of features."""
        return self.states + 1 + self.phases * (self.states**2 + 1)

    def code(self, states: NDArray[np.uint8]) -> tuple[Codes, NDArray[np.uint64]]:
        """Return the features (n, L) of sequences, sorted within phases, and their offsets."""
        a, transitions = self.states, states.shape[1] - 1
        codes: Codes = np.empty(states.shape, np.uint8 if a**2 < 256 else np.uint16)
        codes[:, 0] = np.minimum(states[:, 0], a)
        unknown = states >= VOID
        pairs = states[:, :-1].astype(np.uint16) * np.uint16(a) + states[:, 1:]
        codes[:, 1:] = np.where(unknown[:, :-1] | unknown[:, 1:], np.uint16(a**2), pairs)
        phase = np.arange(transitions) * self.phases // transitions
        for one in range(self.phases):
            # Chains see how often a transition occurs in a phase and not in which order.
            codes[:, 1 + np.flatnonzero(phase == one)] = np.sort(
                codes[:, 1 + np.flatnonzero(phase == one)], axis=1
            )
        offsets = np.concatenate([[0], a + 1 + phase * (a**2 + 1)])
        return codes, offsets.astype(np.uint64)

    def estimates(self, counts: Floats) -> tuple[Floats, Floats]:
        """Return initial (k, a) and transition (k, phases, a, a) probabilities."""
        a = self.states
        blocks = counts[a + 1 :].T.reshape(-1, self.phases, a**2 + 1)[:, :, :-1]
        return _shares(counts[:a].T), _shares(blocks.reshape(-1, self.phases, a, a))

    def maximise(self, counts: Floats) -> Floats:
        """Return the log-densities (features, components) that maximise the likelihood."""
        a = self.states
        initial, transitions = self.estimates(counts)
        with np.errstate(divide="ignore"):
            first, moves = np.log(initial), np.log(transitions)
        density = np.zeros((self.features, counts.shape[1]))
        density[:a] = first.T
        inner = density[a + 1 :].reshape(self.phases, a**2 + 1, -1)
        inner[:, :-1] = moves.reshape(-1, self.phases, a**2).transpose(1, 2, 0)
        return density

    def gap(self, rows: FeatureRows) -> Gap:
        """Return the function that gives squared Hellinger distances of shares of features."""
        bounds, feature, times = rows.counted
        row = np.repeat(np.arange(len(rows)), np.diff(bounds))
        roots = np.zeros((self.features, len(rows)))
        roots[feature, row] = np.sqrt(times / rows.codes.shape[1])

        def hellinger(row: int, among: Ints | slice = ALL) -> Floats:
            # Shares add up to 1, so that only features of the one row matter. A sum over the
            # first axis adds in one order.
            own = feature[bounds[row] : bounds[row + 1]]
            alike = (roots[own][:, among] * roots[own, row][:, None]).sum(axis=0)
            gaps: Floats = 2.0 - 2.0 * alike
            return np.where(gaps < EQUAL, 0.0, gaps)

        return hellinger

    def parameters(self, k: int, rows: FeatureRows, counts: Floats) -> int:
        """Return the number of free parameters of `k` clusters, mixing proportions excluded.

        A probability of zero lies on the boundary and is no free parameter: what less than half a
        case of a cluster is expected to do is not counted. A state that is left for m states in a
        phase of a cluster has m − 1 parameters.
        """
        seen = counts[:, :k] >= LEAST_EXPECTED
        a = self.states
        moves = seen[a + 1 :].T.reshape(k, self.phases, a**2 + 1)[:, :, :-1].reshape(-1, a)
        first = np.maximum(seen[:a].sum(axis=0) - 1, 0)
        return int(first.sum() + np.maximum(moves.sum(axis=1) - 1, 0).sum())


def markov_mixture(
    seqs: StateSequences,
    k: int,
    phases: int = 1,
    weights: ArrayLike | None = None,
    gating: str | Sequence[str] | None = None,
    data: pl.DataFrame | None = None,
    start: ArrayLike | None = None,
    *,
    starts: int = 40,
    seed: int = 0,
    tolerance: float = 1e-8,
    threads: int | None = None,
) -> MarkovMixture:
    """Cluster sequences by a mixture of first-order Markov chains.

    Each cluster has a distribution of the first state and transition probabilities (Cadez et al.
    2003; Pamminger & Frühwirth-Schnatter 2010), constant in time or for each of several phases of
    the window. Fitted by expectation-maximisation; sequences with the same first state and the same
    numbers of transitions in every phase are one row. Transitions from or to a missing position,
    and a missing first state, are treated as not seen; positions after the end as well.

    R equivalent: `seqHMM::build_mmm` and `fit_model` fit the time-constant model.

    Args:
        seqs: sequences of at least two positions.
        k: number of clusters.
        phases: number of phases of equal length, at most the number of transitions.
        weights: (n,) case weights; those of `seqs` by default. Their scale does not matter.
            Sequences of weight 0 are classified and count nothing.
        gating: covariates of the mixing proportions: a formula or columns' names.
        data: the covariates, one row a sequence.
        start: (n,) labels of k clusters to start from, instead of `starts`.
        starts: number of starts: half from medoids, Ward's clusters and spread draws, half by
            splitting and merging clusters of the best (see `search`).
        seed: seed of the draws.
        tolerance: how near the log-likelihood must be to its estimated limit.
        threads: number of threads; see `Team`.

    Raises:
        UserError: sequences of one position, covariates that cannot be used, fewer different
            sequences than clusters.
        ValueError: another argument out of range.
    """
    fits = markov_mixtures(
        seqs, [k], phases, weights, gating, data, start,
        starts=starts, seed=seed, tolerance=tolerance, threads=threads,
    )  # fmt: skip
    return fitted_with(k, fits)


def markov_mixtures(
    seqs: StateSequences,
    ks: Sequence[int],
    phases: int = 1,
    weights: ArrayLike | None = None,
    gating: str | Sequence[str] | None = None,
    data: pl.DataFrame | None = None,
    start: ArrayLike | None = None,
    *,
    starts: int = 40,
    seed: int = 0,
    tolerance: float = 1e-8,
    threads: int | None = None,
) -> dict[int, MarkovMixture]:
    """Fit mixtures of Markov chains of several numbers of clusters at once, by that number.

    The clusters of one fewer, each split in two, are further starts where that number was fitted
    too; so a larger number rarely ends at a lower likelihood. Numbers above that of sequences with
    different counts are left out. Everything else is as for `markov_mixture`.

    Args:
        seqs: as in `markov_mixture`, as all that follow.
        ks: numbers of clusters.
        phases: number of phases.
        weights: (n,) case weights.
        gating: covariates of the mixing proportions.
        data: the covariates.
        start: (n,) labels to start from.
        starts: number of starts of each k.
        seed: seed of the draws.
        tolerance: how near the log-likelihood must be to its estimated limit.
        threads: number of threads.

    Raises:
        UserError: as `markov_mixture`.
        ValueError: as `markov_mixture`.
    """
    if seqs.length < 2:
        raise UserError("Markov chains need sequences of at least two positions.")
    if not 1 <= phases < seqs.length:
        raise ValueError(f"phases must be 1 to {seqs.length - 1}, not {phases}")
    model = MarkovChains(len(seqs.alphabet), phases)
    mass = checked_weights(seqs.weights if weights is None else weights, len(seqs))
    covariates = read_covariates(gating, data, len(seqs))
    codes, offsets = model.code(seqs.states)
    rows = aggregate(codes, offsets, model.features, covariates.pattern, mass)
    fitted = fit_mixtures(
        rows,
        model,
        covariates,
        ks,
        noise=False,
        noise_gated=True,
        start=start,
        weights=mass,
        starts=starts,
        seed=seed,
        tolerance=tolerance,
        threads=threads,
    )
    found = {}
    for k, own in fitted.items():
        initial, transitions = model.estimates(own.counts)
        found[k] = MarkovMixture(
            **own.common, alphabet=seqs.alphabet, initial=initial, transitions=transitions
        )
    return found


def _shares(counts: Floats) -> Floats:
    """Divide by the sums over the last axis; equal shares where the sum is 0."""
    total = counts.sum(axis=-1, keepdims=True)
    shares: Floats = np.where(
        total > 0, counts / np.where(total > 0, total, 1.0), 1 / counts.shape[-1]
    )
    return shares
