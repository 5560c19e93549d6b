"""Captions and alternative texts of figures, computed from the released tables."""

from collections.abc import Callable
from typing import Any

import polars as pl

from trajectories.release import captions_checks, captions_histories, captions_sensitivity
from trajectories.release import captions_courses as courses
from trajectories.release.captions_words import Row, from_to, ratio, share
from trajectories.release.figures import DRAWINGS
from trajectories.release.figures.bars import row_fates
from trajectories.release.figures.reform import largest_excesses
from trajectories.release.model_rows import headline_rows
from trajectories.release.store import Tables
from trajectories.release.study import listed, months
from trajectories.release.style import Style

Describe = Callable[[Tables, Style], tuple[str, str]]
"""Released tables and style to (caption, alternative text)."""


def describe_figures(tables: Tables, style: Style) -> list[dict[str, Any]]:
    """Describe every figure that can be drawn: name, stage, tables, caption, alt."""
    described = []
    for drawing in DRAWINGS:
        if drawing.possible(tables):
            caption, alt = CAPTIONS[drawing.name](tables, style)
            if style.simulated:
                alt = f"{style.word('simulated_data').capitalize()}. {alt}"
            described.append(
                {
                    "name": drawing.name,
                    "stage": drawing.stage,
                    "tables": list(drawing.tables),
                    "caption": caption,
                    "alt": alt,
                }
            )
    return described


def _rows(tables: Tables, style: Style) -> tuple[str, str]:
    parts = [
        f"{style.word(row['table'])}: {style.number(row['read'])} rows read, "
        f"{style.number(row['rejected'])} rejected, {style.number(row['merged'])} merged"
        for row in row_fates(tables["accounting"]).iter_rows(named=True)
    ]
    caption = (
        "Fate of the rows of each input table. Every row read was used, merged into another or "
        "rejected for a stated reason; rounded numbers need not add up exactly."
    )
    return caption, f"Stacked bars, one for each input table. {'; '.join(parts)}."


def _largest(panel: pl.DataFrame, position: int, style: Style) -> str:
    rows = panel.filter((pl.col("position") == position) & pl.col("share").is_not_null())
    if rows.is_empty():
        return "all states withheld"
    top = rows.sort("share", descending=True, maintain_order=True).row(0, named=True)
    return f"{style.look(top['state']).label} {style.percent(top['share'])}"


def _spans(table: pl.DataFrame, by: str, name: Callable[[Any], str], style: Style) -> str:
    months = sorted(table["position"].to_list())
    first, last = months[0], months[-1]
    keys = table[by].unique(maintain_order=True).to_list()
    ordered = style.arrange(keys) if by == "group" else sorted(keys)
    parts = [
        f"{name(key)}: from {_largest(part, first, style)} in month {first} "
        f"to {_largest(part, last, style)} in month {last}"
        for key in ordered
        for part in [table.filter(pl.col(by) == key)]
    ]
    return "; ".join(parts)


def _state_distribution(tables: Tables, style: Style) -> tuple[str, str]:
    table = tables["state_distribution"]
    groups = listed([style.word(group).lower() for group in style.arrange(table["group"])])
    caption = (
        f"State distribution by month of the window ({groups}), with the transversal entropy "
        "beneath (1 = all states equally frequent). Hatched at the top: cells that are withheld."
    )
    alt = (
        "Stacked shares of states by month, one panel a group. Most frequent state "
        f"{_spans(table, 'group', style.word, style)}."
    )
    return caption, alt


def _quality(tables: Tables, style: Style) -> tuple[str, str]:
    table = tables["quality"]
    ks = sorted(table["k"].to_list())
    caption = (
        "Quality of the partitions by the number of clusters k: average silhouette width (ASW), "
        "Hubert's C (HC), point-biserial correlation (PBC) and Calinski–Harabasz index (CH). "
        "The ring marks the chosen partition."
    )
    chosen = table.filter(pl.col("chosen"))
    parts = [
        f"The chosen partition is {style.word(row['method'])} with k = {row['k']}, "
        f"ASW {row['ASW']:g}."
        for row in chosen.iter_rows(named=True)
    ]
    return caption, f"Four line charts over k from {ks[0]} to {ks[-1]}. {' '.join(parts)}".strip()


def _cluster_states(tables: Tables, style: Style) -> tuple[str, str]:
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    caption = (
        "State distribution by month in each cluster of the chosen typology. Clusters are "
        "numbered in the order of their names' states."
    )
    spans = _spans(
        tables["cluster_states"],
        "cluster",
        lambda cluster: f"cluster {cluster} ({style.cluster(names.get(cluster))})",
        style,
    )
    return caption, f"Stacked shares of states by month, one panel a cluster. {spans}."


