"""Declarations of the typology stage's tables."""

from trajectories.release.gate.derive import mean_from_sum, ratio
from trajectories.release.gate.spec import Count, Estimate, TableSpec, Total
from trajectories.release.specs.shared import internships_by, states_by_month

QUALITY = ("PBC", "HG", "HGSD", "ASW", "ASWw", "CH", "R2", "CHsq", "R2sq", "HC")

SPECS = (
    TableSpec(
        stage="typology",
        name="quality",
        sensitivity="moderate",
        row="one partition of all windows",
        dims=("method", "k"),
        values=("chosen",),
        estimates=tuple(Estimate(name) for name in QUALITY),
    ),
    TableSpec(
        stage="typology",
        name="clusters",
        sensitivity="moderate",
        row="one cluster",
        dims=("cluster",),
        values=("name",),
        counts=(
            Count("windows", "windows", guards=True),
            Count("persons", "persons", guards=True),
            Count("weight", "weight"),
        ),
        totals=(
            Total("total", "windows", over=("cluster",), apart=True),
            Total("total_weight", "weight", over=("cluster",), apart=True),
        ),
        derived=(ratio("share", "weight", "total_weight"),),
        added=("share",),
    ),
    states_by_month(
        "typology",
        "cluster_states",
        "windows of one cluster in one state at one month of the window",
        ("cluster",),
    ),
    states_by_month(
        "typology",
        "cluster_group_states",
        "windows of one cluster and group in one state at one month of the window",
        ("cluster", "group"),
    ),
    TableSpec(
        stage="typology",
        name="medoids",
        sensitivity="high",
        row="one cluster's medoid, a real sequence: shown where enough persons have it exactly",
        dims=("cluster",),
        values=("sequence",),
        counts=(
            Count("identical", "persons", guards=True),
            Count("persons", "persons", guards=True),
        ),
    ),
    TableSpec(
        stage="typology",
        name="modal_sequence",
        sensitivity="high",
        row="one cluster's most frequent state in one month of the window",
        dims=("cluster", "position"),
        values=("state",),
        counts=(Count("count", "persons", guards=True), Count("persons", "persons", guards=True)),
        derived=(ratio("share", "count", "persons"),),
        added=("share",),
        whole=(("count", "persons"),),
    ),
    TableSpec(
        stage="typology",
        name="agreement",
        sensitivity="moderate",
        row="two partitions of the same windows",
        dims=("a", "b"),
        estimates=(Estimate("ari"), Estimate("ami")),
    ),
    TableSpec(
        stage="typology",
        name="hours",
        sensitivity="high",
        row="monthly hours of work in one cluster at one month of the window",
        dims=("cluster", "position"),
        counts=(Count("persons", "persons", guards=True),),
        estimates=(
            Estimate("mean_hours"),
            Estimate("softdtw_hours"),
        ),
        internal=("hours_sum", "top_two_share"),
        dominance="top_two_share",
        derived=(mean_from_sum("mean_hours", "hours_sum", "persons"),),
    ),
    TableSpec(
        stage="typology",
        name="stripes",
        sensitivity="high",
        row="the commonest state in one month among the like windows of one stripe of a cluster",
        dims=("cluster", "stripe", "position"),
        values=("state",),
        counts=(Count("count", "windows", guards=True), Count("size", "windows", guards=True)),
        derived=(ratio("share", "count", "size"),),
        added=("share",),
        whole=(("count", "size"),),
    ),
    internships_by("internships", "cluster"),
    internships_by("internship_places", "municipality"),
)
