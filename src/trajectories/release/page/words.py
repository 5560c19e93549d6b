"""The report's headline box and its target-trial table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trajectories.release.model_rows import find
from trajectories.release.page.remarks import not_given
from trajectories.release.study import Study
from trajectories.release.study_words import LANGUAGES
from trajectories.release.style import Style
from trajectories.release.tables import Tables

LABELS: dict[str, tuple[str, str]] = {
    "departure": (
        "{ratio} of {outcome} when the caseworker leaves",
        "{ratio} for {outcome}, når sagsbehandleren stopper",
    ),
    "companion": (
        "the same, holding other caseworker changes constant",
        "det samme, når andre sagsbehandlerskift holdes konstante",
    ),
    "companion_detail": (
        "companion: what later changes do is left out",
        "følgetal: senere skifts bidrag er ikke med",
    ),
    "association": (
        "{ratio} of {outcome} for each change of any cause",
        "{ratio} for {outcome} pr. skift af enhver årsag",
    ),
    "ever_changed": (
        "had a new caseworker while at risk",
        "fik en ny sagsbehandler, mens de blev fulgt",
    ),
    "population": ("of {population}", "af {population}"),
}
"""Labels of the boxes, in English and in Danish."""


@dataclass(frozen=True)
class Box:
    """One number of the headline box."""

    value: str
    label: str
    detail: str
    main: bool = False


def label(key: str, study: Study) -> str:
    """Write a box's label with the outcome and the population of the run."""
    text = LABELS[key][LANGUAGES.index(study.language)]
    return text.format(ratio=study.ratio, outcome=study.outcome, population=study.population)


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
    main = label("departure", style.study)
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
                label("companion", style.study),
                label("companion_detail", style.study),
            )
        )
    if headline["association_hr"] is not None:
        value, detail = _ratio(style, headline["association_hr"], headline["association_hr_ci"])
        boxes.append(
            Box(
                value,
                label("association", style.study),
                f"{style.word('association')}; {detail}",
            )
        )
    if headline["ever_changed_share"] is not None:
        value = style.percent(headline["ever_changed_share"])
        boxes.append(
            Box(
                value,
                label("ever_changed", style.study),
                label("population", style.study),
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
                style.word(
                    "not relabelled" if headline["relabelling_contrast"] == 0 else "relabelled"
                ),
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
