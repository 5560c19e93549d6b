"""Caseworkers: assignments in, dated changes with causes, list ends and exposures out."""

from trajectories.caseworkers.changes import caseworker_changes

__all__ = ["caseworker_changes"]
