"""Caseworker changes: how often, why, and what follows."""

ORDER = (
    "ever_changed",
    "changes_by_cause",
    "changes_by_month",
    "change_hazard",
    "departures_by_year",
    "detection",
    "after_changes",
    "mechanisms",
    "caseloads",
    "exit_months",
    "sensitivity_notes",
)
NEEDS_ONE_OF = ("causes", "ever_changed")
