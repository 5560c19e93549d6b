"""Monthly hours of paid work in each type of hours, which no state defines."""

from matplotlib.figure import Figure

from trajectories.release.gate.derive import mean_from_sum
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.gate.vocabulary import one_of
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.work.hours import courses_of_hours, curves
from trajectories.release.style import Size, Style
from trajectories.release.tables import Tables
from trajectories.words import _

TYPE = one_of(r"\d{1,2}")


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw mean monthly hours of work in each type and its barycentre beside it."""
    table = tables["hour_types"]
    types = sorted(table["type"].unique().to_list(), key=int)
    titles = {one: style.say(_("Hours, type {type}"), type=one) for one in types}
    return curves(table, "type", titles, style, size)


def alt(tables: Tables, style: Style) -> str:
    """Say the hours of the first month and of the last."""
    text = _(
        "type {group} from {mean_hours} hours in month {position} to {last_mean_hours} in "
        "month {last_position}"
    )
    return courses_of_hours(tables["hour_types"], "type", text, style)


OUTPUT = Output(
    table=TableSpec(
        made_by="hours",
        stage="typology",
        name="hour_types",
        sensitivity="high",
        row=_("monthly hours of work in one type of hours at one month of the window"),
        dims=("type", "position"),
        links=(
            cells(
                "persons",
                of="persons with windows",
                by=("type:hours_type",),
                overlap=True,
            ),
        ),
        counts=(Count("persons", "persons", guards=True),),
        estimates=(Estimate("mean_hours"), Estimate("softdtw_hours")),
        texts={"type": TYPE},
        internal=("hours_sum", "top_two_share"),
        dominance="top_two_share",
        derived=(mean_from_sum("mean_hours", "hours_sum", "persons"),),
    ),
    figure=Drawing(
        reading=_(
            "The barycentre shows how the hours of a type rise and fall; the mean blurs it where "
            "this happens sooner for some than for others."
        ),
        draw=draw,
        needs=("mean_hours",),
        caption=_(
            "Types of monthly hours of paid work, found without the states: the mean by month of "
            "the window, and the barycentre under warped time."
        ),
        alt=alt,
    ),
)
