"""The page of municipalities: one section each, made for printing, from released tables alone."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import polars as pl
from markupsafe import Markup
from matplotlib.figure import Figure

from trajectories.reform import funnel_limits
from trajectories.reform.municipalities.municipal_tables import ALL
from trajectories.release.municipal.municipal_charts import SIDES, draw_funnels, draw_years
from trajectories.release.municipal.municipal_rates import (
    CASELOADS,
    CHANGES,
    EXITS,
    JOB,
    RATES,
    SUPPORT,
    known_rates,
    places_of,
    rates_by_side,
)
from trajectories.release.outputs.municipalities.municipality_rates import SEVERAL
from trajectories.release.page.environment import environment
from trajectories.release.page.pictures import Pictures
from trajectories.release.style import Style, as_svg, settle, stamp, styled
from trajectories.release.tables import WITHHELD, Cell, HtmlTable, Tables, count, number, text
from trajectories.words import _

LONG_PATH = 400
"""Characters of a path that the figures of all municipalities share."""


@dataclass(frozen=True)
class PlaceSection:
    """What the page holds of a municipality.

    Attributes:
        code: the municipality.
        name: as it is called.
        sentences: what is found.
        figures: pictures with their captions.
        tables: key figures, and what happened by year.
    """

    code: str
    name: str
    sentences: list[str]
    figures: list[Mapping[str, str]]
    tables: list[Markup]


def tells_of_places(tables: Tables) -> bool:
    """Tell whether there is something to say of municipalities."""
    return all(name in tables and not tables[name].is_empty() for name in (SUPPORT, EXITS))


def render_places(tables: Tables, about: Mapping[str, Any], style: Style) -> str:
    """Write the page as one self-contained HTML page.

    Args:
        tables: the released tables; `municipality_support` and `municipality_exits` among them.
        about: what the release says of its run.
        style: look and language.
    """
    study = style.study
    places = places_of(tables)
    # The figures differ in one line or dot, so that most of each is written once.
    pictures = Pictures(_drawn(tables, style, places), long_path=LONG_PATH)
    css = files("trajectories.release").joinpath("templates/report.css").read_text(encoding="utf-8")
    return (
        environment(study)
        .get_template("municipalities.html.j2")
        .render(
            about=about,
            css=Markup(css),
            compared=not tables[EXITS].filter(SEVERAL).is_empty(),
            places=[_section(tables, style, pictures, place) for place in places],
            shared=pictures.shared,
            style=style,
            study=study,
        )
    )


def _drawn(tables: Tables, style: Style, places: Sequence[str]) -> dict[str, bytes]:
    """Draw the figures of each municipality, as SVG by name."""
    kinds: dict[str, Callable[..., Figure]] = {"years": draw_years}
    if not tables[EXITS].filter(SEVERAL).is_empty():
        kinds["funnel"] = draw_funnels
    found = {}
    for place in places:
        for kind, draw in kinds.items():
            with styled():
                figure = draw(tables, style, "wide", own=place)
                stamp(figure, style)
                settle(figure)
                found[f"{kind}-{place}"] = as_svg(figure)
    return found


def _section(tables: Tables, style: Style, pictures: Pictures, place: str) -> PlaceSection:
    name = style.say(_("Municipality {place}"), place=style.word(place))
    return PlaceSection(
        place,
        name,
        _sentences(tables, style, place, name),
        [
            *_funnel(tables, style, pictures, place, name),
            {
                "svg": pictures.inline(
                    f"years-{place}",
                    style.say(_("Lines by year, those of the municipality thick.")),
                    "wide",
                ),
                "caption": style.say(
                    _(
                        "By year: {place} (thick), all municipalities together (dashed) and "
                        "the others (thin). A gap is a year with too few persons. Vertical "
                        "lines mark breaks in the series."
                    ),
                    place=name,
                ),
            },
        ],
        [
            built.translated(style.study.word).html(style.say(label), f"{kind}-{place}")
            for kind, label, built in (
                ("rates", _("Before and after"), _rates_table(tables, style, place)),
                ("years", _("By year"), _years_table(tables, style, place)),
            )
        ],
    )


def _funnel(
    tables: Tables, style: Style, pictures: Pictures, place: str, name: str
) -> list[dict[str, str]]:
    """The funnel with the municipality marked; none where exits are not told by municipality."""
    if tables[EXITS].filter(SEVERAL).is_empty():
        return []
    alt = style.say(_("Exits to a job against months on support, with funnels."))
    return [
        {
            "svg": pictures.inline(f"funnel-{place}", alt, "wide"),
            "caption": style.say(
                _(
                    "Exits to a job per month on support. Diamond: {place}; dots: the other "
                    "municipalities. Between the dashed lines lie 95 of 100 municipalities "
                    "that differ by chance alone, between the solid ones 998 of 1,000."
                ),
                place=name,
            ),
        }
    ]


def _sentences(tables: Tables, style: Style, place: str, name: str) -> list[str]:
    """Say how exits to a job changed, and whether chance alone could have put them there."""
    table = rates_by_side(tables, "jobs", style.study.reform_month[0])
    found = {(row["municipality"], row["side"]): row for row in table.drop_nulls("rate").to_dicts()}
    keys = [(one, side) for one in (place, ALL) for side in SIDES]
    if any(key not in found for key in keys):
        return [style.say(_("{place} has too few exits to a job for a comparison."), place=name)]
    before, after, whole_before, whole_after = (
        style.percent(found[key]["rate"], 2) for key in keys
    )
    told = style.say(
        _(
            "After the reform {after} of the months on support in {place} were followed by a job, "
            "against {before} before it. In all municipalities together it was {whole_after}, "
            "against {whole_before}."
        ),
        place=name,
        before=before,
        after=after,
        whole_before=whole_before,
        whole_after=whole_after,
    )
    own, whole = found[place, "after"], found[ALL, "after"]
    limits = funnel_limits(min(1.0, whole["rate"]), [own["below"]]).row(0, named=True)
    bounds = {bound: style.percent(limits[bound], 2) for bound in ("low", "high")}
    if own["above"] < limits["low_count"]:
        judged = _("That is less than chance alone would give ({low} to {high}).")
    elif own["above"] > limits["high_count"]:
        judged = _("That is more than chance alone would give ({low} to {high}).")
    else:
        judged = _("That is within what chance alone would give ({low} to {high}).")
    return [told, style.say(judged, **bounds)]


def _rates_table(tables: Tables, style: Style, place: str) -> HtmlTable:
    """The municipality's rates before and after the reform, and those of all together."""
    rows = []
    for name in known_rates(tables):
        table = rates_by_side(tables, name, style.study.reform_month[0])
        found = {
            (row["municipality"], row["side"]): row["rate"]
            for row in table.drop_nulls("rate").to_dicts()
        }
        write = style.percent if RATES[name].percent else style.number
        rows.append(
            [
                text(style.say(RATES[name].label)),
                *(
                    number(write(found[one, side], 1)) if (one, side) in found else WITHHELD
                    for one in (place, ALL)
                    for side in SIDES
                ),
            ]
        )
    years = int(style.study.of("reform.municipalities.years"))
    return HtmlTable(
        style.say(_("The municipality and all municipalities together.")),
        ["", _("Before"), _("After"), _("All, before"), _("All, after")],
        rows,
        style.say(
            _(
                "Before: up to {years} years until the reform, the months since it became known "
                "among them; after: up to as many years. A dot: too few persons in some year. An "
                "exit lasts if no month on support follows within {lasting}."
            ),
            years=years,
            lasting=lambda to: to.months(int(to.of("reform.municipalities.lasting_months"))),
        ),
    )


