"""Configurations of the shipped reforms, filled in as a run has them."""

from pathlib import Path
from typing import Any

from trajectories.config import root

ROOT = Path(__file__).parents[1]
DEFAULT = "kontanthjaelp-2014"
SHIPPED = (DEFAULT, "benefit-cap-2016", "kontanthjaelp-2025", "employment-2026-2027")


def config_of(*names: str, **sections: Any) -> root.Config:
    """Return the whole configuration of a run on reforms, its states where the lists are."""
    document = {**sections, "reform": {"package": list(names or (DEFAULT,))}}
    return root.load(document, name="a test", folder=ROOT)


def settings_of(*names: str) -> dict[str, Any]:
    """Return the sections that a reform fills in, as `about.json` holds them."""
    filled = config_of(*names)
    held = filled.model_dump(mode="json")
    return {
        "reform": {key: held["reform"][key] for key in ("packages", "split_age")},
        "sequences": {"events": held["sequences"]["events"]},
    }
