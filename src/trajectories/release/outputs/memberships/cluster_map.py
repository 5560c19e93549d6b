"""Where clusters lie on a map of like courses."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse

from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.style import ACCENT, INK, Size, Style, light_grid, new_figure
from trajectories.release.tables import Tables
from trajectories.words import _

PLACE = ("x", "y", "sd_x", "sd_y", "correlation")
HALF = 1.177
"""Standard deviations of a two-dimensional normal ellipse that holds half of the mass."""


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw one ellipse a cluster, numbered at its centre."""
    table = tables["cluster_map"].drop_nulls(PLACE)
    figure = new_figure(size, 3.4)
    axes = figure.subplots()
    for row in table.iter_rows(named=True):
        width, height, angle = axes_of(row["sd_x"], row["sd_y"], row["correlation"])
        ellipse = Ellipse(
            (row["x"], row["y"]),
            2 * HALF * width,
            2 * HALF * height,
            angle=angle,
            facecolor=ACCENT,
            edgecolor=ACCENT,
            alpha=0.25,
        )
        axes.add_patch(ellipse)
        axes.annotate(
            str(row["cluster"]),
            (row["x"], row["y"]),
            ha="center",
            va="center",
            fontsize=9,
            color=INK,
        )
    axes.autoscale_view()
    axes.set_aspect("equal")
    axes.set_xlabel(style.word("first_map_axis"))
    axes.set_ylabel(style.word("second_map_axis"))
    light_grid(axes, "x")
    light_grid(axes, "y")
    return figure


def axes_of(sd_x: float, sd_y: float, correlation: float) -> tuple[float, float, float]:
    """Return the standard deviations along the principal axes, and the first axis's degrees."""
    between = correlation * sd_x * sd_y
    values, vectors = np.linalg.eigh([[sd_x**2, between], [between, sd_y**2]])
    angle = float(np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1])))
    longest, shortest = np.sqrt(np.maximum(values[::-1], 0.0))
    return float(longest), float(shortest), angle


def alt(tables: Tables, style: Style) -> str:
    """Say where each cluster's centre is."""
    table = tables["cluster_map"].drop_nulls(["x", "y"])
    parts = [
        style.say(
            _("cluster {cluster} at {x} and {y}"),
            cluster=row["cluster"],
            x=style.plain(row["x"]),
            y=style.plain(row["y"]),
        )
        for row in table.iter_rows(named=True)
    ]
    return style.say(_("Ellipses on a plane: {parts}."), parts="; ".join(parts))


OUTPUT = Output(
    table=TableSpec(
        made_by="memberships",
        stage="typology",
        name="cluster_map",
        sensitivity="high",
        row=_("one cluster's windows in a sample, placed on a plane"),
        dims=("cluster",),
        links=(
            cells("windows", of="windows on the map", some=("cluster",)),
            cells("persons", of="persons on the map", some=("cluster",), within="windows"),
        ),
        counts=(Count("windows", "windows", guards=True), Count("persons", "persons", guards=True)),
        estimates=(*(Estimate(name, supported_by="persons") for name in PLACE), Estimate("stress")),
    ),
    figure=Drawing(
        reading=_("Clusters whose ellipses overlap share people who could be in either."),
        draw=draw,
        needs=("x", "sd_x"),
        caption=_(
            "Map of a sample of courses (multidimensional scaling): the nearer, the more alike. "
            "Each ellipse holds about half of a cluster's courses and is numbered at their mean; "
            "no point is anybody's own course."
        ),
        alt=alt,
    ),
)
