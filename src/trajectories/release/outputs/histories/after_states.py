"""Types of course in the months after a change of caseworker."""

from dataclasses import replace

from matplotlib.figure import Figure

from trajectories.release.charts.state_shares import draw_by_cluster
from trajectories.release.ladder.forms import LEFT_OUT
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.declared import CASEWORKERS, caseworkers, states_by_month
from trajectories.release.outputs.histories.course_types import AFTER, names_of, types_in_words
from trajectories.release.style import Size, Style
from trajectories.release.tables import Tables
from trajectories.words import _


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the types of course after a change of caseworker."""
    return draw_by_cluster(tables["after_states"], names_of(tables, AFTER), style, size)


def alt(tables: Tables, style: Style) -> str:
    """Say the share of each type."""
    return types_in_words(tables, style, AFTER)


STATES = states_by_month(
    "hazards",
    "after_states",
    _("courses of one type after a change, by month and state"),
    ("cluster",),
    "months",
    "histories",
    "courses after a change",
)

OUTPUT = Output(
    table=replace(
        STATES,
        links=(*STATES.links, *caseworkers("cluster", "position", "state", within="count")),
        counts=(*STATES.counts, *CASEWORKERS),
        # a caseworker may be behind several states: caseworkers of pooled states are not known
        ladder=(LEFT_OUT,),
    ),
    figure=Drawing(
        reading=_("Each panel is one type of course in the year after a change of caseworker."),
        tables=("after_states", "course_types"),
        draw=draw,
        needs=("share",),
        caption=_(
            "Types of course in the months after a change of caseworker while at risk (optimal "
            "matching, partition around medoids); month 1 is the one after that of the change."
        ),
        alt=alt,
    ),
)
