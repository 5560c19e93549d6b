"""Common parts of all designs: the prepared panel, rows of estimates, and tests."""

import calendar
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from trajectories.arrays import Floats
from trajectories.caseworkers import exposures as further
from trajectories.caseworkers import handovers
from trajectories.config.sections.hazards import ModelsConfig
from trajectories.distributions import f_tail, t_quantile, t_tail
from trajectories.hazards.designs.nested_samples import OUT_SCHEMA
from trajectories.survival.discrete_time.fit import HazardFit, fit_hazard
from trajectories.survival.discrete_time.fixed_effects import WithinFit
from trajectories.survival.errors import NotEstimableError

DECEMBER = 12
MONTHS = tuple(calendar.month_name)[1:]
CLUSTER = "cluster"
EXPOSURE = "listed_departures"
SIZES = ("person_months", "persons", "events")
DESIGN_SCHEMA: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(("family", "design", "term"), pl.String),
    **dict.fromkeys(
        ("person_months", "persons", "events", "residual_degrees", "clusters"), pl.Int64
    ),
    **handovers.COUNTED_SCHEMA,
    **OUT_SCHEMA,
    **dict.fromkeys(
        ("coef", "se", "hazard_ratio", "low", "high", "p_value", "p_corrected"), pl.Float64
    ),
}
Work = tuple[str, Callable[[], list[dict[str, Any]]]]


@dataclass(frozen=True)
class Ingredients:
    """The data and settings that the designs use.

    Attributes:
        panel: person-months at risk with the further exposures.
        exposures: clients on leavers' lists.
        rules: link, event and adjustment.
        lag_months: the lag of the panel's counts; months.
        job_variants: what makes each panel with another definition of a job, by name.
        readiness: readiness at time zero of the persons followed.
        notes: (code, sentence) added by the designs.
    """

    panel: pl.DataFrame
    exposures: pl.DataFrame
    rules: ModelsConfig
    lag_months: int
    job_variants: Mapping[str, Callable[[], pl.DataFrame]] = field(default_factory=dict)
    readiness: tuple[str, ...] = ("activity_ready",)
    notes: list[tuple[str, str]] = field(default_factory=list)


def period_of(borders: Sequence[dt.date]) -> pl.Expr:
    """Name the part of calendar time that a month lies in: "before 2014", "from October 2016".

    Args:
        borders: the days that divide it, in order; a month is after a border if it begins on that
            day or later.

    Returns:
        An Enum of the sorted names: words of few kinds take a byte a row as an Enum.
    """
    if not borders:
        return pl.lit("all months", dtype=pl.Enum(["all months"]))
    names = [f"before {_since(borders[0])}"]
    for first, second in pairwise(borders):
        last = second.replace(day=1) - dt.timedelta(days=1)
        until = (
            str(last.year) if last.month == DECEMBER else f"{MONTHS[last.month - 1]} {last.year}"
        )
        names.append(f"{_since(first)} to {until}")
    names.append(f"from {_since(borders[-1])}")
    passed = pl.sum_horizontal([(pl.col("month") >= day).cast(pl.Int32) for day in borders])
    return passed.replace_strict(dict(enumerate(names)), return_dtype=pl.Enum(sorted(names)))


def _since(day: dt.date) -> str:
    """Name a border by its year, or by month and year within one."""
    return str(day.year) if day.month == 1 else f"{MONTHS[day.month - 1]} {day.year}"


