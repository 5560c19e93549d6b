"""Moves between states: the matrix of transition rates."""

import numpy as np

from trajectories.plot.canvas import SMALL, Drawn, Given, axes_for, dress, head, returned
from trajectories.plot.inputs import Group, Weights, read
from trajectories.plot.palette import INK
from trajectories.sequences import transition_rates
from trajectories.sequences.convert.any_table import Table


def transitions(
    seqs: Table,
    *,
    group: Group = None,
    weights: Weights = None,
    with_missing: bool = False,
    lag: int = 1,
    ax: Given = None,
) -> Drawn:
    """Draw the rates of transition between states as a matrix, each rate in per cent.

    A row adds up to 100 %; a state that is never left or kept has an empty row.

    Args:
        seqs: sequences, a data frame, a two-dimensional array or a list of rows.
        group: a panel for each of its values.
        weights: case weights.
        with_missing: whether missing is a state.
        lag: the distance between the two positions.
        ax: axes to draw on, one a group; a new figure by default.

    Raises:
        UserError: the data, groups, weights or axes cannot be used.
        ValueError: the lag is less than one.

    Examples:
        >>> from trajectories import plot
        >>> [text.get_text() for text in plot.transitions([["a", "a", "b"]]).texts]
        ['50', '50']

    See Also:
        `trajectories.sequences.transition_rates`, `parallel_coordinates`.

    R equivalent: `TraMineR::seqtrate`, drawn.
    """
    data = read(seqs, group, weights, with_missing=with_missing)
    names = [look.label for look in data.looks]
    size = len(names)
    side = max(2.2, 0.42 * size)
    panels = axes_for(ax, data.names, alone=(side + 1.9, side + 1.3), panel=(side + 1, side + 1))
    for axes, (title, part) in zip(panels, data.parts(), strict=True):
        rates = transition_rates(part, lag=lag)
        # Square roots: most moves are rare, and would all be white beside the diagonal.
        axes.imshow(np.sqrt(rates), cmap="Blues", vmin=0, vmax=1.1, aspect="equal")
        for row, column in zip(*np.nonzero(rates >= 0.0005), strict=True):
            rate = float(rates[row, column])
            axes.text(
                column,
                row,
                f"{100 * rate:.0f}" if rate >= 0.0995 else f"{100 * rate:.1f}",
                ha="center",
                va="center",
                fontsize=SMALL,
                color="#ffffff" if np.sqrt(rate) > 0.62 else INK,
            )
        axes.set_xticks(range(size), names, rotation=40, ha="left", rotation_mode="anchor")
        axes.set_yticks(range(size), names)
        axes.xaxis.tick_top()
        dress(axes, frame=False)
        axes.tick_params(length=0, labeltop=True, labelbottom=False)
        axes.set_ylabel("From")
        axes.set_xlabel("To (per cent of the row)" if lag == 1 else f"To, {lag} positions later")
        if data.grouped:
            head(axes, title, f"n = {len(part):,}")
    return returned(panels, grouped=data.grouped)
