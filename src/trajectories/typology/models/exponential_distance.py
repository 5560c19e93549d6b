"""Mixtures of exponential-distance models (MEDseq)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from trajectories.arrays import Floats
from trajectories.dissimilarity.matrix.checked_distances import checked_weights
from trajectories.errors import UserError
from trajectories.notebook.described import described
from trajectories.sequences import StateSequences
from trajectories.sequences.coding import VOID
from trajectories.typology.models.feature_rows import aggregate
from trajectories.typology.models.gating import read_covariates
from trajectories.typology.models.mixtures import Mixture, fit_mixtures, fitted_with
from trajectories.typology.models.precision_types import (
    PRECISION_TYPES,
    ExponentialDistance,
    PrecisionType,
)


@described(
    lambda x: f"{x.type} with {len(x.theta)} clusters of {len(x.labels):,} cases, BIC {x.bic:,.1f}",
    "starts",
)
@dataclass(frozen=True, eq=False)
class MedSeq(Mixture):
    """A fitted mixture of exponential-distance models; see `Mixture` for the other attributes.

    Attributes:
        type: the precision type.
        alphabet: the states.
        theta: (k, L) uint8, the modal sequence of each cluster as positions in `alphabet`.
        precision: (k, L) float64, λ ≥ 0, repeated where the type makes it equal. 0: all states are
            equally likely; infinity: no other than the modal state occurs.
        noise: (n,) posterior probability of the noise component; zeros without one.
        noise_proportion: its weighted mean.
    """

    type: PrecisionType
    alphabet: tuple[str | int, ...]
    theta: NDArray[np.uint8]
    precision: Floats
    noise: Floats
    noise_proportion: float


def medseq(
    seqs: StateSequences,
    k: int,
    type: PrecisionType = "UUN",
    weights: ArrayLike | None = None,
    gating: str | Sequence[str] | None = None,
    data: pl.DataFrame | None = None,
    start: ArrayLike | None = None,
    *,
    noise_gated: bool = True,
    starts: int = 60,
    seed: int = 0,
    tolerance: float = 1e-8,
    threads: int | None = None,
) -> MedSeq:
    """Cluster sequences by a mixture of exponential-distance models.

    Murphy, Murphy, Piccarreta & Gormley (2021): a cluster is a modal sequence from which others
    differ at each position with a probability that falls with the precision λ. Fitted by
    expectation-maximisation on the distinct sequences, in time proportional to their number;
    no distances between sequences are needed. The likelihood has many maxima, so that many starts
    are run and counted (see `Mixture.starts`).

    The result does not depend on the order of the sequences or the number of threads.

    R equivalent: `MEDseq::MEDseq_fit`, whose G counts the noise component. Its noise types with
    one cluster differ, because they take the mode of all sequences at every step.

    Args:
        seqs: sequences of equal length without missing positions.
        k: number of clusters, the noise component of types "…N" apart; 0 is noise alone.
        type: "CC", "UC", "CU", "UU", "CCN", "UCN", "CUN" or "UUN": precisions common (C) to all
            clusters or not (U); common to all positions or not; with noise (N) or not.
        weights: (n,) case weights; those of `seqs` by default. Their scale does not matter.
            Sequences of weight 0 are classified and count nothing.
        gating: covariates of the mixing proportions: a formula or columns' names.
        data: the covariates, one row a sequence.
        start: (n,) labels of k clusters to start from, instead of `starts`; with a noise component
            −1 is noise.
        noise_gated: whether the noise component's proportion depends on the covariates too.
        starts: number of starts: half from medoids, Ward's clusters and spread draws, half by
            splitting and merging clusters of the best (see `search`).
        seed: seed of the draws.
        tolerance: how near the log-likelihood must be to its estimated limit. `tol` of R, whose
            default 1e-5 can stop too early.
        threads: number of threads; see `Team`.

    Raises:
        UserError: sequences with missing positions or of unequal length, an alphabet of one state,
            covariates that cannot be used, fewer different sequences than clusters.
        ValueError: another argument out of range.

    Examples:
        >>> from trajectories.sequences import as_sequences
        >>> from trajectories.typology import medseq
        >>> seqs = as_sequences([list("aaa"), list("aab"), list("bbb"), list("bba")] * 10)
        >>> medseq(seqs, 2, "CCN", starts=5).type
        'CCN'

    See Also:
        `markov_mixture`, `compare_models`.
    """
    if type not in PRECISION_TYPES:
        raise ValueError(f"type must be one of {', '.join(PRECISION_TYPES)}, not {type!r}")
    if len(seqs.alphabet) < 2:
        raise UserError("Exponential-distance models need an alphabet of at least two states.")
    if np.any(seqs.states >= VOID):
        raise UserError(
            "Exponential-distance models need sequences of equal length without missing positions: "
            "fill or drop these first, or make missing a state."
        )
    length, states = seqs.length, len(seqs.alphabet)
    model = ExponentialDistance(type, length, states)
    mass = checked_weights(seqs.weights if weights is None else weights, len(seqs))
    covariates = read_covariates(gating, data, len(seqs))
    offsets = np.arange(length, dtype=np.uint64) * np.uint64(states)
    rows = aggregate(seqs.states, offsets, length * states, covariates.pattern, mass)
    fits = fit_mixtures(
        rows,
        model,
        covariates,
        [k],
        noise=model.noise,
        noise_gated=noise_gated,
        start=start,
        weights=mass,
        starts=starts,
        seed=seed,
        tolerance=tolerance,
        threads=threads,
    )
    fitted = fitted_with(k, fits)
    theta, precision = model.estimates(fitted.counts)
    return MedSeq(
        **fitted.common,
        type=type,
        alphabet=seqs.alphabet,
        theta=theta.astype(np.uint8),
        precision=precision,
        noise=fitted.noise,
        noise_proportion=fitted.noise_proportion,
    )
