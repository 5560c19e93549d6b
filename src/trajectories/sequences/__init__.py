"""From spells to monthly states, windows and their description."""

from trajectories.sequences._coding import MISSING, VOID
from trajectories.sequences._description import (
    mean_time,
    modal_states,
    state_distribution,
    transition_rates,
)
from trajectories.sequences._indicators import indicators
from trajectories.sequences._months import monthly_states
from trajectories.sequences._periods import Event, Reform, breaks_seen
from trajectories.sequences._state_sequences import (
    StateSequences,
    UniqueSequences,
)
from trajectories.sequences._windows import Windows, windows

__all__ = [
    "MISSING",
    "VOID",
    "Event",
    "Reform",
    "StateSequences",
    "UniqueSequences",
    "Windows",
    "breaks_seen",
    "indicators",
    "mean_time",
    "modal_states",
    "monthly_states",
    "state_distribution",
    "transition_rates",
    "windows",
]
