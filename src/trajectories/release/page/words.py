"""The report's headline box and its target-trial table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trajectories.release.model_rows import find
from trajectories.release.outputs.reform.readiness import decimals, largest
from trajectories.release.page.remarks import not_given
from trajectories.release.page.typology_prose import continuum
from trajectories.release.style import Style
from trajectories.release.tables import Tables
from trajectories.words import _

LABELS: dict[str, str] = {
    "departure": _("{ratio} of {outcome} when the caseworker leaves"),
    "companion": _("the same, holding other caseworker changes constant"),
    "companion_detail": _("companion: what later changes do is left out"),
    "association": _("{ratio} of {outcome} for each change of any cause"),
    "ever_changed": _("had a new caseworker while at risk"),
    "population": _("of {population}"),
}
"""Labels of the boxes."""


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
    if not interval:
        return style.ratio(value), style.word("interval withheld")
    low, high = (style.ratio(bound) for bound in interval)
    name = style.word("95 % interval")
    return style.ratio(value), style.say(_("{name} {low} to {high}"), name=name, low=low, high=high)


def headline_boxes(headline: Mapping[str, Any], tables: Tables, style: Style) -> list[Box]:
    """Choose the headline's numbers: those that the run has, the main one first."""
    boxes, say = [], style.study.say
    main = say(LABELS["departure"])
    why = not_given(tables)
    if headline["departure_hr"] is not None:
        value, detail = _ratio(style, headline["departure_hr"], headline["departure_hr_ci"])
        row: dict[str, Any] = find(tables["models"], "departures_total", "departures") or {}
        if row.get("planted") is not None:
            detail += f"; {style.word('planted')} {style.number(row['planted'], 2)}"
        boxes.append(Box(value, main, detail, main=True))
    elif why is not None:
        boxes.append(Box("–", main, f"{style.word('not given')}: {say(why)}", main=True))
    if headline["departures_given_other_hr"] is not None:
        value = style.number(headline["departures_given_other_hr"], 2)
        boxes.append(Box(value, say(LABELS["companion"]), say(LABELS["companion_detail"])))
    if headline["association_hr"] is not None:
        value, detail = _ratio(style, headline["association_hr"], headline["association_hr_ci"])
        boxes.append(
            Box(value, say(LABELS["association"]), f"{style.word('association')}; {detail}")
        )
    if headline["ever_changed_share"] is not None:
        value = style.percent(headline["ever_changed_share"])
        boxes.append(Box(value, say(LABELS["ever_changed"]), say(LABELS["population"])))
    if headline["k"] is not None and headline["k"] > 1:
        detail = f"{style.word('average silhouette width')} {_number(style, headline['asw'], 2)}"
        what = "groups of one continuum" if continuum(tables) else "types of trajectory"
        boxes.append(Box(str(headline["k"]), style.word(what), detail))
    if (box := _relabelling(headline, tables, style)) is not None:
        boxes.append(box)
    if headline["persons"] is not None:
        what, unit = "persons", "person-months"
        if "accounting" not in tables and "kaplan_meier" in tables:
            what, unit = "durations", "periods at risk"
        months = headline["person_months"]
        detail = "" if months is None else f"{style.number(months)} {style.word(unit)}"
        boxes.append(Box(style.number(headline["persons"]), style.word(what).lower(), detail))
    return boxes


def _relabelling(headline: Mapping[str, Any], tables: Tables, style: Style) -> Box | None:
    """How much of a type's change rests on readiness; else what undoing renamed codes changes."""
    if "readiness" in tables and (change := largest(tables, style)) is not None:
        return Box(
            style.number(100 * abs(change.rests), decimals(tables)),
            style.word("percentage points: rests on readiness"),
            style.word("largest change that rests on readiness"),
        )
    if headline["relabelling_contrast"] is None:
        return None
    contrast = headline["relabelling_contrast"]
    return Box(
        style.number(100 * contrast, 1),
        style.word("percentage points: relabelling contrast"),
        style.word("not relabelled" if contrast == 0 else "relabelled"),
    )
