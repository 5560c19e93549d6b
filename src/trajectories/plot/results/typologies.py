"""Pictures of typologies: silhouettes, quality by k, and quality compared with chance."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from trajectories.errors import UserError
from trajectories.plot.canvas import SMALL, Given, axes_for, dress, head
from trajectories.plot.inputs import as_numbers, groups, whole
from trajectories.plot.microdata import warn
from trajectories.plot.palette import ACCENT, CONTRAST, INK, MUTED, RULE, SERIES
from trajectories.plot.results.tables import estimates_of, made_by
from trajectories.typology import BootstrapQuality, NullQuality

LOW_IS_BEST = "HC"
Qualities = pl.DataFrame | BootstrapQuality | Mapping[int, Mapping[str, float]]
"""Indices by k: a table with k, index and estimate or with a column an index; or by k and name."""


def silhouettes(
    values: npt.ArrayLike,
    labels: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    *,
    names: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw each item's silhouette, sorted within clusters, and each cluster's mean.

    Args:
        values: (n,) silhouettes, from `trajectories.typology.silhouette`.
        labels: (n,) clusters.
        weights: (n,) non-negative weights: an item is as thick as its weight.
        names: the clusters' names in the order of their labels.
        ax: axes to draw on; a new figure by default.

    Raises:
        UserError: the arrays differ in length, or names are too few.

    Warns:
        MicrodataWarning: always; a bar is a person.

    Examples:
        >>> import warnings
        >>> from trajectories import plot
        >>> warnings.simplefilter("ignore", plot.MicrodataWarning)  # my own, open data
        >>> ax = plot.silhouettes([0.9, 0.7, 0.5], [0, 0, 1])
        >>> [text.get_text() for text in ax.texts]
        ['0  0.80', '1  0.50']

    See Also:
        `quality_by_k`, `trajectories.typology.silhouette`.

    R equivalent: `cluster::silhouette`, drawn; `WeightedCluster::wcSilhouetteObs`.
    """
    warn("Silhouettes are shown person by person")
    found = as_numbers("values", values)
    if (np.abs(found) > 1).any():
        raise UserError("values hold silhouettes below -1 or above 1: are they the labels?")
    if np.size(labels) != found.size:
        raise UserError(f"There are {np.size(labels)} labels for {found.size} silhouettes.")
    clusters, members = groups(np.asarray(labels), found.size)
    mass = np.ones(found.size) if weights is None else as_numbers("weights", weights)
    if mass.shape != found.shape:
        raise UserError(f"There are {mass.size} weights for {found.size} silhouettes.")
    if not (mass >= 0).all() or not mass.sum():
        raise UserError("weights must be numbers from 0 on, and not all 0.")
    if names is not None and len(names) != len(clusters):
        raise UserError(f"There are {len(names)} names for {len(clusters)} clusters.")
    axes = axes_for(ax, [""], alone=(5.2, 3.6))[0]
    bottom = 0.0
    space = 0.02 * float(mass.sum())
    for number, rows in enumerate(members):
        order = rows[np.argsort(found[rows], kind="stable")]
        heights = mass[order]
        edges = bottom + np.concatenate([[0.0], np.cumsum(heights)])
        colour = SERIES[number % len(SERIES)]
        axes.stairs(
            np.nan_to_num(found[order]),
            edges,
            orientation="horizontal",
            fill=True,
            color=colour,
            alpha=0.85,
        )
        valid = np.isfinite(found[order])
        total = float(heights[valid].sum())
        mean = float(heights[valid] @ found[order][valid]) / total if total else np.nan
        axes.vlines(mean, edges[0], edges[-1], color=INK, linewidth=1.0, linestyle=(0, (3, 2)))
        axes.text(
            1.02,
            (edges[0] + edges[-1]) / 2,
            f"{clusters[number] if names is None else names[number]}  {mean:.2f}",
            transform=axes.get_yaxis_transform(),
            va="center",
            fontsize=SMALL,
            color=INK,
        )
        bottom = float(edges[-1]) + space
    axes.axvline(0, color=MUTED, linewidth=0.6)
    low = min(0.0, float(np.nanmin(found, initial=0.0)))
    high = min(1.0, 1.05 * float(np.nanmax(found, initial=0.1)))
    axes.set(xlim=(low, high), ylim=(0, bottom), yticks=[], xlabel="Silhouette")
    dress(axes, grid="x", frame=False)
    head(axes, "", "mean")
    return axes


