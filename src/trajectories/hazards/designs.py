"""Designs beside the headline: shape, causes, placebo, subgroups and the specification curve."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import stats

from trajectories.config.hazards import ModelsConfig
from trajectories.hazards import exposures as further
from trajectories.hazards.courses import EXITS
from trajectories.hazards.errors import NotEstimableError
from trajectories.hazards.fit import HazardFit, fit_hazard

CLUSTER = "cluster"
EXPOSURE = "listed_departures"
LEAST_EVENTS = 20
LEAST_AFTER = 5
SIZES = ("person_months", "persons", "events")
UNRELATED_EXITS = ("parental", "death", "emigration", "old_age")
SUBGROUPS = {
    "age_band": "age",
    "sex": "sex",
    "municipality": "municipality",
    "period": "period",
    "duration_band": "months on support",
    "earlier_changes": "earlier other changes",
}
DESIGN_SCHEMA = {
    "family": pl.String,
    "design": pl.String,
    "term": pl.String,
    "person_months": pl.Int64,
    "persons": pl.Int64,
    "events": pl.Int64,
    "clusters": pl.Int64,
    "coef": pl.Float64,
    "se": pl.Float64,
    "hazard_ratio": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "p_value": pl.Float64,
}


@dataclass(frozen=True)
class Ingredients:
    """What the designs are made of.

    Attributes:
        panel: person-months at risk with the further exposures.
        exposures: who was on which leaver's list.
        rules: link, event and adjustment.
        lag_months: the lag of the panel's counts.
    """

    panel: pl.DataFrame
    exposures: pl.DataFrame
    rules: ModelsConfig
    lag_months: int


def prepare(
    panel: pl.DataFrame,
    changes: pl.DataFrame,
    exposures: pl.DataFrame,
    departures: pl.DataFrame,
    *,
    rules: ModelsConfig,
    lag_months: int,
) -> Ingredients:
    """Add the further exposures to the panel.

    Args:
        panel: as `risk_set` gives it.
        changes: as `caseworker_changes` gives them.
        exposures: likewise.
        departures: the lists whose end is a departure.
        rules: link, event and adjustment.
        lag_months: the lag of the panel's counts.
    """
    rows = further.with_lag(panel, exposures, lag_months=lag_months)
    rows = further.with_causes(rows, changes, lag_months=lag_months)
    rows = further.with_placebo(rows, departures)
    rows = further.with_bands(rows)
    early = pl.col("month") < pl.date(2014, 1, 1)
    late = pl.col("month") >= pl.date(2016, 10, 1)
    period = (
        pl.when(early)
        .then(pl.lit("before 2014"))
        .when(late)
        .then(pl.lit("from October 2016"))
        .otherwise(pl.lit("2014 to September 2016"))
    )
    rows = rows.with_columns(
        period=period,
        earlier_changes=pl.when(pl.col("other_changes") > 0)
        .then(pl.lit("some"))
        .otherwise(pl.lit("none")),
    )
    return Ingredients(rows, exposures, rules, lag_months)


def fit_designs(made: Ingredients) -> tuple[pl.DataFrame, list[tuple[str, str]]]:
    """Fit every design.

    Returns:
        The estimates, columns of `DESIGN_SCHEMA` (sandwich by cluster, t(G−1)), and the notes
        (code, sentence) on those that cannot be fitted.
    """
    rows: list[dict[str, Any]] = []
    notes: list[tuple[str, str]] = []
    for family in (
        shape,
        causes,
        later_changes,
        placebo,
        cause_specific,
        negative_control,
        variants,
        municipalities,
    ):
        for name, fit_one in family(made):
            try:
                rows += fit_one()
            except NotEstimableError as error:
                notes.append((f"{family.__name__}_refused", f"{name}: {error}"))
    found, more = subgroups(made)
    return pl.DataFrame(rows + found, schema=DESIGN_SCHEMA), notes + more


Work = tuple[str, Callable[[], list[dict[str, Any]]]]


def _fit(
    panel: pl.DataFrame,
    rules: ModelsConfig,
    exposure: Sequence[str],
    *,
    event: str | None = None,
    adjustment: Sequence[str] | None = None,
    link: str | None = None,
    weight: str | None = None,
) -> HazardFit:
    terms = [*(rules.adjustment if adjustment is None else adjustment), *exposure]
    return fit_hazard(
        panel,
        event=event or rules.event,
        terms=terms,
        link=link or rules.link,  # type: ignore[arg-type]
        cluster=CLUSTER,
        weight=weight,
    )


def rows_of(
    fit: HazardFit,
    panel: pl.DataFrame,
    family: str,
    design: str,
    terms: dict[str, str],
    own: dict[str, pl.Expr] | None = None,
) -> list[dict[str, Any]]:
    """Rows of `DESIGN_SCHEMA` for some terms of a fit; intervals and tests with t(G−1).

    Counts are the model's, or those of the person-months that a term's condition in `own` names.

    Raises:
        NotEstimableError: none of the terms could be estimated.
    """
    quantile = float(stats.t.ppf(0.975, max(fit.clusters - 1, 1)))
    persons = panel["person"].n_unique()
    sizes = {
        term: dict(
            zip(SIZES, (part.height, part["person"].n_unique(), part[fit.event].sum()), strict=True)
        )
        for term, condition in (own or {}).items()
        for part in [panel.filter(condition)]
    }
    rows = []
    for row in fit.table.filter(pl.col("term").is_in(list(terms))).iter_rows(named=True):
        wide = quantile * row["se"]
        rows.append(
            {
                "family": family,
                "design": design,
                "term": terms[row["term"]],
                "person_months": fit.n,
                "persons": persons,
                "events": fit.events,
                "clusters": fit.clusters,
                "coef": row["coef"],
                "se": row["se"],
                "hazard_ratio": row["hazard_ratio"],
                "low": float(np.exp(row["coef"] - wide)),
                "high": float(np.exp(row["coef"] + wide)),
                "p_value": two_sided(row["coef"] / row["se"], fit.clusters),
            }
            | sizes.get(row["term"], {})
        )
    if not rows:
        raise NotEstimableError("Nobody at risk differs in the exposure.")
    return rows


def two_sided(statistic: float, clusters: int) -> float:
    """The p-value of a coefficient over its standard error, with t(G−1)."""
    return float(2 * stats.t.sf(abs(statistic), max(clusters - 1, 1)))


def shape(made: Ingredients) -> Iterator[Work]:
    """Months since the departure, and one, two, three or more changes of any cause."""
    for column, levels, name in (
        ("since_departure", further.SINCE_BANDS[1:], "months since a departure"),
        ("change_band", further.CHANGE_BANDS[1:], "number of changes, any cause"),
    ):
        terms = {f"C({column})[T.{level}]": level for level in levels}

        def one(column: str = column, name: str = name, terms: dict[str, str] = terms) -> Any:
            fit = _fit(made.panel, made.rules, [f"C({column})"])
            own = {term: pl.col(column).cast(pl.String) == level for term, level in terms.items()}
            return rows_of(fit, made.panel, "shape", name, terms, own)

        yield name, one


def causes(made: Ingredients) -> Iterator[Work]:
    """Changes so far by cause known at the change, all counts in one model.

    Causes after which few have the event are counted together.
    """
    every = [name for name in made.panel.columns if name.startswith("cause_")]
    after = made.panel.filter(pl.col(made.rules.event) == 1)
    columns = [name for name in every if (after[name] > 0).sum() >= LEAST_AFTER]
    rare = [name for name in every if name not in columns]

    def one() -> list[dict[str, Any]]:
        panel = made.panel.with_columns(cause_rare=pl.sum_horizontal(rare)) if rare else made.panel
        fit = _fit(panel, made.rules, [*columns, *(["cause_rare"] if rare else [])])
        terms = {column: column.removeprefix("cause_") for column in columns}
        own = {column: pl.col(column) > 0 for column in columns}
        return rows_of(fit, made.panel, "cause", "changes so far, by cause", terms, own)

    if columns:
        yield "by cause", one


def later_changes(made: Ingredients) -> Iterator[Work]:
    """What a departure does to the hazard of each later other change."""

    def one() -> list[dict[str, Any]]:
        fit = _fit(made.panel, made.rules, [EXPOSURE], event="other_change_now")
        return rows_of(fit, made.panel, "later changes", "another change", {EXPOSURE: "departures"})

    yield "later changes", one


def placebo(made: Ingredients) -> Iterator[Work]:
    """The caseworker who will leave, before leaving."""

    def one() -> list[dict[str, Any]]:
        fit = _fit(made.panel, made.rules, [EXPOSURE, "leaves_next"])
        terms = {"leaves_next": "leaves in the next six months"}
        own = {"leaves_next": pl.col("leaves_next") == 1}
        return rows_of(fit, made.panel, "placebo", "the caseworker has not left yet", terms, own)

    yield "placebo", one


def cause_specific(made: Ingredients) -> Iterator[Work]:
    """The departure's hazard ratio for every exit that competes."""
    for name in EXITS:
        if name not in made.panel.columns or made.panel[name].sum() < LEAST_EVENTS:
            continue

        def one(name: str = name) -> list[dict[str, Any]]:
            fit = _fit(made.panel, made.rules, [EXPOSURE], event=name)
            return rows_of(fit, made.panel, "exits", name, {EXPOSURE: "departures"})

        yield name, one


