"""Breaks in the series on axes of calendar time."""

from matplotlib.axes import Axes

from trajectories.release.style import CONTRAST, INK, Style


def mark_breaks(axes: Axes, style: Style, first: float, last: float) -> None:
    """Draw the breaks in the series on an axis of calendar time, with their names.

    Args:
        axes: axes whose horizontal axis is in years, January at the whole number.
        style: labels, and the study with its events.
        first: where the axis begins; breaks outside it are left out.
        last: where it ends.
    """
    for name, date in style.study.event_dates.items():
        at = date.year + (date.month - 1) / 12
        if not first <= at <= last:
            continue
        axes.axvline(at, color=CONTRAST, linewidth=0.6, linestyle=(0, (4, 2)), zorder=0.5)
        axes.annotate(
            style.study.event_label(name) or style.word(name).capitalize(),
            (at, 1),
            xycoords=axes.get_xaxis_transform(),
            xytext=(1.5, -2),
            textcoords="offset points",
            rotation=90,
            ha="left",
            va="top",
            fontsize=5.5,
            color=INK,
        )
