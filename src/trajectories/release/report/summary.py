"""The report's first sentences, in plain English or in plain Danish."""

from collections.abc import Mapping
from typing import Any

from trajectories.release.captions_words import listed
from trajectories.release.figures.style import Style
from trajectories.release.report.remarks import not_given
from trajectories.release.report.words import setting
from trajectories.release.store import Tables

LANGUAGES = ("en", "da")

SENTENCES: dict[str, tuple[str, str]] = {
    "and": ("and", "og"),
    "length": (" of {months} months", " på {months} måneder"),
    "windows": (
        "{windows} windows{length} were described in {groups} groups ({names}).",
        "{windows} vinduer{length} er beskrevet i {groups} grupper ({names}).",
    ),
    "types": (
        "They fall into {k} types; the largest are {names}.",
        "De falder i {k} typer; de største er {names}.",
    ),
    "not_relabelled": (
        "Undoing the reform's renaming of codes changes no share of a type.",
        "Føres reformens nye koder tilbage til de gamle, ændres ingen types andel.",
    ),
    "relabelled": (
        "Undoing the reform's renaming of codes changes a share of a type by up to {points} "
        "percentage points: part of what looks like change is relabelling.",
        "Føres reformens nye koder tilbage til de gamle, ændres en types andel med op til {points} "
        "procentpoint: noget af det, der ligner en forandring, er omkodning.",
    ),
    "ever_changed": (
        "{share} of the activity-ready had a new caseworker while at risk.",
        "{share} af de aktivitetsparate fik en ny sagsbehandler undervejs.",
    ),
    "lower": ("lower", "lavere"),
    "higher": ("higher", "højere"),
    "withheld": ("interval withheld", "interval udeladt"),
    "interval": ("95 % interval {low} to {high}", "95 %-interval {low} til {high}"),
    "departure": (
        "When a caseworker leaves, the clients' monthly chance of a job is {change} per cent {way} "
        "(hazard ratio {ratio}, {interval}).",
        "Når en sagsbehandler rejser, er borgernes månedlige chance for job {change} procent {way} "
        "(hazardratio {ratio}, {interval}).",
    ),
    "departure_unclear": (
        "The hazard ratio of a job when a caseworker leaves is {ratio} ({interval}): the data do "
        "not tell it from no effect.",
        "Hazardratioen for job, når en sagsbehandler rejser, er {ratio} ({interval}): data kan "
        "ikke skelne den fra ingen effekt.",
    ),
    "refused": (
        "The effect of a leaving caseworker is not given: {why}.",
        "Effekten af, at en sagsbehandler rejser, er ikke opgjort: {why}.",
    ),
}


def sentence(key: str, style: Style, **values: Any) -> str:
    """Write one sentence, or part of one, in the run's language."""
    return SENTENCES[key][LANGUAGES.index(style.language)].format(**values)


def summary(
    headline: Mapping[str, Any], tables: Tables, settings: Mapping[str, Any], style: Style
) -> list[str]:
    """Say in a few sentences what the run found.

    Args:
        headline: the headline numbers.
        tables: released tables by name.
        settings: the run's settings.
        style: labels, formats and the language.
    """
    sentences = []
    word = sentence("and", style)
    if "sizes" in tables:
        sizes = tables["sizes"]
        months = setting(settings, "sequences.window.length_months", None)
        groups = [style.word(group).lower() for group in style.arrange(sizes["group"])]
        sentences.append(
            sentence(
                "windows",
                style,
                windows=style.number(int(sizes["windows"].sum())),
                length=sentence("length", style, months=months) if months else "",
                groups=sizes.height,
                names=listed(groups, word),
            )
        )
    if headline["k"] is not None and "clusters" in tables:
        top = tables["clusters"].drop_nulls("share").sort("share", descending=True)
        largest = [
            f"{style.cluster(row['name'])} ({style.percent(row['share'])})"
            for row in top.head(2).iter_rows(named=True)
        ]
        sentences.append(sentence("types", style, k=headline["k"], names=listed(largest, word)))
    if headline["relabelling_contrast"] is not None:
        contrast = headline["relabelling_contrast"]
        points = style.number(100 * contrast, 1)
        key = "not_relabelled" if contrast == 0 else "relabelled"
        sentences.append(sentence(key, style, points=points))
    if headline["ever_changed_share"] is not None:
        share = style.percent(headline["ever_changed_share"])
        sentences.append(sentence("ever_changed", style, share=share))
    if headline["departure_hr"] is not None:
        sentences.append(departure_sentence(headline, style))
    elif (why := not_given(tables, style)) is not None:
        sentences.append(sentence("refused", style, why=why))
    return sentences


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
        change=style.number(100 * abs(ratio - 1)),
        way=sentence("lower" if ratio < 1 else "higher", style),
        ratio=style.ratio(ratio),
        interval=interval,
    )
