"""The report: one self-contained page made from a release folder."""

from trajectories.release.page.render import render_report

__all__ = ["render_report"]
