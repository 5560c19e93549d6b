"""The links of the discrete-time hazard, with the derivatives used in scoring."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from trajectories.arrays import Floats

Link = Literal["cloglog", "logit", "poisson"]
# Beyond these values exp() or log() lose all digits; the hazard is then 0 or 1.
LOWEST_ETA = -40.0
HIGHEST_ETA_CLOGLOG = 3.5
HIGHEST_ETA_LOGIT = 36.0


@dataclass(frozen=True)
class LinkValues:
    """The hazard and its derivatives at the linear predictor of each cell.

    Attributes:
        hazard: probability μ of the event in the person-month.
        ratio: μ' / (μ (1 − μ)), the factor of the score.
        weight: μ'² / (μ (1 − μ)), the expected information of one person-month.
        log_event: log μ.
        log_survival: log (1 − μ).
    """

    hazard: Floats
    ratio: Floats
    weight: Floats
    log_event: Floats
    log_survival: Floats


def evaluate(eta: Floats, link: Link) -> LinkValues:
    """Evaluate the link at the linear predictors `eta`.

    Args:
        eta: linear predictors, any shape.
        link: "cloglog" (proportional hazards in grouped time), "logit", or "poisson": the Poisson
            likelihood with log link, split between `log_event` and `log_survival`.
    """
    if link == "poisson":
        clipped = np.clip(eta, LOWEST_ETA, HIGHEST_ETA_LOGIT)
        rate = np.exp(clipped)
        return LinkValues(rate, np.ones_like(rate), rate, clipped - rate, -rate)
    if link == "logit":
        clipped = np.clip(eta, LOWEST_ETA, HIGHEST_ETA_LOGIT)
        log_survival = -np.logaddexp(0.0, clipped)
        hazard = np.exp(clipped + log_survival)
        ratio = np.ones_like(hazard)
        weight = hazard * np.exp(log_survival)
        return LinkValues(hazard, ratio, weight, clipped + log_survival, log_survival)
    clipped = np.clip(eta, LOWEST_ETA, HIGHEST_ETA_CLOGLOG)
    cumulative = np.exp(clipped)
    hazard = -np.expm1(-cumulative)
    ratio = cumulative / hazard
    weight = ratio * cumulative * np.exp(-cumulative)
    return LinkValues(hazard, ratio, weight, np.log(hazard), -cumulative)


def observed_weight(values: LinkValues, n: Floats, y: Floats, link: Link) -> Floats:
    """Minus the second derivative of the log-likelihood of each cell in its linear predictor.

    With the complementary log-log link, c = e^η and q = c / (e^c − 1) it is
    (n − y) c + y q (c + q − 1), which is never negative. The other links are canonical: the
    observed information is the expected one.

    Args:
        values: the link at the linear predictors.
        n: (cells,) person-months.
        y: (cells,) events.
        link: the link that gave `values`.
    """
    if link != "cloglog":
        return n * values.weight
    cumulative = -values.log_survival
    event = values.ratio * (1 - values.hazard)
    curved: Floats = (n - y) * cumulative + y * event * (cumulative + event - 1)
    return curved


def hazard(eta: Floats, link: Link) -> Floats:
    """The hazards alone, equal to those of `evaluate`."""
    if link == "cloglog":
        risk: Floats = -np.expm1(-np.exp(np.clip(eta, LOWEST_ETA, HIGHEST_ETA_CLOGLOG)))
        return risk
    return evaluate(eta, link).hazard


def linear_predictor(hazard: float, link: Link) -> float:
    """The linear predictor that gives `hazard`, a probability strictly between 0 and 1."""
    if link == "logit":
        return float(np.log(hazard) - np.log1p(-hazard))
    if link == "poisson":
        return float(np.log(hazard))
    return float(np.log(-np.log1p(-hazard)))
