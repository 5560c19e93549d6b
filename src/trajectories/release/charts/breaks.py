"""Breaks in the series on axes of calendar time."""

from matplotlib.axes import Axes

from trajectories.release.style import CONTRAST, INK, Style
from trajectories.words import _


def mark_breaks(axes: Axes, style: Style, first: float, last: float, *, named: bool = True) -> None:
    """Draw the breaks in the series on an axis of calendar time, with their names.

    Args:
        axes: axes whose horizontal axis is in years, January at the whole number.
        style: labels, and the study with its events.
        first: where the axis begins; breaks outside it are left out.
        last: where it ends.
        named: whether the names are written at the lines, or elsewhere by `list_breaks`.
    """
    for name, at in _breaks_between(style, first, last):
        axes.axvline(at, color=CONTRAST, linewidth=0.6, linestyle=(0, (4, 2)), zorder=0.5)
        if not named:
            continue
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


def list_breaks(axes: Axes, style: Style, first: float, last: float) -> None:
    """Write the breaks between two points in time into an empty panel, one a line."""
    axes.set_axis_off()
    lines = [style.event(name) for name, _at in _breaks_between(style, first, last)]
    title = style.say(_("Breaks in the series"))
    axes.text(0, 1, title, transform=axes.transAxes, va="top", fontsize=7.5, weight="bold")
    axes.text(
        0, 0.87, "\n".join(lines), transform=axes.transAxes, va="top", fontsize=6.5, linespacing=1.4
    )


def _breaks_between(style: Style, first: float, last: float) -> list[tuple[str, float]]:
    found = [
        (name, date.year + (date.month - 1) / 12) for name, date in style.study.event_dates.items()
    ]
    return [(name, at) for name, at in found if first <= at <= last]
