"""Medoids from samples: how well they fit, and how far other samples find the same clusters."""

from trajectories.release.gate.spec import Estimate, TableSpec
from trajectories.release.outputs.base import Output, View
from trajectories.release.style import Style
from trajectories.release.tables import Cell, HtmlTable, Tables, digits_of
from trajectories.words import _

CRITERIA = ("distance", "db", "xb", "pbm", "ams")
AGREEMENT = ("ari", "jaccard")
STABLE = ("ari_stable", "jaccard_stable")


def view(tables: Tables, style: Style) -> HtmlTable:
    """Criteria and stability by number of clusters."""
    rows = [
        [
            Cell(str(row["k"]), number=True),
            *(Cell(digits_of(style, row[name], 3), number=True) for name in CRITERIA),
            *(Cell(digits_of(style, row[name], 2), number=True) for name in AGREEMENT),
            *(Cell(digits_of(style, row[name], 0), number=True) for name in STABLE),
        ]
        for row in tables["samples"].sort("k").iter_rows(named=True)
    ]
    return HtmlTable(
        _("Medoids found in samples: their fit to all windows, and the agreement of samples."),
        [
            "k",
            _("Mean distance"),
            "DB",
            "XB",
            "PBM",
            "AMS",
            _("ARI, mean"),
            _("Jaccard, mean"),
            _("Samples with ARI ≥ 0.8"),
            _("Samples with Jaccard ≥ 0.8"),
        ],
        rows,
        _(
            "Davies–Bouldin (DB) and Xie–Beni (XB) are best when low, PBM and the silhouette "
            "around medoids (AMS) when high. Agreement is that of each partition with the best "
            "sample's, which counts itself among those of at least 0.8."
        ),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="typology",
        name="samples",
        sensitivity="moderate",
        row=_("one partition of all windows, found in samples"),
        dims=("k",),
        estimates=tuple(Estimate(name) for name in ("samples", *CRITERIA, *AGREEMENT, *STABLE)),
    ),
    view=View(
        view,
        reading=_("The nearer the agreement is to 1, the less the clusters depend on the sample."),
    ),
)
