"""Declarations of the register stage's tables."""

from trajectories.release.spec import Count, TableSpec

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
        drop_small=True,
    ),
)
