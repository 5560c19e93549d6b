"""The report's first sentences, in plain words."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import polars as pl

from trajectories.release.page.relabelled import relabelled
from trajectories.release.page.remarks import not_given
from trajectories.release.page.typology_prose import by_model, continuum, tested
from trajectories.release.study import Study
from trajectories.release.style import Style
from trajectories.release.tables import Tables, readable_points, told
from trajectories.release.verdict_words import CONTRADICTED, SILENT, SUPPORTED
from trajectories.words import _


def summary(headline: Mapping[str, Any], tables: Tables, style: Style) -> list[str]:
    """Say in a few sentences what the run found."""
    say = style.study.say
    sentences = [] if "sizes" not in tables else [_windows(tables, style)]
    if headline["k"] is not None and "clusters" in tables:
        top = tables["clusters"].drop_nulls("share").sort("share", descending=True)
        largest = [
            f"{style.cluster(row['name'])} ({style.percent(row['share'])})"
            for row in top.head(2).iter_rows(named=True)
        ]
        sentences.append(
            say(
                _types(headline["k"], tables),
                k=headline["k"],
                names=lambda to: to.listed(largest),
            )
        )
    sentences += relabelled(headline, tables, style)
    if headline["ever_changed_share"] is not None:
        text = _("{share} of {population} had a new caseworker while at risk.")
        sentences.append(say(text, share=style.percent(headline["ever_changed_share"])))
    if headline["departure_hr"] is not None:
        sentences += [
            departure_sentence(headline, style),
            *_risks(tables, style),
            verdict_sentence(tables, style),
        ]
    elif (why := not_given(tables)) is not None:
        text = _("No number is given for clients whose caseworker left: {why}.")
        sentences.append(say(text, why=lambda to: to.say(why)))
    return sentences


def _windows(tables: Tables, style: Style) -> str:
    """Say how many windows of which length were described, and in which groups."""
    sizes, study = tables["sizes"], style.study
    from_origin = study.of("sequences.window.origin_month") is None
    registered = "state_distribution" in tables and bool(
        tables["state_distribution"]["state"].str.starts_with("SA_").any()
    )
    groups = [style.word(group).lower() for group in style.arrange(sizes["group"])]
    origin = _(", each from a first month on social assistance")
    return study.say(
        _("We described {windows} windows of {length}{origin}, by group: {names}.")
        if study.group_by
        else _("We described {windows} windows of {length}{origin}, {names} {reform}."),
        windows=style.number(int(sizes["windows"].sum())),
        length=lambda to: to.months(to.window_months),
        origin=lambda to: to.say(origin) if from_origin and registered else "",
        names=lambda to: to.listed(groups),
    )


def departure_sentence(headline: Mapping[str, Any], style: Style) -> str:
    """Say what the headline estimate means, and how sure it is."""
    ratio, bounds = headline["departure_hr"], headline["departure_hr_ci"]
    interval = _("interval withheld") if bounds is None else _("95 % interval {low} to {high}")
    low, high = ("", "") if bounds is None else (style.ratio(bound) for bound in bounds)
    if bounds is not None and bounds[0] <= 1 <= bounds[1]:
        text = _(
            "The data do not show whether clients whose caseworker left had another monthly "
            "{chance} of {outcome} than other clients ({measure} {ratio}, {interval})."
        )
    elif ratio < 1:
        text = _(
            "Clients whose caseworker left had a monthly {chance} of {outcome} {change} per cent "
            "lower than other clients ({measure} {ratio}, {interval})."
        )
    else:
        text = _(
            "Clients whose caseworker left had a monthly {chance} of {outcome} {change} per cent "
            "higher than other clients ({measure} {ratio}, {interval})."
        )
    return style.say(
        text,
        measure=lambda to: to.ratio,
        ratio=style.ratio(ratio),
        change=style.number(100 * abs(ratio - 1)),
        interval=lambda to: to.say(interval, low=low, high=high),
    )


def _risks(tables: Tables, style: Style) -> list[str]:
    """Say what the estimate means at the first horizon, where that is released."""
    if "job_risks" not in tables:
        return []
    shares = ["risk_none", "risk_departure", "difference", "low", "high"]
    first = tables["job_risks"].drop_nulls(shares).sort("time").head(1)
    for row in first.iter_rows(named=True):
        if not told(row["low"], row["high"]):
            continue
        digits = readable_points(*(first[name] for name in ("risk_none", "risk_departure")))
        shown = readable_points(*(first[name] for name in ("difference", "low", "high")))
        return [
            style.say(
                _(
                    "Within {time}, the model says, {exposed} of clients had {reached} where the "
                    "caseworker left, against {others} where not (difference {points} percentage "
                    "points, {low} to {high})."
                ),
                time=partial(Study.months, number=row["time"]),
                exposed=style.percent(row["risk_departure"], digits),
                others=style.percent(row["risk_none"], digits),
                points=style.number(100 * row["difference"], shown),
                low=style.number(100 * row["low"], shown),
                high=style.number(100 * row["high"], shown),
            )
        ]
    return []


def verdict_sentence(tables: Tables, style: Style) -> str:
    """Say how many checks could not tell, supported and contradicted the headline."""
    if "verdict" not in tables or tables["verdict"].is_empty():
        return style.say(
            _(
                "This is a difference between clients, not proof of an effect: this run made no "
                "checks."
            )
        )
    words: pl.Series = tables["verdict"]["verdict"].drop_nulls()
    counts = {word: int((words == word).sum()) for word in (SILENT, SUPPORTED, CONTRADICTED)}
    return style.say(
        _(
            "This is a difference between clients, not proof of an effect: of {all} checks "
            "{silent} could not tell, {supported} supported it and {contradicted} contradicted it."
        ),
        all=len(words),
        **counts,
    )


def _types(k: int, tables: Tables) -> str:
    """The message about the number of types: what the comparison with chance found."""
    if k == 1:
        return _("Their courses are too few or too alike to be sorted into types.")
    if continuum(tables):
        return _(
            "Their courses form one continuum without separate types; it was divided into {k} "
            "groups, the largest {names}."
        )
    if by_model(tables):
        return _(
            "Sorted by what they did from month to month, they were put into {k} types; the "
            "largest are {names}. The number of types is the one that describes the courses best."
        )
    if tested(tables):
        return _(
            "Sorted by how alike they are, they were put into {k} types; the largest are "
            "{names}. The number of types was compared with random courses."
        )
    return _(
        "Sorted by how alike they are, they were put into {k} types; the largest are "
        "{names}. The number of types is a choice and was not tested."
    )
