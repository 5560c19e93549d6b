"""Exits: how many, how soon, and the hazard ratios of caseworker changes."""

ORDER = (
    "exits",
    "risk_accounting",
    "cumulative_incidence",
    "kaplan_meier",
    "hazard_by_duration",
    "models",
    "notes",
)
NEEDS_ONE_OF = ("exits", "models", "remarks")