def _cluster_groups(tables: Tables, style: Style) -> tuple[str, str]:
    table = tables["cluster_group_states"]
    last = max(table["position"].to_list())
    parts = []
    for cluster in sorted(table["cluster"].unique().to_list()):
        part = table.filter(pl.col("cluster") == cluster)
        ends = []
        for group in style.arrange(part["group"]):
            panel = part.filter(pl.col("group") == group)
            ends.append(f"{style.word(group).lower()} {_largest(panel, last, style)}")
        parts.append(f"cluster {cluster}: {', '.join(ends)}")
    caption = (
        "State distribution by month in each cluster (rows) and group (columns). Where the "
        "columns of a row look alike, the cluster means the same in every group."
    )
    alt = (
        f"Grid of stacked shares of states. Most frequent state in month {last}, by cluster and "
        f"group: {'; '.join(parts)}."
    )
    return caption, alt


def _hours(tables: Tables, style: Style) -> tuple[str, str]:
    table = tables["hours"].drop_nulls("mean_hours")

    def span(first: Row, last: Row) -> str:
        return (
            f"cluster {first['cluster']} from {style.number(first['mean_hours'])} hours in month "
            f"{first['position']} to {style.number(last['mean_hours'])} in month {last['position']}"
        )

    caption = (
        "Monthly hours of paid work in each cluster: the mean aligned on the calendar of the "
        "window, and the soft-DTW barycentre, which aligns the persons' own rhythms."
    )
    return caption, f"Line charts of mean hours a month: {from_to(table, 'cluster', span)}."


def _shares(tables: Tables, style: Style) -> tuple[str, str]:
    table = tables["shares"].drop_nulls("share")
    ages = style.arrange(table["age"])
    first = table.filter(pl.col("age") == ages[0])
    parts = []
    for cluster in sorted(first["cluster"].unique().to_list()):
        rows = {
            row["group"]: row["share"]
            for row in first.filter(pl.col("cluster") == cluster).iter_rows(named=True)
        }
        values = [f"{style.word(g).lower()} {style.percent(rows[g])}" for g in style.arrange(rows)]
        parts.append(f"cluster {cluster}: {', '.join(values)}")
    caption = (
        "Share of windows in each cluster, by group, with 95 % intervals that allow for several "
        "windows of one person."
    )
    return caption, f"Points with intervals. {style.word(ages[0])}: {'; '.join(parts)}."


def _seam(tables: Tables, style: Style) -> tuple[str, str]:
    parts = [
        f"{style.event(row['event'])}: {style.look(row['from_state']).label} to "
        f"{style.look(row['to_state']).label} {style.share(row['rate_at_event'])} against "
        f"{style.share(row['rate_other'])} in other years"
        for row in largest_excesses(tables["seam"])
        .unique("event", maintain_order=True)
        .iter_rows(named=True)
    ]
    caption = (
        "Changes of state over the month of each event, against the same months of other years: "
        "those that differ most, all ages. A gap far wider than those at other events points to "
        "relabelling rather than to changed lives."
    )
    return caption, f"Paired dots. Largest difference at each event: {'; '.join(parts)}."


def _causes(tables: Tables, style: Style) -> tuple[str, str]:
    table = tables["changes_by_cause"].drop_nulls("changes")
    table = table.sort("changes", descending=True, maintain_order=True)
    parts = [
        f"{style.word(row['cause'])} {style.number(row['changes'])} ({share(style, row['share'])})"
        for row in table.iter_rows(named=True)
    ]
    caption = "Caseworker changes by the cause that was known at the change."
    if "recoding" in table["cause"]:
        caption += " A recoded identifier is no change and is shown for comparison."
    return caption, f"Horizontal bars: {'; '.join(parts)}."


def _exit_months(tables: Tables, style: Style) -> tuple[str, str]:
    parts = []
    for row in tables["exit_months"].sort("lag", descending=True).iter_rows(named=True):
        month = "exit month" if row["lag"] == 0 else f"{months(-row['lag'])} earlier"
        shares = [share(style, row["exit_share"]), share(style, row["matched_share"])]
        parts.append(f"{month}: {shares[0]} against {shares[1]}")
    study = style.study.english
    caption = (
        f"Share with a caseworker change in the month of {study.exit} and the months before it, "
        f"against matched months at risk. The models use a lag of {months(study.lag_months)}."
    )
    return caption, f"Two lines with intervals: {'; '.join(parts)}."


