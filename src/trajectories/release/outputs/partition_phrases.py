"""What the released tables say for a number of clusters, and a cluster's course in words."""

import itertools

import polars as pl

from trajectories.release.style import Style
from trajectories.release.tables import Tables, digits_of
from trajectories.words import _

LOW = ("HC",)
"""Indices that are best when low."""


def evidence(tables: Tables, style: Style, k: int) -> list[str]:
    """Say what is known of a number of clusters: chosen, silhouette, null models, stability."""
    found = []
    if tables["partitions"].filter((pl.col("k") == k) & pl.col("chosen")).height:
        found.append(style.word("chosen"))
    if (width := _silhouette(tables, k)) is not None:
        found.append(style.say(_("ASW {value}"), value=digits_of(style, width, 2)))
    if "null_quality" in tables:
        tested = tables["null_quality"].filter((pl.col("k") == k) & pl.col("decides"))
        tested = tested.drop_nulls(("observed", "threshold"))
        for (index,), rows in tested.group_by("index", maintain_order=True):
            strictest = rows["threshold"].min() if index in LOW else rows["threshold"].max()
            found.append(
                style.say(
                    _("{index} {value} (random courses {threshold})"),
                    index=index,
                    value=digits_of(style, rows["observed"][0], 2),
                    threshold=digits_of(style, float(str(strictest)), 2),
                )
            )
    if "stability" in tables:
        least = tables["stability"].filter(pl.col("k") == k)["jaccard_median"].min()
        if least is not None:
            value = digits_of(style, float(str(least)), 2)
            found.append(style.say(_("least stable cluster: Jaccard {value}"), value=value))
    return found


def _silhouette(tables: Tables, k: int) -> float | None:
    """The average silhouette width of the chosen method's partition, where it is released."""
    if "quality" not in tables:
        return None
    table = tables["quality"]
    method = table.filter(pl.col("chosen"))["method"].to_list()[:1]
    rows = table.filter(pl.col("method").is_in(method) & (pl.col("k") == k)).drop_nulls("ASW")
    return float(rows["ASW"][0]) if rows.height else None


def modal_course(panel: pl.DataFrame, style: Style) -> str:
    """Write the commonest state at each month of a cluster as runs.

    Args:
        panel: position, state and weight of one cluster, of what is published.
        style: labels.
    """
    months = sorted(panel["position"].unique().to_list())
    shown = panel.sort("weight", descending=True, maintain_order=True)
    first = shown.unique("position", keep="first", maintain_order=True)
    state_at = dict(first.select("position", "state").iter_rows())
    runs = []
    for state, run in itertools.groupby(months, key=state_at.__getitem__):
        held = list(run)
        label = style.look(state).label
        span = f"{held[0]}–{held[-1]}" if len(held) > 1 else str(held[0])
        runs.append(f"{label} {span}")
    return " → ".join(runs)
