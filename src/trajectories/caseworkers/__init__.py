"""Caseworkers: assignments in, dated changes with causes, list ends and exposures by month out.

The room says who was responsible on a day, when and why that changed, and who met a departure.
"""

from typing import TYPE_CHECKING

from trajectories.lazy import lazily

if TYPE_CHECKING:
    from trajectories.caseworkers.changes import caseworker_changes

__all__ = ["caseworker_changes"]

__getattr__, __dir__ = lazily(__name__)