def negative_control(made: Ingredients) -> Iterator[Work]:
    """Exits that a caseworker cannot well bring about, taken together."""

    def one() -> list[dict[str, Any]]:
        names = [name for name in UNRELATED_EXITS if name in made.panel.columns]
        rows = made.panel.with_columns(unrelated=pl.max_horizontal(names))
        fit = _fit(rows, made.rules, [EXPOSURE], event="unrelated")
        label = ", ".join(names).replace("_", " ")
        return rows_of(fit, rows, "negative control", label, {EXPOSURE: "departures"})

    yield "negative control", one


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
            fit = _fit(used, rules, [EXPOSURE], **changed)
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
            fit = _fit(rows, made.rules, [EXPOSURE])
            return rows_of(fit, rows, "leave one out", f"without {place}", {EXPOSURE: "departures"})

        yield f"without {place}", one


def subgroups(made: Ingredients) -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
    """The headline within groups, a joint test of equality each, Holm's correction over them.

    The test's row has the term `equal in all groups` and its p-value, corrected (Holm 1979) over
    the groupings; the municipalities' plain mean is added, each weighing the same.
    """
    rows: list[dict[str, Any]] = []
    notes: list[tuple[str, str]] = []
    tests: list[tuple[int, float]] = []
    for column, label in SUBGROUPS.items():
        levels = sorted(made.panel[column].cast(pl.String).unique().to_list())
        if len(levels) < 2:
            continue
        try:
            adjustment = list(made.rules.adjustment)
            if not any(f"C({column})" in term for term in adjustment):
                adjustment.append(f"C({column})")
            fit = _fit(made.panel, made.rules, [f"C({column}):{EXPOSURE}"], adjustment=adjustment)
            terms = {f"C({column})[{level}]:{EXPOSURE}": level for level in levels}
            own = {term: pl.col(column).cast(pl.String) == level for term, level in terms.items()}
            found = rows_of(fit, made.panel, "subgroup", label, terms, own)
        except NotEstimableError as error:
            notes.append(("subgroups_refused", f"By {label}: {error}"))
            continue
        places = [i for i, name in enumerate(fit.table["term"]) if name in terms]
        coef, vcov = fit.table["coef"].to_numpy()[places], fit.vcov[np.ix_(places, places)]
        rows += found
        if column == "municipality":
            weights = np.full(len(coef), 1 / len(coef))
            rows.append(_combined(found[0], weights, coef, vcov, "equal weights"))
        if len(coef) > 1:
            contrast = np.diff(np.eye(len(coef)), axis=0)
            tests.append((len(rows), joint_test(coef, vcov, contrast, fit.clusters)))
            rows.append({**_blank(found[0]), "term": "equal in all groups"})
    for (place, _), p in zip(tests, holm([p for _, p in tests]), strict=True):
        rows[place]["p_value"] = p
    return rows, notes


