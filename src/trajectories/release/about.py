"""What the released folder says about the run: all that the figures and the report need to know."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from trajectories.config.sections.release import ReleaseConfig
from trajectories.config.sections.sequences import WindowConfig
from trajectories.refusals import Refusal
from trajectories.release.gate.rules import PRESETS, Rules
from trajectories.release.missing import describe_missing, stages_refused
from trajectories.release.study import Study, setting
from trajectories.words import _

SWITCHED = ("typology", "reform", "hazards")
"""Stages that a configuration may switch off."""
STAGES = ("register", "sequences", *SWITCHED)
WITHHELD = "(withheld)"

_PATH = re.compile(r"[/\\~]|\.(csv|parquet|sas7bdat|xpt|dta|txt|gz)$", re.IGNORECASE)
_MACHINE = frozenset({"cores", "niceness", "memory_gib", "temporary"})
_SECRET_KEYS = frozenset({"key_seed", "path", "results", "files", "earlier"})


def rules_of(section: ReleaseConfig, windows: WindowConfig | None = None) -> Rules:
    """Make the gate's rules from the configuration; keys can only make the preset stricter.

    Where windows begin in a month of origin, everybody knows the states that they begin in.
    """
    origins = () if windows is None or windows.origin_month else windows.origin_states
    preset = PRESETS[section.preset]
    threshold, base = section.counts
    return Rules(
        preset.name,
        threshold=threshold,
        base=base,
        dominance=min(preset.dominance, section.dominance),
        step_events=max(preset.step_events, section.threshold or 0),
        width=max(preset.width, section.width),
        significant_digits=preset.significant_digits,
        origins=origins,
        ladder=section.ladder,
        pooled=section.pooled,
    )


def settings(document: Mapping[str, Any]) -> dict[str, Any]:
    """Copy a configuration without paths, file names and secret seeds."""
    return {str(key): _clean(str(key), value) for key, value in document.items()}


def _clean(key: str, value: Any) -> Any:
    if key in _SECRET_KEYS and value is not None:
        return WITHHELD
    if isinstance(value, Mapping):
        return settings(value)
    if isinstance(value, list | tuple):
        return [_clean("", item) for item in value]
    if isinstance(value, str) and key not in {"title", "source", "description"}:
        return WITHHELD if _PATH.search(value) else value
    return value if isinstance(value, bool | int | float | str) or value is None else str(value)


def describe_run(
    document: Mapping[str, Any],
    section: ReleaseConfig,
    rules: Rules,
    *,
    present: Collection[str],
    refusals: Collection[Refusal] = (),
) -> dict[str, Any]:
    """Describe a run for `about.json`.

    Returns:
        title, name, authors, simulated, language, stages ({stage: {enabled, reason}}), missing (as
        `describe_missing` lists it), rules, settings.
    """
    refused = stages_refused(refusals)
    study = Study(language=section.language)
    return {
        "title": setting(document, "run.title") or setting(document, "run.name"),
        "name": setting(document, "run.name"),
        "authors": list(section.authors),
        "simulated": _simulated(document, present),
        "language": section.language,
        "stages": {
            stage: {
                "enabled": stage in present,
                "reason": ""
                if stage in present
                else study.say(_reason(stage, document, section, refused), stage=stage),
            }
            for stage in STAGES
        },
        "missing": describe_missing(refusals),
        "rules": {
            "preset": rules.name,
            "threshold": rules.threshold,
            "base": rules.base,
            "dominance": rules.dominance,
            "step_events": rules.step_events,
            "width": rules.width,
            "significant_digits": rules.significant_digits,
            "sentence": rules.sentence(study),
        },
        "settings": settings(_without_machine(document)),
    }


def _without_machine(document: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what a run takes of its machine: results are the same whatever it is."""
    run = {key: value for key, value in document.get("run", {}).items() if key not in _MACHINE}
    return {**document, "run": run} if "run" in document else dict(document)


def _simulated(document: Mapping[str, Any], present: Collection[str]) -> bool:
    """Tell whether the numbers come from the simulator: not where durations came from a file."""
    durations = setting(document, "hazards.source") == "durations"
    simulated = setting(document, "register.source") == "simulator"
    return simulated and not (durations and "register" not in present)


def _reason(
    stage: str, document: Mapping[str, Any], section: ReleaseConfig, refused: Collection[str]
) -> str:
    if stage in refused:
        return _("not possible with these data, for the reason given at the top of the report")
    if stage in section.absent:
        # What the analyst wrote is no message: its braces are not filled.
        return section.absent[stage].rstrip(".").replace("{", "{{").replace("}", "}}")
    if stage in SWITCHED and not setting(document, f"{stage}.enabled"):
        return _("switched off in the configuration ({stage}.enabled)")
    if setting(document, "hazards.source") == "durations":
        return _("not run: the hazards were estimated from a file of durations, without a register")
    return _("not run")
