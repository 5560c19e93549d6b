"""Persons whose caseworker changed while at risk."""

from trajectories.release.gate.derive import ratio
from trajectories.release.gate.spec import Count, TableSpec
from trajectories.release.gate.vocabulary import SOME_WORDS, one_of
from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.declared import CASEWORKERS
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables, count, share, text
from trajectories.words import _

READY_MONTH = "ready_month"
"""The persons with a month at risk in which they still have the readiness of time zero."""


def view(tables: Tables, style: Style) -> HtmlTable:
    """Persons whose caseworker changed while at risk."""
    shares = tables["ever_changed"]["share"]
    rows = [
        [
            text(_population(row["population"], style)),
            count(style, row["persons"]),
            count(style, row["changed"]),
            share(style, row["share"], shares),
        ]
        for row in tables["ever_changed"].iter_rows(named=True)
    ]
    return HtmlTable(
        _("Persons with at least one caseworker change while at risk, recodings excluded."),
        [_("Population"), _("Persons"), _("With a change"), _("Share")],
        rows,
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
        row="persons of one population, and those whose caseworker changed",
        dims=("population",),
        texts={"population": one_of(SOME_WORDS, r"followed_\d+_months")},
        counts=(
            Count("persons", "persons", guards=True),
            Count("changed", "persons"),
            *CASEWORKERS,
        ),
        derived=(ratio("share", "changed", "persons"),),
        added=("share",),
        whole=(("changed", "persons"),),
    ),
    view=View(view),
)
