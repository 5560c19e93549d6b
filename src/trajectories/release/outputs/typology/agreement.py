"""How far other methods and measures find the same clusters."""

from trajectories.release.gate.spec import Estimate, TableSpec
from trajectories.release.gate.vocabulary import one_of
from trajectories.release.outputs.base import Output, View
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables, plain, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """How far two partitions agree."""
    rows = [
        [text(row["a"]), text(row["b"]), plain(style, row["ari"]), plain(style, row["ami"])]
        for row in tables["agreement"].iter_rows(named=True)
    ]
    return HtmlTable(
        _("Agreement of partitions: adjusted Rand index and adjusted mutual information."),
        [_("Partition"), _("Other partition"), _("ARI"), _("AMI")],
        rows,
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
