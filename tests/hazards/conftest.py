"""A small simulated register, taken up to the risk set."""

from pathlib import Path

import polars as pl
import pytest

from hazards.simulated import simulated_run
from untyped import UNTYPED

SETTINGS = UNTYPED | {"persons": 2500, "office_persons": 2500, "seed": 7}


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
