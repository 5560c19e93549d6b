"""The specification curve, and the headline leaving out one municipality at a time."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import polars as pl

from trajectories.caseworkers import exposures as further
from trajectories.hazards.designs.nested_samples import LEAST, between
from trajectories.hazards.designs.rows import EXPOSURE, Ingredients, Work, fit_design, rows_of

WIDER = ("job", "education", "self_support")


def variants(made: Ingredients) -> Iterator[Work]:
    """The specification curve: lags, links, calendar control, covariates, samples, censoring.

    The headline with a wider outcome answers another question and is the family `other outcome`.
    """
    panel, rules = made.panel, made.rules
    base = list(rules.adjustment)
    first = pl.col("course") == pl.col("course").min().over("person")
    quiet = pl.col("other_changes") == 0
    ready = pl.col("readiness_now").cast(pl.String).is_in(list(made.readiness))
    none: dict[str, Any] = {}
    plans: list[tuple[str, pl.DataFrame | Callable[[], pl.DataFrame], dict[str, Any]]] = [
        ("headline", panel, none),
        ("odds ratios (logit)", panel, {"link": "logit"}),
        ("rate ratios (poisson)", panel, {"link": "poisson"}),
        ("first 24 months at risk", partial(panel.filter, pl.col("duration") < 24), none),
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
        ("first course of a person", partial(panel.filter, first), none),
        ("until the first other change", partial(panel.filter, quiet), none),
        ("months still so classified", partial(panel.filter, ready), none),
    ]
    plans += [
        (f"lag of {lag} months", _lagged(made, lag), none)
        for lag in (0, 3)
        if lag != made.lag_months
    ]
    wider = {
        f"{rules.event} or {other}".replace("_", " "): {"event": f"{rules.event}_or_{other}"}
        for other in _others(rules.event)
    }
    plans += [(name, panel, changed) for name, changed in wider.items()]
    for name, rows, changed in plans:

        def one(
            name: str = name,
            rows: pl.DataFrame | Callable[[], pl.DataFrame] = rows,
            changed: dict[str, Any] = changed,
            family: str = "other outcome" if name in wider else "specification",
        ) -> list[dict[str, Any]]:
            used = rows if isinstance(rows, pl.DataFrame) else rows()
            used = _with_variant_columns(used, rules.event)
            fit = fit_design(used, rules, [EXPOSURE], **changed)
            found = rows_of(fit, used, family, name, {EXPOSURE: "departures"})
            apart = between(panel, used, event=rules.event, used_event=fit.event)
            return [row | apart for row in found]

        yield name, one


def _lagged(made: Ingredients, lag: int) -> Callable[[], pl.DataFrame]:
    def make() -> pl.DataFrame:
        bare = made.panel.drop("months_since_departure")
        return further.with_lag(bare, made.exposures, lag_months=lag)

    return make


def _others(event: str) -> list[str]:
    return [name for name in WIDER if name != event][:2]


def _with_variant_columns(rows: pl.DataFrame, event: str) -> pl.DataFrame:
    def either(*names: str) -> pl.Expr:
        return pl.max_horizontal(pl.col(name) for name in names if name in rows.columns)

    fine = pl.min_horizontal(pl.col("duration").cast(pl.Int32), 35)
    return rows.with_columns(
        duration_fine=fine,
        **{f"{event}_or_{other}": either(event, other) for other in _others(event)},
    )


def municipalities(made: Ingredients) -> Iterator[Work]:
    """The headline leaving out one municipality at a time.

    A municipality with fewer than `nested_samples.LEAST` persons or events cannot affect the result
    and is not left out.
    """
    event = made.rules.event
    sizes = made.panel.group_by("municipality").agg(
        persons=pl.col("person").n_unique(), events=pl.col(event).sum()
    )
    large = pl.min_horizontal("persons", "events") >= LEAST
    places = sizes.filter(large)["municipality"].sort().to_list()
    if sizes.height < 2:
        return
    for place in places:

        def one(place: int = place) -> list[dict[str, Any]]:
            rows = made.panel.filter(pl.col("municipality") != place)
            fit = fit_design(rows, made.rules, [EXPOSURE])
            name = f"without {place}"
            found = rows_of(fit, rows, "leave one out", name, {EXPOSURE: "departures"})
            return [row | between(made.panel, rows, event=event) for row in found]

        yield f"without {place}", one
