"""The RECORD checklist (Benchimol et al. 2015), filled from the run."""

from collections.abc import Mapping
from typing import Any

from trajectories.release.report.html import HtmlTable, text
from trajectories.release.report.words import setting
from trajectories.release.store import Tables


def record_checklist(
    about: Mapping[str, Any], tables: Tables, headline: Mapping[str, Any]
) -> HtmlTable:
    """Say for each item of RECORD where the report answers it, or that the analyst must.

    Args:
        about: what `about.json` says of the run.
        tables: released tables by name.
        headline: the headline numbers.
    """
    settings = about["settings"]
    source = "a simulated register" if about["simulated"] else "registers named in the settings"
    assistance = ", ".join(
        setting(settings, "hazards.risk.assistance_groups", ["SA_JOBREADY", "SA_NOTREADY"])
    )
    rejected = headline.get("rows_rejected")
    cleaning = (
        "Section Data counts every row that was read, merged or rejected, and why."
        if rejected is not None
        else "No register was read; the durations came from a file."
    )
    checks = "verdict" in tables
    rows = [
        ("1.1–1.3 Title and abstract: data, region, linkage", f"The data are {source}."),
        ("6.1 Selection of the population", "Table of the target trial; the codelists of the run."),
        (
            "6.2 Validation of codes",
            "Codes carry a confidence in the codelist; none was validated.",
        ),
        ("6.3 Linkage", "Tables are linked by the person key; unmatched keys are rejected rows."),
        ("7.1 Codes of exposures, outcomes, confounders", f"Social assistance: {assistance}."),
        ("12.1 Access to the database", "The analyst must say who had access to which extract."),
        ("12.2 Cleaning", cleaning),
        ("12.3 Linkage methods and quality", "By key alone; rates stand in section Data."),
        ("13.1 Selection in numbers", "Section Data, and the persons behind each estimate."),
        (
            "19.1 Limits of data collected for another purpose",
            "A registered caseworker is not a meeting; readiness is what was registered; a "
            "departure is a list that ends.",
        ),
        (
            "12, 16 Bias and sensitivity",
            "The verdict and its checks." if checks else "No check was run in this report.",
        ),
        ("22.1 Protocol, code, raw data", "Section Provenance: versions, hashes and settings."),
    ]
    return HtmlTable(
        "RECORD: what a report on routinely collected data must state, and where it stands.",
        ["Item", "Answer"],
        [[text(item), text(answer)] for item, answer in rows],
    )
