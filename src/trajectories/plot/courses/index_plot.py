"""The index plot: every sequence as a line."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from trajectories.arrays import Ints
from trajectories.errors import UserError
from trajectories.plot.canvas import (
    Drawn,
    Given,
    Legend,
    axes_for,
    dress,
    head,
    is_lowest,
    number_ticks,
)
from trajectories.plot.canvas import returned as axes_of
from trajectories.plot.inputs import Group, Weights, position_names, read, whole
from trajectories.plot.microdata import warn
from trajectories.plot.palette import Colours, Look
from trajectories.plot.states.distributions import name_states
from trajectories.sequences import StateSequences
from trajectories.sequences.convert.any_table import Table

Sort = Literal["start", "end", "none"] | npt.ArrayLike
"""The order of the rows: by the states from the start or from the end, as given, or by values."""


def index(
    seqs: Table,
    *,
    sort: Sort = "start",
    sample: int | None = 1000,
    seed: int = 0,
    group: Group = None,
    weights: Weights = None,
    with_missing: bool = False,
    positions: Sequence[object] | None = None,
    colours: Colours = None,
    legend: Legend | None = None,
    ax: Given = None,
) -> Drawn:
    """Draw sequences as lines, one above the other: microdata, of which it warns.

    Args:
        seqs: sequences, a data frame, a two-dimensional array or a list of rows.
        sort: "start" or "end" sorts by the states from there on; "none" keeps the order; (n,)
            values sort by themselves, the smallest at the bottom.
        sample: the largest number of sequences of a panel; more are drawn at random. None: all.
        seed: seed of the sample.
        group: a panel for each of its values.
        weights: case weights: a sequence is as thick as its weight.
        with_missing: whether missing has a colour of its own; otherwise it is blank.
        positions: the name of each position; 1…L by default.
        colours: colours by state or in the alphabet's order.
        legend: as in `chronogram`; states are listed at the right by default.
        ax: axes to draw on, one a group; a new figure by default.

    Raises:
        UserError: the data, groups, weights, colours or axes cannot be used.

    Warns:
        MicrodataWarning: always.

    Examples:
        >>> import warnings
        >>> from trajectories import plot
        >>> warnings.simplefilter("ignore", plot.MicrodataWarning)  # my own, open data
        >>> plot.index([["a", "b"], ["a", "a"]]).get_ylabel()
        '2 sequences'

    See Also:
        `relative_frequency` and `representatives`, which show fewer; `chronogram`.

    R equivalent: `TraMineR::seqIplot`, `TraMineR::seqiplot`.
    """
    warn("An index plot shows every sequence")
    data = read(seqs, group, weights, with_missing=with_missing, colours=colours)
    names = position_names(positions, data.seqs.length)
    keys = None if isinstance(sort, str) else np.asarray(sort, dtype=np.float64)
    if keys is not None and (keys.shape != (len(data.seqs),) or np.isnan(keys).any()):
        raise UserError(f"sort must be one number for each of the {len(data.seqs)} sequences.")
    sample = None if sample is None else whole("sample", sample, 1)
    random = np.random.default_rng(whole("seed", seed, 0))
    panels = axes_for(ax, data.names, alone=(5.6, 4.0), panel=(3.1, 2.6), share_y=False)
    for axes, title, members in zip(panels, data.names, data.members, strict=True):
        rows = members
        if sample is not None and rows.size > sample:
            rows = np.sort(random.choice(rows, sample, replace=False))
        part = data.seqs[rows]
        order = np.argsort(keys[rows], kind="stable") if keys is not None else by_states(part, sort)
        draw_rows(axes, part[order], data.looks, part.weights[order])
        axes.set_yticks([])
        number_ticks(axes, names)
        shown = f"{rows.size:,} sequence{'s' * (rows.size != 1)}"
        if rows.size < members.size:
            shown = f"{rows.size:,} of {members.size:,} sequences, at random"
        axes.set_ylabel(shown)
        if is_lowest(axes):
            axes.set_xlabel("Position")
        dress(axes, frame=False)
        if data.grouped:
            head(axes, title, f"n = {members.size:,}")
    name_states(panels, data, legend or "right", [[]])
    return axes_of(panels, grouped=data.grouped)


def by_states(seqs: StateSequences, sort: object) -> Ints:
    """Return the order of rows by their states from the start, from the end, or as they are.

    Raises:
        UserError: `sort` is another word.
    """
    if sort == "none":
        return np.arange(len(seqs))
    if sort not in ("start", "end"):
        raise UserError(f"sort is {sort!r}: write start, end, none, or one number a sequence.")
    columns = seqs.states.T if sort == "end" else seqs.states.T[::-1]
    return np.lexsort(columns)


def draw_rows(
    axes: Axes, seqs: StateSequences, looks: Sequence[Look], heights: npt.NDArray[np.floating]
) -> None:
    """Draw sequences from the bottom, each as high as it is told."""
    table = np.ones((256, 3))
    table[: len(looks)] = [to_rgb(look.colour) for look in looks]
    y = np.concatenate([[0.0], np.cumsum(heights)])
    x = np.arange(seqs.length + 1) + 0.5
    if len(seqs) and np.allclose(heights, heights[0]):
        extent = (x[0], x[-1], 0.0, float(y[-1]))
        axes.imshow(
            table[seqs.states],
            aspect="auto",
            interpolation="nearest",
            extent=extent,
            origin="lower",
        )
    else:
        axes.pcolormesh(x, y, table[seqs.states], rasterized=True)
    axes.set(xlim=(x[0], x[-1]), ylim=(0, max(float(y[-1]), 1e-9)))
