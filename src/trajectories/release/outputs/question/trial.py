"""The target trial that the analysis emulates, from the run's settings."""

from trajectories.release.model_rows import find
from trajectories.release.outputs.base import Output, View
from trajectories.release.study import Study, months
from trajectories.release.style import Style
from trajectories.release.tables import Tables
from trajectories.release.tables.html import Cell, HtmlTable


def target_trial(study: Study, variance: str = "") -> HtmlTable:
    """Write the target-trial table from the run's settings (Hernán & Robins 2016).

    Args:
        study: what the run studied.
        variance: the headline's variance, as the table of models names it; empty where none.
    """
    within = study.of("hazards.risk.readiness_within_days")
    observed = study.of("hazards.risk.starts") == "observed"
    current = bool(study.of("hazards.risk.current_readiness_only"))
    starts = "whose start of social assistance is observed" if observed else "on social assistance"
    rows = [
        (
            "Eligibility",
            f"Persons {starts}, {study.readiness} within {within} days, with a caseworker.",
        ),
        ("Time zero", "First month of the spell of social assistance."),
        (
            "Strategies compared",
            "The caseworker leaves, or stays. Exposed are the clients on the leaver's list "
            f"{months(study.list_months)} before the leaver's last month, whatever they did later.",
        ),
        (
            "Follow-up",
            "From time zero to an exit or the end of the data, "
            + (
                "only in months in which the person is still so classified (a variant that "
                "selects on a consequence)."
                if current
                else "whatever the later visitation."
            )
            + " Only the end of the data and the loss of the caseworker's registration censor.",
        ),
        ("Outcome", study.definition),
        (
            "Estimand",
            f"{study.ratios} of {study.outcome} for each departure so far, with a lag of "
            f"{months(study.lag_months)}; not adjusted for what followed the departure.",
        ),
        (
            "Analysis",
            f"Discrete-time hazard model ({study.link}) on person-months, adjusted for "
            f"{study.adjusted_for}" + (f"; intervals: {variance}." if variance else "."),
        ),
    ]
    return HtmlTable(
        "The target trial that the analysis emulates.",
        ["Part", "As done here"],
        [[Cell(part), Cell(words)] for part, words in rows],
    )


def headline_variance(tables: Tables) -> str:
    """The variance of the headline's interval; empty where there is none."""
    row = find(tables["models"], "departures_total", "departures") or {}
    return str(row.get("variance") or "")


def view(tables: Tables, style: Style) -> HtmlTable:
    """Write the target trial in English."""
    return target_trial(style.study.english, headline_variance(tables))


OUTPUT = Output(view=View(view, name="trial", tables=("models", "ever_changed")))
