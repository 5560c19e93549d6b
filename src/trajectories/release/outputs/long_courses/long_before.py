"""By which type of course people leave long courses."""

from trajectories.release.gate.derive import ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec, Total
from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.long_courses.long_lasting import word_of
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables, count, share, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """Exits by the type of the months before, and where they led."""
    table = tables["long_before"]
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    held = {(row["cluster"], row["exit"]): row for row in table.to_dicts()}
    kinds = style.arrange(table["exit"].unique(maintain_order=True))
    totals = dict(table.drop_nulls("total").select("cluster", "total").iter_rows())
    rows = []
    for cluster in sorted(table["cluster"].unique().to_list()):
        cells = [
            text(f"{cluster}  {style.cluster(names.get(cluster))}"),
            count(style, totals.get(cluster)),
        ]
        cells += [
            share(style, held.get((cluster, kind), {}).get("share"), table["share"])
            for kind in kinds
        ]
        rows.append(cells)
    return HtmlTable(
        style.say(
            _("Exits from long courses by the type of the {months} before."),
            months=lambda to: to.months(to.window_months),
        ),
        [_("Type before"), _("Exits"), *(word_of(style, kind) for kind in kinds)],
        rows,
        _("Shares of the exits of a type. A type is that of the nearest medoid."),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="typology",
        name="long_before",
        made_by="long_courses",
        sensitivity="high",
        row=_("exits of one kind from long courses whose last months are of one cluster"),
        dims=("cluster", "exit"),
        links=(
            cells("exits", of="exits from long courses by type", by=("cluster", "exit")),
            cells("total", of="exits from long courses by type", by=("cluster",)),
            cells(
                "persons",
                of="persons with exits from long courses by type",
                by=("cluster", "exit"),
                overlap=True,
                within="exits",
            ),
        ),
        counts=(Count("persons", "persons", guards=True), Count("exits", "events", guards=True)),
        totals=(Total("total", "exits", over=("exit",)),),
        derived=(ratio("share", "exits", "total"),),
        added=("share",),
        grid=("cluster", "exit"),
        whole=(("exits", "total"),),
    ),
    view=View(
        view,
        tables=("long_before", "clusters"),
        reading=_("Rows that differ say that the months before go with where people leave to."),
    ),
)
