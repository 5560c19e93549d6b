"""State distributions by position: chronogram, modal states and entropy."""

import itertools
from collections.abc import Sequence

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from trajectories.errors import UserError
from trajectories.plot.canvas import (
    SMALL,
    Drawn,
    Given,
    Legend,
    axes_for,
    dress,
    head,
    is_leftmost,
    is_lowest,
    label_ends,
    number_ticks,
    percent,
    returned,
    state_legend,
)
from trajectories.plot.inputs import Group, Grouped, Weights, position_names, read
from trajectories.plot.palette import DASHES, INK, SERIES, Colours, Look
from trajectories.plot.shapes import steps
from trajectories.sequences import StateSequences
from trajectories.sequences.convert.any_table import Table
from trajectories.sequences.describe.cross_sections import (
    divided,
    normalised_entropy,
    weighted_counts,
)

LEAST_NAMED = 0.012
"""A state that is rarer at the end, and rare everywhere, is not named there."""


def chronogram(
    seqs: Table,
    *,
    group: Group = None,
    weights: Weights = None,
    with_missing: bool = False,
    entropy: bool = False,
    positions: Sequence[object] | None = None,
    colours: Colours = None,
    legend: Legend | None = None,
    ax: Given = None,
) -> Drawn:
    """Draw the share of each state at each position, stacked.

    Args:
        seqs: sequences, a data frame, a two-dimensional array or a list of rows.
        group: a panel for each of its values.
        weights: case weights.
        with_missing: whether missing is a state; otherwise shares are of those not missing.
        entropy: whether a line shows the entropy of each distribution, divided by its maximum.
        positions: the name of each position, such as months; 1…L by default.
        colours: colours by state or in the alphabet's order.
        legend: "direct" names the states at the right end of the picture (the default of one
            panel), "right" lists them beside it (the default of several), "none" leaves them out.
        ax: axes to draw on, one a group; a new figure by default.

    Returns:
        The axes; one for each group where there are groups.

    Raises:
        UserError: the data, groups, weights, colours or axes cannot be used.

    Examples:
        >>> from trajectories import plot
        >>> plot.chronogram([["school", "job"], ["school", "school"]]).get_title(loc="left")
        ''

    See Also:
        `entropy`, `modal`, `trajectories.sequences.state_distribution`.

    R equivalent: `TraMineR::seqdplot`, `TraMineR::seqdHplot`.
    """
    data = read(seqs, group, weights, with_missing=with_missing, colours=colours)
    names = position_names(positions, data.seqs.length)
    panels = axes_for(ax, data.names)
    for axes, (title, part) in zip(panels, data.parts(), strict=True):
        shares = _shares(part)
        _stack(axes, shares, data.looks)
        if entropy:
            _entropy_line(axes, shares)
        _finish(axes, data, title, part, names)
    name_states(panels, data, legend, [_last(_shares(part)) for _, part in data.parts()])
    return returned(panels, grouped=data.grouped)


def modal(
    seqs: Table,
    *,
    group: Group = None,
    weights: Weights = None,
    with_missing: bool = False,
    positions: Sequence[object] | None = None,
    colours: Colours = None,
    legend: Legend | None = None,
    ax: Given = None,
) -> Drawn:
    """Draw the commonest state of each position, as high as its share.

    Args:
        seqs: sequences, a data frame, a two-dimensional array or a list of rows.
        group: a panel for each of its values.
        weights: case weights.
        with_missing: whether missing is a state.
        positions: the name of each position; 1…L by default.
        colours: colours by state or in the alphabet's order.
        legend: as in `chronogram`; states are listed at the right by default.
        ax: axes to draw on, one a group; a new figure by default.

    Raises:
        UserError: the data, groups, weights, colours or axes cannot be used.

    Examples:
        >>> from trajectories import plot
        >>> len(plot.modal([["a", "b"], ["a", "a"]], group=["x", "y"]))
        2

    See Also:
        `chronogram`, `trajectories.sequences.modal_states`.

    R equivalent: `TraMineR::seqmsplot`.
    """
    data = read(seqs, group, weights, with_missing=with_missing, colours=colours)
    names = position_names(positions, data.seqs.length)
    panels = axes_for(ax, data.names)
    for axes, (title, part) in zip(panels, data.parts(), strict=True):
        shares = _shares(part)
        best = np.nan_to_num(shares).argmax(axis=0)
        only = np.where(np.arange(len(shares))[:, None] == best, shares, 0.0)
        _stack(axes, only, data.looks)
        _finish(axes, data, title, part, names, share="Commonest state")
    name_states(panels, data, legend or "right", [[]])
    return returned(panels, grouped=data.grouped)


