"""The commonest sequences and paths, and those that represent others."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from trajectories.plot.canvas import (
    SMALL,
    Drawn,
    Given,
    Legend,
    axes_for,
    dress,
    head,
    number_ticks,
    returned,
)
from trajectories.plot.courses.index_plot import draw_rows
from trajectories.plot.inputs import Group, Weights, as_many, position_names, read, whole
from trajectories.plot.microdata import warn
from trajectories.plot.palette import INK, RULE, SERIES, Colours, Look
from trajectories.plot.results.tables import made_by
from trajectories.plot.states.distributions import name_states
from trajectories.sequences import StateSequences, distinct_states
from trajectories.sequences.convert.any_table import Table
from trajectories.typology import FrequencyGroups, Representatives

SPACE = 0.06
"""Space between two bars, as a share of the picture's height over the number of bars."""
LEAST_LABELLED = 0.045
"""Height of a bar that has room for a label, as a share of the picture's."""
MOST_PATHS = 2000
"""Rarer paths are hidden below these, and take minutes to draw."""
EVEN_STEPS = np.array([0.7548776662, 0.5698402910])


def frequency(
    seqs: Table,
    *,
    most: int = 10,
    group: Group = None,
    weights: Weights = None,
    with_missing: bool = False,
    positions: Sequence[object] | None = None,
    colours: Colours = None,
    legend: Legend | None = None,
    ax: Given = None,
) -> Drawn:
    """Draw the commonest sequences, the commonest at the bottom, each as high as its share.

    Args:
        seqs: sequences, a data frame, a two-dimensional array or a list of rows.
        most: how many to draw.
        group: a panel for each of its values.
        weights: case weights.
        with_missing: whether missing has a colour of its own; otherwise it is blank.
        positions: the name of each position; 1…L by default.
        colours: colours by state or in the alphabet's order.
        legend: as in `chronogram`; states are listed at the right by default.
        ax: axes to draw on, one a group; a new figure by default.

    Raises:
        UserError: the data, groups, weights, colours or axes cannot be used.

    Warns:
        MicrodataWarning: always; a common sequence may be that of one person.

    Examples:
        >>> import warnings
        >>> from trajectories import plot
        >>> warnings.simplefilter("ignore", plot.MicrodataWarning)  # my own, open data
        >>> plot.frequency([["a", "b"], ["a", "b"], ["a", "a"]], most=1).get_ylabel()
        'The commonest sequence: 67 % of all'

    See Also:
        `index`, `trajectories.sequences.frequent_sequences`.

    R equivalent: `TraMineR::seqfplot`.
    """
    warn("A frequency plot shows whole sequences")
    data = read(seqs, group, weights, with_missing=with_missing, colours=colours)
    names = position_names(positions, data.seqs.length)
    most = whole("most", most, 1)
    panels = axes_for(ax, data.names, alone=(5.8, 3.4), panel=(3.3, 2.5), share_y=False)
    for axes, (title, part) in zip(panels, data.parts(), strict=True):
        distinct = part.unique().sequences
        chosen = np.lexsort([np.arange(len(distinct)), -distinct.weights])[:most]
        shares = distinct.weights[chosen] / max(float(part.weights.sum()), 1e-300)
        _bars(axes, distinct[chosen], data.looks, shares, [f"{100 * x:.1f} %" for x in shares])
        number_ticks(axes, names)
        count = chosen.size
        which = "The commonest sequence" if count == 1 else f"The {count} commonest sequences"
        axes.set(xlabel="Position", ylabel=f"{which}: {100 * shares.sum():.0f} % of all")
        if data.grouped:
            head(axes, title, f"n = {len(part):,}")
            axes.set_ylabel(f"{count} commonest: {100 * shares.sum():.0f} %")
    name_states(panels, data, legend or "right", [[]])
    return returned(panels, grouped=data.grouped)