def prepare(
    panel: pl.DataFrame,
    changes: pl.DataFrame,
    exposures: pl.DataFrame,
    departures: pl.DataFrame,
    *,
    rules: ModelsConfig,
    lag_months: int,
    job_variants: Mapping[str, Callable[[], pl.DataFrame]] | None = None,
    earlier: pl.DataFrame | None = None,
    readiness: Sequence[str] = ("activity_ready",),
) -> Ingredients:
    """Add the further exposures to the panel.

    Args:
        panel: as `risk_set` returns it.
        changes: as `caseworker_changes` returns them.
        exposures: as `caseworker_changes` returns them.
        departures: the lists that ended with a departure.
        rules: link, event and adjustment.
        lag_months: the lag of the panel's counts; months.
        job_variants: what makes each panel with another definition of a job, by name; one is made
            at a time.
        earlier: course, earlier_course (type of the months before time zero), or None.
        readiness: readiness at time zero of the persons followed.
    """
    named = handovers.with_handovers(panel, changes, exposures, lag_months=lag_months)
    rows = further.with_lag(named, exposures, lag_months=lag_months)
    rows = further.with_causes(rows, changes, lag_months=lag_months)
    rows = handovers.with_successors(
        further.with_placebo(rows, departures),
        changes,
        leaver="caseworker",
        successor="next_caseworker",
    )
    rows = further.with_bands(rows)
    some = pl.when(pl.col("other_changes") > 0).then(pl.lit("some")).otherwise(pl.lit("none"))
    rows = rows.with_columns(
        period=period_of(rules.calendar_borders or ()),
        earlier_changes=some.cast(pl.Enum(("none", "some"))),
    )
    zero = pl.col("readiness_now").sort_by("month").first().over("course")
    rows = rows.with_columns(readiness_zero=zero)
    if earlier is not None:
        kinds = pl.Enum(earlier["earlier_course"].unique().sort())
        few = earlier.with_columns(pl.col("earlier_course").cast(kinds))
        rows = rows.join(few, on="course", how="left", maintain_order="left")

    def handed(make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        return handovers.with_handovers(make(), changes, exposures, lag_months=lag_months)

    variants = {name: partial(handed, make) for name, make in (job_variants or {}).items()}
    return Ingredients(rows, exposures, rules, lag_months, variants, tuple(readiness))


def fit_design(
    panel: pl.DataFrame,
    rules: ModelsConfig,
    exposure: Sequence[str],
    *,
    event: str | None = None,
    adjustment: Sequence[str] | None = None,
    link: str | None = None,
    weight: str | None = None,
) -> HazardFit:
    """Fit an exposure with the adjustment, clustered as the headline; defaults from the rules."""
    terms = [*(rules.adjustment if adjustment is None else adjustment), *exposure]
    return fit_hazard(
        panel,
        event=event or rules.event,
        terms=terms,
        link=link or rules.link,  # type: ignore[arg-type]
        cluster=CLUSTER,
        weight=weight,
    )


def jackknifed(fit: HazardFit, term: str) -> HazardFit:
    """The fit with the jackknife over clusters, for checks that must not reject too often.

    With few clusters the sandwich underestimates the variance. It is kept if the term cannot be
    estimated without some cluster.
    """
    try:
        sober = fit.with_cluster(CLUSTER, variance="crv3")
    except NotEstimableError:
        return fit
    errors = sober.table.filter(pl.col("term") == term)["se"]
    return sober if errors.is_finite().all() else fit


def rows_of(
    fit: HazardFit | WithinFit,
    panel: pl.DataFrame,
    family: str,
    design: str,
    terms: dict[str, str],
    own: dict[str, pl.Expr] | None = None,
    behind: Mapping[str, handovers.Side | None] | None = None,
    clusters: Mapping[str, int] | None = None,
) -> list[dict[str, Any]]:
    """Rows of `DESIGN_SCHEMA` for some terms of a fit; intervals and tests with t(G−1).

    Counts are those of the model, or of the person-months selected by a term's condition in `own`;
    G is that of the model, or a term's in `clusters`. The caseworkers counted are those behind the
    last listed departure, or behind the side that `behind` gives for a term (None if the term does
    not involve changes).

    Raises:
        NotEstimableError: none of the terms could be estimated.
    """
    persons = panel["person"].n_unique()
    absorbed = fit.groups if isinstance(fit, WithinFit) else 0
    parts = {term: panel.filter(condition) for term, condition in (own or {}).items()}
    sizes = {
        term: dict(
            zip(SIZES, (part.height, part["person"].n_unique(), part[fit.event].sum()), strict=True)
        )
        for term, part in parts.items()
    }
    sides = dict.fromkeys(terms, handovers.LAST_LISTED) | dict(behind or {})
    met = {
        term: handovers.count_of(parts.get(term, panel), side)
        for term, side in sides.items()
        if side is not None
    }
    rows = []
    for row in fit.table.filter(pl.col("term").is_in(list(terms))).iter_rows(named=True):
        rows.append(
            {
                "family": family,
                "design": design,
                "term": terms[row["term"]],
                "person_months": fit.n,
                "persons": persons,
                "events": fit.events,
                "residual_degrees": persons - fit.table.height - absorbed,
            }
            | with_interval(row["coef"], row["se"], (clusters or {}).get(row["term"], fit.clusters))
            | sizes.get(row["term"], {})
            | met.get(row["term"], {})
        )
    if not rows:
        raise NotEstimableError("Nobody at risk differs in the exposure.", reason="exposure")
    return rows


def with_interval(coef: float, se: float, clusters: int) -> dict[str, Any]:
    """A coefficient's columns of `DESIGN_SCHEMA`: ratio, 95 % interval and test with t(G−1)."""
    wide = t_quantile(0.975, max(clusters - 1, 1)) * se
    return {
        "clusters": clusters,
        "coef": coef,
        "se": se,
        "hazard_ratio": float(np.exp(coef)),
        "low": float(np.exp(coef - wide)),
        "high": float(np.exp(coef + wide)),
        "p_value": two_sided(coef / se, clusters),
    }


def two_sided(statistic: float, clusters: int) -> float:
    """The two-sided p-value of a coefficient over its standard error, with t(G−1)."""
    return float(2 * t_tail(abs(statistic), max(clusters - 1, 1)))


def joint_test(coef: Floats, vcov: Floats, contrast: Floats, clusters: int) -> float:
    """The p-value of contrast · coef = 0: Hotelling's F with q and G − q degrees of freedom."""
    difference = contrast @ coef
    spread = contrast @ vcov @ contrast.T
    q = np.linalg.matrix_rank(spread)
    wald = float(difference @ np.linalg.pinv(spread) @ difference)
    if clusters <= q:
        return float("nan")
    statistic = (clusters - q) / (q * max(clusters - 1, 1)) * wald
    return f_tail(statistic, q, clusters - q)


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's (1979) step-down correction, in the order given."""
    order = np.argsort(p_values)
    corrected = np.zeros(len(p_values))
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        corrected[place] = highest
    return corrected.tolist()


def corrected(rows: list[dict[str, Any]], family: str, *, but: str = "") -> list[dict[str, Any]]:
    """Add `p_corrected` to the rows of a family: Holm's correction over all of them."""
    tested = [
        (i, row["p_value"])
        for i, row in enumerate(rows)
        if row["family"] == family and row["design"] != but and row.get("p_value") is not None
    ]
    found = dict(zip([i for i, _ in tested], holm([p for _, p in tested]), strict=True))
    return [row | {"p_corrected": found[i]} if i in found else row for i, row in enumerate(rows)]


def e_value(hazard_ratio: float) -> float:
    """The E-value of a hazard ratio for a common outcome (VanderWeele & Ding 2017).

    The smallest risk ratio with which an unmeasured factor would have to be associated with both
    the exposure and the outcome to explain the estimate fully: 1.66 for 0.78.
    """
    risk = (1 - 0.5 ** np.sqrt(hazard_ratio)) / (1 - 0.5 ** np.sqrt(1 / hazard_ratio))
    away = float(max(risk, 1 / risk))
    return away + float(np.sqrt(away * (away - 1)))
