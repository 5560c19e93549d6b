"""Declarations of the register stage's tables."""

from trajectories.release.gate.spec import Count, TableSpec

SPECS = (
    TableSpec(
        stage="register",
        name="accounting",
        sensitivity="moderate",
        row="rows of one input table that took one step for one reason",
        dims=("table", "step", "reason"),
        counts=(Count("rows", "rows"),),
        pool="reason",
        sum_of=("step", "read"),
        drop_small=("rows",),
    ),
    TableSpec(
        stage="register",
        name="conflicts",
        sensitivity="moderate",
        row="rows of one input table that met one rule for overlaps and gaps",
        dims=("table", "rule", "event"),
        counts=(
            Count("persons", "persons", guards=True),
            Count("rows", "rows"),
            Count("days", "other"),
        ),
        drop_small=("persons",),
    ),
    TableSpec(
        stage="register",
        name="persons_found",
        sensitivity="moderate",
        row="persons of one input table that are in `persons` or not, or in `persons` only",
        dims=("table", "found"),
        counts=(Count("persons", "persons", guards=True),),
        drop_small=("persons",),
    ),
)
