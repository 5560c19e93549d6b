"""How many exits from long courses lead to so many hours of work."""

import re

from trajectories.release.gate.derive import firm_ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec, Whole
from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.declared import ALL
from trajectories.release.outputs.long_courses.long_lasting import kinds_of, word_of
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables, count, share, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """Exits and the shares with so many hours, one row a kind of exit."""
    table = tables["long_work"]
    hours = sorted(table["hours"].unique().to_list(), key=int)
    held = {(row["exit"], row["hours"]): row for row in table.to_dicts()}
    rows = []
    for kind in kinds_of(table):
        cells = [
            text(word_of(style, kind)),
            count(style, held.get((kind, hours[0]), {}).get("followed")),
        ]
        cells += [
            share(style, held.get((kind, least), {}).get("share"), table["share"])
            for least in hours
        ]
        rows.append(cells)
    months = int(style.study.of("sequences.long_courses.hours_after_months"))
    return HtmlTable(
        style.say(
            _("Paid work {months} after the exit from a long course."),
            months=lambda to: to.months(months),
        ),
        [
            _("Exit"),
            _("Exits"),
            *(style.say(_("At least {hours} hours a month"), hours=least) for least in hours),
        ],
        rows,
        _("Exits that are followed so long. Work beside support counts."),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="typology",
        name="long_work",
        made_by="long_courses",
        sensitivity="high",
        row=_("exits of one kind from long courses, and those with so many hours of work later"),
        dims=("exit", "hours"),
        links=(
            cells("followed", of="exits from long courses to work", by=("exit",)),
            cells(
                "reached",
                of="exits from long courses to hours",
                by=("exit", "hours"),
                within="followed",
            ),
            cells(
                "persons",
                of="persons with exits from long courses to work",
                by=("exit",),
                overlap=True,
                within="followed",
            ),
        ),
        counts=(
            Count("persons", "persons", guards=True),
            Count("followed", "events", guards=True),
            Count("reached", "events"),
        ),
        texts={"hours": re.compile(r"\d{1,3}")},
        derived=(firm_ratio("share", "reached", "followed"),),
        added=("share",),
        grid=("exit", "hours"),
        wholes=(Whole("exit", ALL, ("followed", "reached")),),
        whole=(("reached", "followed"),),
    ),
    view=View(
        view, reading=_("Many who leave for work have left it, or work few hours, a year later.")
    ),
)
