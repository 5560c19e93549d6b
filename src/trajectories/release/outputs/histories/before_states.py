"""Types of course in the months before a month at risk."""

from trajectories.release.outputs.base import Output
from trajectories.release.outputs.declared import states_by_month
from trajectories.words import _

OUTPUT = Output(
    table=states_by_month(
        "hazards",
        "before_states",
        _("courses of one type before a month at risk, by month and state"),
        ("cluster",),
        "months",
        "histories",
        "courses before a month at risk",
    )
)
