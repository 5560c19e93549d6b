"""Typologies of sequences: Ward trees, partitions around medoids, and their quality."""

from trajectories.typology.hierarchical import cut, ward
from trajectories.typology.medoids import Partition, pam
from trajectories.typology.validity import quality

__all__ = ["Partition", "cut", "pam", "quality", "ward"]
