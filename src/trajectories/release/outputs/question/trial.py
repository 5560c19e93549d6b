"""The target trial that the analysis emulates, from the run's settings."""

from trajectories.release.model_rows import find
from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.documents import REPORT
from trajectories.release.study import Study
from trajectories.release.style import Style
from trajectories.release.table_words import say_value
from trajectories.release.tables import Cell, HtmlTable, Tables
from trajectories.words import _


def target_trial(study: Study, variance: str = "") -> HtmlTable:
    """Write the target-trial table from the run's settings (Hernán & Robins 2016)."""
    say = study.say
    risk = "hazards.risk"
    starts = (
        _(
            "Persons whose start of social assistance is observed, {readiness} within {within} "
            "days, with a caseworker."
        )
        if study.of(f"{risk}.starts") == "observed"
        else _("Persons on social assistance, {readiness} within {within} days, with a caseworker.")
    )
    follow_up = (
        _(
            "From time zero to an exit or the end of the data, only in months in which the person "
            "is still so classified (a variant that selects on a consequence). Only the end of the "
            "data and the loss of the caseworker's registration censor."
        )
        if study.of(f"{risk}.current_readiness_only")
        else _(
            "From time zero to an exit or the end of the data, whatever the later visitation. "
            "Only the end of the data and the loss of the caseworker's registration censor."
        )
    )
    analysis = (
        _(
            "Discrete-time hazard model ({link}) on person-months, adjusted for {adjusted_for}; "
            "intervals: {variance}."
        )
        if variance
        else _("Discrete-time hazard model ({link}) on person-months, adjusted for {adjusted_for}.")
    )
    rows = [
        (say(_("Eligibility")), say(starts, within=study.of(f"{risk}.readiness_within_days"))),
        (say(_("Time zero")), say(_("First month of the spell of social assistance."))),
        (
            say(_("Strategies compared")),
            say(
                _(
                    "The caseworker leaves, or stays. Exposed are the clients on the leaver's list "
                    "{months} before the leaver's last month, whatever they did later."
                ),
                months=lambda to: to.months(to.list_months),
            ),
        ),
        (say(_("Follow-up")), say(follow_up)),
        (say(_("Outcome")), study.definition),
        (
            say(_("Estimand")),
            say(
                _(
                    "{heading} of {outcome} for each departure so far, with a lag of {months}; not "
                    "adjusted for what followed the departure."
                ),
                months=lambda to: to.months(to.lag_months),
            ),
        ),
        (say(_("Analysis")), say(analysis, variance=lambda to: say_value(variance, to))),
    ]
    return HtmlTable(
        say(_("The target trial that the analysis emulates.")),
        [say(_("Part")), say(_("As done here"))],
        [[Cell(part), Cell(words)] for part, words in rows],
    )


def headline_variance(tables: Tables) -> str:
    """The variance of the headline's interval; empty where there is none."""
    row = find(tables["models"], "departures_total", "departures") or {}
    return str(row.get("variance") or "")


def view(tables: Tables, style: Style) -> HtmlTable:
    """Write the target trial."""
    return target_trial(style.study, headline_variance(tables))


OUTPUT = Output(view=View(view, name="trial", tables=("models", "ever_changed"), documents=REPORT))
