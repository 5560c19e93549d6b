"""Declarations of the sequence stage's tables."""

import polars as pl

from trajectories.release.derive import firm_ratio, ratio
from trajectories.release.spec import Count, Estimate, TableSpec, Total

SPECS = (
    TableSpec(
        stage="sequences",
        name="window_accounting",
        sensitivity="moderate",
        row="candidate windows kept, or dropped for one reason",
        dims=("reason",),
        counts=(Count("windows", "windows"),),
        pool="reason",
        drop_small=True,
    ),
    TableSpec(
        stage="sequences",
        name="person_months",
        sensitivity="moderate",
        row="person-months in one state",
        dims=("state",),
        counts=(Count("person_months", "months"), Count("persons", "persons", guards=True)),
        totals=(Total("total", "person_months", over=("state",)),),
        grid=("state",),
    ),
    TableSpec(
        stage="sequences",
        name="state_distribution",
        sensitivity="high",
        row="windows of one group in one state at one month of the window",
        dims=("group", "position", "state"),
        counts=(Count("count", "windows", guards=True), Count("weight", "weight")),
        totals=(
            Total("total", "count", over=("state",), apart=True, constant=("position",)),
            Total("total_weight", "weight", over=("state",), apart=True),
        ),
        derived=(ratio("share", "weight", "total_weight"),),
        added=("share",),
        grid=("group", "position", "state"),
        whole=(("count", "total"),),
    ),
    TableSpec(
        stage="sequences",
        name="transitions",
        sensitivity="high",
        row="pairs of following months, from one state to another, in one group",
        dims=("group", "from_state", "to_state"),
        counts=(Count("transitions", "months"), Count("persons", "persons", guards=True)),
        totals=(Total("from_total", "transitions", over=("to_state",)),),
        derived=(ratio("rate", "transitions", "from_total"),),
        added=("rate",),
        grid=("group", "from_state", "to_state"),
        # nobody comes back from death or emigration: the state is absorbing by construction
        structural=(pl.col("from_state").cast(pl.String) == "OUT")
        & (pl.col("to_state").cast(pl.String) != "OUT"),
        whole=(("transitions", "from_total"),),
    ),
    TableSpec(
        stage="sequences",
        name="indicators",
        sensitivity="moderate",
        row="one longitudinal indicator in one group",
        dims=("group", "indicator"),
        counts=(Count("windows", "windows", guards=True),),
        estimates=(
            Estimate("mean", supported_by="windows"),
            Estimate("sd", supported_by="windows"),
        ),
    ),
    TableSpec(
        stage="sequences",
        name="regime_months",
        sensitivity="moderate",
        row="months of the windows of one group under one regime",
        dims=("group", "regime"),
        counts=(Count("windows", "windows", guards=True),),
        estimates=(Estimate("mean_months", supported_by="windows"),),
    ),
    TableSpec(
        stage="sequences",
        name="sizes",
        sensitivity="moderate",
        row="one group of windows",
        dims=("group",),
        counts=(
            Count("windows", "windows", guards=True),
            Count("persons", "persons", guards=True),
            Count("unique_sequences", "other"),
        ),
    ),
    TableSpec(
        stage="sequences",
        name="mean_times",
        sensitivity="high",
        row="windows of one group that are ever in one state, and the mean time in it",
        dims=("group", "state"),
        counts=(
            Count("windows", "windows", guards=True),
            Count("persons", "persons", guards=True),
            Count("total", "windows", guards=True),
        ),
        estimates=(
            Estimate("mean_months", supported_by="windows"),
            Estimate("se", supported_by="windows"),
        ),
        grid=("group", "state"),
        whole=(("windows", "total"),),
    ),
    TableSpec(
        stage="sequences",
        name="common_sequences",
        sensitivity="high",
        row="one of the commonest whole sequences of one group",
        dims=("group", "rank"),
        values=("sequence",),
        counts=(
            Count("windows", "windows", guards=True),
            Count("persons", "persons", guards=True),
        ),
        drop_small=True,
    ),
    TableSpec(
        stage="sequences",
        name="common_paths",
        sensitivity="high",
        row="one of the commonest orders of states of one group, without their durations",
        dims=("group", "rank"),
        values=("path",),
        counts=(
            Count("windows", "windows", guards=True),
            Count("persons", "persons", guards=True),
        ),
        drop_small=True,
    ),
    TableSpec(
        stage="sequences",
        name="event_subsequences",
        sensitivity="high",
        row="windows of one group that contain one order of changes of state",
        dims=("subsequence", "group"),
        counts=(
            Count("windows", "windows", guards=True),
            Count("persons", "persons", guards=True),
            Count("total", "windows", guards=True),
        ),
        derived=(firm_ratio("share", "windows", "total"),),
        added=("share",),
        grid=("subsequence", "group"),
        whole=(("windows", "total"),),
    ),
)
