"""The specification curve, and the headline without each municipality in turn."""

from collections.abc import Callable, Iterator
from typing import Any

import polars as pl

from trajectories.hazards import exposures as further
from trajectories.hazards.design_rows import EXPOSURE, Ingredients, Work, fit_design, rows_of


def variants(made: Ingredients) -> Iterator[Work]:
    """The specification curve: lags, links, calendar control, covariates, samples, censoring."""
    panel, rules = made.panel, made.rules
    base = list(rules.adjustment)
    first = panel.filter(pl.col("course") == pl.col("course").min().over("person"))
    quiet = panel.filter(pl.col("other_changes") == 0)
    ready = panel.filter(pl.col("readiness_now").cast(pl.String) == "activity_ready")
    none: dict[str, Any] = {}
    plans: list[tuple[str, pl.DataFrame | Callable[[], pl.DataFrame], dict[str, Any]]] = [
        ("headline", panel, none),
        ("odds ratios (logit)", panel, {"link": "logit"}),
        ("rate ratios (poisson)", panel, {"link": "poisson"}),
        ("first 24 months at risk", panel.filter(pl.col("duration") < 24), none),
        ("calendar month", panel, {"adjustment": [*base, "C(calendar_month)"]}),
        ("duration bands only", panel, {"adjustment": ["C(duration_band)"]}),
        (
            "duration bands, municipality and half-year",
            panel,
            {"adjustment": ["C(duration_band)", "C(municipality)", "C(half_year)"]},
        ),
        (
            "without age and sex",
            panel,
            {"adjustment": [t for t in base if t not in ("C(age_band)", "C(sex)")]},
        ),
        ("without team", panel, {"adjustment": [t for t in base if t != "C(team_first)"]}),
        ("duration month by month", panel, {"adjustment": [*base, "C(duration_fine)"]}),
        ("first course of a person", first, none),
        ("until the first other change", quiet, none),
        ("months classified as activity-ready", ready, none),
        ("job or education", panel, {"event": "job_or_education"}),
        ("job or self-support", panel, {"event": "job_or_self_support"}),
    ]
    plans += [
        (f"lag of {lag} months", _lagged(made, lag), none)
        for lag in (0, 3)
        if lag != made.lag_months
    ]
    for name, rows, changed in plans:

        def one(
            name: str = name,
            rows: pl.DataFrame | Callable[[], pl.DataFrame] = rows,
            changed: dict[str, Any] = changed,
        ) -> list[dict[str, Any]]:
            used = _with_variant_columns(rows if isinstance(rows, pl.DataFrame) else rows())
            fit = fit_design(used, rules, [EXPOSURE], **changed)
            return rows_of(fit, used, "specification", name, {EXPOSURE: "departures"})

        yield name, one


def _lagged(made: Ingredients, lag: int) -> Callable[[], pl.DataFrame]:
    def make() -> pl.DataFrame:
        bare = made.panel.drop("months_since_departure")
        return further.with_lag(bare, made.exposures, lag_months=lag)

    return make


def _with_variant_columns(rows: pl.DataFrame) -> pl.DataFrame:
    """Outcomes and controls that only variants use."""

    def either(*names: str) -> pl.Expr:
        return pl.max_horizontal(pl.col(name) for name in names if name in rows.columns)

    fine = pl.min_horizontal(pl.col("duration").cast(pl.Int32), 35)
    return rows.with_columns(
        job_or_education=either("job", "education"),
        job_or_self_support=either("job", "self_support"),
        duration_fine=fine,
    )


def municipalities(made: Ingredients) -> Iterator[Work]:
    """The headline without each municipality in turn."""
    places = made.panel["municipality"].unique().sort().to_list()
    if len(places) < 2:
        return
    for place in places:

        def one(place: int = place) -> list[dict[str, Any]]:
            rows = made.panel.filter(pl.col("municipality") != place)
            fit = fit_design(rows, made.rules, [EXPOSURE])
            return rows_of(fit, rows, "leave one out", f"without {place}", {EXPOSURE: "departures"})

        yield f"without {place}", one
