# /// script
# requires-python = ">=3.11"
# dependencies = ["glum", "statsmodels", "pyfixest", "polars", "pandas", "scipy"]
# ///
"""One peer's fit of the headline's smaller design; called by `hazards_speed.py peers`."""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

CATEGORICAL = ("duration_band", "municipality", "half_year", "age_band", "sex")
COLUMNS = [*CATEGORICAL, "listed_departures"]


def design(frame: pd.DataFrame) -> np.ndarray:
    """Dummies of the categorical columns, the count, and the constant first."""
    dummies = pd.get_dummies(
        frame[COLUMNS], columns=list(CATEGORICAL), drop_first=True, dtype=float
    )
    return np.column_stack([np.ones(len(frame)), dummies.to_numpy()])


def by_statsmodels(frame: pd.DataFrame) -> tuple[float, np.ndarray]:
    """GLM with the cloglog link and the sandwich by cluster."""
    import statsmodels.api as sm

    x, y = design(frame), frame["job"].to_numpy()
    started = time.perf_counter()
    model = sm.GLM(y, x, family=sm.families.Binomial(link=sm.families.links.CLogLog()))
    result = model.fit(cov_type="cluster", cov_kwds={"groups": frame["cluster"].to_numpy()})
    return time.perf_counter() - started, np.asarray(result.params)


def by_glum(frame: pd.DataFrame) -> tuple[float, np.ndarray]:
    """GeneralizedLinearRegressor with the cloglog link and the variance by cluster."""
    from glum import BinomialDistribution, GeneralizedLinearRegressor
    from glum._link import CloglogLink

    x, y = design(frame)[:, 1:], frame["job"].to_numpy().astype(float)
    started = time.perf_counter()
    model = GeneralizedLinearRegressor(
        alpha=0, family=BinomialDistribution(), link=CloglogLink(), gradient_tol=1e-8
    )
    model.fit(x, y)
    model.covariance_matrix(x, y, clusters=frame["cluster"].to_numpy())
    return time.perf_counter() - started, np.append(model.intercept_, model.coef_)


def by_pyfixest(frame: pd.DataFrame) -> tuple[float, np.ndarray]:
    """`feglm` with the logit link and the variance by cluster."""
    import pyfixest

    right = " + ".join([*(f"C({c})" for c in CATEGORICAL), "listed_departures"])
    started = time.perf_counter()
    fit = pyfixest.feglm(f"job ~ {right}", data=frame, family="logit", vcov={"CRV1": "cluster"})
    return time.perf_counter() - started, fit.coef().to_numpy()


def main() -> None:
    """Fit and write seconds and coefficients."""
    peer, panel, out = sys.argv[1:]
    frame = pd.read_csv(panel, usecols=[*COLUMNS, "job", "cluster"])
    fits = {"statsmodels": by_statsmodels, "glum": by_glum, "pyfixest": by_pyfixest}
    seconds, coef = fits[peer](frame)
    Path(out).write_text(json.dumps({"seconds": seconds, "coef": coef.tolist()}))


if __name__ == "__main__":
    main()