def representatives(
    seqs: Table,
    found: Representatives,
    *,
    positions: Sequence[object] | None = None,
    colours: Colours = None,
    legend: Legend | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw representative sequences, each as high as the weight that it stands for.

    Args:
        seqs: the sequences of which `found` are representatives.
        found: a representative set, from `trajectories.typology.representatives`.
        positions: the name of each position; 1…L by default.
        colours: colours by state or in the alphabet's order.
        legend: as in `chronogram`; states are listed at the right by default.
        ax: axes to draw on; a new figure by default.

    Raises:
        UserError: the data, colours or axes cannot be used.

    Warns:
        MicrodataWarning: always; a representative is the sequence of a person.

    Examples:
        >>> import warnings
        >>> from trajectories import dissimilarity, plot, sequences, typology
        >>> warnings.simplefilter("ignore", plot.MicrodataWarning)  # my own, open data
        >>> seqs = sequences.as_sequences([["a", "a"], ["a", "a"], ["b", "b"]])
        >>> found = typology.representatives(dissimilarity.pairwise(seqs, "ham"), coverage=1.0)
        >>> plot.representatives(seqs, found).get_title(loc="left")
        '2 representatives, coverage 100 %'

    See Also:
        `relative_frequency`, `trajectories.typology.representatives`.

    R equivalent: `TraMineR::seqrplot`.
    """
    warn("Representatives are sequences of persons")
    made_by(found, Representatives, "trajectories.typology.representatives")
    data = read(seqs, colours=colours)
    as_many(data.seqs, len(found.labels))
    axes = axes_for(ax, [""], alone=(5.8, 3.2))[0]
    assigned = np.bincount(found.labels, data.seqs.weights, len(found.items))
    shares = assigned / max(float(assigned.sum()), 1e-300)
    labels = [f"{100 * share:.0f} %" for share in shares]
    _bars(axes, data.seqs[found.items], data.looks, shares, labels)
    number_ticks(axes, position_names(positions, data.seqs.length))
    axes.set(xlabel="Position", ylabel="Share assigned to each")
    count = len(found.items)
    head(
        axes,
        f"{count} representative{'s' * (count != 1)}, coverage {100 * found.coverage:.0f} %",
        f"quality {100 * found.quality:.0f} %",
    )
    name_states([axes], data, legend or "right", [[]])
    return axes


def relative_frequency(
    seqs: Table,
    found: FrequencyGroups,
    *,
    positions: Sequence[object] | None = None,
    colours: Colours = None,
    legend: Legend | None = None,
    ax: Sequence[Axes] | None = None,
) -> list[Axes]:
    """Draw the medoid of each of k equally large groups, and how far the others are from it.

    Args:
        seqs: the sequences that were divided.
        found: the groups, from `trajectories.typology.relative_frequency_groups`.
        positions: the name of each position; 1…L by default.
        colours: colours by state or in the alphabet's order.
        legend: as in `chronogram`; states are listed at the right by default.
        ax: two axes, for medoids and distances; a new figure by default.

    Returns:
        The two axes. Boxes reach from the first to the third quartile of the distances.

    Raises:
        UserError: the data, colours or axes cannot be used.

    Warns:
        MicrodataWarning: always; a medoid is the sequence of a person.

    Examples:
        >>> import warnings
        >>> from trajectories import dissimilarity, plot, sequences, typology
        >>> warnings.simplefilter("ignore", plot.MicrodataWarning)  # my own, open data
        >>> seqs = sequences.as_sequences([["a", "a"], ["a", "b"], ["b", "b"], ["b", "b"]])
        >>> groups = typology.relative_frequency_groups(dissimilarity.pairwise(seqs, "ham"), 2)
        >>> len(plot.relative_frequency(seqs, groups))
        2

    See Also:
        `index`, `trajectories.typology.relative_frequency_groups`.

    R equivalent: `TraMineR::seqrfplot`.
    """
    warn("Medoids are sequences of persons")
    made_by(found, FrequencyGroups, "trajectories.typology.relative_frequency_groups")
    data = read(seqs, colours=colours)
    as_many(data.seqs, len(found.axis))
    if ax is None:
        from matplotlib import pyplot

        _, pair = pyplot.subplots(
            1, 2, figsize=(7.2, 3.8), layout="constrained", width_ratios=[3, 1]
        )
        panels = list(pair)
    else:
        panels = axes_for(ax, ["medoids", "distances"])
    left, right = panels
    k = len(found.medoids)
    draw_rows(left, data.seqs[found.medoids], data.looks, np.ones(k))
    left.set_yticks([])
    number_ticks(left, position_names(positions, data.seqs.length))
    left.set(xlabel="Position", ylabel=f"Medoids of {k} equally large groups")
    dress(left, frame=False)
    head(left, "Medoids", f"R² = {found.r2:.2f}")
    members = found.members
    for number in range(k):
        own = members.filter(members["group"] == number)
        away = own["distance"].to_numpy()
        low, middle, high = weighted_quantiles(away, own["weight"].to_numpy(), (0.25, 0.5, 0.75))
        place = number + 0.5
        right.hlines(place, float(away.min()), float(away.max()), color=RULE, linewidth=0.8)
        right.hlines(place, low, high, color=SERIES[0], linewidth=3, alpha=0.55)
        right.plot([middle], [place], "|", color=INK, markersize=4)
    right.set(xlabel="Distance to the medoid", ylim=(0, k), xlim=(0, None), yticks=[])
    dress(right, grid="x")
    head(right, "Distances")
    name_states([left], data, legend or "right", [[]])
    return panels


def parallel_coordinates(
    seqs: Table,
    *,
    most: int = 5,
    weights: Weights = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the orders in which states follow each other, the commonest ones in colour.

    Sequences of the same distinct states in the same order are one path, as wide as its share
    (Bürgin & Ritschard 2014). Each path has a place of its own within a state's square, so that
    it can be followed. The 2,000 commonest are drawn, and the axis says how many are not.

    Args:
        seqs: sequences, a data frame, a two-dimensional array or a list of rows.
        most: how many of the commonest paths have a colour and a name.
        weights: case weights.
        ax: axes to draw on; a new figure by default.

    Raises:
        UserError: the data, weights or axes cannot be used.

    Warns:
        MicrodataWarning: always; a rare path may be that of one person.

    Examples:
        >>> import warnings
        >>> from trajectories import plot
        >>> warnings.simplefilter("ignore", plot.MicrodataWarning)  # my own, open data
        >>> plot.parallel_coordinates([["a", "a", "b"], ["a", "b", "b"]]).get_xlabel()
        'Order of the spells'

    See Also:
        `transitions`, `trajectories.sequences.distinct_states`.

    R equivalent: `TraMineR::seqpcplot`.
    """
    warn("Paths of few are those of persons")
    data = read(seqs, weights=weights)
    most = whole("most", most, 1)
    paths = distinct_states(data.seqs)[0].unique().sequences
    order = np.lexsort([np.arange(len(paths)), -paths.weights])
    shares = paths.weights / max(float(paths.weights.sum()), 1e-300)
    axes = axes_for(ax, [""], alone=(6.6, 0.9 + 0.5 * len(data.looks)))[0]
    longest = int(paths.lengths.max(initial=1))
    _squares(axes, longest, len(data.looks))
    handles: list[Line2D] = []
    drawn = min(len(order), max(most, MOST_PATHS))
    for rank in range(drawn - 1, -1, -1):  # the commonest last, above the others
        row = int(order[rank])
        length = int(paths.lengths[row])
        # Places of a sequence that fills the square evenly (Roberts 2018): neighbours lie apart.
        shift = (0.5 + rank * EVEN_STEPS) % 1 - 0.5
        x = np.arange(1, length + 1) + 0.5 * shift[0]
        y = paths.states[row, :length].astype(np.float64) + 0.5 * shift[1]
        width = 0.5 + 14 * np.sqrt(shares[row]) ** 1.4
        colour = SERIES[rank % len(SERIES)] if rank < most else "#bdbdbd"
        axes.plot(
            x,
            y,
            color=colour,
            linewidth=width,
            marker="s",
            markersize=max(2.0, width * 1.2),
            alpha=0.9 if rank < most else 0.55,
            solid_capstyle="round",
        )
        if rank < most:
            text = f"{_path(paths, row, data.looks)}, {100 * shares[row]:.0f} %"
            handles.insert(0, Line2D([], [], color=colour, linewidth=3, label=text))
    axes.set_yticks(range(len(data.looks)), [look.label for look in data.looks])
    axes.set_xticks(range(1, longest + 1))
    axes.set(xlim=(0.6, longest + 0.4), ylim=(-0.5, len(data.looks) - 0.5))
    rarer = len(order) - drawn
    axes.set_xlabel(f"Order of the spells{f'; {rarer:,} rarer paths not drawn' if rarer else ''}")
    dress(axes, frame=False)
    axes.tick_params(length=0)
    top = float(shares[order[:most]].sum())
    axes.legend(
        handles=handles,
        loc="upper left",
        title=f"{min(most, len(order))} of {len(order)} paths, {100 * top:.0f} % of all",
        title_fontsize=SMALL,
        fontsize=SMALL,
        frameon=False,
        bbox_to_anchor=(0, -0.14),
        alignment="left",
    )
    return axes


def weighted_quantiles(
    values: np.ndarray, weights: np.ndarray, wanted: Sequence[float]
) -> list[float]:
    """Return the smallest values below or at which lies each share of the weight."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) / max(float(weights.sum()), 1e-300)
    places = np.searchsorted(reached, np.asarray(wanted) - 1e-12)
    return [float(values[order][min(place, values.size - 1)]) for place in places]


def _bars(
    axes: Axes,
    seqs: StateSequences,
    looks: Sequence[Look],
    shares: np.ndarray,
    labels: Sequence[str],
) -> None:
    """Draw sequences as bars with a little space between them, and a label at the right."""
    bottom = 0.0
    gap = SPACE * float(shares.sum()) / max(len(seqs), 1)
    for number in range(len(seqs)):
        row = seqs[number]
        begin = 0
        states = row.states[0]
        borders = [*(np.flatnonzero(states[1:] != states[:-1]) + 1).tolist(), seqs.length]
        for end in borders:
            if states[begin] < len(looks):
                look = looks[states[begin]]
                axes.barh(
                    bottom,
                    end - begin,
                    left=begin + 0.5,
                    height=float(shares[number]) - gap,
                    align="edge",
                    color=look.colour,
                    linewidth=0,
                )
            begin = end
        if shares[number] >= LEAST_LABELLED * shares.sum():
            axes.text(
                seqs.length + 0.5,
                bottom + float(shares[number]) / 2,
                f"  {labels[number]}",
                va="center",
                fontsize=SMALL,
                color=INK,
            )
        bottom += float(shares[number])
    axes.set(xlim=(0.5, seqs.length + 0.5), ylim=(0, bottom), yticks=[])
    dress(axes, frame=False)


def _squares(axes: Axes, columns: int, rows: int) -> None:
    """Draw the squares of orders and states behind the paths."""
    for column in range(1, columns + 1):
        for row in range(rows):
            corner = (column - 0.29, row - 0.29)
            axes.add_patch(
                Rectangle(corner, 0.58, 0.58, facecolor="#f5f5f5", edgecolor=RULE, lw=0.4)
            )


def _path(paths: StateSequences, row: int, looks: Sequence[Look]) -> str:
    states = paths.states[row, : int(paths.lengths[row])]
    return " – ".join(looks[state].label if state < len(looks) else "?" for state in states)
