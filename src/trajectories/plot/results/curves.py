"""Pictures of durations and hazards: curves, event studies and forests of estimates."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

from trajectories.distributions import normal_quantile
from trajectories.errors import UserError
from trajectories.plot.canvas import SMALL, axes_for, dress, label_ends, percent
from trajectories.plot.palette import ACCENT, DASHES, INK, MUTED, SERIES
from trajectories.plot.results.tables import band_level, estimates_of

ESTIMATES = ("hazard_ratio", "estimate", "coef")
RATIOS = frozenset({"hazard_ratio"})
"""Columns of estimates, the first found is drawn; ratios have a logarithmic axis."""


def cumulative_incidence(
    found: pl.DataFrame,
    *,
    exits: Mapping[int, str] | None = None,
    by: str | None = None,
    confidence: float = 0.95,
    ax: Axes | None = None,
) -> Axes:
    """Draw the probability of each exit by time, with pointwise bands.

    Bands are on the complementary log-log scale, so that they stay between 0 and 1.

    Args:
        found: the table of `trajectories.survival.cumulative_incidence`: time, exit, estimate, se.
        exits: the exits to draw, with their names; all by their numbers by default.
        by: its column of groups.
        confidence: level of the bands; 0 draws none.
        ax: axes to draw on; a new figure by default.

    Raises:
        UserError: a column is not in the table.

    Examples:
        >>> import polars as pl
        >>> from trajectories import plot, survival
        >>> durations = pl.DataFrame({"person": [1, 2, 3], "time": [1, 2, 3], "exit": [1, 0, 1]})
        >>> curve = survival.cumulative_incidence(durations)
        >>> ax = plot.cumulative_incidence(curve, exits={1: "job"})
        >>> [text.get_text() for text in ax.texts if text.get_text()]
        ['job']

    See Also:
        `survival`, `trajectories.survival.cumulative_incidence`.

    R equivalent: `plot` of `survival::survfit` with several exits.
    """
    found = estimates_of(found, ("time", "estimate", "se"), ("exit", *([by] if by else [])))
    known = sorted(set(found["exit"].drop_nulls()))
    kinds = {kind: f"exit {kind}" for kind in known} if exits is None else exits
    if not isinstance(kinds, Mapping) or not kinds or not set(kinds) <= set(known):
        raise UserError(
            f"exits is {exits!r}: name exits of the table, which are {', '.join(map(str, known))}, "
            f"as in {{{known[0]!r}: 'job'}}."
        )
    parts = []
    for group in found[by].unique(maintain_order=True).to_list() if by else [None]:
        for kind, name in kinds.items():
            rows = found.filter(pl.col("exit") == kind)
            rows = rows.filter(pl.col(by).eq_missing(pl.lit(group))) if by else rows
            said = name if by is None else (str(group) if len(kinds) == 1 else f"{name}, {group}")
            parts.append((said, rows))
    axes = _curves(parts, 0.0, confidence, ax)
    axes.set_ylabel(
        "Share that has left" if len(kinds) != 1 else f"Share: {next(iter(kinds.values()))}"
    )
    return axes


def survival(
    found: pl.DataFrame, *, by: str | None = None, confidence: float = 0.95, ax: Axes | None = None
) -> Axes:
    """Draw the probability of no exit by time (Kaplan–Meier), with pointwise bands.

    Args:
        found: the table of `trajectories.survival.kaplan_meier`: time, estimate, se.
        by: its column of groups.
        confidence: level of the bands, on the complementary log-log scale; 0 draws none.
        ax: axes to draw on; a new figure by default.

    Raises:
        UserError: a column is not in the table.

    Examples:
        >>> import polars as pl
        >>> from trajectories import plot, survival
        >>> durations = pl.DataFrame({"person": [1, 2, 3], "time": [1, 2, 3], "exit": [1, 0, 1]})
        >>> plot.survival(survival.kaplan_meier(durations)).get_ylabel()
        'Share without an exit'

    See Also:
        `cumulative_incidence`, `trajectories.survival.kaplan_meier`.

    R equivalent: `plot` of `survival::survfit`.
    """
    found = estimates_of(found, ("time", "estimate", "se"), [by] if by else [])
    groups = found[by].unique(maintain_order=True).to_list() if by else [None]
    parts = [
        ("", found)
        if by is None
        else (str(group), found.filter(pl.col(by).eq_missing(pl.lit(group))))
        for group in groups
    ]
    axes = _curves(parts, 1.0, confidence, ax)
    axes.set(ylim=(0, 1), ylabel="Share without an exit")
    return axes


def event_study(
    found: Any,
    *,
    contrast: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw hazard ratios by month around an event, with 95 % intervals.

    Args:
        found: what `trajectories.hazards.event_study` returns, or its table: lag, hazard_ratio,
            low, high, and contrast where there are several.
        contrast: the contrast to draw; the first by default.
        ax: axes to draw on; a new figure by default.

    Raises:
        UserError: a column or the contrast is not in the table.

    Examples:
        >>> import polars as pl
        >>> from trajectories import plot
        >>> table = pl.DataFrame(
        ...     {"lag": [-1, 0, 1], "hazard_ratio": [1.0, 0.9, 0.8], "low": [0.9, 0.8, 0.7],
        ...      "high": [1.1, 1.0, 0.9]}
        ... )
        >>> plot.event_study(table).get_xlabel()
        'Months from the event'

    See Also:
        `forest`, `trajectories.hazards.event_study`.
    """
    table = estimates_of(found, ("lag", "hazard_ratio", "low", "high"))
    if "contrast" in table.columns:
        known = table["contrast"].unique(maintain_order=True).to_list()
        wanted = known[0] if contrast is None else contrast
        if wanted not in known:
            raise UserError(
                f"There is no contrast {wanted!r}: write one of {', '.join(map(str, known))}."
            )
        table = table.filter(pl.col("contrast") == wanted)
    table = table.sort("lag").drop_nulls("hazard_ratio")
    if not table.height:
        raise UserError("No month of the table has a hazard ratio: there is nothing to draw.")
    axes = axes_for(ax, [""])[0]
    lags, ratios = table["lag"].to_numpy(), table["hazard_ratio"].to_numpy()
    before = lags < 0
    axes.axhline(1, color=MUTED, linewidth=0.8)
    axes.axvline(-0.5, color=MUTED, linewidth=0.8, linestyle=(0, (3, 2)))
    axes.vlines(lags, table["low"], table["high"], color=ACCENT, linewidth=1.1)
    axes.plot(lags[before], ratios[before], "o", color=ACCENT, mfc="#ffffff", markersize=5)
    axes.plot(lags[~before], ratios[~before], "o", color=ACCENT, markersize=5)
    _log_axis(axes, "y", np.concatenate([table["low"].to_numpy(), table["high"].to_numpy()]))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set(xlabel="Months from the event", ylabel="Hazard ratio")
    dress(axes, grid="y")
    return axes


