"""Invented aggregates of rows, windows and clusters."""

import math

import numpy as np
import polars as pl

from trajectories.release.outputs.registry import SPECS

from ..plausible import plausible_table
from .partitions import partition_tables
from .paths import sequence_paths, typology_paths
from .validity import validity_tables

STATES = [
    "JOB",
    "EDU",
    "UI",
    "SA_READY",
    "SA_PASSIVE",
    "SA_ACTIVE",
    "REHAB",
    "SICK",
    "FLEX",
    "PENSION",
    "SELF",
    "OUT",
]
GROUPS = ["after", "before", "during"]
GROUP_SIZES = {"before": 6130, "during": 7412, "after": 4987}
MONTHS = 24
CLUSTERS = {
    1: ("quick job", ["JOB", "SA_READY"], 0.27),
    2: ("job-ready assistance", ["SA_READY"], 0.22),
    3: ("passive assistance", ["SA_PASSIVE"], 0.2),
    4: ("activation", ["SA_ACTIVE", "REHAB"], 0.14),
    5: ("education", ["EDU"], 0.1),
    6: ("flexjob or pension", ["FLEX", "PENSION"], 0.07),
}


def _profile(rng: np.random.Generator, main: list[str], position: int) -> np.ndarray:
    """Draw state shares that drift from assistance to a cluster's main states."""
    t = position / MONTHS
    weights = np.full(len(STATES), 0.004)
    weights[STATES.index("SA_READY")] += 0.5 * (1 - t) ** 2
    weights[STATES.index("SA_PASSIVE")] += 0.3 * (1 - t) ** 2
    weights[STATES.index("SA_ACTIVE")] += 0.2 * (1 - t) ** 2
    for rank, state in enumerate(main):
        weights[STATES.index(state)] += (0.9 - 0.3 * rank) * t**0.5
    weights[STATES.index("SELF")] += 0.05 * t
    weights[STATES.index("OUT")] = 0.02 * t**2
    weights *= rng.uniform(0.9, 1.1, len(STATES))
    return weights / weights.sum()


def state_counts(seed: int = 1) -> pl.DataFrame:
    """cluster, group, position, state → count, weight: the finest table, others are its sums."""
    rng = np.random.default_rng(seed)
    rows = []
    for cluster, (_, main, share) in CLUSTERS.items():
        for number, group in enumerate(GROUPS):
            size = round(GROUP_SIZES[group] * share * (1 + 0.08 * (number - 1) * (-1) ** cluster))
            for position in range(1, MONTHS + 1):
                counts = rng.multinomial(size, _profile(rng, main, position))
                rows += [
                    (cluster, group, position, state, int(count))
                    for state, count in zip(STATES, counts, strict=True)
                    if count
                ]
    frame = pl.DataFrame(
        rows, schema=["cluster", "group", "position", "state", "count"], orient="row"
    )
    return frame.with_columns(weight=pl.col("count").cast(pl.Float64))


def sum_counts(frame: pl.DataFrame, *by: str) -> pl.DataFrame:
    return frame.group_by(by, maintain_order=True).agg(
        pl.col("count").sum(), pl.col("weight").sum()
    )


def register_tables() -> dict[str, pl.DataFrame]:
    rows = [
        ("persons", "read", "", 20011),
        ("persons", "rejected", "sex is neither K nor M", 11),
        ("persons", "used", "", 20000),
        ("spells", "read", "", 214388),
        ("spells", "merged", "equal to the row before it", 18211),
        ("spells", "rejected", "end lies before start", 1043),
        ("spells", "rejected", "equal to another row", 2115),
        ("spells", "rejected", "person is not in persons", 3),
        ("spells", "used", "", 193016),
        ("employment", "read", "", 88123),
        ("employment", "merged", "added to a parallel job", 5120),
        ("employment", "rejected", "end lies before start", 401),
        ("employment", "used", "", 82602),
        ("assignments", "read", "", 61204),
        ("assignments", "rejected", "end lies before start", 288),
        ("assignments", "merged", "covered by another row", 1911),
        ("assignments", "used", "", 59005),
    ]
    schema = ["table", "step", "reason", "rows"]
    conflicts = [
        ("spells", "latest_start", "days held by another row", 1630, 1402, 41380),
        ("assignments", "latest_start", "gap given to the row before", 3, 2, 9),
    ]
    found = [
        ("spells", "in persons", 19655),
        ("spells", "not in persons", 33),
        ("spells", "rejected in persons", 0),
        ("spells", "in persons only", 342),
        ("assignments", "in persons", 17903),
        ("assignments", "not in persons", 3),
        ("assignments", "in persons only", 2094),
    ]
    events = ["table", "rule", "event", "rows", "persons", "days"]
    return {
        "accounting": pl.DataFrame(rows, schema=schema, orient="row"),
        "conflicts": pl.DataFrame(conflicts, schema=events, orient="row"),
        "persons_found": pl.DataFrame(found, schema=["table", "found", "persons"], orient="row"),
    }


