"""Quality of the partitions beside that of random courses without types."""

import polars as pl

from trajectories.release.gate.spec import Estimate, TableSpec
from trajectories.release.gate.vocabulary import one_of
from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.typology.quality import COMPUTED
from trajectories.release.style import Style
from trajectories.release.tables import Cell, HtmlTable, Tables, digits_of
from trajectories.words import _

MODELS = {
    "combined": _("random spells"),
    "duration": _("random durations"),
    "sequencing": _("random order of spells"),
    "stateindep": _("states drawn by month"),
    "markov": _("a Markov chain"),
    "exchanged": _("futures exchanged between people in the same state"),
}
GAIN = "BIC"
"""The index of a model: its gain in BIC over a model of one cluster, by window."""
NUMBERS = ("observed", "standardised", "threshold", "p_value")


def view(tables: Tables, style: Style) -> HtmlTable:
    """The tested index by number of clusters and null model."""
    table = tables["null_quality"].filter(pl.col("decides"))
    index = table["index"][0] if table.height else ""
    rows = [
        [
            Cell(style.say(MODELS[row["model"]])),
            Cell(str(row["k"]), number=True),
            *(Cell(digits_of(style, row[name], 3), number=True) for name in NUMBERS),
        ]
        for row in table.sort("model", "k").iter_rows(named=True)
    ]
    return HtmlTable(
        style.say(
            _("Is the grouping clearer than one of random courses? {index} by number of clusters."),
            index=index,
        ),
        [
            _("Random courses"),
            "k",
            _("Observed"),
            _("Standardised"),
            _("Threshold"),
            _("p-value"),
        ],
        rows,
        _(
            "Standardised: deviation from the mean of the random courses, in their standard "
            "deviations. Threshold and p-value hold for all numbers of clusters together."
        ),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="typology",
        name="null_quality",
        sensitivity="moderate",
        row=_("one quality index of one partition, compared with one null model"),
        dims=("model", "k", "index"),
        values=("decides", "significant"),
        texts={"model": one_of(*MODELS), "index": one_of(*COMPUTED, GAIN)},
        estimates=tuple(Estimate(name) for name in NUMBERS),
    ),
    view=View(
        view,
        reading=_(
            "A small p-value says that the courses are grouped more clearly than random ones."
        ),
    ),
)
