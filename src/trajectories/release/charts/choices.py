"""Rows of a figure of which a reader may choose one; without a script all are seen.

A part of a figure that belongs to a row carries its key, and where the row begins and how high it
is, in points from the top. A script of the page hides the other rows and moves the chosen one up.
"""

import re

from matplotlib.artist import Artist

_MARK = "row:"
_DRAWN = re.compile(rb'<g id="row:([^:"]*):([\d.]+):([\d.]+)">')
POINTS = 72


def mark(artist: Artist, key: str, top: float, height: float) -> None:
    """Make an artist part of a row.

    Args:
        artist: axes, or a text of the figure.
        key: what is chosen by, without a colon.
        top: inches from the figure's upper edge to the row's.
        height: the row's height in inches.
    """
    artist.set_gid(f"{_MARK}{key}:{top * POINTS:.1f}:{height * POINTS:.1f}")


def with_choices(svg: bytes) -> bytes:
    """Give the parts of rows in an SVG of matplotlib the attributes that a script reads."""
    return _DRAWN.sub(rb'<g class="choice" data-key="\1" data-top="\2" data-height="\3">', svg)
