"""R's answers for the simulated panel."""

import re
from pathlib import Path

import polars as pl
import pytest

FIXTURES = Path(__file__).parents[1] / "fixtures" / "hazards"
CATEGORICAL = ("durb", "ref", "q", "ageb", "sex", "mun", "ar")


@pytest.fixture(scope="session")
def r_panel() -> pl.DataFrame:
    """2,500 persons' months at risk."""
    return pl.read_parquet(FIXTURES / "panel.parquet")


@pytest.fixture(scope="session")
def r_models() -> pl.DataFrame:
    """R's coefficients and standard errors for that panel, with our names of terms."""
    models = pl.read_csv(FIXTURES / "models.csv.gz", infer_schema_length=None, null_values="NA")

    def ours(term: str) -> str:
        if term == "(Intercept)":
            return "Intercept"
        match = re.fullmatch(rf"({'|'.join(CATEGORICAL)})(\d)", term)
        return f"C({match[1]})[T.{match[2]}]" if match else term

    return models.with_columns(pl.col("term").map_elements(ours, return_dtype=pl.String))


@pytest.fixture(scope="session")
def r_durations(r_panel: pl.DataFrame) -> pl.DataFrame:
    """One row a person of that panel: time and exit."""
    return (
        r_panel.sort("pid", "month")
        .group_by("pid", maintain_order=True)
        .agg(
            time=pl.col("dur").max() + 1,
            exit=pl.col("ev").last(),
            ar0=pl.col("ar").first(),
        )
        .rename({"pid": "person"})
    )
