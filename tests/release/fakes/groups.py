"""Invented aggregates of the reform stage."""

import math

import polars as pl

from .courses import CLUSTERS, GROUP_SIZES, GROUPS


def reform_tables() -> dict[str, pl.DataFrame]:
    shares, differences, relabelling, readiness, seam = [], [], [], [], []
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
                readiness.append(
                    {
                        "age": age,
                        "cluster": cluster,
                        "group": group,
                        "windows": windows,
                        "windows_without": windows,
                        "share_registered": share,
                        "share_without": share,
                        "difference": 0.0,
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
                        "group_persons": round(9000 * part),
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
        "readiness": pl.DataFrame(readiness),
    }
