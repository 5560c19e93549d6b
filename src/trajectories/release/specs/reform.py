"""Declarations of the reform stage's tables."""

from trajectories.release.gate.derive import difference, guarded_by, interval_around, ratio
from trajectories.release.gate.spec import ColumnSum, Count, Estimate, TableSpec, Total, Whole

ALL = "all"
"""The row of all ages."""

SPECS = (
    TableSpec(
        stage="reform",
        name="shares",
        sensitivity="high",
        row="windows of one group and age in one cluster",
        dims=("age", "group", "cluster"),
        counts=(Count("windows", "windows", guards=True), Count("persons", "persons", guards=True)),
        totals=(Total("total", "windows", over=("cluster",), apart=True),),
        estimates=(Estimate("share"), Estimate("se"), Estimate("low"), Estimate("high")),
        derived=(
            ratio("share", "windows", "total"),
            interval_around("share", denominator="total"),
            guarded_by("se", denominator="total"),
        ),
        grid=("age", "group", "cluster"),
        wholes=(Whole("age", ALL, ("windows", "total")),),
        whole=(("windows", "total"),),
    ),
    TableSpec(
        stage="reform",
        name="differences",
        sensitivity="moderate",
        row="the difference of one cluster's share between two groups",
        dims=("age", "contrast", "cluster"),
        counts=(Count("persons", "persons", guards=True),),
        estimates=(Estimate("difference"), Estimate("se"), Estimate("low"), Estimate("high")),
        derived=(guarded_by("difference", "se", "low", "high", denominator="persons"),),
        wholes=(Whole("age", ALL, ("persons",)),),
    ),
    TableSpec(
        stage="reform",
        name="seam",
        sensitivity="high",
        row="persons in two states in the months before and after a reform's date",
        dims=("event", "age", "from_state", "to_state"),
        values=("months_compared",),
        counts=(
            Count("count_at_event", "persons"),
            Count("count_other", "months"),
            Count("from_count_at_event", "persons", guards=True),
            Count("from_count_other", "months", guards=True),
        ),
        derived=(
            ratio("rate_at_event", "count_at_event", "from_count_at_event"),
            ratio("rate_other", "count_other", "from_count_other"),
            difference(
                "excess",
                "rate_at_event",
                "rate_other",
                denominators=("from_count_at_event", "from_count_other"),
            ),
        ),
        added=("rate_at_event", "rate_other", "excess"),
        column_sums=(
            ColumnSum("from_count_at_event", "count_at_event", over=("to_state",)),
            ColumnSum("from_count_other", "count_other", over=("to_state",)),
        ),
        wholes=(
            Whole(
                "age",
                ALL,
                ("count_at_event", "count_other", "from_count_at_event", "from_count_other"),
            ),
        ),
        drop_small=("count_at_event", "count_other"),
    ),
    TableSpec(
        stage="reform",
        name="relabelling",
        sensitivity="high",
        row="windows in one cluster, with codes as registered and with the relabelling undone",
        dims=("age", "cluster", "group"),
        counts=(
            Count("windows", "windows", guards=True),
            Count("windows_undone", "windows", guards=True),
        ),
        totals=(
            Total("total", "windows", over=("cluster",), apart=True),
            Total("total_undone", "windows_undone", over=("cluster",), apart=True),
        ),
        derived=(
            ratio("share_registered", "windows", "total"),
            ratio("share_undone", "windows_undone", "total_undone"),
            difference(
                "difference",
                "share_registered",
                "share_undone",
                denominators=("total", "total_undone"),
            ),
        ),
        added=("share_registered", "share_undone", "difference"),
        grid=("age", "cluster", "group"),
        wholes=(Whole("age", ALL, ("windows", "windows_undone", "total", "total_undone")),),
    ),
)
