"""The report's first sentences, in plain English or in plain Danish."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from trajectories.release.page.remarks import not_given
from trajectories.release.study import listed
from trajectories.release.study_words import LANGUAGES
from trajectories.release.style import Style
from trajectories.release.tables import Tables
from trajectories.release.tables.cells import points, told
from trajectories.release.verdict_words import CONTRADICTED, SILENT, SUPPORTED

SENTENCES: dict[str, tuple[str, str]] = {
    "and": ("and", "og"),
    "origin": (
        ", each from a first month on social assistance",
        ", hvert fra en første måned på kontanthjælp",
    ),
    "periods": (
        "We described {windows} windows of {months} months{origin}, {names} the reform of "
        "{reform}.",
        "Vi har beskrevet {windows} vinduer på {months} måneder{origin}, {names} reformen i "
        "{reform}.",
    ),
    "groups": (
        "We described {windows} windows of {months} months{origin}, by group: {names}.",
        "Vi har beskrevet {windows} vinduer på {months} måneder{origin}, efter gruppe: {names}.",
    ),
    "types": (
        "Sorted by how alike they are, they were put into {k} types; the largest are {names}. The "
        "number of types is a choice and was not tested.",
        "De er sorteret efter, hvor ens de er, i {k} typer; de største er {names}. Antallet af "
        "typer er valgt og ikke testet.",
    ),
    "not_relabelled": (
        "Undoing the reform's renaming of codes leaves the share of every type as it was, after "
        "rounding.",
        "Føres reformens nye koder tilbage til de gamle, er hver types andel den samme efter "
        "afrunding.",
    ),
    "relabelled": (
        "Undoing the reform's renaming of codes changes a share of a type by up to {points} "
        "percentage points: part of what looks like change is relabelling.",
        "Føres reformens nye koder tilbage til de gamle, ændres en types andel med op til {points} "
        "procentpoint: noget af det, der ligner en forandring, er omkodning.",
    ),
    "ever_changed": (
        "{share} of {population} had a new caseworker while at risk.",
        "{share} af {population} fik en ny sagsbehandler, mens de blev fulgt.",
    ),
    "lower": ("lower", "lavere"),
    "higher": ("higher", "højere"),
    "withheld": ("interval withheld", "interval udeladt"),
    "interval": ("95 % interval {low} to {high}", "95 %-interval {low} til {high}"),
    "departure": (
        "Clients whose caseworker left had a monthly {chance} of {outcome} {change} per cent {way} "
        "than other clients ({measure} {ratio}, {interval}).",
        "Borgere, hvis sagsbehandler stoppede, havde en månedlig {chance} for {outcome}, der var "
        "{change} procent {way} end andre borgeres ({measure} {ratio}, {interval}).",
    ),
    "departure_unclear": (
        "The data do not show whether clients whose caseworker left had another monthly {chance} "
        "of {outcome} than other clients ({measure} {ratio}, {interval}).",
        "Data viser ikke, om borgere, hvis sagsbehandler stoppede, havde en anden månedlig "
        "{chance} for {outcome} end andre borgere ({measure} {ratio}, {interval}).",
    ),
    "risks": (
        "Within {months} months, the model says, {exposed} of clients had {reached} where the "
        "caseworker left, against {others} where not (difference {points} percentage points, "
        "{low} to {high}).",
        "Inden for {months} måneder havde {exposed} af borgerne ifølge modellen {reached}, hvor "
        "sagsbehandleren stoppede, mod {others}, hvor ikke (forskel {points} procentpoint, {low} "
        "til {high}).",
    ),
    "verdict": (
        "This is a difference between clients, not proof of an effect: of {all} checks {silent} "
        "could not tell, {supported} supported it and {contradicted} contradicted it.",
        "Det er en forskel mellem borgere og ikke et bevis for en effekt: Af {all} prøver kunne "
        "{silent} ikke afgøre det, {supported} støttede tallet, og {contradicted} modsagde det.",
    ),
    "unchecked": (
        "This is a difference between clients, not proof of an effect: this run made no checks.",
        "Det er en forskel mellem borgere og ikke et bevis for en effekt: Kørslen har ingen "
        "prøver.",
    ),
    "refused": (
        "No number is given for clients whose caseworker left: {why}.",
        "Der gives intet tal for borgere, hvis sagsbehandler stoppede: {why}.",
    ),
}


def sentence(key: str, style: Style, **values: Any) -> str:
    """Write one sentence, or part of one, in the run's language."""
    return SENTENCES[key][LANGUAGES.index(style.language)].format(**values)


