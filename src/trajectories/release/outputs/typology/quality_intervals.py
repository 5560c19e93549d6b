"""Intervals of the quality indices by drawing persons anew."""

from trajectories.release.gate.spec import Estimate, TableSpec
from trajectories.release.gate.vocabulary import one_of
from trajectories.release.outputs.base import Output
from trajectories.release.outputs.typology.quality import COMPUTED
from trajectories.words import _

OUTPUT = Output(
    table=TableSpec(
        stage="typology",
        name="quality_intervals",
        sensitivity="moderate",
        row=_("one quality index of one partition, with its interval"),
        dims=("k", "index"),
        texts={"index": one_of(*COMPUTED)},
        estimates=tuple(Estimate(name) for name in ("estimate", "low", "high", "se")),
    ),
)
