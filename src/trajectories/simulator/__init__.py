"""A simulated register with known truth: settings and a seed in, raw extracts out."""

from trajectories.simulator.simulate import (
    RAW_TABLES,
    TRUTH_TABLES,
    Register,
    simulate,
    simulate_chunks,
    simulate_panel,
)
from trajectories.simulator.truth import truth_of

__all__ = [
    "RAW_TABLES",
    "TRUTH_TABLES",
    "Register",
    "simulate",
    "simulate_chunks",
    "simulate_panel",
    "truth_of",
]
