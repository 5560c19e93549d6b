"""Figures, panels, axes and labels: what all plots share."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from trajectories.errors import UserError
from trajectories.plot.label_places import spread
from trajectories.plot.palette import INK, MUTED, RULE, Look

Legend = Literal["direct", "right", "none"]
"""Where states are named: at the right end of the picture, in a list at the right, or nowhere."""
Drawn = Axes | list[Axes]
"""The axes drawn on: one a group, in the groups' order, where groups were given."""
Given = Axes | Sequence[Axes] | None
"""Axes to draw on: one, or one a group; None for a figure of its own."""

SMALL, TEXT, TITLE = 7.5, 8.5, 9.5
PANEL = (3.1, 2.3)
"""Width and height of a panel among others, in inches."""
ALONE = (5.6, 3.2)
"""Width and height of a panel alone."""
MOST_COLUMNS = 3
MOST_PANELS = 100
"""More cannot be read, and take minutes to lay out."""


def axes_for(
    ax: Given,
    names: Sequence[str],
    *,
    alone: tuple[float, float] = ALONE,
    panel: tuple[float, float] = PANEL,
    share_y: bool = True,
) -> list[Axes]:
    """Return one axes for each name: those given, or those of a new figure.

    Raises:
        UserError: the number of axes given is another, or there are no or too many panels.
    """
    if ax is not None:
        given = [ax] if isinstance(ax, Axes) else list(np.ravel(np.array(ax, dtype=object)))
        if len(given) != len(names):
            raise UserError(
                f"There are {len(names)} pictures to draw and {len(given)} axes: give as many."
            )
        for one in given:
            if not isinstance(one, Axes):
                raise UserError(f"ax holds a {type(one).__name__}: give axes of matplotlib.")
        return given
    if not 0 < len(names) <= MOST_PANELS:
        raise UserError(
            f"There are {len(names):,} panels to draw: give 1 to {MOST_PANELS} of them, by fewer "
            "groups or indices."
        )
    # A notebook shows the figures that pyplot knows; other programs do not wait for it.
    from matplotlib import pyplot

    columns = min(len(names), MOST_COLUMNS if len(names) != 4 else 2)
    rows = -(-len(names) // columns)
    width, height = alone if len(names) == 1 else (panel[0] * columns + 1.2, panel[1] * rows)
    _, grid = pyplot.subplots(
        rows,
        columns,
        figsize=(width, height),
        layout="constrained",
        squeeze=False,
        sharex=True,
        sharey=share_y,
    )
    flat: list[Axes] = list(grid.flat)
    for unused in flat[len(names) :]:
        unused.set_axis_off()
    for lowest in flat[max(0, len(names) - columns) : len(names)]:
        lowest.tick_params(labelbottom=True)
    return flat[: len(names)]


def returned(panels: list[Axes], *, grouped: bool) -> Drawn:
    """Return the axes of all groups, or the only one."""
    return panels if grouped else panels[0]


def dress(ax: Axes, *, grid: Literal["x", "y", "none"] = "none", frame: bool = True) -> None:
    """Give axes the house's thin lines and small letters."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set(visible=frame, color=MUTED, linewidth=0.6)
    ax.tick_params(
        colors=MUTED, labelcolor=INK, labelsize=SMALL, width=0.6, length=2.5, which="major"
    )
    for label in (ax.xaxis.label, ax.yaxis.label):
        label.set(fontsize=TEXT, color=INK)
    if grid != "none":
        ax.set_axisbelow(True)
        ax.grid(axis=grid, color=RULE, linewidth=0.5)
        ax.tick_params(axis=grid, length=0)


def is_leftmost(ax: Axes) -> bool:
    """Tell whether axes have no panel at their left, so that their vertical axis needs a name."""
    place = ax.get_subplotspec()
    return place is None or place.is_first_col()


def is_lowest(ax: Axes) -> bool:
    """Tell whether axes have no panel below, so that their horizontal axis needs a name."""
    place = ax.get_subplotspec()
    return place is None or place.is_last_row() or ax.xaxis.get_tick_params().get("labelbottom", 0)


def head(ax: Axes, title: str, note: str = "") -> None:
    """Write a panel's title at the left, and a note after it in small letters."""
    ax.set_title(title, loc="left", fontsize=TITLE, fontweight="bold", color=INK)
    if note:
        ax.set_title(note, loc="right", fontsize=SMALL, color=MUTED)


def percent(ax: Axes, axis: Literal["x", "y"]) -> None:
    """Write an axis of shares in per cent."""
    form = FuncFormatter(lambda share, _: f"{100 * share:.4g}\u202f%")
    (ax.xaxis if axis == "x" else ax.yaxis).set_major_formatter(form)


def number_ticks(ax: Axes, names: Sequence[str], *, most: int = 8) -> None:
    """Name positions 1…L below the axes, so many that they can be read."""
    length = len(names)
    numbered = list(names) == [str(place + 1) for place in range(length)]
    widest = max(map(len, names), default=1)
    room = max(2, min(most, 48 // max(widest, 1)))
    step = next((s for s in (1, 2, 3, 4, 6, 12, 24, 60) if length / s <= room), -(-length // room))
    places = range(step - 1 if numbered and step > 1 else 0, length, step)
    ax.set_xticks([place + 1 for place in places], [names[place] for place in places])


def label_ends(
    ax: Axes,
    places: Sequence[float],
    texts: Sequence[str],
    colours: Sequence[str],
    *,
    swatch: bool = False,
    low: float | None = None,
    high: float | None = None,
) -> None:
    """Name lines or bands at the right border of the axes, without overlaps.

    Args:
        ax: the axes, whose limits are final.
        places: where each ends, in the units of the vertical axis.
        texts: their names.
        colours: their colours.
        swatch: whether a square shows the colour and letters are dark, as light colours need.
        low: lowest place of a label; that of the axes by default.
        high: highest place.
    """
    bottom, top = sorted(ax.get_ylim())
    low, high = bottom if low is None else low, top if high is None else high
    height = ax.get_position().height * ax.figure.bbox.height * 72 / ax.figure.dpi
    gap = (top - bottom) * 1.35 * SMALL / max(height, 1)
    moved = spread(places, gap, low + gap * 0.3, high - gap * 0.3)
    for place, at, text, colour in zip(moved, places, texts, colours, strict=True):
        ax.annotate(
            "",
            (1.0, at),
            (1.022, place),
            xycoords=ax.get_yaxis_transform(),
            textcoords=ax.get_yaxis_transform(),
            arrowprops={"arrowstyle": "-", "color": RULE, "lw": 0.6, "shrinkA": 0, "shrinkB": 0},
            annotation_clip=False,
        )
        if swatch:
            ax.plot(
                [1.035],
                [place],
                "s",
                color=colour,
                markersize=5.5,
                markeredgecolor=MUTED,
                markeredgewidth=0.4,
                transform=ax.get_yaxis_transform(),
                clip_on=False,
                zorder=5,
            )
        ax.text(
            1.06 if swatch else 1.03,
            place,
            text,
            transform=ax.get_yaxis_transform(),
            va="center",
            fontsize=SMALL,
            color=INK if swatch else colour,
        )


def state_patches(looks: Sequence[Look]) -> list[Patch]:
    """Return the patches of a legend, in the order of a stack from its top."""
    return [
        Patch(
            facecolor=look.colour,
            hatch=look.hatch or None,
            edgecolor=MUTED if look.hatch else "#ffffff",
            linewidth=0.3,
            label=look.label,
        )
        for look in reversed(looks)
    ]


def state_legend(figure: Any, looks: Sequence[Look]) -> None:
    """List the states at the right of a figure."""
    if isinstance(figure, Figure):
        figure.legend(
            handles=state_patches(looks),
            loc="outside right upper",
            fontsize=SMALL,
            frameon=False,
            handleheight=1.1,
            handlelength=1.1,
        )
