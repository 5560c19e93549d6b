"""How much of what covariates say of courses the clusters keep."""

from trajectories.release.gate.spec import Estimate, TableSpec
from trajectories.release.gate.vocabulary import one_of
from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.phrases import covariate
from trajectories.release.style import Style
from trajectories.release.tables import Cell, HtmlTable, Tables, digits_of, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """One row a covariate."""
    rows = [
        [
            text(covariate(style, row["covariate"])),
            *(Cell(digits_of(style, row[name], 4), number=True) for name in ("alone", "remaining")),
            Cell(digits_of(style, row["unaccounted"], 2), number=True),
        ]
        for row in tables["associations_kept"].iter_rows(named=True)
    ]
    return HtmlTable(
        _("How much of a characteristic's association with courses the clusters leave out."),
        [
            _("Characteristic"),
            _("Pseudo-R² alone"),
            _("Pseudo-R² within clusters"),
            _("Share left out"),
        ],
        rows,
        _(
            "From a sample of windows. A characteristic that says little of courses has a small "
            "pseudo-R² by chance alone; its share left out then means nothing."
        ),
    )


OUTPUT = Output(
    table=TableSpec(
        made_by="memberships",
        stage="typology",
        name="associations_kept",
        sensitivity="moderate",
        row=_("one characteristic"),
        dims=("covariate",),
        texts={"covariate": one_of("[a-z_]+")},
        estimates=tuple(Estimate(name) for name in ("alone", "remaining", "unaccounted")),
    ),
    view=View(
        view,
        reading=_("A large share left out says that the clusters hide part of the association."),
    ),
)