def _incidence(tables: Tables, style: Style) -> tuple[str, str]:
    table = tables["cumulative_incidence"]
    group = style.arrange(table["group"])[0]
    ends = (
        table.filter(pl.col("group") == group)
        .sort("time")
        .group_by("exit", maintain_order=True)
        .last()
        .sort("estimate", descending=True, nulls_last=True, maintain_order=True)
    )
    parts = [
        f"{style.word(row['exit'])} {share(style, row['estimate'])}"
        for row in ends.iter_rows(named=True)
    ]
    whole = ", each covering its whole curve" if "incidence_bands" in tables else ""
    caption = (
        "Cumulative incidence of competing exits (Aalen–Johansen, from rounded life tables whose "
        f"steps wait for enough events), with 95 % bands{whole}."
    )
    alt = (
        f"Step curves over {max(ends['time'].to_list())} months. At the end, "
        f"{style.word(group).lower()}: {', '.join(parts)}."
    )
    return caption, alt


def _kaplan_meier(tables: Tables, style: Style) -> tuple[str, str]:
    table = tables["kaplan_meier"].drop_nulls("estimate")
    parts = []
    for group in style.arrange(table["group"]):
        last = table.filter(pl.col("group") == group).sort("time").row(-1, named=True)
        parts.append(
            f"{style.word(group)} {style.percent(last['estimate'])} after {last['time']} periods"
        )
    caption = (
        "Share still without the exit (Kaplan–Meier, from rounded life tables whose steps wait for "
        "enough events), with 95 % bands."
    )
    return caption, f"Falling step curves. Still without the exit: {'; '.join(parts)}."


def _hazard_by_duration(tables: Tables, style: Style) -> tuple[str, str]:
    table = tables["hazard_by_duration"].drop_nulls("hazard")

    def span(first: Row, last: Row) -> str:
        return (
            f"{style.word(first['exposure'])} from {style.share(first['hazard'])} (months "
            f"{first['duration']}) to {style.share(last['hazard'])} (months "
            f"{last['duration']})"
        )

    told = table["exposure"].n_unique() > 1
    apart = " and by departures of caseworkers so far" if told else ""
    caption = (
        f"Monthly hazard of {style.study.english.exit} by months at risk{apart}, with 95 % "
        "intervals; not adjusted for anything else."
    )
    return caption, f"Points joined by lines: {from_to(table, 'exposure', span)}."


def _forest(tables: Tables, style: Style) -> tuple[str, str]:
    table = headline_rows(tables["models"]).drop_nulls(["hazard_ratio", "low", "high"])
    parts = [f"{style.model(row)} {ratio(style, row)}" for row in table.iter_rows(named=True)]
    planted = table["planted"].drop_nulls().unique().to_list()
    truth = (
        f" The dotted marks are the ratio that was planted in the simulated register, "
        f"{listed([style.number(value, 2) for value in sorted(planted)])}."
        if planted
        else ""
    )
    study = style.study.english
    caption = f"{study.ratios}s of {study.exit} with 95 % intervals, on a log scale.{truth}"
    return caption, f"Forest plot: {'; '.join(parts)}.{truth}"


CAPTIONS: dict[str, Describe] = {
    "rows": _rows,
    "state_distribution": _state_distribution,
    "modal_states": courses.modal_states,
    "mean_times": courses.mean_times,
    "transitions": courses.transitions,
    "common_sequences": courses.common_sequences,
    "common_paths": courses.common_paths,
    "event_subsequences": courses.event_subsequences,
    "quality": _quality,
    "cluster_states": _cluster_states,
    "cluster_group_states": _cluster_groups,
    "stripes": courses.stripes,
    "internships": courses.internships,
    "hours": _hours,
    "shares": _shares,
    "seam": _seam,
    "causes": _causes,
    "exit_months": _exit_months,
    "cumulative_incidence": _incidence,
    "kaplan_meier": _kaplan_meier,
    "hazard_by_duration": _hazard_by_duration,
    "forest": _forest,
    "change_rates": captions_sensitivity.change_rates,
    "after_changes": captions_sensitivity.after_changes,
    "caseloads": captions_sensitivity.caseloads,
    "selection_curve": captions_sensitivity.selection_curve,
    "after_states": captions_histories.after_states,
    "after_types": captions_histories.after_types,
    "leaving_states": captions_histories.leaving_states,
    "history_models": captions_histories.history_models,
    "event_study": captions_checks.event_study,
    "specifications": captions_checks.specifications,
}
