"""The hazard of an exit, and its subdistribution hazard."""

from trajectories.hazards.columns import SUBDISTRIBUTION_ESTIMATES
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.gate.vocabulary import LEVEL, NAME, one_of
from trajectories.release.outputs.base import Output, View
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables, count, interval, ratio, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """Hazards of an exit and of its subdistribution, by what is known at time zero."""
    rows = []
    for row in tables["subdistribution"].iter_rows(named=True):
        cells = [text(style.word(row["exit"])), text(style.word(row["term"]))]
        for name in ("cause_specific", "subdistribution"):
            cells.append(ratio(style, row[name]))
            cells.append(interval(style, row[f"{name}_low"], row[f"{name}_high"]))
        rows.append([*cells, count(style, row["events"])])
    return HtmlTable(
        _(
            "Hazard ratios of an exit among those who have not left, and subdistribution hazard "
            "ratios (Fine and Gray), by age and sex at time zero."
        ),
        [
            _("Exit"),
            _("Term"),
            _("Hazard ratio"),
            _("95 % interval"),
            _("Subdistribution ratio"),
            _("95 % interval"),
            _("Events"),
        ],
        rows,
        _(
            "The subdistribution ratio compares the share that has ever left by the "
            "exit, other exits competing. Departures happen during follow-up and are "
            "not part of this model. Sandwich standard errors by person."
        ),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="hazards",
        name="subdistribution",
        sensitivity="moderate",
        row=_("one level against another, in the hazard of an exit and in its subdistribution"),
        dims=("exit", "term"),
        texts={"term": one_of(rf"{NAME} {LEVEL} against {LEVEL}")},
        links=(
            cells("persons", of="persons of a model", some=("exit", "term")),
            cells("events", of="events of a model", some=("exit", "term")),
        ),
        counts=(Count("persons", "persons", guards=True), Count("events", "events", guards=True)),
        estimates=tuple(map(Estimate, SUBDISTRIBUTION_ESTIMATES)),
    ),
    view=View(view, reading=_("Where the two ratios differ, other exits are part of the reason.")),
)
