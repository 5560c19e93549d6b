"""Caseworkers: assignments in, dated changes with causes, list ends and exposures by month out.

The room says who was responsible on a day, when and why that changed, and who met a departure.
"""

from trajectories.caseworkers.changes import caseworker_changes

__all__ = ["caseworker_changes"]
