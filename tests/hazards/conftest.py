"""R's answers for the simulated panel, and small registers made by hand."""

import re
from pathlib import Path

import polars as pl
import pytest

from .simulated import simulated_run

FIXTURES = Path(__file__).parent.parent / "fixtures" / "hazards"
SETTINGS = {"persons": 2500, "office_persons": 2500, "seed": 7}
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


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small simulated register, taken up to the risk set."""
    return simulated_run(tmp_path_factory.mktemp("simulated"), SETTINGS)


@pytest.fixture(scope="session")
def inputs(run: Path) -> dict[str, pl.DataFrame]:
    """What the estimates of that register start from."""
    names = ("changes", "exposures", "lists", "assignments")
    frames = {name: pl.read_parquet(run / "changes" / f"{name}.parquet") for name in names}
    return {"panel": pl.read_parquet(run / "panel.parquet"), **frames}
