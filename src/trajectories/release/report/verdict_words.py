"""What the verdict says, in plain English and in plain Danish, of what passed the gate."""

from collections.abc import Mapping
from typing import Any

import polars as pl

LANGUAGES = ("en", "da")
WITHHELD = ("withheld", "udeladt")
CONTRADICTED = "contradicted"
VERDICTS = (CONTRADICTED, "silent", "supported", WITHHELD[0])
"""In the order of the report: what speaks against the headline comes first."""

CHECKS: dict[str, tuple[str, str]] = {
    "leads": (
        "Same chances before the departure (leads)",
        "Samme chancer før sagsbehandleren rejste",
    ),
    "placebo": (
        "Placebo: before the caseworker leaves",
        "Placebo: før sagsbehandleren rejser",
    ),
    "negative_control": (
        "Negative control: unrelated exits",
        "Negativ kontrol: afgange uden forbindelse",
    ),
    "attrition": (
        "Attrition: who is lost does not depend on departures",
        "Frafald: hvem vi mister, afhænger ikke af fratrædelser",
    ),
    "balance": (
        "Leavers' clients look like others at the list date",
        "De berørte borgere ligner de andre på listedagen",
    ),
    "closing": (
        "No closing caseworkers counted as changes",
        "Ingen afsluttende sagsbehandlere talt som skift",
    ),
    "later_changes": (
        "A departure brings no other changes with it",
        "En fratrædelse trækker ikke andre skift med sig",
    ),
    "total_and_direct": (
        "Total and direct effect agree",
        "Den samlede og den direkte effekt stemmer overens",
    ),
    "left_out": (
        "No single municipality makes the result",
        "Ingen enkelt kommune bærer resultatet",
    ),
    "specifications": (
        "Other reasonable specifications agree",
        "Andre rimelige modelvalg giver det samme",
    ),
    "subgroups": ("One number describes everyone", "Ét tal dækker alle"),
    "unmeasured": (
        "Strength of an unmeasured cause that would explain it (E-value)",
        "Styrken af en umålt årsag, der kunne forklare det (E-værdi)",
    ),
}

_NUMBERS = ("hazard ratio {ratio}, {low} to {high}", "hazardratio {ratio}, {low} til {high}")

SENTENCES: dict[str, tuple[str, str]] = {
    "near_contradicted": (
        f"{{what}} goes with another chance, where none is expected ({_NUMBERS[0]}).",
        f"{{what}} følges med en anden chance, hvor ingen forskel ventes ({_NUMBERS[1]}).",
    ),
    "near_supported": (
        f"{{what}} goes with no other chance, within 10 % ({_NUMBERS[0]}).",
        f"{{what}} følges ikke med en anden chance, inden for 10 % ({_NUMBERS[1]}).",
    ),
    "near_silent": (
        f"{{what}} shows no other chance, but the interval is wide ({_NUMBERS[0]}).",
        f"{{what}} viser ingen anden chance, men intervallet er bredt ({_NUMBERS[1]}).",
    ),
    "balance": (
        "The largest standardised difference is {difference} ({subject}).",
        "Den største standardiserede forskel er {difference} ({subject}).",
    ),
    "balance_apart": (
        "They differ by more than chance: standardised difference {difference} ({subject}; "
        "corrected p = {p_value}).",
        "De adskiller sig mere end tilfældigt: standardiseret forskel {difference} ({subject}; "
        "korrigeret p = {p_value}).",
    ),
    "balance_by_chance": (
        "The largest standardised difference is {difference} ({subject}), but with so few lists "
        "it may be chance.",
        "Den største standardiserede forskel er {difference} ({subject}), men med så få lister "
        "kan det være tilfældigt.",
    ),
    "closing": (
        "With the lag of {months} the month counted last before a job holds a change in "
        "{exit_share} of cases, matched months in {matched_share}.",
        "Med en forsinkelse på {months} er der et skift i {exit_share} af de sidst talte "
        "måneder før et job, mod {matched_share} i matchede måneder.",
    ),
    "later_changes": (
        "After a departure the hazard of another change is {ratio} times as high ({low} to "
        "{high}); where it is not 1, the companion model is no effect and the headline is the "
        "total of all that follows.",
        "Efter en fratrædelse er hazarden for et andet skift {ratio} gange så høj ({low} til "
        "{high}); er den ikke 1, er følgemodellen ingen effekt, og hovedtallet dækker alt, hvad "
        "der følger.",
    ),
    "total_and_direct": (
        "The total effect is {ratio}, with other changes held it is {other_ratio}.",
        "Den samlede effekt er {ratio}; holdes andre skift fast, er den {other_ratio}.",
    ),
    "left_out": (
        "Without one municipality in turn the hazard ratio lies from {low} to {high}.",
        "Udelades én kommune ad gangen, ligger hazardratioen fra {low} til {high}.",
    ),
    "specifications": (
        "Over lags, links, controls and samples the hazard ratio lies from {low} to {high}.",
        "Over forsinkelser, modeltyper, kontroller og udvalg ligger hazardratioen fra {low} til "
        "{high}.",
    ),
    "subgroups_apart": (
        "The smallest corrected p-value of equality over groups is {p_value} (by {subject}): read "
        "the headline with the table of subgroups.",
        "Den mindste korrigerede p-værdi for ens grupper er {p_value} (efter {subject}): læs "
        "hovedtallet sammen med tabellen over undergrupper.",
    ),
    "subgroups_alike": (
        "The smallest corrected p-value of equality over groups is {p_value} (by {subject}); no "
        "difference shown.",
        "Den mindste korrigerede p-værdi for ens grupper er {p_value} (efter {subject}); ingen "
        "forskel er vist.",
    ),
    "unmeasured": (
        "A risk ratio of {e_value} with both departures and jobs would explain the estimate, "
        "{e_value_bound} its interval's near bound.",
        "En risikoratio på {e_value} med både fratrædelser og job ville forklare estimatet, "
        "{e_value_bound} den nære ende af intervallet.",
    ),
    "withheld": (
        "Withheld: it rests on too few persons, caseworkers, events or changes.",
        "Udeladt: der er for få personer, sagsbehandlere, afgange eller skift.",
    ),
    "not_tested": (
        "Not tested: these data do not allow it.",
        "Ikke prøvet: disse data tillader det ikke.",
    ),
    "leads_few_clusters": (
        "The months long before a departure lie in too few clusters for a joint test.",
        "Månederne længe før en fratrædelse ligger i for få klynger til en samlet test.",
    ),
    "leads_missing": (
        "No month long before a departure could be compared.",
        "Ingen måned længe før en fratrædelse kunne sammenlignes.",
    ),
    "leads_contradicted": (
        "The leavers' clients differed from others before anyone could know of the departure "
        "(months −12 to −4, jointly and on average: p = {p_value}; mean hazard ratio {ratio}).",
        "De berørte borgere skilte sig ud, før nogen kunne kende til fratrædelsen (måned −12 til "
        "−4, samlet og i gennemsnit: p = {p_value}; gennemsnitlig hazardratio {ratio}).",
    ),
    "leads_supported": (
        "Long before the departure the leavers' clients had the same chance of a job as others, "
        "within 10 % (mean hazard ratio {ratio}, 90 % interval {low} to {high}).",
        "Længe før fratrædelsen havde de berørte borgere samme chance for job som andre, inden for "
        "10 % (gennemsnitlig hazardratio {ratio}, 90 %-interval {low} til {high}).",
    ),
    "leads_silent": (
        "No difference before the departure was found, but the data could only have shown a hazard "
        "ratio beyond {low} or {high}.",
        "Der blev ikke fundet en forskel før fratrædelsen, men data kunne kun have vist en "
        "hazardratio under {low} eller over {high}.",
    ),
}

