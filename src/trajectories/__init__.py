"""Benefit trajectories, caseworker changes and job exit from administrative registers.

Extracts of registers go in; a report that passed disclosure control comes out.
"""

from trajectories.machine.kernel_cache import use_versioned_cache

use_versioned_cache()
