"""Invented aggregates of the hazard stage, from a register and from durations."""

import math

import numpy as np
import polars as pl

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
            "from_caseworkers": None if exposure == "no departure" else 80,
            "to_caseworkers": None if exposure == "no departure" else 100,
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
            "from_caseworkers": 130,
            "to_caseworkers": 140,
            "matched_months": months * 5,
            "matched_changes": round(months * 5 * 0.0368),
        }
        for lag, months, changes in lags
    ]
    return {
        "changes_by_cause": pl.DataFrame(
            [
                (c, n, round(n * 0.86), 3 if c == "recoding" else min(n, 240), min(n, 250))
                for c, n in CAUSES.items()
            ],
            schema=["cause", "changes", "persons", "from_caseworkers", "to_caseworkers"],
            orient="row",
        ),
        "ever_changed": pl.DataFrame(
            {
                "population": ["ready_month", "followed"],
                "persons": [9120, 13410],
                "changed": [3721, 5110],
                "from_caseworkers": [240, 242],
                "to_caseworkers": [250, 251],
            }
        ),
        "exits": pl.DataFrame(
            {
                "exit": [*EXITS, "censored"],
                "courses": [3540, 1033, 615, 344, 455, 240, 902, 71, 99, 3, 2525],
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
                    "from_caseworkers": 84,
                    "to_caseworkers": 109,
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
