"""Tests in which the leavers of each team and month are drawn again."""

from trajectories.release.gate.links import apart, cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.declared import CASEWORKERS, caseworkers
from trajectories.release.style import Style
from trajectories.release.tables import Cell, HtmlTable, Tables, count, p_value, plain, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """The tests with leavers drawn again within team and month."""
    rows = []
    for row in tables["randomisation"].iter_rows(named=True):
        corrected = row["p_corrected"]
        rows.append(
            [
                text(style.word(row["kind"]).capitalize()),
                text(style.word(row["test"])),
                plain(style, row["statistic"]),
                count(style, row["degrees"]),
                p_value(style, row["p_value"]),
                Cell("–", number=True) if corrected is None else p_value(style, corrected),
                count(style, row["departures"]),
                count(style, row["caseworkers"]),
            ]
        )
    return HtmlTable(
        _(
            "Randomisation tests: the leavers of each team and month are drawn again "
            "among the caseworkers of the team."
        ),
        [
            _("Test"),
            _("Of"),
            _("Statistic"),
            _("Degrees"),
            "p",
            _("p, corrected"),
            _("Departures"),
            _("Caseworkers"),
        ],
        rows,
        _(
            "p-value for no difference, treating the choice of leavers within each "
            "team and month as random. The statistic is the score of the exposure in "
            "standard deviations; for balance it is the squared distance of all "
            "characteristics together (Hansen and Bowers). The p-values of unrelated "
            "exits are corrected for their number as well (Holm)."
        ),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="hazards",
        name="randomisation",
        sensitivity="moderate",
        row=_("one test with leavers drawn again within team and month"),
        dims=("kind", "test"),
        links=(
            cells("persons", of="persons of a test", some=("kind", "test")),
            cells("events", of="events of a test", some=("kind", "test")),
            cells("departures", of="departures of a test", some=("kind", "test")),
            cells("caseworkers", of="caseworkers of a test", some=("kind", "test")),
            *caseworkers("kind", "test"),
            apart("blocks", "degrees", why="sizes of a test, no persons"),
        ),
        counts=(
            Count("persons", "persons", guards=True),
            Count("events", "events", guards=True, optional=True),
            *CASEWORKERS,
            Count("departures", "events", guards=True),
            Count("caseworkers", "caseworkers"),
            Count("blocks", "other"),
            Count("degrees", "other"),
        ),
        estimates=(Estimate("statistic"), Estimate("p_value"), Estimate("p_corrected")),
    ),
    view=View(
        view,
        reading=_(
            "A small p-value says that chance among the caseworkers of a team rarely produces"
            " such a difference."
        ),
    ),
)
