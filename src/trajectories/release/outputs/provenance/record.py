"""The RECORD checklist (Benchimol et al. 2015), filled from the run."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import polars as pl

from trajectories.release.headline import headline
from trajectories.release.outputs.base import Output, View
from trajectories.release.study import Study
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables, text
from trajectories.release.verdict_words import (
    CONTRADICTED,
    SILENT,
    SUPPORTED,
    VERDICTS,
    WITHHELD,
    sentence,
)
from trajectories.words import _

FILLED, OPEN = _("from the run"), _("the analyst")
WORDS = {
    CONTRADICTED: _("contradicted"),
    SILENT: _("inconclusive"),
    SUPPORTED: _("supported"),
    WITHHELD: WITHHELD,
}
"""Verdicts within a sentence."""


def view(tables: Tables, style: Style) -> HtmlTable:
    """Answer each item of RECORD from the run, or say that the analyst must."""
    study = style.study
    found = headline(tables, study.event)
    source = _("a simulated register") if style.simulated else _("registers named in the settings")
    what = _("persons") if "accounting" in tables else _("persons or durations")
    size = found["persons"]
    data = (
        _("The data are {source}.")
        if size is None
        else _("The data are {source} of {size} {what}.")
    )
    rows = [
        (
            _("1.1 Type of data, in title or abstract"),
            study.say(
                data,
                source=lambda to: to.word(source),
                size="" if size is None else style.number(size),
                what=lambda to: to.word(what),
            ),
            FILLED,
        ),
        (
            _("1.2 Region and time, in title or abstract"),
            study.say(
                _("{time} The title must name the region."), time=lambda to: _time(tables, to)
            ),
            OPEN,
        ),
        (
            _("1.3 Linkage, in title or abstract"),
            study.say(
                _("{linked} are linked by person."), linked=lambda to: _linked(tables, style, to)
            )
            if "accounting" in tables
            else _("Nothing was linked: the durations came from a file."),
            FILLED,
        ),
        (_("6.1 How the population was selected"), _selected(tables, style), FILLED),
        (
            _("6.2 Validation of codes and algorithms"),
            _(
                "The codelist gives a confidence for each code. To be validated: codes "
                "without one, and the detection of departures against staff lists."
            ),
            OPEN,
        ),
        (
            _("6.3 Linkage of persons, as a diagram"),
            _("The table of persons found by input, in section Data.")
            if "persons_found" in tables
            else _("No tables of persons were linked."),
            FILLED,
        ),
        (
            _("7.1 Codes of exposure, outcome, confounders"),
            study.say(
                _(
                    "Social assistance: {assistance_groups}. Outcome: {definition} Departures: a "
                    "list of clients that ends. All codes are in the codelists of the run."
                ),
                assistance_groups=lambda to: to.assistance_groups,
            ),
            FILLED,
        ),
        (_("12.1 Access to the database"), _("Who had access to which extract, and when."), OPEN),
        (_("12.2 Cleaning"), _cleaning(found, style), FILLED),
        (
            _("12.3 Linkage methods and quality"),
            _(
                "By the person key alone, without error correction; unmatched keys are "
                "counted as rejected rows."
            ),
            FILLED,
        ),
        (
            _("13.1 Persons at each stage"),
            _(
                "Persons, events and departures are given with each estimate, courses "
                "left out and lost in the table of attrition."
            )
            if "risk_accounting" in tables
            else _("Persons and events are given with each estimate."),
            FILLED,
        ),
        (
            _("19.1 Limits of data collected for another purpose"),
            study.say(
                _(
                    "A registered caseworker is not a meeting; readiness is what was registered; "
                    "codes changed with reforms; a departure is a list of clients that ends. "
                    "Unmeasured confounding: {unmeasured} Checks of the headline: {verdicts}"
                ),
                unmeasured=lambda to: _unmeasured(tables, to),
                verdicts=lambda to: _verdicts(tables, to),
            ),
            FILLED,
        ),
        (
            _("22.1 Protocol, code, raw data"),
            _(
                "Code, settings, inputs and their hashes: section Provenance. The protocol: "
                "trajectories plan writes a template; say where it was registered."
            ),
            OPEN,
        ),
    ]
    return HtmlTable(
        _("RECORD: what a report on routinely collected data must state, and where to find it."),
        [_("Item"), _("Answer"), _("Answered by")],
        [[text(study.word(words)) for words in row] for row in rows],
        _("Items of RECORD beyond STROBE. What the run cannot know is left to the analyst."),
    )


def _time(tables: Tables, study: Study) -> str:
    if "changes_by_month" not in tables or tables["changes_by_month"].is_empty():
        return study.say(_("The period is that of the extract."))
    months = tables["changes_by_month"]["month"].sort()
    text = _("Months at risk from {first} to {last}.")
    first, last = (dt.date.fromisoformat(f"{months[end]}-01") for end in (0, -1))
    return study.say(text, first=lambda to: to.month(first), last=lambda to: to.month(last))


def _selected(tables: Tables, style: Style) -> str:
    if "risk_accounting" not in tables:
        return _("Section What was estimated; the codelists of the run.")
    courses = tables["risk_accounting"].drop_nulls("courses")
    out, kept = (
        int(courses.filter(pl.col("step") == step)["courses"].sum())
        for step in ("left out", "followed until")
    )
    return style.say(
        _(
            "{kept} courses on social assistance are followed and {out} left out, "
            "each for a stated reason (table of attrition); the table of the target "
            "trial gives the eligibility."
        ),
        kept=style.number(kept),
        out=style.number(out),
    )


def _cleaning(found: Mapping[str, Any], style: Style) -> str:
    read, rejected = found["rows_read"], found["rows_rejected"]
    if read is None or rejected is None:
        return _("No register was read; the durations came from a file.")
    return style.say(
        _("{read} rows read, {rejected} rejected; section Data counts them by table and reason."),
        read=style.number(read),
        rejected=style.number(rejected),
    )


def _linked(tables: Tables, style: Style, study: Study) -> str:
    """The extracts that were read."""
    names = tables["accounting"]["table"].unique(maintain_order=True).to_list()
    return study.listed([style.word(name).lower() for name in names]).capitalize()


def _unmeasured(tables: Tables, study: Study) -> str:
    """What is known of unmeasured confounding: how strong it would have to be."""
    if "verdict" in tables:
        for row in tables["verdict"].filter(pl.col("check") == "unmeasured").to_dicts():
            return sentence(row, study)
    return study.say(_("not assessed in this run."))


def _verdicts(tables: Tables, study: Study) -> str:
    if "verdict" not in tables:
        return study.say(_("none was made in this run."))
    counted = tables["verdict"]["verdict"].fill_null(WITHHELD).to_list()
    parts = [
        f"{counted.count(word)} {study.word(WORDS[word])}" for word in VERDICTS if word in counted
    ]
    text = _("of {number} checks {parts}.")
    return study.say(text, number=len(counted), parts=", ".join(parts))


OUTPUT = Output(
    view=View(
        view,
        name="record",
        tables=("models",),
        reading=_("Each row is an item of the RECORD statement and where this run answers it."),
    )
)
