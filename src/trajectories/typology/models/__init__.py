"""Model-based typologies: sequences in, mixtures with soft memberships and criteria out.

A cluster is a distribution of sequences, and no distance between sequences is computed.
"""

from typing import TYPE_CHECKING

from trajectories.lazy import lazily

if TYPE_CHECKING:
    from trajectories.typology.models.exponential_distance import MedSeq, medseq

__all__ = ["MedSeq", "medseq"]

__getattr__, __dir__ = lazily(__name__)
