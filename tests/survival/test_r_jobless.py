"""Every number that is known of McCall's (1996) spells; the file has them to three or four digits.

`test_r_survival.py` and `test_r_models.py` hold the same models to seven digits on other data.
"""

import os
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from trajectories.config.sections.durations import DurationsConfig
from trajectories.config.sections.hazards import HazardsConfig
from trajectories.hazards.durations import fit_durations, person_periods, survival
from trajectories.survival.cox.model import fit_cox
from trajectories.survival.parametric import LOG_SHAPE, fit_parametric

EXAMPLE = Path(__file__).parents[2] / "config" / "examples" / "jobless.yaml"
ROWS = {
    "exponential": ["ui", "loglik"],
    "weibull": ["alpha", "ui", "loglik"],
    "cox breslow": ["ui", "reprate", "disrate", "reprate:ui", "disrate:ui", "logwage", "loglik"],
    "cox efron": ["ui"],
    "cloglog, period dummies pooled from 14": ["ui", "reprate", "disrate"],
    "competing exit 2 exponential": ["ui"],
    "competing exit 3 exponential": ["ui"],
    "kaplan-meier": ["S(1)", "S(2)", "S(3)", "S(4)", "S(8)"],
}
pytestmark = pytest.mark.usefixtures("reference")


def read(file: str, **options) -> pl.DataFrame:
    return pl.read_csv(Path(os.environ["TRAJECTORIES_REFERENCE"]) / "jobless" / file, **options)


def rules() -> DurationsConfig:
    document = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    return HazardsConfig.model_validate(document["hazards"]).durations


@cache
def found(model: str) -> dict[str, tuple[float, float]]:
    """Estimate and standard error of everything that a model gives."""
    table, own = read("jobless.csv"), rules()
    if model == "kaplan-meier":
        curve = survival(table, own).filter(pl.col("group") == "all")
        return {f"S({row['time']})": (row["estimate"], row["se"]) for row in curve.to_dicts()}
    if model.startswith("cloglog"):
        fit = fit_durations(person_periods(table, own), own)
        extra = {}
    elif model.startswith("cox"):
        ties = model.removeprefix("cox ")
        fit = fit_cox(table, stop="spell", event="censor1", terms=own.terms, ties=ties)
        extra = {"loglik": (fit.loglik, np.nan)}
    else:
        event = f"censor{model.split(' ')[2] if model.startswith('competing') else 1}"
        distribution = "weibull" if model == "weibull" else "exponential"
        fit = fit_parametric(
            table, stop="spell", event=event, terms=own.terms, distribution=distribution
        )
        extra = {"loglik": (fit.loglik_log_time, np.nan)}
    rows = {row["term"]: (row["coef"], row["se"]) for row in fit.table.to_dicts()}
    if LOG_SHAPE in rows:
        extra["alpha"] = (float(np.exp(rows[LOG_SHAPE][0])), np.nan)
    # A product is the same either way round.
    return rows | {":".join(reversed(term.split(":"))): rows[term] for term in rows} | extra


def test_every_row_is_compared():
    table = read("expected.csv", infer_schema=False)
    assert table.select("model", "term").rows() == [
        (m, t) for m, terms in ROWS.items() for t in terms
    ]


@pytest.mark.parametrize(("model", "term"), [(m, t) for m, terms in ROWS.items() for t in terms])
def test_mccall(model, term):
    table = read("expected.csv", infer_schema=False)
    (row,) = table.filter((pl.col("model") == model) & (pl.col("term") == term)).to_dicts()
    for ours, printed in zip(found(model)[term], (row["estimate"], row["se"]), strict=True):
        if printed is not None:
            digits = len(printed.partition(".")[2])
            assert f"{ours:.{digits}f}" == printed
