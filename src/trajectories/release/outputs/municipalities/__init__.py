"""Municipalities beside each other, and each with itself before the reform."""

ORDER = (
    "municipality_exits",
    "municipality_rates",
    "municipality_support",
    "municipality_changes",
    "municipality_caseloads",
)
NEEDS_ONE_OF = ("municipality_rates", "municipality_years")
