"""The rates by which courses are priced, with their sources."""

import re

import polars as pl

from trajectories.release.gate.spec import Estimate, TableSpec
from trajectories.release.outputs.base import Output, View
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables, number, text
from trajectories.words import _

LADDER = "ladder"


def view(tables: Tables, style: Style) -> HtmlTable:
    """Rates and steps of the ladder, as the run was given them."""
    rows = []
    for row in tables["cost_rates"].iter_rows(named=True):
        step = row["state"] == LADDER
        what = (
            style.say(_("ladder, from week {week}"), week=row["from_week"])
            if step
            else style.cluster(row["state"])
        )
        amount = row["amount"]
        rows.append(
            [
                text(what),
                text(row["from_month"]),
                text("") if amount is None else number(style.number(amount)),
                number(style.percent(row["state_share"])),
                text(row["source"]),
            ]
        )
    return HtmlTable(
        _("Rates that the run was given: kroner a month, the state's share, and their sources."),
        [_("State"), _("From"), _("Kroner a month"), _("State's share"), _("Source")],
        rows,
        _(
            "The ladder replaces the share of laddered rates by months on support within the "
            "window."
        ),
    )


GIVEN = pl.lit(True)
OUTPUT = Output(
    table=TableSpec(
        made_by="costs",
        stage="typology",
        name="cost_rates",
        sensitivity="moderate",
        row=_("rate of one state, or step of the ladder of refunds"),
        dims=("state", "from_month", "from_week"),
        estimates=(Estimate("amount", structural=GIVEN), Estimate("state_share", structural=GIVEN)),
        values=("source",),
        texts={
            "from_month": re.compile(r"\d{4}-\d{2}"),
            "from_week": re.compile(r"\d{0,3}"),
        },
    ),
    view=View(view, reading=_("Each rate has its source; other rates give other amounts.")),
)
