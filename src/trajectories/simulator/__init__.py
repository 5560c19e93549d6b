"""A register with known truth, written as the raw extracts that a researcher has."""

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
