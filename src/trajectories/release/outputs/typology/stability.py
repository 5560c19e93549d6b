"""How often clusters are found again when the persons are drawn anew."""

import polars as pl

from trajectories.release.gate.spec import Estimate, TableSpec
from trajectories.release.outputs.base import Output, View
from trajectories.release.style import Style
from trajectories.release.tables import Cell, HtmlTable, Tables, digits_of
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """The least and the most stable cluster, and the agreement, by number of clusters."""
    threshold = style.study.of("typology.validation.jaccard")
    jaccard = pl.col("jaccard_median")
    table = (
        tables["stability"]
        .group_by("k")
        .agg(
            least=jaccard.min(),
            most=jaccard.max(),
            unstable=(jaccard < threshold).sum(),
            ari=pl.col("ari").first(),
        )
        .sort("k")
    )
    rows = [
        [
            Cell(str(row["k"]), number=True),
            *(Cell(digits_of(style, row[name], 2), number=True) for name in ("least", "most")),
            Cell(str(row["unstable"]), number=True),
            Cell(digits_of(style, row["ari"], 2), number=True),
        ]
        for row in table.iter_rows(named=True)
    ]
    return HtmlTable(
        _("Are the same clusters found when the persons are drawn anew?"),
        [
            "k",
            _("Jaccard, least stable cluster"),
            _("Jaccard, most stable cluster"),
            style.say(_("Clusters below {threshold}"), threshold=style.plain(threshold)),
            _("ARI, mean"),
        ],
        rows,
        _(
            "Jaccard: of the windows that are in a cluster or in the most similar new one, the "
            "share that is in both; medians over the samples of persons."
        ),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="typology",
        name="stability",
        sensitivity="moderate",
        row=_("one cluster of one partition"),
        dims=("k", "cluster"),
        estimates=tuple(Estimate(name) for name in ("jaccard_median", "share_below", "ari")),
    ),
    view=View(
        view, reading=_("The nearer to 1, the surer the type is found again with other persons.")
    ),
)
