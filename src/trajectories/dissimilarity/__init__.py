"""How unlike two state sequences are: costs, edit distances and other measures."""

from trajectories.dissimilarity.costs import Costs, substitution_costs
from trajectories.dissimilarity.distances import cross, pairwise
from trajectories.dissimilarity.measures import CostsWarning

__all__ = ["Costs", "CostsWarning", "cross", "pairwise", "substitution_costs"]
