"""Whether a mixture finds types that one model does not, and whether its types are found again."""

from collections.abc import Sequence

import numpy as np

from trajectories.arrays import Floats, Ints
from trajectories.config.sections.typology import TypologyConfig
from trajectories.sequences import StateSequences
from trajectories.typology.indices.quality_indices import INDICES
from trajectories.typology.models.partitions import fit_models
from trajectories.typology.models.refit import Refit
from trajectories.typology.validation.bootstrap_quality import bootstrap_of
from trajectories.typology.validation.evidence import Typed, Validation
from trajectories.typology.validation.null_quality import (
    kept_sequences,
    replicated,
)
from trajectories.typology.validation.null_tests import NullQuality, Tested, tested
from trajectories.typology.validation.persons import Persons
from trajectories.typology.validation.stability import stability_of

CRITERION = "BIC"
NUMBERS = 2
"""How many numbers of clusters are tested, the smallest ones: they tell whether there are types."""
FEW = {"starts": 2, "tolerance": 1.0}
"""How replicates are fitted, and the observed courses that are compared with them."""
STARTS = 2
"""Starts of a draw of persons beside the one from the clusters that are judged."""


def mixture_nulls(
    windows: StateSequences, ks: Sequence[int], section: TypologyConfig
) -> tuple[NullQuality, ...]:
    """Compare what a mixture gains over one model with what it gains where there are no types.

    The index is the gain in BIC over the model of one cluster, divided by the number of sequences.
    Mixtures of the smallest numbers of clusters are fitted to the observed sequences, or to a
    sample of them, and in the same way to sequences from each null model of the section
    (parametric bootstrap of the likelihood ratio, McLachlan 1987).

    Args:
        windows: the sequences with their weights.
        ks: numbers of clusters, ascending.
        section: the section `typology`.
    """
    settings, few = section.validation, section.models.model_copy(update=FEW)
    small = tuple(ks)[:NUMBERS]
    kept = kept_sequences(windows, settings.model_sample, section.seed, max(small))

    def gain(drawn: StateSequences) -> Floats:
        fits = fit_models(drawn, section.method, [1, *small], few, section.seed, threads=1)
        one = fits[1].bic
        # Fewer different courses than types: so many types gain nothing.
        gains = [fits[k].bic - one if k in fits else 0.0 for k in small]
        return np.array(gains)[:, np.newaxis] / len(drawn)

    found = []
    for model in settings.models:
        observed, values = replicated(
            kept, model, gain, replicates=settings.replicates, seed=section.seed
        )
        found.append(
            tested(
                Tested(small, (CRITERION,), np.ones(1)),
                observed,
                values,
                model,
                level=settings.level,
                sequences=int(np.count_nonzero(windows.weights)),
                used=len(kept),
            )
        )
    return tuple(found)


def has_types(nulls: Sequence[NullQuality]) -> bool:
    """Tell whether the mixture gains more than in sequences of every null model."""
    return all((null.tests["p_value"].fill_null(1.0) <= null.level).all() for null in nulls)


def validate_mixture(
    typed: Typed,
    unique: StateSequences,
    section: TypologyConfig,
    nulls: tuple[NullQuality, ...],
    k: int,
) -> Validation:
    """Add intervals of the indices, and the stability of the chosen clusters.

    In each draw of persons the mixture of as many clusters is fitted anew, from the clusters that
    are judged and from other starts; the highest likelihood is taken.

    Args:
        typed: the partitions.
        unique: the unique sequences with their weights.
        section: the section `typology`.
        nulls: as `mixture_nulls` returns them.
        k: the chosen number of clusters.
    """
    settings = section.validation
    cases = Persons.of(len(unique), typed.windows.weights, typed.item, typed.person)
    refit = Refit.of(
        unique, typed.labels[k], section.method, section.models, starts=STARTS, seed=section.seed
    )

    def anew(items: Ints, masses: Floats) -> dict[int, Ints]:
        weights = np.zeros(len(unique))
        weights[items] = masses
        return {k: refit.fitted(weights)[items]}

    estimate = np.array([[one[name] for name in INDICES] for one in typed.quality.values()])
    return Validation(
        nulls=nulls,
        intervals=bootstrap_of(
            typed.distances,
            typed.labels,
            cases,
            estimate,
            draws=min(settings.draws, cases.count),
            replicates=settings.bootstraps,
            seed=section.seed,
        ),
        stability=stability_of(
            anew,
            {k: typed.labels[k]},
            cases,
            draws=min(settings.model_sample, cases.count),
            replicates=settings.bootstraps,
            threshold=settings.jaccard,
            seed=section.seed,
        ),
    )
