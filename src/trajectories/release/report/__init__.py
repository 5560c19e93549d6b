"""The report: one self-contained page made from a release folder."""

from trajectories.release.report.page import render_report

__all__ = ["render_report"]