def sequence_tables() -> dict[str, pl.DataFrame]:
    finest = state_counts()
    rng = np.random.default_rng(2)
    transitions = []
    for group in GROUPS:
        for i, origin in enumerate(STATES):
            for j, target in enumerate(STATES):
                if origin == "OUT" and target != "OUT":
                    continue
                mean = 9000 / (1 + i) if i == j else 140 / (1 + abs(i - j)) ** 1.5
                count = int(rng.poisson(mean))
                if count:
                    transitions.append((group, origin, target, count, max(1, int(count * 0.8))))
    indicators = [
        (group, name, GROUP_SIZES[group], mean * rng.uniform(0.95, 1.05), sd)
        for group in GROUPS
        for name, mean, sd in [
            ("transitions", 2.61, 2.04),
            ("visited", 2.84, 1.31),
            ("entropy", 0.3312, 0.2118),
            ("complexity", 0.1873, 0.1022),
            ("turbulence", 5.2091, 3.0123),
        ]
    ]
    regimes = {"before": 11.3, "announced": 4.2, "in_force": 8.5}
    return {
        "window_accounting": pl.DataFrame(
            {
                "reason": ["kept", "follow_up_not_observed", "history_not_observed"],
                "windows": [sum(GROUP_SIZES.values()), 4120, 2377],
            }
        ),
        "person_months": pl.DataFrame(
            {
                "state": STATES,
                "person_months": [612044 // (i + 1) for i in range(11)] + [3],
                "persons": [14000 // (i + 1) for i in range(11)] + [2],
            }
        ),
        "state_distribution": sum_counts(finest, "group", "position", "state"),
        "transitions": pl.DataFrame(
            transitions,
            schema=["group", "from_state", "to_state", "transitions", "persons"],
            orient="row",
        ),
        "indicators": pl.DataFrame(
            indicators, schema=["group", "indicator", "windows", "mean", "sd"], orient="row"
        ),
        "regime_months": pl.DataFrame(
            [(g, r, GROUP_SIZES[g], m) for g in GROUPS for r, m in regimes.items()],
            schema=["group", "regime", "windows", "mean_months"],
            orient="row",
        ),
        "sizes": pl.DataFrame(
            {
                "group": GROUPS,
                "windows": [GROUP_SIZES[g] for g in GROUPS],
                "persons": [GROUP_SIZES[g] - 31 for g in GROUPS],
                "unique_sequences": [4318, 5120, 3677],
            }
        ),
        **sequence_paths(STATES),
    }


def tree_tables() -> dict[str, pl.DataFrame]:
    """A tree of one division by age and one by municipality."""
    rows = [
        (1, 0, "", "", "", None, 0.0123, 0.002),
        (2, 1, "age", "at most", "29", 4_310, None, None),
        (3, 1, "age", "above", "29", None, 0.0061, 0.01),
        (4, 3, "municipality", "one of", "159, 657, other", 5_120, None, None),
        (5, 3, "municipality", "one of", "661", 3, None, None),
    ]
    names = ("node", "parent", "variable", "relation", "levels", "persons", "r2", "p_value")
    states = plausible_table(SPECS["sequence_tree_states"])
    leaves = pl.col("node").replace_strict({1: 2, 2: 4, 3: 5}, return_dtype=pl.Int64)
    return {
        "sequence_tree": pl.DataFrame(rows, schema=names, orient="row"),
        "sequence_tree_states": states.with_columns(leaves),
    }


def typology_tables() -> dict[str, pl.DataFrame]:
    finest = state_counts()
    quality = []
    for method in ("pam", "ward"):
        for k in range(2, 11):
            asw = 0.31 + 0.16 * math.exp(-((k - 6) ** 2) / 6) - (0.015 if method == "ward" else 0)
            quality.append(
                {
                    "method": method,
                    "k": k,
                    "PBC": 0.71 - 0.004 * (k - 5) ** 2,
                    "HG": 0.9 + 0.008 * k,
                    "HGSD": 0.9 + 0.008 * k,
                    "ASW": asw,
                    "ASWw": asw + 0.0007,
                    "CH": 4200 / k**0.5,
                    "R2": 1 - 1.2 / k,
                    "CHsq": 9100 / k**0.4,
                    "R2sq": 1 - 0.8 / k,
                    "HC": 0.21 * math.exp(-k / 5),
                    "chosen": method == "pam" and k == 6,
                }
            )
    per_cluster = (
        finest.filter(pl.col("position") == 1).group_by("cluster").agg(pl.col("count").sum())
    )
    sizes = dict(sorted(per_cluster.iter_rows()))
    per_state = sum_counts(finest, "cluster", "position", "state")
    modal = (
        per_state.sort("count", descending=True, maintain_order=True)
        .group_by("cluster", "position", maintain_order=True)
        .first()
        .sort("cluster", "position")
    )
    texts = {
        1: "SA_READY/4-JOB/20",
        2: "SA_READY/24",
        3: "SA_PASSIVE/24",
        4: "SA_PASSIVE/5-SA_ACTIVE/14-REHAB/5",
        5: "SA_READY/7-EDU/17",
        6: "SA_PASSIVE/9-FLEX/15",
    }
    identical = {1: 212, 2: 1480, 3: 2033, 4: 2, 5: 48, 6: 4}
    persons = {c: sizes[c] - 12 for c in CLUSTERS}
    names = [name for name, _, _ in CLUSTERS.values()]
    agreement = [
        ("om pam k=6", "om ward k=6", 0.8132, 0.7918),
        ("om pam k=6", "ham pam k=6", 0.7051, 0.7123),
    ]
    return {
        "quality": pl.DataFrame(quality),
        **tree_tables(),
        **validity_tables(pl.DataFrame(quality)),
        "clusters": pl.DataFrame(
            {
                "cluster": list(CLUSTERS),
                "name": names,
                "windows": [sizes[c] for c in CLUSTERS],
                "persons": [persons[c] for c in CLUSTERS],
                "weight": [float(sizes[c]) for c in CLUSTERS],
            }
        ),
        "cluster_states": per_state,
        "cluster_group_states": finest,
        "medoids": pl.DataFrame(
            {
                "cluster": list(CLUSTERS),
                "sequence": [texts[c] for c in CLUSTERS],
                "identical": [identical[c] for c in CLUSTERS],
                "persons": [persons[c] for c in CLUSTERS],
            }
        ),
        "modal_sequence": modal.select(
            "cluster",
            "position",
            "state",
            "count",
            persons=pl.col("cluster").replace_strict(persons),
        ),
        "agreement": pl.DataFrame(agreement, schema=["a", "b", "ari", "ami"], orient="row"),
        "hours": hours(persons),
        **partition_tables(per_state, sizes, names),
        **typology_paths(STATES, len(CLUSTERS)),
    }


def hours(persons: dict[int, int]) -> pl.DataFrame:
    rng = np.random.default_rng(3)
    rows = []
    for cluster in CLUSTERS:
        top = {1: 118.0, 2: 22.0, 3: 6.0, 4: 11.0, 5: 31.0, 6: 58.0}[cluster]
        for position in range(1, MONTHS + 1):
            mean = top * (position / MONTHS) ** 0.6 * rng.uniform(0.96, 1.04)
            rows.append(
                {
                    "cluster": cluster,
                    "position": position,
                    "persons": persons[cluster],
                    "hours_sum": mean * persons[cluster],
                    "top_two_share": 0.9 if (cluster, position) == (3, 1) else 0.01,
                    "mean_hours": mean,
                    "softdtw_hours": top * (position / MONTHS) ** 0.55,
                }
            )
    return pl.DataFrame(rows)
