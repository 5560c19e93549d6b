"""Invented appendix of the hazard stage."""

import polars as pl


def appendix_tables() -> dict[str, pl.DataFrame]:
    """Bands, subdistributions and timing of events."""
    exits = ["job", "education", "death"]
    size = {
        "persons": 13_200,
        "events": 2_900,
        "changes": 4_930,
        "from_caseworkers": 130,
        "to_caseworkers": 140,
    }
    alone = {"model": "no unobserved factors", "coef": -0.3187, "hazard_ratio": 0.7271}
    shared = {
        "model": "shared unobserved factors",
        "coef": -0.0953,
        "se": 0.1135,
        "hazard_ratio": 0.9091,
        "low": 0.7277,
        "high": 1.1357,
        "starts": 5.0,
        "share_at_maximum": 0.8,
        "lowest": 0.9089,
        "highest": 0.9504,
        "likelihood_gain": 2.137,
        "correlation": -1.0,
    }
    return {
        "incidence_bands": pl.DataFrame(
            {
                "group": ["all"] * 3,
                "exit": exits,
                "persons": [13_200] * 3,
                "events": [3_557, 957, 3],
                "critical": [2.684021, 2.656033, 2.6],
                "first_month": [1, 1, 8],
                "last_month": [112] * 3,
            }
        ),
        "subdistribution": pl.DataFrame(
            {
                "exit": ["job", "education"],
                "term": ["sex M against K"] * 2,
                "persons": [6_324, 6_324],
                "events": [1_908, 4],
                "cause_specific": [1.10332, 1.0],
                "cause_specific_low": [1.0334, 0.8],
                "cause_specific_high": [1.178, 1.2],
                "subdistribution": [1.10474, 1.0],
                "subdistribution_low": [1.03437, 0.8],
                "subdistribution_high": [1.1799, 1.2],
            }
        ),
        "timing_of_events": pl.DataFrame([dict.fromkeys(shared) | size | alone, size | shared]),
    }
