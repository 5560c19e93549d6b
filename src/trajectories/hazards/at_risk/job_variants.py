"""Risk sets with other definitions of a job: lasting jobs, and jobs of enough hours."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from trajectories.config.sections.hazards import RiskConfig
from trajectories.hazards.at_risk.person_months import risk_set


def job_definitions(rules: RiskConfig) -> dict[str, RiskConfig]:
    """The job definitions to compare with that of the rules, by their names in tables."""
    others = {
        f"jobs of {months} months or more": {"job_months": months}
        for months in rules.lasting_job_months
    }
    more = {
        f"jobs of {hours:g} hours a month or more": {"job_hours": hours}
        for hours in rules.full_job_hours
    }
    made = {name: rules.model_copy(update=update) for name, update in (others | more).items()}
    return {name: one for name, one in made.items() if one != rules}


def job_variants(
    employment: pl.DataFrame, *, rules: RiskConfig, **inputs: Any
) -> Iterator[tuple[str, pl.DataFrame]]:
    """The panel under every other definition of a job; none by hours if no hours are known.

    Yields:
        A name and a panel, as `risk_set` makes it.
    """
    known = "weekly_hours" in employment.columns and employment["weekly_hours"].is_not_null().any()
    for name, changed in job_definitions(rules).items():
        if changed.job_hours == rules.job_hours or known:
            yield name, risk_set(employment=employment, rules=changed, **inputs).panel
