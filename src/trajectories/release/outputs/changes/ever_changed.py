"""Persons whose caseworker changed while at risk."""

from trajectories.release.gate.derive import ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec
from trajectories.release.gate.vocabulary import SOME_WORDS, one_of
from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.declared import CASEWORKERS, caseworkers
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables, count, share, text
from trajectories.words import _

READY_MONTH = "ready_month"
"""The persons with a month at risk in which they still have the readiness of time zero."""


def view(tables: Tables, style: Style) -> HtmlTable:
    """Persons whose caseworker changed while at risk."""
    shares = tables["ever_changed"]["share"]
    return HtmlTable.of(
        _("Persons with at least one caseworker change while at risk, recodings excluded."),
        tables["ever_changed"],
        {
            _("Population"): lambda row: text(_population(row["population"], style)),
            _("Persons"): lambda row: count(style, row["persons"]),
            _("With a change"): lambda row: count(style, row["changed"]),
            _("Share"): lambda row: share(style, row["share"], shares),
        },
    )


def _population(name: str, style: Style) -> str:
    if name != READY_MONTH:
        return style.word(name)
    ready = style.study.readiness
    return f"{ready[0].upper()}{ready[1:]} {style.word('in_a_month_at_risk')}"


OUTPUT = Output(
    table=TableSpec(
        stage="hazards",
        name="ever_changed",
        sensitivity="moderate",
        row=_("persons of one population, and those whose caseworker changed"),
        dims=("population",),
        texts={"population": one_of(SOME_WORDS, r"followed_\d+_months")},
        links=(
            cells("persons", of="persons at risk", some=("population",)),
            cells(
                "changed",
                of="persons at risk with a change",
                some=("population",),
                within="persons",
            ),
            *caseworkers("population"),
        ),
        counts=(
            Count("persons", "persons", guards=True),
            Count("changed", "persons"),
            *CASEWORKERS,
        ),
        derived=(ratio("share", "changed", "persons"),),
        added=("share",),
        whole=(("changed", "persons"),),
    ),
    view=View(view, reading=_("The share rises with the time that people are followed.")),
)
