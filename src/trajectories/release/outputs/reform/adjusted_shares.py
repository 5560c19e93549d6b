"""The share of each cluster in each group, as registered and at the same composition."""

from trajectories.release.gate.derive import guarded_by
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.outputs.base import Output
from trajectories.words import _

ESTIMATED = ("share", "low", "high", "adjusted", "adjusted_low", "adjusted_high")

OUTPUT = Output(
    table=TableSpec(
        stage="reform",
        name="adjusted_shares",
        sensitivity="high",
        row=_("one group's share in one cluster, raw and reweighted"),
        dims=("group", "cluster"),
        links=(cells("persons", of="persons reweighted", some=("group", "cluster")),),
        counts=(Count("persons", "persons", guards=True),),
        internal=("group_persons",),
        estimates=tuple(Estimate(name) for name in ESTIMATED),
        derived=(guarded_by(*ESTIMATED, denominator="group_persons"),),
    ),
)
