"""What a person at the terminal sees when a run has ended."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trajectories.io import read_object, read_objects
from trajectories.refusals import REFUSED, Refusal
from trajectories.release.missing import describe_missing, name_part
from trajectories.release.store import read_about
from trajectories.release.study import Study
from trajectories.words import _


def summary(release: Path, private: Path | None = None) -> str:
    """Print the headline numbers of a finished run, where its report lies and what is missing.

    Args:
        release: the run's release folder; the numbers are the released ones, rounded.
        private: the gate's private folder, which holds the exact reasons of what is missing; by
            default they are given without numbers.
    """
    numbers = read_object(release / "headline.json")
    lines = ["", f"Report: {(release / 'report.html').resolve()}"]
    lines += [f"Brief, two pages: {(release / 'brief.html').resolve()}", ""]
    about = read_about(release, "missing", "settings", "simulated")
    if about["simulated"]:
        lines.append("  SIMULATED DATA, rounded for release")
    rows = _rows(numbers, Study(about["settings"]))
    width = max((len(label) for label, _text in rows), default=0)
    lines += [f"  {label:<{width}}  {text}" for label, text in rows]
    return "\n".join([*lines, *_missing(about, private), ""])


def _missing(about: Mapping[str, Any], private: Path | None) -> list[str]:
    found = about["missing"]
    if private is not None:
        entries = read_objects(private / REFUSED, "part", "origin", "sentence")
        refusals = [Refusal(**entry) for entry in entries]
        found = describe_missing(refusals, exact=True)
    if not found:
        return []
    lines = ["", "Missing, because the data do not allow it:"]
    for entry in found:
        names = ", ".join(name_part(part, Study()) for part in entry["parts"])
        lines += [f"  {names}", f"    {entry['reason']}"]
    return lines


def _rows(numbers: dict[str, Any], study: Study) -> list[tuple[str, str]]:
    say = study.say
    # Where changes were counted, the effect was asked for.
    asked = numbers.get("ever_changed_share") is not None
    refused = say(_("not given: see the report")) if asked else ""
    rows = [
        (say(_("rows read, rejected")), _pair(numbers, "rows_read", "rows_rejected")),
        (say(_("persons, person-months")), _pair(numbers, "persons", "person_months")),
        (say(_("clusters, average silhouette width")), _pair(numbers, "k", "asw")),
        (
            say(_("largest change of a share by relabelling")),
            _number(numbers.get("relabelling_contrast")),
        ),
        (
            say(_("share with a caseworker change, {readiness}")),
            _number(numbers.get("ever_changed_share")),
        ),
        (
            say(_("{ratio} of {outcome}, a caseworker leaves")),
            _ratio(numbers, "departure_hr") or refused,
        ),
        (
            say(_("{ratio} of {outcome}, any change (association)")),
            _ratio(numbers, "association_hr"),
        ),
    ]
    return [(label, text) for label, text in rows if text]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,}"


def _pair(numbers: dict[str, Any], first: str, second: str) -> str:
    return ", ".join(filter(None, (_number(numbers.get(first)), _number(numbers.get(second)))))


def _ratio(numbers: dict[str, Any], key: str) -> str:
    value, interval = numbers.get(key), numbers.get(f"{key}_ci")
    if value is None:
        return ""
    return f"{value}" + (f" ({interval[0]} to {interval[1]})" if interval else "")
