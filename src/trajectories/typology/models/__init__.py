"""Model-based typologies: sequences in, mixtures with soft memberships and criteria out.

A cluster is a distribution of sequences, and no distance between sequences is computed.
"""

from typing import TYPE_CHECKING

from trajectories.lazy import lazily

if TYPE_CHECKING:
    from trajectories.typology.models.comparison import compare_models
    from trajectories.typology.models.exponential_distance import MedSeq, medseq
    from trajectories.typology.models.markov_chains import (
        MarkovMixture,
        markov_mixture,
        markov_mixtures,
    )

__all__ = [
    "MarkovMixture",
    "MedSeq",
    "compare_models",
    "markov_mixture",
    "markov_mixtures",
    "medseq",
]

__getattr__, __dir__ = lazily(__name__)
