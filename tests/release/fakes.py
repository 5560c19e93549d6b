"""Invented aggregates with plausible numbers: every table of the contract, as a stage writes it."""

import math

import numpy as np
import polars as pl

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
EXITS = {
    "job": 0.0094,
    "education": 0.003,
    "flexjob": 0.0018,
    "disability_pension": 0.001,
    "rehabilitation": 0.0012,
    "other_benefit": 0.0006,
    "self_support": 0.0022,
    "old_age": 0.0002,
    "death": 0.0003,
    "emigration": 0.0001,
}
CAUSES = {
    "departure": 5210,
    "absence": 402,
    "return": 328,
    "reorganisation": 0,
    "team_switch": 2105,
    "visitation": 2893,
    "municipality_move": 640,
    "reform_assignment": 512,
    "request": 2290,
    "other": 961,
    "undecided": 211,
    "recoding": 388,
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


def _sum(frame: pl.DataFrame, *by: str) -> pl.DataFrame:
    return frame.group_by(by, maintain_order=True).agg(
        pl.col("count").sum(), pl.col("weight").sum()
    )


def register_tables() -> dict[str, pl.DataFrame]:
    rows = [
        ("persons", "read", "", 20011),
        ("persons", "rejected", "duplicate person", 11),
        ("persons", "used", "", 20000),
        ("spells", "read", "", 214388),
        ("spells", "merged", "adjacent equal spells", 18211),
        ("spells", "rejected", "end before start", 1043),
        ("spells", "rejected", "exact duplicate", 2115),
        ("spells", "rejected", "unknown person", 3),
        ("spells", "used", "", 193016),
        ("employment", "read", "", 88123),
        ("employment", "merged", "overlapping jobs", 5120),
        ("employment", "rejected", "end before start", 401),
        ("employment", "used", "", 82602),
        ("assignments", "read", "", 61204),
        ("assignments", "rejected", "end before start", 288),
        ("assignments", "merged", "overlapping assignments", 1911),
        ("assignments", "used", "", 59005),
    ]
    schema = ["table", "step", "reason", "rows"]
    return {"accounting": pl.DataFrame(rows, schema=schema, orient="row")}


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
            ("visited_states", 2.84, 1.31),
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
        "state_distribution": _sum(finest, "group", "position", "state"),
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
    sizes = dict(per_cluster.iter_rows())
    per_state = _sum(finest, "cluster", "position", "state")
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


def reform_tables() -> dict[str, pl.DataFrame]:
    shares, differences, relabelling, seam = [], [], [], []
    ages = {"all": 1.0, "under 30": 0.41, "30 and over": 0.59}
    pull = {"before": -0.02, "during": 0.0, "after": 0.03}
    for age, part in ages.items():
        for group in GROUPS:
            n = round(GROUP_SIZES[group] * part)
            for cluster, (_, _, base) in CLUSTERS.items():
                share = base + pull[group] * (1 if cluster == 1 else -0.2)
                windows = round(n * share)
                share = windows / n
                se = math.sqrt(share * (1 - share) / n) * 1.06
                shares.append(
                    {
                        "age": age,
                        "group": group,
                        "cluster": cluster,
                        "windows": windows,
                        "persons": windows - windows // 150,
                        "share": share,
                        "se": se,
                        "low": share - 1.96 * se,
                        "high": share + 1.96 * se,
                    }
                )
                relabelling.append(
                    {
                        "age": age,
                        "cluster": cluster,
                        "group": group,
                        "windows": windows,
                        "windows_undone": windows,
                        "share_registered": share,
                        "share_undone": share,
                        "difference": 0.0,
                    }
                )
        for contrast, value in (("during - before", 0.02), ("after - before", 0.05)):
            for cluster in CLUSTERS:
                effect = value * (1 if cluster == 1 else -0.2)
                differences.append(
                    {
                        "age": age,
                        "contrast": contrast,
                        "cluster": cluster,
                        "persons": round(11000 * part),
                        "difference": effect,
                        "se": 0.0071,
                        "low": effect - 0.0139,
                        "high": effect + 0.0139,
                    }
                )
    flows = [
        ("SA_READY", "SA_PASSIVE"),
        ("SA_PASSIVE", "SA_ACTIVE"),
        ("SA_ACTIVE", "SA_PASSIVE"),
        ("SA_PASSIVE", "SA_READY"),
        ("SA_READY", "JOB"),
        ("SA_PASSIVE", "REHAB"),
        ("SA_READY", "SA_READY"),
        ("SICK", "SA_PASSIVE"),
    ]
    for event, lift in (("in_force", 0.031), ("integration_benefit", 0.004), ("benefit_cap", 0.0)):
        for age, part in ages.items():
            for number, (origin, target) in enumerate(flows):
                rate = 0.93 if origin == target else 0.041 / (1 + number)
                base, others = round(4100 * part), round(33200 * part)
                here = rate + lift * (number == 0) - lift * (origin == target)
                seam.append(
                    {
                        "event": event,
                        "age": age,
                        "from_state": origin,
                        "to_state": target,
                        "count_at_event": round(base * here),
                        "months_compared": 8,
                        "count_other": round(others * rate),
                        "from_count_at_event": base,
                        "from_count_other": others,
                        "rate_at_event": here,
                        "rate_other": rate,
                        "excess": here - rate,
                    }
                )
    return {
        "shares": pl.DataFrame(shares),
        "differences": pl.DataFrame(differences),
        "relabelling": pl.DataFrame(relabelling),
        "seam": pl.DataFrame(seam),
    }


def life_table(n: int, hazards: dict[str, float], months: int, seed: int) -> pl.DataFrame:
    """time, exit → at_risk, events, censored of one simulated cohort."""
    rng = np.random.default_rng(seed)
    rows, at_risk = [], n
    for time in range(1, months + 1):
        events = {e: int(rng.binomial(at_risk, h / (1 + time / 40))) for e, h in hazards.items()}
        gone = sum(events.values())
        censored = int(rng.binomial(at_risk - gone, 0.004))
        rows += [(time, e, at_risk, d, censored) for e, d in events.items()]
        at_risk -= gone + censored
    return pl.DataFrame(
        rows, schema=["time", "exit", "at_risk", "events", "censored"], orient="row"
    )


def hazard_tables() -> dict[str, pl.DataFrame]:
    incidence = pl.concat(
        life_table(n, EXITS, 48, seed).select(pl.lit(group).alias("group"), pl.all())
        for seed, (group, n) in enumerate(
            {"all": 9120, "age 18–29": 4480, "age 30–39": 4640}.items()
        )
    )
    bands = ["0–2", "3–5", "6–11", "12–23", "24–35", "36+"]
    durations = [
        {
            "duration": band,
            "exposure": exposure,
            "person_months": round(months * part),
            "persons": round(months * part / 6),
            "events": round(months * part * hazard * ratio),
        }
        for band, months, hazard in zip(
            bands,
            (26000, 24100, 41000, 61200, 38000, 44100),
            (0.0131, 0.0118, 0.0097, 0.0072, 0.0059, 0.0048),
            strict=True,
        )
        for exposure, part, ratio in (
            ("no departure", 0.62, 1.0),
            ("one departure", 0.28, 0.79),
            ("two or more departures", 0.1, 0.63),
        )
    ]
    lags = [(0, 9210, 611), (-1, 9188, 402), (-2, 9160, 344), (-3, 9121, 338)]
    exit_months = [
        {
            "lag": lag,
            "exit_months": months,
            "exit_changes": changes,
            "matched_months": months * 5,
            "matched_changes": round(months * 5 * 0.0368),
        }
        for lag, months, changes in lags
    ]
    return {
        "changes_by_cause": pl.DataFrame(
            [
                (c, n, round(n * 0.86), 3 if c == "recoding" else min(n, 240))
                for c, n in CAUSES.items()
            ],
            schema=["cause", "changes", "persons", "caseworkers"],
            orient="row",
        ),
        "ever_changed": pl.DataFrame(
            {
                "population": ["activity_ready_month", "followed"],
                "persons": [9120, 13410],
                "changed": [3721, 5110],
            }
        ),
        "exits": pl.DataFrame(
            {
                "exit": [*EXITS, "censored"],
                "persons": [3120, 1002, 611, 344, 402, 210, 733, 71, 99, 3, 2525],
            }
        ),
        "hazard_by_duration": pl.DataFrame(durations),
        "cumulative_incidence": incidence,
        "exit_months": pl.DataFrame(exit_months),
        "models": models(),
        "notes": pl.DataFrame(
            {
                "code": ["association_note", "association_note", "total_and_direct_differ"],
                "sentence": ["2 groups were left out.", "3 persons were left out.", "They differ."],
            }
        ),
    }


def models() -> pl.DataFrame:
    rows = []
    for model, label, term, coef, se in [
        ("departures_total", "Total effect of a leaving caseworker", "departures", -0.2514, 0.0417),
        ("departures_given_other", "Both counts in one model", "departures", -0.2466, 0.0424),
        ("departures_given_other", "Both counts in one model", "other_changes", -0.2291, 0.0291),
        ("association", "Association with changes of any cause", "changes", -0.2618, 0.0232),
    ]:
        for variance, factor, clusters in (
            ("CRV3 by municipality and first team", 1.0, 43),
            ("sandwich by person", 0.86, 9120),
        ):
            width = 2.018 * se * factor
            rows.append(
                {
                    "model": model,
                    "label": label,
                    "term": term,
                    "variance": variance,
                    "person_months": 234411,
                    "persons": 9120,
                    "events": 3120,
                    "departures": None if model == "association" else 321,
                    "clusters": clusters,
                    "coef": coef,
                    "se": se * factor,
                    "hazard_ratio": math.exp(coef),
                    "low": math.exp(coef - width),
                    "high": math.exp(coef + width),
                    "largest_cluster_share": 0.081 if clusters < 100 else 0.0002,
                    "planted": 0.78,
                }
            )
    return pl.DataFrame(rows)


def duration_tables() -> dict[str, pl.DataFrame]:
    """What the hazard stage makes of a table of durations: no assignments, no register."""
    curves = pl.concat(
        life_table(n, {"job": hazard}, 27, seed)
        .drop("exit")
        .select(pl.lit(group).alias("group"), pl.all())
        for seed, (group, n, hazard) in enumerate(
            [("all", 3343, 0.07), ("ui=0", 1495, 0.11), ("ui=1", 1848, 0.045)]
        )
    )
    rows = [
        {
            "model": "durations",
            "label": "Hazard of the event, period by period",
            "term": term,
            "variance": variance,
            "person_months": 20887,
            "persons": 3343,
            "events": 1073,
            "departures": None,
            "clusters": None if variance == "model" else 3343,
            "coef": coef,
            "se": se,
            "hazard_ratio": math.exp(coef),
            "low": math.exp(coef - 1.96 * se),
            "high": math.exp(coef + 1.96 * se),
            "largest_cluster_share": None,
            "planted": None,
        }
        for variance in ("model", "sandwich by person")
        for term, coef, se in [
            ("Intercept", -2.3411, 0.612),
            ("C(period)[T.2]", -0.3122, 0.081),
            ("ui", -1.402, 0.254),
            ("reprate", -0.312, 0.421),
            ("logwage", 0.361, 0.118),
            ("female", -0.0312, 0.077),
        ]
    ]
    return {
        "kaplan_meier": curves,
        "models": pl.DataFrame(
            rows,
            schema_overrides={
                "planted": pl.Float64,
                "departures": pl.Int64,
                "largest_cluster_share": pl.Float64,
            },
        ),
        "notes": pl.DataFrame(
            {"code": ["no_exit_flag"], "sentence": ["102 durations carry no flag."]}
        ),
    }


def mvad_tables() -> dict[str, dict[str, pl.DataFrame]]:
    """712 persons from school to work, 70 months, case weights; no caseworkers, no employment."""
    states = ["employment", "FE", "HE", "joblessness", "school", "training"]
    rng = np.random.default_rng(7)
    rows = []
    for cluster, (main, size) in enumerate([(0, 265), (1, 153), (2, 118), (3, 176)], start=1):
        for group, part in (("no", 0.63), ("yes", 0.37)):
            n = round(size * part)
            for position in range(1, 71):
                share = np.full(6, 0.02)
                share[main] += position / 70
                share[4] += 0.5 * (1 - position / 70)
                share[5] += 0.4 * (1 - position / 70)
                counts = rng.multinomial(n, share / share.sum())
                rows += [
                    (cluster, group, position, s, int(c))
                    for s, c in zip(states, counts, strict=True)
                    if c
                ]
    finest = pl.DataFrame(
        rows, schema=["cluster", "group", "position", "state", "count"], orient="row"
    ).with_columns(weight=pl.col("count") * 0.98)
    modal = (
        _sum(finest, "cluster", "position", "state")
        .sort("count", descending=True, maintain_order=True)
        .group_by("cluster", "position", maintain_order=True)
        .first()
        .sort("cluster", "position")
        .with_columns(persons=pl.lit(178))
        .drop("weight")
    )
    names = ["employment", "FE", "HE", "joblessness"]
    sizes = [265, 153, 118, 176]
    shares = [
        {
            "age": "all",
            "group": group,
            "cluster": cluster,
            "windows": round(size * part),
            "persons": round(size * part),
            "share": size / 712,
            "se": 0.02,
            "low": size / 712 - 0.04,
            "high": size / 712 + 0.04,
        }
        for cluster, size in enumerate(sizes, start=1)
        for group, part in (("no", 0.63), ("yes", 0.37))
    ]
    differences = [
        {
            "age": "all",
            "contrast": "yes - no",
            "cluster": cluster,
            "persons": 712,
            "difference": 0.12,
            "se": 0.033,
            "low": 0.055,
            "high": 0.185,
        }
        for cluster in range(1, 5)
    ]
    return {
        "register": {
            "accounting": pl.DataFrame(
                {
                    "table": ["spells", "spells"],
                    "step": ["read", "used"],
                    "reason": ["rows read", "used"],
                    "rows": [2874, 2874],
                }
            )
        },
        "sequences": {
            "state_distribution": _sum(finest, "group", "position", "state"),
            "sizes": pl.DataFrame(
                {
                    "group": ["no", "yes"],
                    "windows": [452, 260],
                    "persons": [452, 260],
                    "unique_sequences": [361, 196],
                }
            ),
            "regime_months": pl.DataFrame(
                schema={
                    "group": pl.String,
                    "regime": pl.String,
                    "windows": pl.Int64,
                    "mean_months": pl.Float64,
                }
            ),
        },
        "typology": {
            "quality": typology_tables()["quality"].with_columns(
                chosen=(pl.col("k") == 4) & (pl.col("method") == "ward")
            ),
            "clusters": pl.DataFrame(
                {
                    "cluster": [1, 2, 3, 4],
                    "name": names,
                    "windows": sizes,
                    "persons": sizes,
                    "weight": [float(size) for size in sizes],
                }
            ),
            "cluster_states": _sum(finest, "cluster", "position", "state"),
            "cluster_group_states": finest,
            "modal_sequence": modal,
            "medoids": pl.DataFrame(
                {
                    "cluster": [1, 2, 3, 4],
                    "sequence": ["employment/70", "FE/70", "HE/70", "joblessness/70"],
                    "identical": [12, 1, 3, 2],
                    "persons": sizes,
                }
            ),
        },
        "reform": {
            "shares": pl.DataFrame(shares),
            "differences": pl.DataFrame(differences),
        },
    }


def all_tables() -> dict[str, dict[str, pl.DataFrame]]:
    """Stage folder → table → frame of the default run."""
    typology = typology_tables()
    work = {"hours": typology.pop("hours")}
    return {
        "register": register_tables(),
        "sequences": sequence_tables(),
        "typology": typology,
        "typology_hours": work,
        "reform": reform_tables(),
        "hazards": hazard_tables(),
    }
