"""Criteria of the models by the number of types."""

from trajectories.release.gate.spec import Estimate, TableSpec
from trajectories.release.gate.vocabulary import one_of
from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.memberships.membership_certainty import SOURCES
from trajectories.release.style import Style
from trajectories.release.tables import Cell, HtmlTable, Tables, digits_of, text
from trajectories.words import _

NUMBERS = ("bic_below", "icl_below", "dbs")


def view(tables: Tables, style: Style) -> HtmlTable:
    """How far BIC and ICL are below the model's best, by number of types."""
    rows = [
        [
            text(style.say(SOURCES[row["model"]])),
            text(str(row["k"])),
            *(
                Cell(digits_of(style, row[name], 0), number=True)
                for name in ("bic_below", "icl_below")
            ),
            Cell(digits_of(style, row["dbs"], 2), number=True),
        ]
        for row in tables["model_criteria"].iter_rows(named=True)
    ]
    return HtmlTable(
        _("How well models with different numbers of types describe a sample of the windows."),
        [_("Model"), "k", _("BIC below the best"), _("ICL below the best"), "DBS"],
        rows,
        _(
            "The best number of types has 0. BIC weighs fit against the number of parameters, ICL "
            "also how clearly types part; DBS is the density-based silhouette."
        ),
    )


OUTPUT = Output(
    table=TableSpec(
        made_by="memberships",
        stage="typology",
        name="model_criteria",
        sensitivity="moderate",
        row=_("one model with one number of types"),
        dims=("model", "k"),
        texts={"model": one_of(*SOURCES)},
        estimates=tuple(Estimate(name) for name in NUMBERS),
    ),
    view=View(
        view,
        reading=_(
            "The best number of types has 0; a criterion that is best at the last number "
            "names none."
        ),
    ),
)