def _years_table(tables: Tables, style: Style, place: str) -> HtmlTable:
    """What happened in the municipality in each year, as counted."""
    kinds = _kinds(tables)
    own = {
        name: {
            row["year"]: row
            for row in tables[name].filter(pl.col("municipality") == place).to_dicts()
        }
        for name in (SUPPORT, CHANGES, CASELOADS)
        if name in tables
    }
    exits = {
        (row["year"], row["exit"]): row
        for row in tables[EXITS].filter(pl.col("municipality") == place).to_dicts()
    }
    month = style.study.reform_month[1]
    rows = []
    for key in sorted(own[SUPPORT]):
        row = own[SUPPORT][key]
        cells = [text(style.study.month(dt.date(int(key), month, 1)))]
        cells += [count(style, row[name]) for name in ("months", "entries")]
        cells += [count(style, exits.get((key, kind), {}).get("exits")) for kind in kinds]
        cells.append(count(style, exits.get((key, JOB), {}).get("lasting")))
        if CHANGES in own:
            cells.append(count(style, own[CHANGES].get(key, {}).get("changes")))
        if CASELOADS in own:
            cells.append(_one_decimal(style, own[CASELOADS].get(key, {}).get("caseload")))
        rows.append(cells)
    heads = [_("Twelve months from"), _("Months on support"), _("New")]
    heads += [
        style.say(_("Left"))
        if kind == ALL
        else style.say(_("to {exit}"), exit=style.word(kind).lower())
        for kind in kinds
    ]
    heads.append(_("Lasting jobs"))
    heads += [_("Caseworker changes")] if CHANGES in own else []
    heads += [_("Clients per caseworker")] if CASELOADS in own else []
    return HtmlTable(
        _("Numbers of each year."),
        heads,
        rows,
        _("Numbers are rounded; a dot: too few persons."),
    )


def _kinds(tables: Tables) -> list[str]:
    """Exits in the order of the configuration's table: all, then by kind, then others."""
    found = tables[EXITS]["exit"].unique(maintain_order=True).to_list()
    order = {ALL: -1, JOB: 0, "other": 99}
    return sorted(found, key=lambda kind: (order.get(kind, 1), kind))


def _one_decimal(style: Style, value: float | None) -> Cell:
    return WITHHELD if value is None else number(style.number(value, 1))
