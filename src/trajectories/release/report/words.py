"""The report's headline box and its target-trial table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trajectories.release.figures.style import Style
from trajectories.release.models import find
from trajectories.release.report.html import Cell, HtmlTable
from trajectories.release.report.remarks import not_given
from trajectories.release.store import Tables


@dataclass(frozen=True)
class Box:
    """One number of the headline box."""

    value: str
    label: str
    detail: str
    main: bool = False


def _number(style: Style, value: float | None, decimals: int) -> str:
    return "–" if value is None else style.number(value, decimals)


def _ratio(style: Style, value: float, interval: Any) -> tuple[str, str]:
    until = "til" if style.language == "da" else "to"
    detail = (
        f"{style.word('95 % interval')} {style.ratio(interval[0])} {until} "
        f"{style.ratio(interval[1])}"
        if interval
        else style.word("interval withheld")
    )
    return style.ratio(value), detail


def headline_boxes(headline: Mapping[str, Any], tables: Tables, style: Style) -> list[Box]:
    """Choose the headline's numbers: those that the run has, the main one first."""
    boxes = []
    main = style.word("hazard ratio of a job when the caseworker leaves")
    why = not_given(tables, style)
    if headline["departure_hr"] is not None:
        value, detail = _ratio(style, headline["departure_hr"], headline["departure_hr_ci"])
        row: dict[str, Any] = find(tables["models"], "departures_total", "departures") or {}
        if row.get("planted") is not None:
            detail += f"; {style.word('planted')} {style.number(row['planted'], 2)}"
        boxes.append(Box(value, main, detail, main=True))
    elif why is not None:
        boxes.append(Box("–", main, f"{style.word('not given')}: {why}", main=True))
    if headline["departures_given_other_hr"] is not None:
        value = style.number(headline["departures_given_other_hr"], 2)
        boxes.append(
            Box(
                value,
                style.word("the same with other changes held"),
                style.word("companion, not a total effect"),
            )
        )
    if headline["association_hr"] is not None:
        value, detail = _ratio(style, headline["association_hr"], headline["association_hr_ci"])
        boxes.append(
            Box(
                value,
                style.word("hazard ratio per change of any cause"),
                f"{style.word('association')}; {detail}",
            )
        )
    if headline["ever_changed_share"] is not None:
        value = style.percent(headline["ever_changed_share"])
        boxes.append(
            Box(
                value,
                style.word("had a new caseworker while at risk"),
                style.word("of the activity-ready"),
            )
        )
    if headline["k"] is not None:
        detail = f"{style.word('average silhouette width')} {_number(style, headline['asw'], 2)}"
        boxes.append(Box(str(headline["k"]), style.word("types of trajectory"), detail))
    if headline["relabelling_contrast"] is not None:
        value = style.number(100 * headline["relabelling_contrast"], 1)
        boxes.append(
            Box(
                value,
                style.word("percentage points: relabelling contrast"),
                style.word("0 where only codes were renamed"),
            )
        )
    if headline["persons"] is not None:
        what, unit = "persons", "person-months"
        if "accounting" not in tables and "kaplan_meier" in tables:
            what, unit = "durations", "periods at risk"
        months = headline["person_months"]
        detail = "" if months is None else f"{style.number(months)} {style.word(unit)}"
        boxes.append(Box(style.number(headline["persons"]), style.word(what).lower(), detail))
    return boxes


def setting(settings: Mapping[str, Any], path: str, default: Any) -> Any:
    """Look up a setting by its dotted key; `default` where the run does not have it."""
    value: Any = settings
    for key in path.split("."):
        if not isinstance(value, Mapping) or key not in value:
            return default
        value = value[key]
    return value


def target_trial(settings: Mapping[str, Any]) -> HtmlTable:
    """Write the target-trial table from the run's settings (Hernán & Robins 2016)."""
    lag = setting(settings, "hazards.risk.lag_months", 1)
    on_list = setting(settings, "hazards.changes.list_months", 3)
    job_days = setting(settings, "hazards.risk.job_days", 28)
    within = setting(settings, "hazards.risk.readiness_within_days", 31)
    observed = setting(settings, "hazards.risk.starts", "observed") == "observed"
    current = bool(setting(settings, "hazards.risk.current_readiness_only", False))
    link = setting(settings, "hazards.models.link", "cloglog")
    starts = "whose start of social assistance is observed" if observed else "on social assistance"
    ready = ", ".join(setting(settings, "hazards.risk.readiness", ["activity_ready"]))
    rows = [
        (
            "Eligibility",
            f"Persons {starts}, {ready.replace('_', '-')} within {within} days, with a caseworker.",
        ),
        ("Time zero", "First month of the spell of social assistance."),
        (
            "Strategies compared",
            "The caseworker leaves, against stays. Exposed is who was on the leaver's list "
            f"{on_list} months before the leaver's last month, whatever the person did later.",
        ),
        (
            "Follow-up",
            "From time zero to an exit or the end of data, "
            + (
                "only in months in which the person is still so classified (a variant that "
                "selects on a consequence)."
                if current
                else "whatever the later visitation."
            )
            + " Only the end of data and the loss of the caseworker's registration censor.",
        ),
        (
            "Outcome",
            f"Exit to an ordinary job: at least {job_days} days without benefit and in "
            "employment. Education, flexjob, pension, rehabilitation, other benefits, "
            "self-support, old age, death and emigration compete.",
        ),
        (
            "Estimand",
            "Hazard ratio of a job for each departure so far, with a lag of "
            f"{lag} month{'' if lag == 1 else 's'}; not adjusted for what followed the departure.",
        ),
        (
            "Analysis",
            f"Discrete-time hazard model ({link}) on person-months with duration bands, "
            "municipality by half-year, first team, age and sex; intervals clustered by "
            "municipality and first team (CRV3).",
        ),
    ]
    return HtmlTable(
        "The target trial that the analysis emulates.",
        ["Part", "As done here"],
        [[Cell(part), Cell(words)] for part, words in rows],
    )
