"""The report's main sentences in plain Danish, for runs whose language is Danish."""

from collections.abc import Mapping
from typing import Any

from trajectories.release.figures.style import Style
from trajectories.release.store import Tables


def listed(parts: list[str]) -> str:
    """Join parts by commas and a last `og`."""
    return f"{', '.join(parts[:-1])} og {parts[-1]}" if len(parts) > 1 else "".join(parts)


def summary(headline: Mapping[str, Any], tables: Tables, months: Any, style: Style) -> list[str]:
    """Say in a few sentences what the run found.

    Args:
        headline: the headline numbers.
        tables: released tables by name.
        months: months of a window, where known.
        style: labels and formats.
    """
    sentences = []
    if "sizes" in tables:
        sizes = tables["sizes"]
        length = f" på {months} måneder" if months else ""
        groups = listed([style.word(group).lower() for group in style.arrange(sizes["group"])])
        sentences.append(
            f"{style.number(int(sizes['windows'].sum()))} vinduer{length} er beskrevet i "
            f"{sizes.height} grupper ({groups})."
        )
    if headline["k"] is not None and "clusters" in tables:
        top = tables["clusters"].drop_nulls("share").sort("share", descending=True)
        largest = [
            f"{style.cluster(row['name'])} ({style.percent(row['share'])})"
            for row in top.head(2).iter_rows(named=True)
        ]
        sentences.append(f"De falder i {headline['k']} typer; de største er {listed(largest)}.")
    if headline["relabelling_contrast"] is not None:
        contrast = headline["relabelling_contrast"]
        sentences.append(
            "Føres reformens nye koder tilbage til de gamle, ændres ingen types andel."
            if contrast == 0
            else "Føres reformens nye koder tilbage til de gamle, ændres en types andel med op til "
            f"{style.number(100 * contrast, 1)} procentpoint: noget af det, der ligner en "
            "forandring, er omkodning."
        )
    if headline["ever_changed_share"] is not None:
        share = style.percent(headline["ever_changed_share"])
        sentences.append(f"{share} af de aktivitetsparate fik en ny sagsbehandler undervejs.")
    if headline["departure_hr"] is not None:
        sentences.append(departure_sentence(headline, style))
    return sentences


def departure_sentence(headline: Mapping[str, Any], style: Style) -> str:
    """Say what the headline estimate means, and how sure it is."""
    ratio, bounds = headline["departure_hr"], headline["departure_hr_ci"]
    change = style.number(100 * abs(ratio - 1))
    way = "lavere" if ratio < 1 else "højere"
    text = (
        f"Når en sagsbehandler rejser, er borgernes månedlige chance for job {change} procent "
        f"{way} (hazardratio {style.number(ratio, 2)}"
    )
    if bounds is None:
        return f"{text}, interval udeladt)."
    interval = f"{style.number(bounds[0], 2)} til {style.number(bounds[1], 2)}"
    if bounds[0] <= 1 <= bounds[1]:
        return (
            f"Hazardratioen for job, når en sagsbehandler rejser, er {style.number(ratio, 2)} "
            f"(95 %-interval {interval}): data kan ikke skelne den fra ingen effekt."
        )
    return f"{text}, 95 %-interval {interval})."
