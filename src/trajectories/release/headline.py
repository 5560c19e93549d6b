"""The headline numbers, from tables of the release or, as exact twin, from the private ones."""

from typing import Any

import polars as pl

from trajectories.register.clean.accounting import MADE
from trajectories.release.model_rows import find
from trajectories.release.tables import Tables

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
    "risk_differences",
    "ever_changed_share",
    "relabelling_contrast",
    "k",
    "asw",
    "persons",
    "person_months",
    "rows_read",
    "rows_rejected",
)


def headline(tables: Tables, event: str = "job") -> dict[str, Any]:
    """Collect the headline numbers; a number whose stage is off is None.

    Args:
        tables: released tables by name, or their exact twins.
        event: the exit that the run models; the keys of jobs are None where it is another.

    Returns:
        The keys of `KEYS`: hazard ratios with intervals [low, high], shares between 0 and 1, and
        counts; `risk_differences` holds for each horizon its months, the difference in percentage
        points and its interval. `persons` are those of the cleaned register, else of the windows
        where each has one group, else of the durations; `person_months` are all that the register
        gives, else those at risk in the hazard models, else those of all windows.
    """
    departure = _model(tables, "departures_total", "departures")
    # Without the headline there is nothing for it to accompany: it rests on the same departures.
    companion = _model(tables, "departures_given_other", "departures") if departure else {}
    association = _model(tables, "association", "changes")
    k, asw = _chosen(tables)
    differences = _risk_differences(tables)
    values = (
        departure.get("hazard_ratio"),
        _interval(departure),
        companion.get("hazard_ratio"),
        association.get("hazard_ratio"),
        _interval(association),
        *(number for months in (12, 24) for number in _of_jobs(differences, months, event)),
        differences or None,
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


def _risk_differences(tables: Tables) -> list[dict[str, Any]]:
    """The difference of risks within each horizon and its interval, in percentage points."""
    if "job_risks" not in tables:
        return []
    rows = tables["job_risks"].drop_nulls(["difference", "low", "high"]).sort("time")
    return [
        {
            "months": row["time"],
            "points": round(100 * row["difference"], 10),
            "ci": [round(100 * row[bound], 10) for bound in ("low", "high")],
        }
        for row in rows.iter_rows(named=True)
    ]


def _of_jobs(
    differences: list[dict[str, Any]], months: int, event: str
) -> tuple[float | None, list[float] | None]:
    """The difference in the risk of a job within some months, and its interval."""
    for row in differences:
        if event == "job" and row["months"] == months:
            return row["points"], row["ci"]
    return None, None


def _ever_changed(tables: Tables) -> float | None:
    if "ever_changed" not in tables or tables["ever_changed"].is_empty():
        return None
    table = tables["ever_changed"]
    main = table.filter(pl.col("population") == "ready_month")
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
    """Count the rows of files with a fate; rows made of a weekly register are none."""
    if "accounting" not in tables:
        return None
    made = tables["accounting"].filter(pl.col("reason") == MADE)["table"]
    own = tables["accounting"].filter(~pl.col("table").is_in(made.implode()))
    return int(own.filter(pl.col("step") == step)["rows"].sum())


def _persons(tables: Tables) -> int | None:
    if "accounting" in tables:
        table = tables["accounting"]
        used = table.filter((pl.col("table") == "persons") & (pl.col("step") == "used"))
        if used.height:
            return int(used["rows"].sum())
    if "sizes" in tables:
        persons = tables["sizes"]["persons"].drop_nulls()
        # a person has one value of a personal column, but can have windows in several periods
        periods = "regime_months" in tables and tables["regime_months"].height > 0
        return None if periods and persons.len() > 1 else int(persons.sum())
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