def forest(
    found: Any,
    *,
    terms: Sequence[str] | Mapping[str, str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw estimates with their intervals, one row a term, numbers at the right.

    Args:
        found: a fitted model or its table: term (or another first column of names), then
            hazard_ratio, estimate or coef, with low and high.
        terms: the terms to draw in their order, with names for readers where it is a mapping; all
            by default.
        ax: axes to draw on; a new figure by default.

    Returns:
        The axes. Ratios have a logarithmic axis, with a line at 1; others a line at 0.

    Raises:
        UserError: there are no estimates, or a term is not among them.

    Examples:
        >>> import polars as pl
        >>> from trajectories import plot
        >>> table = pl.DataFrame(
        ...     {"term": ["age", "sex"], "hazard_ratio": [1.2, 0.8], "low": [1.0, 0.6],
        ...      "high": [1.4, 1.1]}
        ... )
        >>> [text.get_text() for text in plot.forest(table, terms={"sex": "Men"}).texts]
        ['0.80 (0.60 to 1.10)']

    See Also:
        `event_study`, `trajectories.hazards.fit_hazard`, `trajectories.survival.fit_cox`.
    """
    table = estimates_of(found)
    column = next((name for name in ESTIMATES if name in table.columns), None)
    if column is None or not {"low", "high"} <= set(table.columns):
        raise UserError("There are no estimates: the table needs hazard_ratio, low and high.")
    table = estimates_of(table, (column, "low", "high"))
    key = "term" if "term" in table.columns else table.columns[0]
    known = [str(name) for name in table[key]]
    wanted = [terms] if isinstance(terms, str) else list(known if terms is None else terms)
    if not wanted:
        raise UserError("terms names no term: leave it out to draw all of them.")
    unknown = [term for term in wanted if term not in known]
    if unknown:
        raise UserError(f"There is no term {unknown[0]!r}: write one of {', '.join(known[:12])}.")
    twice = [term for term in wanted if terms is not None and known.count(term) > 1]
    if twice:
        raise UserError(f"The table has several rows of the term {twice[0]!r}: keep one of them.")
    places = range(table.height) if terms is None else [known.index(term) for term in wanted]
    rows = [table.row(place, named=True) for place in places]
    names = [terms[term] for term in wanted] if isinstance(terms, Mapping) else wanted
    axes = axes_for(ax, [""], alone=(6.2, 0.9 + 0.27 * len(rows)))[0]
    ratio = column in RATIOS
    axes.axvline(1.0 if ratio else 0.0, color=MUTED, linewidth=0.8)
    shown = []
    for place, row in enumerate(rows):
        low, value, high = (np.nan if row[c] is None else row[c] for c in ("low", column, "high"))
        clear = low > ratio or high < ratio
        axes.hlines(place, low, high, color=ACCENT, linewidth=1.3)
        axes.plot([value], [place], "o", color=ACCENT, mfc=ACCENT if clear else "#ffffff", ms=5.5)
        axes.text(
            1.02,
            place,
            f"{value:.2f} ({low:.2f} to {high:.2f})".replace("-", "−"),
            transform=axes.get_yaxis_transform(),
            va="center",
            fontsize=SMALL,
            color=INK,
        )
        shown += [low, high]
    axes.set_yticks(range(len(rows)), names)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    if ratio:
        _log_axis(axes, "x", np.array(shown))
    axes.set_xlabel("Hazard ratio (95 % interval)" if ratio else "Estimate (95 % interval)")
    dress(axes, grid="x", frame=False)
    axes.tick_params(axis="y", length=0)
    return axes


def _curves(
    parts: Sequence[tuple[str, pl.DataFrame]], start: float, confidence: float, ax: Axes | None
) -> Axes:
    """Draw step curves with bands, named at their ends."""
    confidence = band_level(confidence)
    axes = axes_for(ax, [""])[0]
    ends, names, colours, last = [], [], [], 0.0
    for number, (name, rows) in enumerate(parts):
        rows = rows.sort("time")
        if not rows.height:
            continue
        time = np.concatenate([[0.0], rows["time"].cast(pl.Float64).to_numpy()])
        value = np.concatenate([[start], rows["estimate"].to_numpy()])
        colour = SERIES[number % len(SERIES)]
        if confidence:
            low, high = _band(rows, confidence)
            ends_low, ends_high = (np.concatenate([[start], one]) for one in (low, high))
            axes.fill_between(
                time, ends_low, ends_high, step="post", color=colour, alpha=0.15, linewidth=0
            )
        dash = DASHES[number % len(DASHES)]
        axes.step(time, value, where="post", color=colour, linestyle=dash, linewidth=1.6)
        ends.append(float(value[-1]))
        names.append(name)
        colours.append(colour)
        last = max(last, float(time[-1]))
    axes.set(xlim=(0, last or 1), xlabel="Time")
    axes.set_ylim(0, min(1.0, axes.get_ylim()[1]))
    percent(axes, "y")
    dress(axes, grid="y")
    if any(names):
        label_ends(axes, ends, names, colours)
    return axes


def _band(rows: pl.DataFrame, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Return pointwise bounds on the complementary log-log scale."""
    share = rows["estimate"].to_numpy()
    se = rows["se"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    inside = (share > 0) & (share < 1) & np.isfinite(se)
    p = np.where(inside, share, 0.5)
    half = normal_quantile(0.5 + confidence / 2) * np.where(inside, se, 0) / np.abs(p * np.log(p))
    bounds = [np.where(inside, p ** np.exp(sign * half), share) for sign in (1, -1)]
    return bounds[0], bounds[1]


def _log_axis(axes: Axes, axis: str, shown: np.ndarray) -> None:
    """Make an axis of ratios logarithmic, with ticks at round ratios."""
    shown = shown[np.isfinite(shown) & (shown > 0)]
    low, high = float(shown.min(initial=0.9)) / 1.05, float(shown.max(initial=1.1)) * 1.05
    grid = [0.1, 0.2, 0.5, 1, 2, 5, 10]
    if high / low < 4:
        grid = [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2]
    one = axes.xaxis if axis == "x" else axes.yaxis
    if axis == "x":
        axes.set_xscale("log")
        axes.set_xlim(low, high)
    else:
        axes.set_yscale("log")
        axes.set_ylim(low, high)
    one.set_minor_locator(NullLocator())
    one.set_ticks([ratio for ratio in grid if low <= ratio <= high])
    one.set_major_formatter(FuncFormatter(lambda ratio, _: f"{ratio:g}"))
