"""How certain memberships are, by cluster."""

from trajectories.release.gate.derive import guarded_by, withheld_with
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.gate.vocabulary import one_of
from trajectories.release.outputs.base import Output, View
from trajectories.release.style import Style
from trajectories.release.tables import Cell, HtmlTable, Tables, count, text
from trajectories.words import _

SOURCES = {
    "fuzzy": _("distances to the medoids"),
    "medseq": _("MEDseq"),
    "markov_mixture": _("mixture of Markov chains"),
}


def shown(style: Style, value: float | None) -> Cell:
    """Write a share, or the dot of one that may not be shown."""
    return Cell("", withheld=True) if value is None else Cell(style.share(value), number=True)


def view(tables: Tables, style: Style) -> HtmlTable:
    """One row a cluster or type."""
    rows = [
        [
            text(style.say(SOURCES[row["model"]])),
            Cell(f"{row['cluster']}  {style.cluster(row['name'])}"),
            count(style, row["windows"]),
            shown(style, row["mean"]),
            shown(style, row["sure"]),
        ]
        for row in tables["membership_certainty"].iter_rows(named=True)
    ]
    sure = style.percent(style.study.of("typology.memberships.sure"))
    return HtmlTable(
        _("How certain memberships are: windows by their most probable cluster or type."),
        [
            _("Probabilities from"),
            _("Cluster or type"),
            _("Windows"),
            _("Mean probability"),
            style.say(_("Sure (at least {sure})"), sure=sure),
        ],
        rows,
        _("Probabilities from distances say how much nearer one medoid is than the others."),
    )


OUTPUT = Output(
    table=TableSpec(
        made_by="memberships",
        stage="typology",
        name="membership_certainty",
        sensitivity="high",
        row=_("windows whose most probable cluster or type this is"),
        dims=("model", "cluster"),
        values=("name",),
        links=(
            cells("windows", of="windows in models", by=("cluster:type@model",)),
            cells(
                "persons",
                of="persons in models",
                by=("cluster:type@model",),
                overlap=True,
                within="windows",
            ),
        ),
        counts=(Count("windows", "windows", guards=True), Count("persons", "persons", guards=True)),
        texts={"model": one_of(*SOURCES)},
        estimates=(Estimate("mean"), Estimate("sure")),
        internal=("fewer",),
        derived=(
            guarded_by("mean", "sure", denominator="persons"),
            withheld_with("sure", "fewer"),
        ),
    ),
    view=View(
        view, reading=_("The lower the certainty, the more people lie between two clusters.")
    ),
)
