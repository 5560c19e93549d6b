"""Months of the windows under each regime, in each group."""

import polars as pl

from trajectories.release.gate.derive import guarded_by
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.outputs.base import Output
from trajectories.words import _

OUTPUT = Output(
    table=TableSpec(
        stage="sequences",
        name="regime_months",
        sensitivity="moderate",
        row=_("months of the windows of one group under one regime"),
        dims=("group", "regime"),
        links=(cells("windows", of="windows", by=("group",)),),
        counts=(Count("windows", "windows", guards=True),),
        estimates=(
            # a period's windows may lie wholly under one regime by definition
            Estimate(
                "mean_months",
                structural=(pl.col("mean_months") == 0)
                | (pl.col("mean_months") == pl.col("mean_months").sum().over("group")),
            ),
        ),
        # digits alone would show one month of one window among hundreds
        derived=(guarded_by("mean_months", denominator="windows"),),
    )
)
