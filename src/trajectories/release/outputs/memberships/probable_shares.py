"""Shares of clusters by group where memberships are probabilities, beside those of labels."""

from trajectories.release.gate.derive import guarded_by
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.declared import ALL
from trajectories.release.outputs.memberships.membership_certainty import shown
from trajectories.release.style import Style
from trajectories.release.tables import Cell, HtmlTable, Tables, interval, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """One row a cluster and group."""
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    labels = {
        (row["group"], row["cluster"]): row["share"]
        for row in tables["shares"].iter_rows(named=True)
        if row["age"] == ALL
    }
    table = tables["probable_shares"]
    groups = style.arrange(table["group"])
    found = {(row["group"], row["cluster"]): row for row in table.iter_rows(named=True)}
    rows = []
    for cluster in sorted(table["cluster"].unique()):
        for group in groups:
            row = found.get((group, cluster))
            if row is None:
                continue
            rows.append(
                [
                    Cell(f"{cluster}  {style.cluster(names.get(cluster))}"),
                    text(style.word(group)),
                    shown(style, labels.get((group, cluster))),
                    shown(style, row["share"]),
                    percent_interval(style, row["low"], row["high"]),
                ]
            )
    return HtmlTable(
        _("Shares of the clusters by group: windows counted whole, or by their probabilities."),
        [
            _("Cluster"),
            _("Group"),
            _("Share by most similar cluster"),
            _("Share by probability"),
            _("95 % interval"),
        ],
        rows,
    )


def percent_interval(style: Style, low: float | None, high: float | None) -> Cell:
    """Write an interval in per cent."""
    return interval(style, None if low is None else 100 * low, None if high is None else 100 * high)


OUTPUT = Output(
    table=TableSpec(
        made_by="memberships",
        stage="typology",
        name="probable_shares",
        sensitivity="moderate",
        row=_("one cluster in one group, by probability"),
        dims=("group", "cluster"),
        links=(cells("persons", of="persons with windows", by=("group",), overlap=True),),
        counts=(Count("persons", "persons", guards=True),),
        estimates=(Estimate("share"), Estimate("se"), Estimate("low"), Estimate("high")),
        derived=(guarded_by("share", "se", "low", "high", denominator="persons"),),
    ),
    view=View(
        view,
        tables=("probable_shares", "shares", "clusters"),
        reading=_(
            "If the two shares differ little, uncertain memberships do not change the "
            "comparison of groups."
        ),
    ),
)
