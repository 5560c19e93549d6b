"""The first change and the exit in one model (timing of events)."""

from trajectories.hazards.columns import TIMING_ESTIMATES
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.declared import CASEWORKERS, caseworkers
from trajectories.release.style import Style
from trajectories.release.tables import Cell, HtmlTable, Tables, count, interval, plain, ratio, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """The first change and the exit, with and without shared unobserved factors."""
    rows = []
    for row in tables["timing_of_events"].iter_rows(named=True):
        nothing = Cell("–", number=True)
        alone = row["starts"] is None
        rows.append(
            [
                text(style.word(row["model"]).capitalize()),
                ratio(style, row["hazard_ratio"]),
                nothing if row["low"] is None else interval(style, row["low"], row["high"]),
                nothing if alone else plain(style, row["starts"]),
                nothing if alone else plain(style, row["share_at_maximum"]),
                nothing if alone else interval(style, row["lowest"], row["highest"]),
                nothing if alone else plain(style, row["likelihood_gain"]),
                count(style, row["changes"]),
            ]
        )
    return HtmlTable(
        _(
            "Timing of events (Abbring and Van den Berg 2003): the first change of "
            "any cause and the exit, in a model of both."
        ),
        [
            _("Model"),
            _("Hazard ratio of a first change"),
            _("95 % interval"),
            _("Starts"),
            _("Share at the best maximum"),
            _("Lowest and highest of the starts"),
            _("Gain in log-likelihood"),
            _("First changes"),
        ],
        rows,
        _(
            "Fragile: it needs changes that nobody foresees, and factors that are proportional, "
            "constant and unrelated to the covariates at the start. Where few starts reach the "
            "best maximum, or the gain is small, the data say little about the factors."
        ),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="hazards",
        name="timing_of_events",
        sensitivity="moderate",
        row=_("the first change and the exit, with shared unobserved factors or without"),
        dims=("model",),
        links=(
            cells("persons", of="persons of a model", some=("model",)),
            cells("events", of="events of a model", some=("model",)),
            cells("changes", of="changes of a model", some=("model",)),
            *caseworkers("model"),
        ),
        counts=(
            Count("persons", "persons", guards=True),
            Count("events", "events", guards=True),
            Count("changes", "events", guards=True),
            *CASEWORKERS,
        ),
        estimates=tuple(map(Estimate, TIMING_ESTIMATES)),
        internal=("residual_degrees",),
        residual="residual_degrees",
    ),
    view=View(
        view,
        reading=_(
            "Compare the ratio with the headline: here changes and exits may share causes "
            "that nobody measured."
        ),
    ),
)
