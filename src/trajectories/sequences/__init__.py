"""From spells to monthly states, windows and their description."""

from trajectories.sequences._channels import Sources, channel
from trajectories.sequences._coding import MISSING, VOID
from trajectories.sequences._description import (
    mean_time,
    modal_states,
    state_distribution,
    transition_rates,
)
from trajectories.sequences._events import (
    EventSequences,
    event_names,
    from_events,
    to_events,
)
from trajectories.sequences._formats import from_sps, from_sts, to_shifted, to_sps, to_sts
from trajectories.sequences._frames import from_distinct_states, from_frame, recoded, to_frame
from trajectories.sequences._frequencies import (
    first_positions,
    frequent_sequences,
    last_positions,
    log_probabilities,
    spell_survival,
    state_frequencies,
    times_in_states,
)
from trajectories.sequences._growth import Constraints
from trajectories.sequences._hours import window_hours
from trajectories.sequences._indicators import indicators, rare_transitions
from trajectories.sequences._months import monthly_states
from trajectories.sequences._moving import moving_indicators
from trajectories.sequences._normative import (
    badness,
    degradation,
    insecurity,
    integration,
    positive_indicators,
    precarity,
    ranked_indicators,
)
from trajectories.sequences._periods import Event, Reform, breaks_seen
from trajectories.sequences._reshaping import aggregated, aligned, cut, stack
from trajectories.sequences._spells import distinct_states, from_spells, to_spells
from trajectories.sequences._state_order import StateOrder, state_order
from trajectories.sequences._state_sequences import StateSequences, UniqueSequences
from trajectories.sequences._subsequences import (
    discriminating_subsequences,
    first_times,
    frequent_subsequences,
    occurrences,
)
from trajectories.sequences._windows import Windows, windows

__all__ = [
    "MISSING",
    "VOID",
    "Constraints",
    "Event",
    "EventSequences",
    "Reform",
    "Sources",
    "StateOrder",
    "StateSequences",
    "UniqueSequences",
    "Windows",
    "aggregated",
    "aligned",
    "badness",
    "breaks_seen",
    "channel",
    "cut",
    "degradation",
    "discriminating_subsequences",
    "distinct_states",
    "event_names",
    "first_positions",
    "first_times",
    "frequent_sequences",
    "frequent_subsequences",
    "from_distinct_states",
    "from_events",
    "from_frame",
    "from_spells",
    "from_sps",
    "from_sts",
    "indicators",
    "insecurity",
    "integration",
    "last_positions",
    "log_probabilities",
    "mean_time",
    "modal_states",
    "monthly_states",
    "moving_indicators",
    "occurrences",
    "positive_indicators",
    "precarity",
    "ranked_indicators",
    "rare_transitions",
    "recoded",
    "spell_survival",
    "stack",
    "state_distribution",
    "state_frequencies",
    "state_order",
    "times_in_states",
    "to_events",
    "to_frame",
    "to_shifted",
    "to_spells",
    "to_sps",
    "to_sts",
    "transition_rates",
    "window_hours",
    "windows",
]
