"""What a release published: each number with what it is a function of, and the persons behind."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from trajectories.release.gate.layout import Key
from trajectories.release.gate.protect import Release

NUMBERS = {"number": pl.String, "exact": pl.Float64, "shown": pl.Float64}


@dataclass(frozen=True)
class Published:
    """What one release published.

    Attributes:
        numbers: number (population and coordinates, as JSON), exact, shown (null where withheld).
            Of a number that stands from an even earlier release, the exact number of that one.
        tables: by name, the exact tables of which the released ones were made, alike.
        settings: hash of the settings on which results depend.
    """

    numbers: pl.DataFrame
    tables: Mapping[str, pl.DataFrame]
    settings: str


WORDS = ("language", "authors", "absent", "earlier")
"""Settings of a release that change no number."""


def hash_of(document: Mapping[str, Any]) -> str:
    """Hash the settings on which results depend: not the run's name, machine and words."""
    release = {k: v for k, v in document.get("release", {}).items() if k not in WORDS}
    kept = {**{k: v for k, v in document.items() if k != "run"}, "release": release}
    text = json.dumps(kept, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def name_number(population: str, key: Key) -> str:
    """Name a number by what it is a function of."""
    return json.dumps([population, *key], ensure_ascii=False, separators=(",", ":"))


def read_number(name: str) -> tuple[tuple[str, str], ...]:
    """Read a number's population, as the value of a nameless coordinate, and its coordinates."""
    population, *key = json.loads(name)
    return ("", population), *((one, value) for one, value in key)


def published(release: Release, settings: str) -> Published:
    """Write down what a protected release publishes; nothing linked where no rule was applied."""
    tables = {name: one.as_shown for name, one in release.exact.items()}
    if release.view is None:
        return Published(pl.DataFrame(schema=NUMBERS), tables, settings)
    system, standing = release.view.system, release.view.standing
    exact = np.where(standing.which, standing.was, system.exact)[: system.named]
    shown = np.where(release.gone, np.nan, release.view.shown)[: system.named]
    shown = np.where(release.view.known[: system.named], 0.0, shown)
    numbers = pl.DataFrame(
        {"number": [name_number(*key) for key in system.keys], "exact": exact, "shown": shown},
        schema=NUMBERS,
    ).with_columns(pl.col("shown").fill_nan(None))
    return Published(numbers, tables, settings)
