"""How far to trust the headline."""

ORDER = (
    "verdict",
    "job_risks",
    "event_study",
    "event_tests",
    "lead_bounds",
    "balance",
    "randomisation",
    "selection_curve",
    "designs",
)
NEEDS_ONE_OF = ("verdict", "selection_curve")
