"""What a configuration leaves to its reform packages, filled in."""

import csv
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from trajectories.config.reforms.package import AlphabetConfig, ReformPackage
from trajectories.config.reforms.reading import joined_events, read_package
from trajectories.config.section import Section
from trajectories.errors import UserError

ConfigT = TypeVar("ConfigT", bound=Section)
"""The whole configuration, whose model is above this folder."""


def with_reforms(whole: ConfigT, folder: Path = Path()) -> ConfigT:
    """Give a configuration what it leaves to the reform packages that it names.

    Keys that the configuration sets are kept. The first package defines periods, states, groups of
    age, words and the days of new caseworkers; events, renamed values and youth ages are those of
    all packages together.

    Args:
        whole: the configuration; packages that are written out in it are not read.
        folder: the project's folder, at which relative paths start.

    Raises:
        UserError: a package is missing or has errors.
    """
    config: Any = whole
    packages: tuple[ReformPackage, ...] = config.reform.packages or tuple(
        read_package(name, folder) for name in config.reform.named
    )
    if not packages:
        return whole
    first = packages[0]
    config = _with_states(config, first.alphabet, folder)
    hazards = {
        "changes": _filled(config.hazards.changes, _of_changes(packages)),
        "models": _filled(config.hazards.models, {"calendar_borders": _borders(first)}),
    }
    tables = dict.fromkeys(table for one in packages for table in one.relabelling.tables)
    reform = {"relabelling": list(tables), "split_age": first.split_age}
    known = [one.codes_known_until for one in packages if one.codes_known_until is not None]
    title = first.words.title.model_dump()[config.release.language]
    events = joined_events(packages)
    filled: ConfigT = config.model_copy(
        update={
            "run": _filled(config.run, {"title": title}),
            "register": _filled(config.register, {"codes_known_until": min(known, default=None)}),
            "sequences": _filled(config.sequences, {"events": events}),
            "reform": _filled(config.reform, reform).model_copy(update={"packages": packages}),
            "hazards": config.hazards.model_copy(update=hazards),
        }
    )
    return filled


def _of_changes(packages: Sequence[ReformPackage]) -> dict[str, Any]:
    given = packages[0].new_caseworkers
    return {
        "youth_ages": tuple(sorted({age for one in packages for age in one.youth_ages})),
        "reform_from": given and given.first_day,
        "reform_to": given and given.last_day,
    }


def _borders(package: ReformPackage) -> tuple[dt.date, ...]:
    in_force = package.event("in_force")
    names = package.divides or (() if in_force is None else (in_force.name,))
    return tuple(sorted(event.date for event in package.events if event.name in names))


def _filled(section: Any, values: dict[str, Any]) -> Any:
    """Return a section with the given values for keys that are null."""
    new = {key: value for key, value in values.items() if getattr(section, key) is None}
    return section.model_copy(update=new)


def _with_states(config: Any, chosen: AlphabetConfig, folder: Path) -> Any:
    """Take the package's states where the configuration has the defaults."""
    register, usual = config.register, type(config.register)()
    pair = (register.states, register.alphabet)
    if pair != (usual.states, usual.alphabet) or pair == (chosen.states, chosen.alphabet):
        return config
    held = _states_of(folder / chosen.alphabet)
    window, month = config.sequences.window, config.sequences.month
    sequences = config.sequences.model_copy(
        update={
            "window": _without_strangers(window, "origin_states", held),
            "month": _without_strangers(month, "order", held),
        }
    )
    lists = {"states": chosen.states, "alphabet": chosen.alphabet}
    return config.model_copy(
        update={"register": register.model_copy(update=lists), "sequences": sequences}
    )


def _without_strangers(section: Any, key: str, held: Sequence[str]) -> Any:
    """Take states out of a default list that the alphabet does not hold."""
    listed = getattr(section, key)
    if listed != getattr(type(section)(), key):
        return section
    kept = tuple(state for state in listed if state in held)
    return section.model_copy(update={key: kept})


def _states_of(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [row["state"] for row in csv.DictReader(file)]
    except (OSError, KeyError):
        raise UserError(f"{path}: the alphabet of a reform package cannot be read.") from None
