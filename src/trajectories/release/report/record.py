"""The RECORD checklist (Benchimol et al. 2015), filled from the run."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from trajectories.release.figures.style import Style
from trajectories.release.report.html import HtmlTable, text
from trajectories.release.report.verdict_words import VERDICTS, WITHHELD
from trajectories.release.report.words import setting
from trajectories.release.store import Tables

FILLED, OPEN = "from the run", "the analyst"


def record_checklist(
    about: Mapping[str, Any], tables: Tables, headline: Mapping[str, Any], style: Style
) -> HtmlTable:
    """Answer each item of RECORD from the run, or say that the analyst must.

    Args:
        about: what `about.json` says of the run.
        tables: released tables by name.
        headline: the headline numbers.
        style: formats of numbers.
    """
    settings = about["settings"]
    source = "a simulated register" if about["simulated"] else "registers named in the settings"
    groups = ", ".join(
        setting(settings, "hazards.risk.assistance_groups", ["SA_JOBREADY", "SA_NOTREADY"])
    )
    job_days = setting(settings, "hazards.risk.job_days", 28)
    size = headline.get("persons")
    what = "persons" if "accounting" in tables else "persons or durations"
    many = "" if size is None else f" of {style.number(size)} {what}"
    rows = [
        ("1.1 Type of data, in title or abstract", f"The data are {source}{many}.", FILLED),
        (
            "1.2 Region and time, in title or abstract",
            f"{_time(tables)} The title must name the region.",
            OPEN,
        ),
        (
            "1.3 Linkage, in title or abstract",
            "Benefits, employment, visitation and assignments are linked by person."
            if headline.get("rows_rejected") is not None
            else "Nothing was linked: the durations came from a file.",
            FILLED,
        ),
        ("6.1 How the population was selected", _selected(tables, style), FILLED),
        (
            "6.2 Validation of codes and algorithms",
            "The codelist states a confidence for each code; validate those without, and the "
            "detection of departures against staff lists.",
            OPEN,
        ),
        (
            "6.3 Linkage of persons, as a diagram",
            "The table of persons found by input, in section Data."
            if "persons_found" in tables
            else "No tables of persons were linked.",
            FILLED,
        ),
        (
            "7.1 Codes of exposure, outcome, confounders",
            f"Social assistance: {groups}. Job: {job_days} days without benefit and in employment. "
            "Departures: a list that ends. All codes lie in the codelists of the run.",
            FILLED,
        ),
        ("12.1 Access to the database", "Who had access to which extract, and when.", OPEN),
        ("12.2 Cleaning", _cleaning(headline, style), FILLED),
        (
            "12.3 Linkage methods and quality",
            "By the person key alone, without error correction; unmatched keys are counted as "
            "rejected rows.",
            FILLED,
        ),
        (
            "13.1 Persons at each stage",
            "Persons, events and departures stand beside each estimate; courses left out and lost "
            "in the table of attrition."
            if "risk_accounting" in tables
            else "Persons and events stand beside each estimate.",
            FILLED,
        ),
        (
            "19.1 Limits of data collected for another purpose",
            "A registered caseworker is not a meeting; readiness is what was registered; codes "
            "changed in 2014; a departure is a list that ends. Unmeasured confounding: "
            f"{_verdicts(tables)}",
            FILLED,
        ),
        (
            "22.1 Protocol, code, raw data",
            "Code, settings, inputs and their hashes: section Provenance. The protocol: "
            "trajectories plan writes a template; say where it was registered.",
            OPEN,
        ),
    ]
    return HtmlTable(
        "RECORD: what a report on routinely collected data must state, and where it stands.",
        ["Item", "Answer", "Answered by"],
        [[text(item), text(answer), text(who)] for item, answer, who in rows],
        "Items of RECORD beyond STROBE. What the run cannot know is left to the analyst.",
    )


def _time(tables: Tables) -> str:
    if "changes_by_month" not in tables or tables["changes_by_month"].is_empty():
        return "The period is that of the extract."
    months = tables["changes_by_month"]["month"].sort()
    return f"Months at risk from {months[0]} to {months[-1]}."


def _selected(tables: Tables, style: Style) -> str:
    if "risk_accounting" not in tables:
        return "Section What was estimated; the codelists of the run."
    courses = tables["risk_accounting"].drop_nulls("courses")
    out, kept = (
        int(courses.filter(pl.col("step") == step)["courses"].sum())
        for step in ("left out", "followed until")
    )
    return (
        f"{style.number(kept)} courses on social assistance are followed and {style.number(out)} "
        "left out, each for a stated reason (table of attrition); eligibility stands in the table "
        "of the target trial."
    )


def _cleaning(headline: Mapping[str, Any], style: Style) -> str:
    read, rejected = headline.get("rows_read"), headline.get("rows_rejected")
    if read is None or rejected is None:
        return "No register was read; the durations came from a file."
    return (
        f"{style.number(read)} rows read, {style.number(rejected)} rejected; section Data counts "
        "them by table and reason."
    )


def _verdicts(tables: Tables) -> str:
    if "verdict" not in tables:
        return "no check was run in this report."
    counted = tables["verdict"]["verdict"].fill_null(WITHHELD[0]).to_list()
    parts = [f"{counted.count(word)} {word}" for word in VERDICTS if word in counted]
    return f"of {len(counted)} checks {', '.join(parts)}."
