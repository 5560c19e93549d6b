"""From spells to monthly states, windows and their description."""

from trajectories.sequences._state_sequences import (
    MISSING,
    VOID,
    StateSequences,
    UniqueSequences,
)

__all__ = ["MISSING", "VOID", "StateSequences", "UniqueSequences"]
