"""What leaves the server: the disclosure gate, and all that is made of what passed it."""

from trajectories.release.gate.protect import Log, protect
from trajectories.release.gate.rules import EXACT, PRESETS, Rules
from trajectories.release.gate.spec import Count, Estimate, LifeTable, TableSpec, Total
from trajectories.release.specs import SPECS, spec_for

__all__ = [
    "EXACT",
    "PRESETS",
    "SPECS",
    "Count",
    "Estimate",
    "LifeTable",
    "Log",
    "Rules",
    "TableSpec",
    "Total",
    "protect",
    "spec_for",
]
