"""Benefit trajectories and caseworker changes from administrative registers."""

from trajectories._numba_cache import use_versioned_cache

use_versioned_cache()
