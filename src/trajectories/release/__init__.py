"""What may leave the server: exact tables in, protected tables, figures and the report out.

Everything passes the gate; all after it reads what passed, and nothing else.
"""

from typing import TYPE_CHECKING

from trajectories.lazy import lazily

if TYPE_CHECKING:
    from trajectories.release.gate.protect import Log, protect
    from trajectories.release.gate.rules import EXACT, PRESETS, Rules
    from trajectories.release.gate.spec import Count, Estimate, LifeTable, TableSpec, Total

__all__ = [
    "EXACT",
    "PRESETS",
    "Count",
    "Estimate",
    "LifeTable",
    "Log",
    "Rules",
    "TableSpec",
    "Total",
    "protect",
]

__getattr__, __dir__ = lazily(__name__)
