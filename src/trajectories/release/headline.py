"""The headline numbers, from tables of the release or, as exact twin, from the private ones."""

from typing import Any

import polars as pl

from trajectories.release.models import find
from trajectories.release.store import Tables

KEYS = (
    "departure_hr",
    "departure_hr_ci",
    "departures_given_other_hr",
    "association_hr",
    "association_hr_ci",
    "job_risk_difference_12m_pp",
    "job_risk_difference_12m_pp_ci",
    "job_risk_difference_24m_pp",
    "job_risk_difference_24m_pp_ci",
    "ever_changed_share",
    "relabelling_contrast",
    "k",
    "asw",
    "persons",
    "person_months",
    "rows_read",
    "rows_rejected",
)


def headline(tables: Tables) -> dict[str, Any]:
    """Collect the headline numbers; a number whose stage is off is None.

    Args:
        tables: released tables by name, or their exact twins.

    Returns:
        The keys of `KEYS`: hazard ratios with intervals [low, high], shares between 0 and 1, and
        counts. `persons` are those of the cleaned register, else of the windows, else of the
        durations; `person_months` are all that the register gives, else those at risk in
        the hazard models, else those of all windows.
    """
    departure = _model(tables, "departures_total", "departures")
    # Without the headline there is nothing for it to accompany: it rests on the same departures.
    companion = _model(tables, "departures_given_other", "departures") if departure else {}
    association = _model(tables, "association", "changes")
    k, asw = _chosen(tables)
    values = (
        departure.get("hazard_ratio"),
        _interval(departure),
        companion.get("hazard_ratio"),
        association.get("hazard_ratio"),
        _interval(association),
        *_risk_difference(tables, 12),
        *_risk_difference(tables, 24),
        _ever_changed(tables),
        _contrast(tables),
        k,
        asw,
        _persons(tables),
        _person_months(tables),
        _rows(tables, "read"),
        _rows(tables, "rejected"),
    )
    return dict(zip(KEYS, values, strict=True))


def _model(tables: Tables, model: str, term: str) -> dict[str, Any]:
    return (find(tables["models"], model, term) if "models" in tables else None) or {}


def _interval(row: dict[str, Any]) -> list[float] | None:
    low, high = row.get("low"), row.get("high")
    return None if low is None or high is None else [low, high]


def _risk_difference(tables: Tables, months: int) -> tuple[float | None, list[float] | None]:
    """The difference of risks within some months and its interval, in percentage points."""
    if "job_risks" not in tables:
        return None, None
    rows = tables["job_risks"].filter(pl.col("time") == months)
    if rows.is_empty() or rows["difference"][0] is None:
        return None, None
    points = {name: round(100 * rows[name][0], 10) for name in ("difference", "low", "high")}
    return points["difference"], [points["low"], points["high"]]


def _ever_changed(tables: Tables) -> float | None:
    if "ever_changed" not in tables or tables["ever_changed"].is_empty():
        return None
    table = tables["ever_changed"]
    main = table.filter(pl.col("population").str.starts_with("activity"))
    share: float | None = (main if main.height else table)["share"][0]
    return share


def _contrast(tables: Tables) -> float | None:
    if "relabelling" not in tables:
        return None
    table = tables["relabelling"]
    ages = table.filter(pl.col("age") == "all")
    largest = (ages if ages.height else table)["difference"].abs().max()
    return None if largest is None else float(str(largest))


def _chosen(tables: Tables) -> tuple[int | None, float | None]:
    if "quality" not in tables:
        return None, None
    chosen = tables["quality"].filter(pl.col("chosen"))
    return (chosen["k"][0], chosen["ASW"][0]) if chosen.height else (None, None)


def _rows(tables: Tables, step: str) -> int | None:
    if "accounting" not in tables:
        return None
    return int(tables["accounting"].filter(pl.col("step") == step)["rows"].sum())


def _persons(tables: Tables) -> int | None:
    if "accounting" in tables:
        table = tables["accounting"]
        used = table.filter((pl.col("table") == "persons") & (pl.col("step") == "used"))
        if used.height:
            return int(used["rows"][0])
    if "sizes" in tables:
        persons = tables["sizes"]["persons"].drop_nulls()
        # a person can have windows in several periods, but has one value of a personal column
        periods = "regime_months" in tables and tables["regime_months"].height > 0
        return int(max(persons.to_list(), default=0) if periods else persons.sum())
    for name, column in (("models", "persons"), ("kaplan_meier", "at_risk")):
        if name in tables and (largest := tables[name][column].max()) is not None:
            return int(str(largest))
    return None


def _person_months(tables: Tables) -> int | None:
    if "person_months" in tables and tables["person_months"]["total"].null_count() == 0:
        return max(tables["person_months"]["total"].to_list(), default=None)
    if "models" in tables and (largest := tables["models"]["person_months"].max()) is not None:
        return int(str(largest))
    if "state_distribution" in tables:
        months = tables["state_distribution"].unique(["group", "position"])["total"].sum()
        return int(months)
    return None
