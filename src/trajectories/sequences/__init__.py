"""State sequences: days of spells in, monthly states, windows and their description out."""

from typing import TYPE_CHECKING

from trajectories.lazy import lazily

if TYPE_CHECKING:
    from trajectories.sequences.coding import MISSING, VOID
    from trajectories.sequences.convert.any_table import as_sequences
    from trajectories.sequences.convert.frames import (
        from_distinct_states,
        from_frame,
        recoded,
        to_frame,
    )
    from trajectories.sequences.convert.reshape import aggregated, aligned, cut, stack
    from trajectories.sequences.convert.spells import distinct_states, from_spells, to_spells
    from trajectories.sequences.convert.text_formats import (
        from_sps,
        from_sts,
        to_shifted,
        to_sps,
        to_sts,
    )
    from trajectories.sequences.describe.cross_sections import (
        mean_time,
        modal_states,
        state_distribution,
        transition_rates,
    )
    from trajectories.sequences.describe.frequencies import (
        first_positions,
        frequent_sequences,
        last_positions,
        log_probabilities,
        spell_survival,
        state_frequencies,
        times_in_states,
    )
    from trajectories.sequences.describe.moving_indicators import moving_indicators
    from trajectories.sequences.describe.normative_indicators import (
        badness,
        degradation,
        insecurity,
        integration,
        positive_indicators,
        precarity,
        ranked_indicators,
    )
    from trajectories.sequences.describe.sequence_indicators import indicators, rare_transitions
    from trajectories.sequences.describe.state_order import StateOrder, state_order
    from trajectories.sequences.events.event_sequences import (
        EventSequences,
        event_names,
        from_events,
        to_events,
    )
    from trajectories.sequences.events.prefix_growth import Constraints
    from trajectories.sequences.events.subsequences import (
        discriminating_subsequences,
        first_times,
        frequent_subsequences,
        occurrences,
    )
    from trajectories.sequences.months.channels import Sources, channel
    from trajectories.sequences.months.hours import window_hours
    from trajectories.sequences.months.state_by_month import monthly_states
    from trajectories.sequences.observation_windows import Windows, windows
    from trajectories.sequences.periods import Event, Reform, breaks_seen
    from trajectories.sequences.state_sequences import StateSequences, UniqueSequences

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
    "as_sequences",
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

__getattr__, __dir__ = lazily(__name__)
