"""Types of course that begin with a change of state."""

from matplotlib.figure import Figure

from trajectories.release.charts.state_shares import draw_by_cluster
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.declared import states_by_month
from trajectories.release.outputs.histories.course_types import LEAVING, names_of, types_in_words
from trajectories.release.style import Size, Style
from trajectories.release.tables import Tables
from trajectories.words import _


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the types of course that begin with a transition."""
    return draw_by_cluster(tables["leaving_states"], names_of(tables, LEAVING), style, size)


def alt(tables: Tables, style: Style) -> str:
    """Say the share of each type."""
    return types_in_words(tables, style, LEAVING)


OUTPUT = Output(
    table=states_by_month(
        "hazards",
        "leaving_states",
        _("courses of one type after a transition, by month and state"),
        ("cluster",),
        "months",
        "histories",
        "courses after a transition",
    ),
    figure=Drawing(
        reading=_("Each panel is one type of course after a change of state."),
        tables=("leaving_states", "course_types"),
        draw=draw,
        needs=("share",),
        caption=_(
            "Types of course that begin with a transition out of the state of the "
            "month before, among those at risk; month 1 is that of the transition."
        ),
        alt=alt,
    ),
)
