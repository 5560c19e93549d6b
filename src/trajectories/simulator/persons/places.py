"""The six municipalities, their shares of persons and their teams."""

import numpy as np
from numpy.typing import NDArray

MUNICIPALITIES: NDArray[np.int16] = np.array([751, 657, 740, 661, 159, 820], np.int16)
"""Aarhus, Herning, Silkeborg, Holstebro, Gladsaxe, Vesthimmerland (official codes)."""

MUNICIPALITY_SHARES = np.array([0.28, 0.18, 0.16, 0.14, 0.14, 0.10])
"""Share of simulated persons; an assumption, not the municipalities' true sizes."""

TEAM_NAMES = (
    "young, job-ready",
    "young, activity-ready",
    "adult, job-ready",
    "adult, activity-ready",
)
"""Teams of a municipality by number: `2 * adult + activity_ready`."""

MIXED_TEAM_NAMES = (
    "first, job-ready",
    "first, activity-ready",
    "second, job-ready",
    "second, activity-ready",
)
"""Teams of an office whose teams take clients of every age."""

TEAM_SHARES = np.array([0.07, 0.14, 0.29, 0.50])
"""Planned share of a municipality's cases by team."""

CASES_PER_PERSON = 0.21
"""Planned number of open cases per simulated person, for the number of caseworkers."""
