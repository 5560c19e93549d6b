"""Places of a figure that tell their values when a pointer rests on them.

A spot is an invisible rectangle of the SVG with a title. Every browser shows the title by itself,
without a script; pictures and print look the same with spots and without.
"""

import re
from collections.abc import Sequence
from html import escape, unescape

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

# An attribute of XML keeps this sign where it would turn a line break into a space.
_BREAK = "\u2028"
_MARK = "spot:"
_DRAWN = re.compile(rb'<g id="spot:([^"]*)">\s*<path d="([^"]*)"[^>]*?/>\s*</g>')
_POINT = re.compile(rb"[ML] ([-\d.]+) ([-\d.]+)")
_ON_TOP = 99


def columns(axes: Axes, x: Sequence[float], texts: Sequence[str]) -> None:
    """Make one spot a place on the horizontal axis, from bottom to top, half way to its neighbours.

    Args:
        axes: gets the spots, once its limits are set.
        x: ascending.
        texts: what each spot tells.
    """
    for low, high, text in zip(*_edges(x, axes.get_xlim()), texts, strict=True):
        _add(axes, Rectangle((low, 0), high - low, 1, transform=axes.get_xaxis_transform()), text)


def rows(axes: Axes, y: Sequence[float], texts: Sequence[str]) -> None:
    """Make one spot a place on the vertical axis, as `columns` does on the horizontal one."""
    for low, high, text in zip(*_edges(y, axes.get_ylim()), texts, strict=True):
        _add(axes, Rectangle((0, low), 1, high - low, transform=axes.get_yaxis_transform()), text)


def _edges(places: Sequence[float], limits: tuple[float, float]) -> tuple[list[float], list[float]]:
    at = np.asarray(places, dtype=np.float64)
    middle = (at[1:] + at[:-1]) / 2
    half = np.diff(at).min() / 2 if len(at) > 1 else 0.5
    edges = np.concatenate([at[:1] - half, middle, at[-1:] + half])
    edges = np.clip(edges, min(limits), max(limits))
    return edges[:-1].tolist(), edges[1:].tolist()


def _add(axes: Axes, patch: Artist, text: str) -> None:
    name = _MARK + text.replace("\n", _BREAK).replace('"', "”")
    patch.set(facecolor="none", edgecolor="none", linewidth=0, gid=name, zorder=_ON_TOP)
    patch.set_in_layout(False)
    axes.add_artist(patch)


def with_titles(svg: bytes) -> bytes:
    """Give the spots of an SVG of matplotlib their titles."""

    def spot(found: re.Match[bytes]) -> bytes:
        points = np.array(_POINT.findall(found[2])).astype(np.float64)
        (left, top), (width, height) = points.min(axis=0), np.ptp(points, axis=0)
        text = escape(unescape(found[1].decode()).replace(_BREAK, "\n"), quote=False)
        return (
            f'<rect class="spot" x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" '
            f'height="{height:.1f}" fill="none" pointer-events="all"><title>{text}</title></rect>'
        ).encode()

    return _DRAWN.sub(spot, svg)
