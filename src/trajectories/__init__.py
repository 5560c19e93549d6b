"""Benefit trajectories and caseworker changes from administrative registers."""

from trajectories.kernel_cache import use_versioned_cache

use_versioned_cache()
