"""How far other methods and measures find the same clusters."""

from trajectories.release.gate.spec import Estimate, TableSpec
from trajectories.release.gate.vocabulary import one_of
from trajectories.release.outputs.base import Output, View
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables, plain, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """How far two partitions agree."""
    return HtmlTable.of(
        _("Agreement of partitions: adjusted Rand index and adjusted mutual information."),
        tables["agreement"],
        {
            _("Partition"): lambda row: text(row["a"]),
            _("Other partition"): lambda row: text(row["b"]),
            _("ARI"): lambda row: plain(style, row["ari"]),
            _("AMI"): lambda row: plain(style, row["ami"]),
        },
    )


OUTPUT = Output(
    table=TableSpec(
        stage="typology",
        name="agreement",
        sensitivity="moderate",
        row="two partitions of the same windows",
        dims=("a", "b"),
        texts={**dict.fromkeys(("a", "b"), one_of(r"[\w ]+ k=\d+"))},
        estimates=(Estimate("ari"), Estimate("ami")),
    ),
    view=View(view),
)
