"""Declarations of the sequence stage's tables."""

import polars as pl

from trajectories.release.gate.derive import contrast, firm_ratio, ratio
from trajectories.release.gate.spec import Count, Estimate, TableSpec, Total
from trajectories.release.specs.shared import WINDOWS, commonest, states_by_month

SPECS = (
    TableSpec(
        stage="sequences",
        name="window_accounting",
        sensitivity="moderate",
        row="candidate windows kept, or dropped for one reason",
        dims=("reason",),
        counts=(Count("windows", "windows"),),
        pool="reason",
        drop_small=("windows",),
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
    states_by_month(
        "sequences",
        "state_distribution",
        "windows of one group in one state at one month of the window",
        ("group",),
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
            # all windows are as long as the configuration makes them
            Estimate(
                "mean",
                supported_by="windows",
                structural=(pl.col("indicator") == "length") & (pl.col("sd") == 0),
            ),
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
        estimates=(
            # a period's windows may lie wholly under one regime by definition
            Estimate(
                "mean_months",
                supported_by="windows",
                structural=(pl.col("mean_months") == 0)
                | (pl.col("mean_months") == pl.col("mean_months").sum().over("group")),
            ),
        ),
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
        counts=(*WINDOWS, Count("total", "windows", guards=True)),
        estimates=(
            Estimate("mean_months", supported_by="windows"),
            Estimate("se", supported_by="windows"),
        ),
        grid=("group", "state"),
        whole=(("windows", "total"),),
    ),
    commonest("common_sequences", "sequence", "one of the commonest whole sequences of one group"),
    commonest(
        "common_paths",
        "path",
        "one of the commonest orders of states of one group, without their durations",
    ),
    TableSpec(
        stage="sequences",
        name="event_subsequences",
        sensitivity="high",
        row="windows of one group that contain one order of changes of state",
        dims=("subsequence", "group"),
        counts=(*WINDOWS, Count("total", "windows", guards=True)),
        derived=(firm_ratio("share", "windows", "total"),),
        added=("share",),
        grid=("subsequence", "group"),
        whole=(("windows", "total"),),
    ),
    TableSpec(
        stage="sequences",
        name="discriminating_subsequences",
        sensitivity="high",
        row="windows of one group that contain an order of changes that differs between groups",
        dims=("subsequence", "group"),
        counts=(*WINDOWS, Count("total", "windows", guards=True)),
        derived=(
            firm_ratio("share", "windows", "total"),
            contrast("statistic", "residual", "windows", "total", "subsequence"),
        ),
        added=("share", "statistic", "residual"),
        grid=("subsequence", "group"),
        whole=(("windows", "total"),),
    ),
)
