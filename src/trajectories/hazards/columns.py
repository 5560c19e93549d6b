"""Column names shared by the stage that writes a table and the release that declares it."""

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
"""Estimates of the timing-of-events model."""

SUBDISTRIBUTION_ESTIMATES = tuple(
    f"{name}{bound}"
    for name in ("cause_specific", "subdistribution")
    for bound in ("", "_low", "_high")
)
"""Cause-specific and subdistribution hazard ratio of an exit, each with its interval."""

VERDICT_ESTIMATES = (
    *("ratio", "low", "high", "p_value", "other_ratio", "difference"),
    *("relative", "e_value", "e_value_bound"),
)
"""Estimates behind the judgement of a check."""

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
"""Columns of the person-months at risk, in order; a 0/1 column for each exit follows."""
