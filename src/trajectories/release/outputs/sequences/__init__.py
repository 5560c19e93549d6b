"""Windows of months with one state each: how many, which states, which courses."""

ORDER = (
    "window_accounting",
    "sizes",
    "regime_months",
    "person_months",
    "state_distribution",
    "modal_states",
    "mean_times",
    "transitions",
    "indicators",
    "common_sequences",
    "common_paths",
    "event_subsequences",
    "discriminating_subsequences",
)
NEEDS_ONE_OF = ("groups",)
