"""A regression tree: groups of persons that covariates define and whose courses differ most."""

from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.gate.vocabulary import LEVEL, NAME, one_of
from trajectories.release.outputs.base import Output
from trajectories.words import _

OUTPUT = Output(
    table=TableSpec(
        made_by="associations",
        stage="typology",
        name="sequence_tree",
        sensitivity="moderate",
        row=_(
            "one node of the tree: the condition that leads to it, and what its division explains"
        ),
        dims=("node",),
        values=("parent", "variable", "relation", "levels"),
        texts={
            "variable": one_of(NAME),
            "levels": one_of(rf"{LEVEL}(?:, {LEVEL})*"),
        },
        links=(cells("persons", of="persons in the tree", some=("node",)),),
        counts=(Count("persons", "persons", guards=True, optional=True),),
        estimates=(Estimate("r2"), Estimate("p_value")),
    )
)
