"""A simulated register with known truth: settings and a seed in, raw extracts out."""

from typing import TYPE_CHECKING

from trajectories.lazy import lazily

if TYPE_CHECKING:
    from trajectories.simulator.registers import (
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

__getattr__, __dir__ = lazily(__name__)
