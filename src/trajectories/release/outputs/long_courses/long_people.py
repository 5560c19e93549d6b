"""Who is on support for years, and how many of them have left."""

import polars as pl

from trajectories.release.gate.derive import ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec, Total
from trajectories.release.gate.vocabulary import LEVEL, SOME_WORDS, one_of
from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.phrases import level
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables, count, share, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """Persons by age, sex and municipality, with the share who left."""
    # "under 30" comes before the other ages, whose texts are in their order.
    under = pl.col("level").str.starts_with("under")
    table = tables["long_people"].sort("covariate", ~under, "level")
    return HtmlTable.of(
        _("Persons whose course on support reached the years that make it long."),
        table,
        {
            "": lambda row: text(style.word(f"covariate_{row['covariate']}")),
            _("Level"): lambda row: text(level(style, row["covariate"], row["level"])),
            _("Persons"): lambda row: count(style, row["persons"]),
            _("Share of all"): lambda row: share(style, row["share"], table["share"]),
            _("Left"): lambda row: count(style, row["left"]),
        },
        _(
            "Age is that when the course became long. Left: the course ended before the extract "
            "did; the others are still followed."
        ),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="typology",
        name="long_people",
        made_by="long_courses",
        sensitivity="high",
        row=_("persons with a long course, of one age, sex or municipality"),
        dims=("covariate", "level"),
        links=(
            cells("persons", of="persons with long courses", by=("level@covariate",)),
            cells("total", of="persons with long courses"),
            cells(
                "left",
                of="persons who left long courses",
                by=("level@covariate",),
                within="persons",
            ),
            cells("total_left", of="persons who left long courses", within="total"),
        ),
        counts=(Count("persons", "persons", guards=True), Count("left", "events")),
        totals=(
            Total("total", "persons", over=("level",)),
            Total("total_left", "left", over=("level",)),
        ),
        derived=(ratio("share", "persons", "total"),),
        added=("share",),
        whole=(("persons", "total"), ("left", "persons")),
        texts={"level": one_of(LEVEL, SOME_WORDS, r"under \d{1,3}")},
    ),
    view=View(
        view, reading=_("Compare the shares with those of all people on support in your area.")
    ),
)
