"""What the brief says: the answers in plain words, for readers without statistics."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import polars as pl

from trajectories.release.model_rows import find
from trajectories.release.outputs.checks.job_risks import of_each_hundred
from trajectories.release.page.remarks import not_given
from trajectories.release.page.typology_prose import continuum
from trajectories.release.study import Study
from trajectories.release.style import Style
from trajectories.release.tables import Tables, readable_points, told
from trajectories.release.verdict_words import CONTRADICTED, SILENT, SUPPORTED
from trajectories.words import _, n_

AGAINST = {
    "leads": _("Their clients differed from others long before anyone could know."),
    "placebo": _("Clients differed from others before the caseworker had left."),
    "negative_control": _("Leaving also goes with exits that it should not touch."),
    "unrelated_exits": _("Leaving also goes with exits that it should not touch."),
    "attrition": _("The clients of those who left were lost from view more, or less, than others."),
    "balance": _("The clients of those who left were not like others to begin with."),
    "balance_jointly": _("The clients of those who left were not like others to begin with."),
    "closing": _("Some new caseworkers may have been put on the case only to close it."),
    "later_changes": _("One change of caseworker often brings the next one."),
    "total_and_direct": _("The answer differs when later changes are held fixed."),
    "left_out": _("One place alone makes the difference."),
    "specifications": _("Other ways to count give other answers."),
    "randomisation": _("Within the same team, the difference points the other way."),
    "lead_bounds": _("Earlier differences would point the other way."),
    "constancy": _("The difference is not the same at all times."),
    "subgroups": _("The difference is not the same for all groups."),
    "unmeasured": _("A cause that nobody measured could explain the difference."),
}
"""What each check says where it speaks against the answer."""
YEAR = re.compile(r"(?:19|20)\d\d")


class Shift(NamedTuple):
    """How the share of one type differs between the first and the last group, of every hundred."""

    name: str
    first: str
    last: str
    earlier: float
    later: float
    low: float
    high: float
    decimals: int


def amount(number: float, digits: int, style: Style) -> Callable[[Study], str]:
    """Say a signed number of persons of every hundred: "1.7 fewer"."""
    shown = style.number(abs(number), digits)
    if float(f"{number:.{digits}f}") == 0:
        return lambda to: to.say(_("none fewer or more"))
    text = _("{shown} fewer") if number < 0 else _("{shown} more")
    return lambda to: to.say(text, shown=shown)


def span(low: float, high: float, digits: int, style: Style) -> Callable[[Study], str]:
    """Say an interval of such numbers: "from 1.0 to 2.4 fewer"."""
    near, far = sorted((low, high), key=abs)
    if low * high > 0:
        first, last = (style.number(abs(bound), digits) for bound in (near, far))
        text = _("from {first} to {last} fewer") if low < 0 else _("from {first} to {last} more")
        return lambda to: to.say(text, first=first, last=last)
    ends = [amount(bound, digits, style) for bound in (low, high)]
    return lambda to: to.say(_("from {first} to {last}"), first=ends[0], last=ends[1])


def departure(headline: Mapping[str, Any], tables: Tables, style: Style) -> list[str]:
    """Say what was found for clients whose caseworker left, how sure it is, and what is true."""
    ratio, bounds = headline["departure_hr"], headline["departure_hr_ci"]
    if ratio is None:
        why = not_given(tables)
        text = _("There is no answer: {why}.")
        return [] if why is None else [style.say(text, why=lambda to: to.say(why))]
    sure = bounds is not None and not bounds[0] <= 1 <= bounds[1]
    change = style.number(100 * abs(ratio - 1))
    if not sure:
        first = _(
            "The data do not show if a caseworker who leaves changes the chance of {outcome}."
        )
    elif ratio < 1:
        first = _(
            "Clients whose caseworker left {past} more slowly. Their chance each month "
            "was about {change} per cent lower than that of others."
        )
    else:
        first = _(
            "Clients whose caseworker left {past} faster. Their chance each month was "
            "about {change} per cent higher than that of others."
        )
    sentences = [style.say(first, change=change)]
    sentences += [_hundred(row, style) for row in of_each_hundred_in(tables)[:1]]
    return [*sentences, *_truth(ratio, tables, style)]


def of_each_hundred_in(tables: Tables) -> list[dict[str, float]]:
    """Give the shares of `of_each_hundred` where they were released."""
    return of_each_hundred(tables) if "job_risks" in tables else []


def _hundred(row: Mapping[str, float], style: Style) -> str:
    digits = int(row["digits"])
    return style.say(
        _(
            "After {time}, {left} of every 100 had {reached} if the caseworker left, and {others} "
            "of 100 if not. That is {difference} ({span})."
        ),
        time=partial(Study.months, number=int(row["time"])),
        left=style.number(row["risk_departure"], digits),
        others=style.number(row["risk_none"], digits),
        difference=amount(row["difference"], digits, style),
        span=span(row["low"], row["high"], digits, style),
    )


def _truth(ratio: float, tables: Tables, style: Style) -> list[str]:
    """Say what the simulator planted, beside what was found."""
    row = (
        (find(tables["models"], "departures_total", "departures") or {})
        if ("models" in tables)
        else {}
    )
    if row.get("planted") is None:
        return []
    lower, none = _("{size} per cent lower"), _("no lower")

    def said(value: float) -> Callable[[Study], str]:
        size = style.number(100 * abs(1 - value))
        text = none if size == "0" else lower if value < 1 else _("{size} per cent higher")
        return lambda to: to.say(text, size=size)

    text = _(
        "Here we know the truth, for the data are made up: the chance was made {planted}. We "
        "found {found}."
    )
    return [style.say(text, planted=said(row["planted"]), found=said(ratio))]


def how_sure(headline: Mapping[str, Any], tables: Tables, style: Style) -> list[str]:
    """Say how sure the answer on departures is: its interval, and the checks."""
    ratio, bounds = headline["departure_hr"], headline["departure_hr_ci"]
    if ratio is None:
        return []
    if bounds is None:
        first = _("We cannot say how sure this is.")
    elif bounds[0] <= 1 <= bounds[1]:
        first = _("Chance alone could make a difference of this size.")
    else:
        first = _("Chance alone would rarely make such a difference.")
    sentences = [style.say(first)]
    if "verdict" not in tables or tables["verdict"].is_empty():
        return [*sentences, style.say(_("No checks were made."))]
    words = tables["verdict"]["verdict"].drop_nulls()
    counts = {word: int((words == word).sum()) for word in (SUPPORTED, SILENT, CONTRADICTED)}
    text = _(
        "We made {all} checks: {supported} for the answer, {contradicted} against it, and {silent} "
        "that cannot tell."
    )
    return [*sentences, style.say(text, all=len(words), **counts)]


def against(tables: Tables, style: Style) -> list[str]:
    """Say in plain words what each check says that contradicts the answer."""
    if "verdict" not in tables:
        return []
    checks = tables["verdict"].filter(pl.col("verdict") == CONTRADICTED)["check"].to_list()
    return list(dict.fromkeys(style.say(AGAINST[check]) for check in checks if check in AGAINST))


WHOLE = 2
"""Units between the bounds of a difference that is told: a brief speaks of whole persons in 100."""


def shift(tables: Tables, style: Style) -> Shift | None:
    """Find the type whose share differs most between the first group and the last.

    Returns:
        None where no difference was released with an interval.
    """
    if not {"differences", "shares", "clusters"} <= set(tables):
        return None
    table = tables["differences"]
    if table.is_empty():
        return None
    age = "all" if "all" in table["age"] else table["age"][0]
    groups = style.arrange(tables["shares"]["group"])
    contrast = f"{groups[-1]} - {groups[0]}"
    rows = table.filter((pl.col("age") == age) & (pl.col("contrast") == contrast))
    rows = rows.drop_nulls(["difference", "low", "high"])
    kept = [row for row in rows.iter_rows(named=True) if told(row["low"], row["high"], WHOLE)]
    shares = tables["shares"].filter(pl.col("age") == age)
    by_group = {
        (group, cluster): share
        for group, cluster, share in shares.select("group", "cluster", "share").iter_rows()
    }
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    for row in sorted(kept, key=lambda one: -abs(one["difference"])):
        earlier, later = (
            by_group.get((group, row["cluster"])) for group in (groups[0], groups[-1])
        )
        if earlier is not None and later is not None:
            values = [row["difference"], row["low"], row["high"]]
            return Shift(
                style.cluster(names.get(row["cluster"]), short=True),
                style.word(groups[0]).lower(),
                style.word(groups[-1]).lower(),
                100 * earlier,
                100 * later,
                100 * row["low"],
                100 * row["high"],
                readable_points(pl.Series(values, dtype=pl.Float64)),
            )
    return None


def periods(tables: Tables, style: Style) -> list[str]:
    """Say which type of course became more or less common."""
    found = shift(tables, style)
    if found is None:
        return []
    difference = found.later - found.earlier
    digits = found.decimals
    chance = found.low <= 0 <= found.high
    text = _(
        "One type changed most, “{name}”. It was {earlier} of every 100 courses {first} and "
        "{later} {last}: {difference} ({span})."
    )
    if chance:
        text = _(
            "No type is clearly more or less common than before. “{name}” changed most: it was "
            "{earlier} of every 100 courses {first} and {later} {last}, {difference} ({span})."
        )
    if style.study.group_by:
        text = _(
            "The groups differ most in one type, “{name}”. It is {earlier} of every 100 courses "
            "({first}) and {later} ({last}): {difference} ({span})."
        )
    sentences = [
        style.say(
            text,
            name=found.name,
            earlier=style.number(found.earlier, digits),
            later=style.number(found.later, digits),
            first=found.first,
            last=found.last,
            difference=amount(difference, digits, style),
            span=span(found.low, found.high, digits, style),
        )
    ]
    if chance and style.study.group_by:
        sentences.append(style.say(_("Chance alone could make this difference.")))
    return sentences


def types(headline: Mapping[str, Any], tables: Tables, style: Style) -> list[str]:
    """Say into how many types the courses were sorted, and which are the largest."""
    if headline["k"] is None or "clusters" not in tables:
        return []
    top = tables["clusters"].drop_nulls("share").sort("share", descending=True).head(2)
    names = [
        style.say(
            _("“{name}” ({share} of 100)"),
            name=style.cluster(row["name"], short=True),
            share=style.number(100 * row["share"]),
        )
        for row in top.iter_rows(named=True)
    ]
    text = _(
        "We sorted the courses by how alike they are, into {k} types. The largest are {names}."
    )
    if headline["k"] == 1:
        return [style.say(_("The courses are too few or too alike to sort them into types."))]
    if continuum(tables):
        text = _(
            "The courses do not fall into clear types. We cut them into {k} groups to describe "
            "them. The largest are {names}."
        )
    return [style.say(text, k=headline["k"], names=lambda to: to.listed(names))]


def whom(headline: Mapping[str, Any], tables: Tables, style: Style) -> list[str]:
    """Say how many people were followed, where, when, and how long."""
    sentences = []
    years = years_of(tables)
    places = places_of(tables)
    if headline["persons"] is not None:
        text = _("The data hold {persons} people{places}{years}.")
        if style.study.durations:
            text = _("The data hold {persons} durations{places}{years}.")
        place = n_(" in {number} municipality", " in {number} municipalities")
        during = _(" from {first} to {last}")
        sentences.append(
            style.say(
                text,
                persons=style.number(headline["persons"]),
                places=lambda to: to.count(place, places) if places else "",
                years=lambda to: to.say(during, first=years[0], last=years[1]) if years else "",
            )
        )
    if "sizes" in tables:
        courses = _("We followed {windows} courses, month by month, for {length} each.")
        sentences.append(
            style.say(
                courses,
                windows=style.number(int(tables["sizes"]["windows"].sum())),
                length=lambda to: to.months(to.window_months),
            )
        )
    if headline["ever_changed_share"] is not None:
        shown = style.number(100 * headline["ever_changed_share"])
        changed = _("{share} of 100 got a new caseworker while we followed them.")
        sentences.append(style.say(changed, share=shown))
    return sentences


def years_of(tables: Tables) -> tuple[str, str] | None:
    """Find the first and the last year of the tables by year and by month."""
    found = [
        year[0]
        for name, column in (("departures_by_year", "year"), ("changes_by_month", "month"))
        if name in tables
        for value in tables[name][column].cast(pl.String).drop_nulls()
        if (year := YEAR.match(value))
    ]
    return (min(found), max(found)) if found else None


def places_of(tables: Tables) -> int:
    """Count the municipalities of the tables by municipality; 0 where there is none."""
    found = {
        place
        for name in ("municipality_support", "internship_places", "cost_places")
        if name in tables
        for place in tables[name]["municipality"].drop_nulls()
        if place not in ("unknown", "other", "all")
    }
    return len(found)
