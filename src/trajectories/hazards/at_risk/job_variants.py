"""Risk sets with other definitions of a job: lasting jobs, and jobs of enough hours."""

from trajectories.config.sections.hazards import RiskConfig


def job_definitions(rules: RiskConfig, *, hours_known: bool = True) -> dict[str, RiskConfig]:
    """The job definitions to compare with that of the rules, by their names in tables.

    Args:
        rules: the rules of the risk set.
        hours_known: whether any hours of work are known; none by hours if not.
    """
    others = {
        f"jobs of {months} months or more": {"job_months": months}
        for months in rules.lasting_job_months
    }
    more = {
        f"jobs of {hours:g} hours a month or more": {"job_hours": hours}
        for hours in (rules.full_job_hours if hours_known else ())
    }
    made = {name: rules.model_copy(update=update) for name, update in (others | more).items()}
    return {name: one for name, one in made.items() if one != rules}
