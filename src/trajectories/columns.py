"""Names of columns that one stage writes and the release declares, so that they stand once."""

TIMING_ESTIMATES = (
    "coef",
    "se",
    "hazard_ratio",
    "low",
    "high",
    "starts",
    "share_at_maximum",
    "lowest",
    "highest",
    "likelihood_gain",
    "correlation",
)
"""What the table of the timing-of-events model estimates."""

SUBDISTRIBUTION_ESTIMATES = tuple(
    f"{name}{bound}"
    for name in ("cause_specific", "subdistribution")
    for bound in ("", "_low", "_high")
)
"""The two ratios of an exit's hazard, each with its interval."""

PANEL = (
    "person",
    "course",
    "month",
    "duration",
    "duration_band",
    "municipality",
    "half_year",
    "calendar_month",
    "age_band",
    "sex",
    "team_first",
    "cluster",
    "readiness_now",
    "active_now",
    "caseworker",
    "changes",
    "departures",
    "other_changes",
    "listed_departures",
    "months_since_change",
    "exit",
)
"""Columns of the person-months at risk in their order; a 0/1 column for each exit follows."""
