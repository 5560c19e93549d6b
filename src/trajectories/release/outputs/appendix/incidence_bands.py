"""How wide the bands around the curves of incidence are."""

import polars as pl

from trajectories.release.gate.derive import guarded_by
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec, Whole
from trajectories.release.gate.vocabulary import AGES
from trajectories.release.outputs.base import Output, View
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables, count, plain, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """How much wider than pointwise intervals the bands of whole curves are."""
    table = tables["incidence_bands"].filter(pl.col("group") == "all")
    return HtmlTable.of(
        _(
            "Half-width, in standard errors, of a 95 % band that covers the whole "
            "curve of cumulative incidence; pointwise intervals have 1.96."
        ),
        table,
        {
            _("Exit"): lambda row: text(style.word(row["exit"])),
            _("Half-width"): lambda row: plain(style, row["critical"]),
            _("From month"): lambda row: plain(style, row["first_month"]),
            _("To month"): lambda row: plain(style, row["last_month"]),
            _("Events"): lambda row: count(style, row["events"]),
        },
        _(
            "Equal-precision bands on the complementary log-log scale, by normal "
            "multipliers over persons."
        ),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="hazards",
        name="incidence_bands",
        sensitivity="moderate",
        row=_("the band of one curve of cumulative incidence"),
        dims=("group", "exit"),
        texts={"group": AGES},
        links=(
            cells("events", of="courses", by=("group:age", "exit")),
            cells("persons", of="persons at risk by age", by=("group:age", "exit"), overlap=True),
        ),
        counts=(Count("persons", "persons", guards=True), Count("events", "events", guards=True)),
        estimates=(Estimate("critical"), Estimate("first_month"), Estimate("last_month")),
        derived=(guarded_by("critical", "first_month", "last_month", denominator="events"),),
        grid=("group", "exit"),
        wholes=(Whole("group", "all", ("persons", "events")),),
        drop_small=("events",),
    ),
    view=View(view, reading=_("The larger the half-width, the less sure the whole curve is.")),
)
