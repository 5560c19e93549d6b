"""Figures as PDF, and as pictures of a slide's size: the same bytes for the same figure."""

import io
from typing import Any, cast

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imsave
from matplotlib.layout_engine import ConstrainedLayoutEngine

SLIDE_PIXELS = (1920, 1080)
SLIDE_INCHES = (6.4, 3.6)
"""The canvas of a slide; text keeps its size in points, so that it is larger on the slide."""
TALLEST = 4.0
"""Inches of a figure that is laid out anew for a slide; a taller one is scaled as it is."""
_NO_METADATA = {"Creator": None, "Producer": None, "CreationDate": None}


def as_pdf(figure: Figure) -> bytes:
    """Save as PDF without dates and names of programs."""
    # Only where a PDF is asked for: its library of fonts takes as long to import as all others.
    from matplotlib.backends.backend_pdf import FigureCanvasPdf

    buffer = io.BytesIO()
    save = cast(Any, FigureCanvasPdf(figure)).print_pdf
    save(buffer, metadata=_NO_METADATA)
    return buffer.getvalue()


def fit_to_slide(figure: Figure) -> None:
    """Give a figure that was not laid out yet the shape of a slide, where it is not too tall.

    A figure that places its parts itself keeps its shape.
    """
    laid_out = isinstance(figure.get_layout_engine(), ConstrainedLayoutEngine)
    if laid_out and figure.get_figheight() <= TALLEST:
        figure.set_size_inches(*SLIDE_INCHES)


def as_slide(figure: Figure) -> bytes:
    """Save as a PNG of a slide, the figure in its middle, as large as it goes."""
    wide, high = SLIDE_PIXELS
    width, height = figure.get_size_inches().tolist()
    figure.set_dpi(min(wide / width, high / height))
    canvas = cast(Any, FigureCanvasAgg(figure))
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[:high, :wide, :3]
    slide = np.full((high, wide, 3), 255, np.uint8)
    top, left = (high - pixels.shape[0]) // 2, (wide - pixels.shape[1]) // 2
    slide[top : top + pixels.shape[0], left : left + pixels.shape[1]] = pixels
    buffer = io.BytesIO()
    cast(Any, imsave)(buffer, slide, format="png", metadata={"Software": None})
    return buffer.getvalue()