WHAT: dict[str, tuple[str, str]] = {
    "placebo": (
        "A caseworker who will leave within six months, but has not,",
        "En sagsbehandler, der rejser inden for et halvt år, men endnu er der,",
    ),
    "negative_control": (
        "A departure, in exits that it should not bring about ({subject}),",
        "En fratrædelse, for afgange den ikke burde påvirke ({subject}),",
    ),
    "attrition": (
        "A departure, in being lost from sight,",
        "En fratrædelse, for at blive tabt af syne,",
    ),
}

SHARES = ("exit_share", "matched_share")

DANISH = {
    "parental": "barsel",
    "death": "død",
    "emigration": "udvandring",
    "old age": "alder",
    "age": "alder",
    "sex": "køn",
    "municipality": "kommune",
    "period": "periode",
    "months on support": "måneder på ydelse",
    "earlier other changes": "tidligere andre skift",
    "age band": "alder",
    "readiness now": "visitation",
    "duration band": "måneder på ydelse",
    "earlier changes": "tidligere skift",
    "some": "nogle",
    "none": "ingen",
}


def judged(rows: pl.DataFrame, language: str) -> list[tuple[str, str, str]]:
    """Read the released verdict.

    Args:
        rows: the released table `verdict`.
        language: `en` or `da`.

    Returns:
        The check's name, the verdict (one of `VERDICTS`) and its sentence, for each check, in the
        order of `VERDICTS`. A number that the gate withheld is called withheld.
    """
    place = LANGUAGES.index(language)
    found = [
        (
            CHECKS[row["check"]][place],
            row["verdict"] or WITHHELD[0],
            sentence(row, language),
        )
        for row in rows.iter_rows(named=True)
    ]
    return sorted(found, key=lambda one: VERDICTS.index(one[1]))


def sentence(row: Mapping[str, Any], language: str) -> str:
    """Write the sentence of one check.

    Args:
        row: a row of the released table `verdict`.
        language: `en` or `da`.
    """
    place = LANGUAGES.index(language)
    written = {name: _written(name, value, language) for name, value in row.items()}
    if row["check"] in WHAT:
        written["what"] = WHAT[row["check"]][place].format(**written)
    return SENTENCES[row["reason"] or "withheld"][place].format(**written)


def _written(name: str, value: Any, language: str) -> str:
    """A number with two decimals (p-values three, shares in per cent), or a translated text."""
    if value is None:
        return WITHHELD[LANGUAGES.index(language)]
    if isinstance(value, float):
        text = f"{value:.0%}" if name in SHARES else f"{value:.{3 if name == 'p_value' else 2}f}"
        return text.replace(".", ",").replace("%", " %") if language == "da" else text
    if name == "subject":
        parts = str(value).split(", ")
        return ", ".join(DANISH.get(part, part) if language == "da" else part for part in parts)
    one, more = ("måned", "måneder") if language == "da" else ("month", "months")
    return f"{value} {one if value == 1 else more}" if name == "months" else str(value)