def summary(headline: Mapping[str, Any], tables: Tables, style: Style) -> list[str]:
    """Say in a few sentences what the run found.

    Args:
        headline: the headline numbers.
        tables: released tables by name.
        style: labels, formats, the language, and what the run studied.
    """
    sentences = [] if "sizes" not in tables else [_windows(tables, style)]
    if headline["k"] is not None and "clusters" in tables:
        top = tables["clusters"].drop_nulls("share").sort("share", descending=True)
        largest = [
            f"{style.cluster(row['name'])} ({style.percent(row['share'])})"
            for row in top.head(2).iter_rows(named=True)
        ]
        names = listed(largest, sentence("and", style))
        sentences.append(sentence("types", style, k=headline["k"], names=names))
    if headline["relabelling_contrast"] is not None:
        contrast = headline["relabelling_contrast"]
        shown = style.number(100 * contrast, 1)
        key = "not_relabelled" if contrast == 0 else "relabelled"
        sentences.append(sentence(key, style, points=shown))
    if headline["ever_changed_share"] is not None:
        share = style.percent(headline["ever_changed_share"])
        population = style.study.population
        sentences.append(sentence("ever_changed", style, share=share, population=population))
    if headline["departure_hr"] is not None:
        sentences += [
            departure_sentence(headline, style),
            *_risks(tables, style),
            verdict_sentence(tables, style),
        ]
    elif (why := not_given(tables, style)) is not None:
        sentences.append(sentence("refused", style, why=why))
    return sentences


def _windows(tables: Tables, style: Style) -> str:
    """Say how many windows of which length were described, and in which groups."""
    sizes, study = tables["sizes"], style.study
    from_origin = study.of("sequences.window.origin_month") is None
    registered = "state_distribution" in tables and bool(
        tables["state_distribution"]["state"].str.starts_with("SA_").any()
    )
    groups = [style.word(group).lower() for group in style.arrange(sizes["group"])]
    return sentence(
        "groups" if study.group_by else "periods",
        style,
        windows=style.number(int(sizes["windows"].sum())),
        months=study.window_months,
        origin=sentence("origin", style) if from_origin and registered else "",
        names=listed(groups, sentence("and", style)),
        reform=study.role_month("in_force"),
    )


def departure_sentence(headline: Mapping[str, Any], style: Style) -> str:
    """Say what the headline estimate means, and how sure it is."""
    ratio, bounds = headline["departure_hr"], headline["departure_hr_ci"]
    interval = sentence("withheld", style)
    if bounds is not None:
        low, high = (style.ratio(bound) for bound in bounds)
        interval = sentence("interval", style, low=low, high=high)
    unclear = bounds is not None and bounds[0] <= 1 <= bounds[1]
    return sentence(
        "departure_unclear" if unclear else "departure",
        style,
        chance=style.study.chance,
        outcome=style.study.outcome,
        measure=style.study.ratio,
        change=style.number(100 * abs(ratio - 1)),
        way=sentence("lower" if ratio < 1 else "higher", style),
        ratio=style.ratio(ratio),
        interval=interval,
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
        digits = points(*(first[name] for name in ("risk_none", "risk_departure")))
        shown = points(*(first[name] for name in ("difference", "low", "high")))
        return [
            sentence(
                "risks",
                style,
                months=row["time"],
                reached=style.study.reached,
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
        return sentence("unchecked", style)
    words: pl.Series = tables["verdict"]["verdict"].drop_nulls()
    counts = {word: int((words == word).sum()) for word in (SILENT, SUPPORTED, CONTRADICTED)}
    return sentence("verdict", style, all=len(words), **counts)
