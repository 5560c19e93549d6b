"""Where checks of the headline begin to speak: the models judge by these, the plan prints them."""

from trajectories.survival.verdicts import LEAST_P as LEAST_P
from trajectories.survival.verdicts import NEAR_ONE as NEAR_ONE

SMALL_DIFFERENCE, LARGE_DIFFERENCE = 0.1, 0.25
"""Standardised differences that balance allows, and that it does not."""
LARGE_Z = 1.96
"""More changes than usual before exits, in standard errors."""
LEADS = range(-12, -3)
"""Months before a departure in which its clients should not differ from others."""
FEW_CLUSTERS, LARGE_SHARE = 20, 0.2
"""Fewer clusters, or one with a larger share of the person-months, ask for the wild bootstrap."""
APART = 0.03
"""Two estimates of the same thing that differ by a larger share get a note."""