def joint_test(
    coef: NDArray[np.float64],
    vcov: NDArray[np.float64],
    contrast: NDArray[np.float64],
    clusters: int,
) -> float:
    """p-value of contrast · coef = 0: Hotelling's F with q and G − q degrees of freedom."""
    difference = contrast @ coef
    spread = contrast @ vcov @ contrast.T
    q = np.linalg.matrix_rank(spread)
    wald = float(difference @ np.linalg.pinv(spread) @ difference)
    if clusters <= q:
        return float("nan")
    statistic = (clusters - q) / (q * max(clusters - 1, 1)) * wald
    return float(stats.f.sf(statistic, q, clusters - q))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's (1979) step-down correction, in the order given."""
    order = np.argsort(p_values)
    corrected = np.zeros(len(p_values))
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        corrected[place] = highest
    return corrected.tolist()


def _blank(row: dict[str, Any]) -> dict[str, Any]:
    return row | dict.fromkeys(("coef", "se", "hazard_ratio", "low", "high", "p_value"))


def _combined(
    row: dict[str, Any],
    weights: NDArray[np.float64],
    coef: NDArray[np.float64],
    vcov: NDArray[np.float64],
    term: str,
) -> dict[str, Any]:
    value, se = float(weights @ coef), float(np.sqrt(weights @ vcov @ weights))
    wide = float(stats.t.ppf(0.975, max(row["clusters"] - 1, 1))) * se
    return row | {
        "term": term,
        "coef": value,
        "se": se,
        "hazard_ratio": float(np.exp(value)),
        "low": float(np.exp(value - wide)),
        "high": float(np.exp(value + wide)),
        "p_value": two_sided(value / se, row["clusters"]),
    }


def e_value(hazard_ratio: float) -> float:
    """The E-value of a hazard ratio of a common outcome (VanderWeele & Ding 2017).

    How strongly, as a risk ratio, an unmeasured factor would have to go with both the exposure and
    the outcome to explain the whole estimate: 1.66 for 0.78.
    """
    risk = (1 - 0.5 ** np.sqrt(hazard_ratio)) / (1 - 0.5 ** np.sqrt(1 / hazard_ratio))
    away = float(max(risk, 1 / risk))
    return away + float(np.sqrt(away * (away - 1)))
