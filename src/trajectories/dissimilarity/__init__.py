"""How unlike two state sequences are: costs, edit distances and positional measures."""

from trajectories.dissimilarity.costs import Costs, substitution_costs
from trajectories.dissimilarity.distances import cross, pairwise

__all__ = ["Costs", "cross", "pairwise", "substitution_costs"]
