"""Time in states: mean times, and how long spells last."""

from collections.abc import Sequence

import numpy as np

from trajectories.errors import UserError
from trajectories.plot.canvas import (
    SMALL,
    Drawn,
    Given,
    axes_for,
    dress,
    head,
    is_lowest,
    label_ends,
    percent,
    returned,
)
from trajectories.plot.inputs import Group, Weights, read
from trajectories.plot.palette import DASHES, INK, MUTED, Colours, of_line
from trajectories.sequences import mean_time as table_of_times
from trajectories.sequences import spell_survival as table_of_spells
from trajectories.sequences.convert.any_table import Table

Z = 1.96
"""Half-width of a 95 % interval, in standard errors."""


def mean_time(
    seqs: Table,
    *,
    group: Group = None,
    weights: Weights = None,
    with_missing: bool = False,
    interval: bool = True,
    colours: Colours = None,
    ax: Given = None,
) -> Drawn:
    """Draw the mean number of positions in each state.

    Args:
        seqs: sequences, a data frame, a two-dimensional array or a list of rows.
        group: a panel for each of its values.
        weights: case weights.
        with_missing: whether missing is a state.
        interval: whether a line shows the 95 % interval of each mean.
        colours: colours by state or in the alphabet's order.
        ax: axes to draw on, one a group; a new figure by default.

    Raises:
        UserError: the data, groups, weights, colours or axes cannot be used.

    Examples:
        >>> from trajectories import plot
        >>> ax = plot.mean_time([["a", "a"], ["a", "b"]])
        >>> [text.get_text() for text in ax.texts]
        ['1.5', '0.5']

    See Also:
        `chronogram`, `trajectories.sequences.mean_time`.

    R equivalent: `TraMineR::seqmtplot`.
    """
    data = read(seqs, group, weights, with_missing=with_missing, colours=colours)
    size = len(data.looks)
    panels = axes_for(ax, data.names, alone=(5.6, 0.9 + 0.3 * size), panel=(2.9, 0.8 + 0.24 * size))
    for axes, (title, part) in zip(panels, data.parts(), strict=True):
        table = table_of_times(part)
        mean = np.nan_to_num(table["mean"].to_numpy())
        half = np.nan_to_num(Z * table["se"].to_numpy()) if interval else np.zeros(size)
        places = np.arange(size)
        bars = axes.barh(places, mean, height=0.72, color=[look.colour for look in data.looks])
        for bar, look in zip(bars, data.looks, strict=True):
            bar.set(edgecolor=MUTED if look.hatch else "none", hatch=look.hatch, linewidth=0.3)
        if interval:
            axes.hlines(places, np.maximum(mean - half, 0), mean + half, color=INK, linewidth=1.0)
        for place, value, more in zip(places, mean, half, strict=True):
            axes.annotate(
                f"{value:.1f}",
                (value + more, place),
                xytext=(3, 0),
                textcoords="offset points",
                va="center",
                fontsize=SMALL,
                color=INK,
            )
        axes.set_yticks(places, [look.label for look in data.looks])
        axes.set(xlim=(0, max(float((mean + half).max()) * 1.14, 1e-9)), ylim=(size - 0.4, -0.6))
        dress(axes, frame=False)
        axes.tick_params(axis="both", length=0)
        if is_lowest(axes):
            axes.set_xlabel("Mean number of positions")
        if data.grouped:
            head(axes, title, f"n = {len(part):,}")
    if ax is None:  # the same scale in every panel of a figure of our own
        widest = max(axes.get_xlim()[1] for axes in panels)
        for axes in panels:
            axes.set_xlim(0, widest)
    return returned(panels, grouped=data.grouped)


def spell_survival(
    seqs: Table,
    *,
    group: Group = None,
    weights: Weights = None,
    states: Sequence[object] | None = None,
    colours: Colours = None,
    ax: Given = None,
) -> Drawn:
    """Draw how long spells in each state last: the share that is not over (Kaplan–Meier).

    Args:
        seqs: sequences, a data frame, a two-dimensional array or a list of rows.
        group: a panel for each of its values.
        weights: case weights.
        states: the states to draw; all by default.
        colours: colours by state or in the alphabet's order.
        ax: axes to draw on, one a group; a new figure by default.

    Raises:
        UserError: the data, groups, weights, colours or axes cannot be used.

    Examples:
        >>> from trajectories import plot
        >>> plot.spell_survival([["a", "a", "b"], ["a", "b", "b"]]).get_xlabel()
        'Length of the spell (positions)'

    See Also:
        `mean_time`, `trajectories.sequences.spell_survival`.

    R equivalent: `TraMineRextras::seqsplot`.
    """
    data = read(seqs, group, weights, colours=colours)
    panels = axes_for(ax, data.names, panel=(3.5, 2.4))
    known = [str(state) for state in data.seqs.alphabet]
    wanted = known if states is None else [str(state) for state in states]
    for state in wanted:
        if state not in known:
            raise UserError(f"states names {state!r}: write some of {', '.join(known)}.")
    for axes, (title, part) in zip(panels, data.parts(), strict=True):
        table = table_of_spells(part)
        ends, names, shades = [], [], []
        for number, state in enumerate(map(str, part.alphabet)):
            rows = table.filter(table["state"] == state)
            if state not in wanted or not rows.height:
                continue
            look = data.looks[number]
            time = np.concatenate([[0], rows["time"].to_numpy()])
            left = np.concatenate([[1.0], rows["survival"].to_numpy()])
            shade = of_line(look.colour)
            axes.step(
                np.append(time, part.length),
                np.append(left, left[-1]),
                where="post",
                color=shade,
                linestyle=DASHES[number % len(DASHES)],
                linewidth=1.6,
            )
            ends.append(float(left[-1]))
            names.append(look.label)
            shades.append(shade)
        axes.set(xlim=(0, part.length), ylim=(0, 1), xlabel="Length of the spell (positions)")
        axes.set_ylabel("Share of spells not over")
        percent(axes, "y")
        dress(axes, grid="y")
        label_ends(axes, ends, names, shades)
        if data.grouped:
            head(axes, title, f"n = {len(part):,}")
    return returned(panels, grouped=data.grouped)
