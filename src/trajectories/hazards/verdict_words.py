"""What the verdict says, in plain English and in plain Danish."""

from collections.abc import Mapping
from typing import Any

LANGUAGES = ("en", "da")

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
        "The largest standardised difference is {largest} ({name}).",
        "Den største standardiserede forskel er {largest} ({name}).",
    ),
    "balance_apart": (
        "They differ by more than chance: standardised difference {largest} ({name}; corrected "
        "p = {p}).",
        "De adskiller sig mere end tilfældigt: standardiseret forskel {largest} ({name}; "
        "korrigeret p = {p}).",
    ),
    "balance_by_chance": (
        "The largest standardised difference is {largest} ({name}), but with so few lists it may "
        "be chance.",
        "Den største standardiserede forskel er {largest} ({name}), men med så få lister kan det "
        "være tilfældigt.",
    ),
    "closing": (
        "With the lag of {months} the month counted last before a job holds a change in "
        "{here} of cases, matched months in {usual}.",
        "Med en forsinkelse på {months} er der et skift i {here} af de sidst talte "
        "måneder før et job, mod {usual} i matchede måneder.",
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
        "The total effect is {total}, with other changes held it is {direct}.",
        "Den samlede effekt er {total}; holdes andre skift fast, er den {direct}.",
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
        "The smallest corrected p-value of equality over groups is {p} (by {name}): read the "
        "headline with the table of subgroups.",
        "Den mindste korrigerede p-værdi for ens grupper er {p} (efter {name}): læs hovedtallet "
        "sammen med tabellen over undergrupper.",
    ),
    "subgroups_alike": (
        "The smallest corrected p-value of equality over groups is {p} (by {name}); no difference "
        "shown.",
        "Den mindste korrigerede p-værdi for ens grupper er {p} (efter {name}); ingen forskel er "
        "vist.",
    ),
    "unmeasured": (
        "A risk ratio of {value} with both departures and jobs would explain the estimate, {bound} "
        "its interval's near bound.",
        "En risikoratio på {value} med både fratrædelser og job ville forklare estimatet, {bound} "
        "den nære ende af intervallet.",
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
        "(months −12 to −4, jointly and on average: p = {p}; mean hazard ratio {ratio}).",
        "De berørte borgere skilte sig ud, før nogen kunne kende til fratrædelsen (måned −12 til "
        "−4, samlet og i gennemsnit: p = {p}; gennemsnitlig hazardratio {ratio}).",
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
        "A departure, in exits that it should not bring about ({name}),",
        "En fratrædelse, for afgange den ikke burde påvirke ({name}),",
    ),
    "attrition": (
        "A departure, in being lost from sight,",
        "En fratrædelse, for at blive tabt af syne,",
    ),
}

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


def sentence(key: str, language: str, values: Mapping[str, Any]) -> str:
    """Write one sentence.

    Args:
        key: its name in `SENTENCES`.
        language: `en` or `da`.
        values: what stands in its braces: texts, numbers (two decimals), `p` (three decimals);
            `what` is a key of `WHAT`, `name` the parts of a name, each translated.
    """
    place = LANGUAGES.index(language)
    written = {name: _written(name, value, language) for name, value in values.items()}
    if "what" in written:
        written["what"] = WHAT[values["what"]][place].format(**written)
    return SENTENCES[key][place].format(**written)


def _written(name: str, value: Any, language: str) -> str:
    if isinstance(value, float):
        text = (
            f"{value:.0%}" if name in ("here", "usual") else f"{value:.{3 if name == 'p' else 2}f}"
        )
        return text.replace(".", ",").replace("%", " %") if language == "da" else text
    if isinstance(value, list):
        parts = [str(part) for part in value]
        return ", ".join(DANISH.get(part, part) if language == "da" else part for part in parts)
    one, more = ("måned", "måneder") if language == "da" else ("month", "months")
    return f"{value} {one if value == 1 else more}" if name == "months" else str(value)