def quality_by_k(
    found: Qualities,
    *,
    indices: Sequence[str] = ("ASW", "HC", "PBC", "CH"),
    chosen: int | None = None,
    ax: Given = None,
) -> list[Axes]:
    """Draw quality indices by the number of clusters, one panel an index.

    Args:
        found: indices by k, such as `{k: quality(d, labels)}`; a table k, index, estimate (low,
            high); or what `bootstrap_quality` returns, with its intervals.
        indices: those to draw.
        chosen: the number of clusters to ring.
        ax: axes to draw on, one an index; a new figure by default.

    Raises:
        UserError: an index is not among those found.

    Examples:
        >>> from trajectories import plot
        >>> found = {2: {"ASW": 0.4}, 3: {"ASW": 0.5}}
        >>> plot.quality_by_k(found, indices=["ASW"], chosen=3)[0].get_xlabel()
        'Number of clusters'

    See Also:
        `null_models`, `trajectories.typology.quality`, `trajectories.typology.bootstrap_quality`.

    R equivalent: `plot` of `WeightedCluster::as.clustrange`.
    """
    table = _long(found)
    indices = [indices] if isinstance(indices, str) else indices
    panels = axes_for(ax, indices, alone=(3.4, 2.6), panel=(2.5, 2.1), share_y=False)
    for axes, index in zip(panels, indices, strict=True):
        rows = _of(table, index)
        ks, values = rows["k"].to_numpy(), rows["estimate"].to_numpy()
        if "low" in rows.columns:
            axes.vlines(ks, rows["low"], rows["high"], color=ACCENT, linewidth=1.0, alpha=0.6)
        axes.plot(ks, values, color=ACCENT, marker="o", markersize=4, linewidth=1.4)
        if chosen is not None:
            ring = rows.filter(pl.col("k") == chosen)
            axes.plot(ring["k"], ring["estimate"], "o", ms=10, mfc="none", mec=CONTRAST, mew=1.3)
        _by_k(axes, index)
    return panels


def null_models(
    found: NullQuality, *, indices: Sequence[str] = ("ASW", "PBC", "HC", "CH"), ax: Given = None
) -> list[Axes]:
    """Draw the quality of partitions with that of sequences without types, one panel an index.

    The band holds 95 % of the null's values, its middle line is their median. Beyond the dotted
    line a partition is clearer than chance, at the test's level over all k.

    Args:
        found: what `trajectories.typology.null_quality` returns.
        indices: those to draw.
        ax: axes to draw on, one an index; a new figure by default.

    Raises:
        UserError: an index is not among those found.

    Examples:
        >>> from trajectories import plot, sequences, typology
        >>> rows = [["a", "a", "b"], ["a", "b", "b"], ["b", "b", "a"], ["b", "a", "a"]] * 3
        >>> found = typology.null_quality(
        ...     sequences.as_sequences(rows), [2, 3], "combined", "ham", replicates=20
        ... )
        >>> len(plot.null_models(found, indices=["ASW"]))
        1

    See Also:
        `quality_by_k`, `trajectories.typology.null_quality`.

    R equivalent: `plot` of `WeightedCluster::seqnullcqi`.
    """
    made_by(found, NullQuality, "trajectories.typology.null_quality")
    indices = [indices] if isinstance(indices, str) else indices
    panels = axes_for(ax, indices, alone=(3.4, 2.6), panel=(2.5, 2.1), share_y=False)
    for axes, index in zip(panels, indices, strict=True):
        null = _of(found.null, index)
        rows = _of(found.table, index)
        axes.fill_between(null["k"], null["low"], null["high"], color=RULE, linewidth=0)
        axes.plot(null["k"], null["median"], color=MUTED, linewidth=0.9)
        axes.plot(rows["k"], rows["threshold"], color=CONTRAST, linestyle=":", linewidth=1.4)
        axes.plot(rows["k"], rows["observed"], color=ACCENT, marker="o", markersize=4, lw=1.4)
        _by_k(axes, index)
    first = panels[0]
    last = _of(found.table, indices[0])["observed"][-1]
    first.annotate(
        "observed",
        (_of(found.table, indices[0])["k"][-1], last),
        xytext=(-2, 5),
        textcoords="offset points",
        ha="right",
        fontsize=SMALL,
        color=ACCENT,
    )
    return panels


def _by_k(axes: Axes, index: str) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.set_xlabel("Number of clusters")
    axes.margins(x=0.08, y=0.14)
    dress(axes, grid="y")
    head(axes, index, f"best {'low' if index == LOW_IS_BEST else 'high'}")


def _long(found: Qualities) -> pl.DataFrame:
    """Return the columns k, index, estimate and, where there are intervals, low and high."""
    if isinstance(found, BootstrapQuality):
        return found.table
    if isinstance(found, Mapping):
        rows = []
        for k, own in found.items():
            if not isinstance(own, Mapping):
                raise UserError(
                    f"found[{k!r}] is {own!r}: give the indices of each k, such as "
                    "{2: quality(d, labels)}."
                )
            rows += [(k, name, value) for name, value in own.items()]
        for k, name, value in rows:
            whole("A number of clusters", k, 1)
            if isinstance(value, str) or not np.isscalar(value):
                raise UserError(f"{name} of k = {k} is {value!r}: it must be a number.")
        schema = {"k": pl.Int64, "index": pl.String, "estimate": pl.Float64}
        return pl.DataFrame(rows, schema=schema, orient="row")
    found = estimates_of(found, ["k"])
    if "index" in found.columns:
        return estimates_of(found, ["k", "estimate"])
    numbers = [name for name in found.columns if name != "k" and found[name].dtype.is_numeric()]
    return found.unpivot(numbers, index="k", variable_name="index", value_name="estimate")


def _of(table: pl.DataFrame, index: str) -> pl.DataFrame:
    """Return the rows of an index by k."""
    rows = table.filter(pl.col("index") == index).sort("k")
    if not table.height:
        raise UserError("There are no indices to draw: give those of at least one k.")
    if not rows.height:
        known = ", ".join(table["index"].unique(maintain_order=True))
        raise UserError(f"There is no index {index!r}: write one of {known}.")
    return rows
