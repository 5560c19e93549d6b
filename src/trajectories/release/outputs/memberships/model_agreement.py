"""How far the typology and two model-based ones agree."""

from trajectories.release.gate.spec import Estimate, TableSpec
from trajectories.release.gate.vocabulary import one_of
from trajectories.release.outputs.base import Output, View
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables, plain, text
from trajectories.words import _

TYPOLOGIES = {
    "typology": _("the typology"),
    "medseq": _("MEDseq"),
    "markov_mixture": _("mixture of Markov chains"),
}


def view(tables: Tables, style: Style) -> HtmlTable:
    """How far two typologies agree."""
    return HtmlTable.of(
        _("Agreement of three typologies of the same size."),
        tables["model_agreement"],
        {
            _("Typology"): lambda row: text(style.say(TYPOLOGIES[row["a"]])),
            _("Other typology"): lambda row: text(style.say(TYPOLOGIES[row["b"]])),
            _("ARI"): lambda row: plain(style, row["ari"]),
            _("AMI"): lambda row: plain(style, row["ami"]),
        },
    )


OUTPUT = Output(
    table=TableSpec(
        made_by="memberships",
        stage="typology",
        name="model_agreement",
        sensitivity="moderate",
        row=_("two typologies of the same windows"),
        dims=("a", "b"),
        texts=dict.fromkeys(("a", "b"), one_of(*TYPOLOGIES)),
        estimates=(Estimate("ari"), Estimate("ami")),
    ),
    view=View(view, reading=_("Low agreement says that the types depend on what is called alike.")),
)
