"""The share that has reached the outcome, with a departure and without."""

from trajectories.release.gate.derive import guarded_by
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.declared import CASEWORKERS
from trajectories.release.style import Style
from trajectories.release.tables import Cell, HtmlTable, Tables, count, points_and_interval, share
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """The risk of a job with a departure and without."""
    rows = []
    for row in tables["job_risks"].iter_rows(named=True):
        rows.append(
            [
                Cell(str(row["time"]), number=True),
                share(style, row["risk_none"], tables["job_risks"]["risk_none"]),
                share(style, row["risk_departure"], tables["job_risks"]["risk_departure"]),
                points_and_interval(style, row),
                count(style, row["persons"]),
            ]
        )
    last = max(tables["job_risks"]["time"].to_list())
    return HtmlTable(
        style.say(
            _(
                "Share that has {reached} within some months of time zero: a departure "
                "in month {departure_month}, and none (g-computation; other exits "
                "compete, all other events follow their observed pattern)."
            )
        ),
        [
            _("Months"),
            _("No departure"),
            _("Departure"),
            _("Difference, percentage points"),
            _("Persons"),
        ],
        rows,
        style.say(
            _(
                "Persons whose courses begin at least {last} before the data end, in "
                "places and half-years for which the models know the hazard; other "
                "courses cannot be followed to the last horizon."
            ),
            last=lambda to: to.months(last),
        ),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="hazards",
        name="job_risks",
        sensitivity="moderate",
        row="risk of the outcome within some months, with a departure and without",
        dims=("time",),
        counts=(
            Count("persons", "persons", guards=True),
            Count("courses", "events", guards=True),
            *CASEWORKERS,
            Count("clusters", "other"),
        ),
        estimates=tuple(
            Estimate(name)
            for name in ("risk_none", "risk_departure", "difference", "se", "low", "high")
        ),
        derived=(
            guarded_by(
                "risk_none", "risk_departure", "difference", "low", "high", denominator="persons"
            ),
        ),
    ),
    view=View(view),
)
