"""Invented aggregates of whole courses, times, events and internships."""

import numpy as np
import polars as pl

GROUPS = {"before": 4720, "during": 5311, "after": 3941}
PLACES = ("159", "657", "661", "740")
ROOM = 24


def sequence_paths(states: list[str]) -> dict[str, pl.DataFrame]:
    """Tables of the sequence stage, for an alphabet."""
    rng = np.random.default_rng(5)
    times, sequences, paths, orders = [], [], [], []
    for group, total in GROUPS.items():
        for place, state in enumerate(states):
            windows = max(2, int(total * 0.5 / (1 + place) ** 1.2))
            mean = 8.0 * windows / total + rng.uniform(0, 0.4)
            times.append((group, state, windows, windows - 1, total, mean, 0.08))
        first, second, third = states[0], states[3], states[4]
        courses = [f"{third}/24", f"{second}/24", f"{second}/4-{first}/20", f"{third}/9-{first}/15"]
        for rank, course in enumerate(courses, start=1):
            windows = total // (9 * rank**2) if rank < 4 else 3
            sequences.append((group, rank, course, windows, windows))
        walks = [(third,), (second,), (second, first), (third, states[5], third), (third, first)]
        for rank, walk in enumerate(walks, start=1):
            windows = total // (7 * rank)
            paths.append((group, rank, ">".join(walk), windows, windows - 2))
        steps = [
            f"({third}>{states[5]})-({states[5]}>{third})",
            f"({second}>{first})-({first}>{second})",
            f"({third}>{states[5]})-({states[5]}>{first})-({first}>{third})",
        ]
        for place, step in enumerate(steps):
            windows = int(total * 0.2 / (1 + place) ** 2) if group != "after" else 4 - place
            orders.append((step, group, windows, windows, total))
    counts = ["windows", "persons"]
    return {
        "mean_times": frame(times, "group", "state", *counts, "total", "mean_months", "se"),
        "common_sequences": frame(sequences, "group", "rank", "sequence", *counts),
        "common_paths": frame(paths, "group", "rank", "path", *counts),
        "event_subsequences": frame(orders, "subsequence", "group", *counts, "total"),
        "discriminating_subsequences": frame(orders[3:], "subsequence", "group", *counts, "total"),
    }


def typology_paths(states: list[str], clusters: int) -> dict[str, pl.DataFrame]:
    """Tables of the typology stage, for an alphabet and a number of clusters."""
    rng = np.random.default_rng(6)
    stripes, by_cluster, by_place, matched = [], [], [], []
    for cluster in range(1, clusters + 1):
        rows = 1 if cluster == clusters else 12
        for stripe in range(1, rows + 1):
            for position in range(1, ROOM + 1):
                state = states[(cluster + (position > stripe)) % len(states)]
                size = 9 if cluster == clusters else 60
                count = 4 if size == 9 and position > 20 else size - position // 4
                stripes.append((cluster, stripe, position, state, count, size))
    for group in GROUPS:
        for cluster in range(1, clusters + 1):
            ended = int(rng.integers(40, 160)) if cluster < clusters else 3
            by_cluster.append((cluster, group, ended, ended // (1 + cluster), ended - 1))
        for place in PLACES:
            ended = int(rng.integers(30, 120))
            by_place.append((place, group, ended, ended // 4, ended - 2))
        for activity in ("internship_private", "internship_public"):
            pairs = int(rng.integers(60, 240))
            outcomes = (pairs // 4, pairs // 5, pairs - 3, pairs - 4)
            matched.append((activity, group, pairs, *outcomes))
    for activity in ("internship_private", "internship_public"):
        sums = zip(*(row[2:] for row in matched if row[0] == activity), strict=True)
        matched.append((activity, "all", *map(sum, sums)))
    counts = ["internships", "in_job", "persons"]
    return {
        "stripes": frame(stripes, "cluster", "stripe", "position", "state", "count", "size"),
        "internships": frame(by_cluster, "cluster", "group", *counts),
        "internship_places": frame(by_place, "municipality", "group", *counts),
        "internship_matches": frame(
            matched,
            *("activity", "group", "matched", "in_job", "control_in_job", "persons", "controls"),
        ),
    }


def frame(rows: list[tuple], *names: str) -> pl.DataFrame:
    """Rows with names."""
    return pl.DataFrame(rows, schema=list(names), orient="row")