def entropy(
    seqs: Table,
    *,
    group: Group = None,
    weights: Weights = None,
    with_missing: bool = False,
    positions: Sequence[object] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how evenly the states are distributed at each position, one line a group.

    The entropy of the shares, divided by its maximum: 0 if all are in the same state, 1 if all
    states are equally common.

    Args:
        seqs: sequences, a data frame, a two-dimensional array or a list of rows.
        group: a line for each of its values.
        weights: case weights.
        with_missing: whether missing is a state.
        positions: the name of each position; 1…L by default.
        ax: axes to draw on; a new figure by default.

    Raises:
        UserError: the data, groups, weights or axes cannot be used.

    Examples:
        >>> from trajectories import plot
        >>> plot.entropy([["a", "a"], ["a", "b"]]).lines[0].get_ydata().tolist()
        [0.0, 1.0]

    See Also:
        `chronogram`, `trajectories.sequences.state_distribution`.

    R equivalent: `TraMineR::seqHtplot`.
    """
    data = read(seqs, group, weights, with_missing=with_missing)
    axes = axes_for(ax, [""])[0]
    ends = []
    for number, (_, part) in enumerate(data.parts()):
        found = normalised_entropy(_shares(part).T)
        axes.plot(
            np.arange(1, part.length + 1),
            found,
            color=SERIES[number % len(SERIES)],
            linestyle=DASHES[number % len(DASHES)],
            linewidth=1.6,
        )
        ends.append(float(found[np.isfinite(found)][-1]) if np.isfinite(found).any() else 0.0)
    axes.set(xlim=(1, data.seqs.length), ylim=(0, 1), xlabel="Position", ylabel="Entropy (0 to 1)")
    number_ticks(axes, position_names(positions, data.seqs.length))
    dress(axes, grid="y")
    if data.grouped:
        colours = [SERIES[i % len(SERIES)] for i in range(len(ends))]
        label_ends(axes, ends, data.names, colours)
    return axes


def draw_shares(axes: Axes, seqs: StateSequences, looks: Sequence[Look]) -> None:
    """Draw the shares of the states at each position, stacked, without names."""
    _stack(axes, _shares(seqs), looks)


def name_states(
    panels: Sequence[Axes], data: Grouped, legend: Legend | None, ends: Sequence[Sequence[float]]
) -> None:
    """Name the states where `legend` says; `ends` are the shares at each panel's right border."""
    if legend not in (None, "direct", "right", "none"):
        raise UserError(f"legend is {legend!r}: write direct, right or none.")
    wanted = legend or ("direct" if len(panels) == 1 else "right")
    if wanted == "right":
        state_legend(panels[0].figure, data.looks)
    elif wanted == "direct":
        for axes, last in zip(panels, ends, strict=True):
            tops = np.cumsum(last)
            named = [i for i, share in enumerate(last) if share >= LEAST_NAMED]
            label_ends(
                axes,
                [float(tops[i] - last[i] / 2) for i in named],
                [data.looks[i].label for i in named],
                [data.looks[i].colour for i in named],
                swatch=True,
            )


def _shares(seqs: StateSequences) -> np.ndarray:
    """Return the shares of the states at each position, (a, L); NaN where nobody is."""
    counts = weighted_counts(seqs)
    shares: np.ndarray = divided(counts, counts.sum(axis=1, keepdims=True)).T
    return shares


def _last(shares: np.ndarray) -> list[float]:
    """Return the shares at the last position where somebody is, and what is rare there as named.

    A state that has gone by the end keeps a name if it was common: it is worth a sliver.
    """
    seen = np.flatnonzero(np.isfinite(shares[0]))
    if not seen.size:
        return [0.0] * len(shares)
    last, most = shares[:, seen[-1]], np.nanmax(shares, axis=1)
    kept = np.where(most > 5 * LEAST_NAMED, np.maximum(last, LEAST_NAMED), last)
    return [float(share) for share in kept]


def _stack(axes: Axes, shares: np.ndarray, looks: Sequence[Look]) -> None:
    """Draw shares (a, L) as stacked bands of steps."""
    edges = np.arange(shares.shape[1] + 1) + 0.5
    levels = np.vstack([np.zeros(shares.shape[1]), np.cumsum(np.nan_to_num(shares), axis=0)])
    bands = [steps(edges, low, high) for low, high in itertools.pairwise(levels)]
    for hatch in sorted({look.hatch for look in looks}):
        chosen = [i for i, look in enumerate(looks) if look.hatch == hatch]
        axes.add_collection(
            PolyCollection(
                [bands[i] for i in chosen],
                facecolors=[looks[i].colour for i in chosen],
                edgecolors="#ffffff",
                hatch=hatch or None,
                linewidths=0.3,
            ),
            autolim=False,
        )
    axes.set(xlim=(edges[0], edges[-1]), ylim=(0, 1))


def _entropy_line(axes: Axes, shares: np.ndarray) -> None:
    found = normalised_entropy(shares.T)
    outline = [patheffects.withStroke(linewidth=3.2, foreground="#ffffff")]
    places = np.arange(1, shares.shape[1] + 1)
    axes.plot(places, found, color=INK, linewidth=1.4, path_effects=outline, zorder=4)
    middle = int(np.nanargmax(found)) if np.isfinite(found).any() else 0
    axes.annotate(
        "entropy",
        (places[middle], found[middle]),
        xytext=(0, 4 if found[middle] < 0.9 else -11),
        textcoords="offset points",
        ha="center" if 0.15 < middle / len(places) < 0.85 else ("left" if middle < 5 else "right"),
        fontsize=SMALL,
        fontweight="bold",
        color=INK,
        path_effects=outline,
        zorder=5,
    )


def _finish(
    axes: Axes,
    data: Grouped,
    title: str,
    part: StateSequences,
    names: Sequence[str],
    *,
    share: str = "Share",
) -> None:
    """Name the axes and the panel."""
    number_ticks(axes, names)
    percent(axes, "y")
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    if is_leftmost(axes):
        axes.set_ylabel(share)
    if is_lowest(axes):
        axes.set_xlabel("Position")
    dress(axes, frame=False)
    if data.grouped:
        head(axes, title, f"n = {len(part):,}")
