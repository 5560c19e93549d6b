"""What the verdict says, in plain English and in plain Danish, of what passed the gate."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from trajectories.release.study import Study
from trajectories.release.study_words import LANGUAGES

WITHHELD = ("withheld", "udeladt")
CONTRADICTED, SILENT, SUPPORTED = "contradicted", "silent", "supported"
VERDICTS = (CONTRADICTED, SILENT, SUPPORTED, WITHHELD[0])
"""In the order of the report: what speaks against the headline comes first."""

CHECKS: dict[str, tuple[str, str]] = {
    "leads": (
        "Same chances before the departure (leads)",
        "Samme chancer, før sagsbehandleren stoppede",
    ),
    "placebo": (
        "Placebo: before the caseworker leaves",
        "Placebo: før sagsbehandleren stopper",
    ),
    "negative_control": (
        "Negative control: unrelated exits",
        "Negativ kontrol: afgange uden forbindelse",
    ),
    "attrition": (
        "Attrition: loss to follow-up is unrelated to departures",
        "Frafald: frafald hænger ikke sammen med fratrædelser",
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
        "Total and companion estimate agree",
        "Det samlede tal og følgetallet stemmer overens",
    ),
    "left_out": (
        "No single municipality drives the result",
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

_NUMBERS = (
    "{measure} {ratio}, 95 % interval {low} to {high}",
    "{measure} {ratio}, 95 %-interval {low} til {high}",
)

SENTENCES: dict[str, tuple[str, str]] = {
    "near_contradicted": (
        f"An association {{what}}, where none is expected ({_NUMBERS[0]}).",
        f"En sammenhæng {{what}}, hvor ingen ventes ({_NUMBERS[1]}).",
    ),
    "near_supported": (
        f"No association {{what}}, within 10 % ({_NUMBERS[0]}).",
        f"Ingen sammenhæng {{what}}, inden for 10 % ({_NUMBERS[1]}).",
    ),
    "near_silent": (
        f"No association {{what}} was found, but the interval is wide ({_NUMBERS[0]}).",
        f"Der blev ikke fundet en sammenhæng {{what}}, men intervallet er bredt ({_NUMBERS[1]}).",
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
        "With the lag of {months}, {exit_share} of the last months counted before {exit} hold a "
        "change, against {matched_share} of matched months.",
        "Med en forsinkelse på {months} er der et skift i {exit_share} af de sidst talte "
        "måneder før {outcome}, mod {matched_share} i matchede måneder.",
    ),
    "later_changes": (
        "After a departure the chance of another change is {ratio} times as high (95 % interval "
        "{low} to {high}). Where it is not 1, the companion leaves out part of what a departure "
        "brings about; the headline includes it.",
        "Efter en fratrædelse er chancen for et andet skift {ratio} gange så høj (95 %-interval "
        "{low} til {high}). Er tallet ikke 1, mangler følgetallet en del af det, som en "
        "fratrædelse fører med sig; hovedtallet har det hele med.",
    ),
    "total_and_direct": (
        "The total {measure} is {ratio}; holding other changes constant, it is {other_ratio}.",
        "Den samlede {measure} er {ratio}; holdes andre skift konstante, er den {other_ratio}.",
    ),
    "left_out": (
        "Leaving out one municipality at a time, the {measure} ranges from {low} to {high}.",
        "Udelades én kommune ad gangen, ligger {measure} mellem {low} og {high}.",
    ),
    "specifications": (
        "Under other lags, links, controls and samples the estimate ranges from {low} to {high}.",
        "Med andre forsinkelser, modeltyper, kontroller og udvalg ligger estimatet mellem {low} "
        "og {high}.",
    ),
    "subgroups_apart": (
        "The smallest corrected p-value of equality over groups is {p_value} (by {subject}): read "
        "the headline with the table of subgroups.{untested}",
        "Den mindste korrigerede p-værdi for ens grupper er {p_value} (efter {subject}): læs "
        "hovedtallet sammen med tabellen over undergrupper.{untested}",
    ),
    "subgroups_alike": (
        "The smallest corrected p-value of equality over groups is {p_value} (by {subject}); no "
        "difference shown.{untested}",
        "Den mindste korrigerede p-værdi for ens grupper er {p_value} (efter {subject}); ingen "
        "forskel er vist.{untested}",
    ),
    "subgroups_untested": (
        "No grouping could be tested.{untested}",
        "Ingen inddeling kunne prøves.{untested}",
    ),
    "unmeasured": (
        "An unmeasured cause would have to be associated with both departures and {outcome} by a "
        "risk ratio of {e_value} to explain the estimate, and of {e_value_bound} to move the "
        "interval to 1. The data cannot tell whether there is one.",
        "En umålt årsag skulle hænge sammen med både fratrædelser og {outcome} med en risikoratio "
        "på {e_value} for at forklare estimatet og på {e_value_bound} for at flytte intervallet "
        "til 1. Data kan ikke vise, om den findes.",
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
        "(months −12 to −4, jointly and on average: p = {p_value}; mean {measure} {ratio}).",
        "De berørte borgere skilte sig ud, før nogen kunne kende til fratrædelsen (måned −12 til "
        "−4, samlet og i gennemsnit: p = {p_value}; gennemsnitlig {measure} {ratio}).",
    ),
    "leads_supported": (
        "Long before the departure the leavers' clients had the same {chance} of {outcome} as "
        "others, within 10 % (mean {measure} {ratio}, 90 % interval {low} to {high}).",
        "Længe før fratrædelsen havde de berørte borgere samme {chance} for {outcome} som andre, "
        "inden for 10 % (gennemsnitlig {measure} {ratio}, 90 %-interval {low} til {high}).",
    ),
    "leads_silent": (
        "No difference before the departure was found, but the data could only have shown a "
        "{measure} below {low} or above {high}.",
        "Der blev ikke fundet en forskel før fratrædelsen, men data kunne kun have vist en "
        "{measure} under {low} eller over {high}.",
    ),
}

WHAT: dict[str, tuple[str, str]] = {
    "placebo": (
        "with a caseworker who is still there but leaves within six months",
        "med en sagsbehandler, der stadig er der, men stopper inden for et halvt år",
    ),
    "negative_control": (
        "of departures with exits that they should not affect ({subject})",
        "mellem fratrædelser og afgange, som de ikke burde påvirke ({subject})",
    ),
    "attrition": (
        "of departures with loss to follow-up",
        "mellem fratrædelser og frafald",
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
    "readiness at time zero": "visitation ved start",
    "course before time zero": "forløb før start",
    "not tested (too few teams in some group)": "ikke prøvet (for få teams i en gruppe)",
    "not tested (one group alone)": "ikke prøvet (kun én gruppe)",
    "not tested (the model has no estimate)": "ikke prøvet (modellen har intet estimat)",
    "some": "nogle",
    "none": "ingen",
}


def judged(rows: pl.DataFrame, study: Study) -> list[tuple[str, str, str]]:
    """Read the released verdict.

    Args:
        rows: the released table `verdict`.
        study: what the run studied, in the report's language.

    Returns:
        The check's name, the verdict (one of `VERDICTS`) and its sentence, for each check, in the
        order of `VERDICTS`. A number that the gate withheld is called withheld.
    """
    place = LANGUAGES.index(study.language)
    found = [
        (
            CHECKS[row["check"]][place],
            row["verdict"] or WITHHELD[0],
            sentence(row, study),
        )
        for row in rows.iter_rows(named=True)
    ]
    return sorted(found, key=lambda one: VERDICTS.index(one[1]))


def sentence(row: Mapping[str, Any], study: Study) -> str:
    """Write the sentence of one check.

    Args:
        row: a row of the released table `verdict`.
        study: what the run studied, in the report's language.
    """
    place = LANGUAGES.index(study.language)
    written = {name: _written(name, value, study.language) for name, value in row.items()}
    written |= {
        "measure": study.ratio,
        "chance": study.chance,
        "outcome": study.outcome,
        "exit": study.exit,
    }
    if row["check"] in WHAT:
        written["what"] = WHAT[row["check"]][place].format(**written)
    return SENTENCES[row["reason"] or "withheld"][place].format(**written)


def _written(name: str, value: Any, language: str) -> str:
    """A number with two decimals (p-values three, shares in per cent), or a translated text."""
    if name == "untested":
        return _untested(value or "", language)
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


def _untested(text: str, language: str) -> str:
    """A sentence for each grouping that was not tested, with the reason."""
    found = ""
    for one in filter(None, text.split("; ")):
        label, _, why = one.partition(", ")
        known = DANISH if language == "da" else {}
        by = "Efter" if language == "da" else "By"
        found += f" {by} {known.get(label, label)}: {known.get(why, why)}."
    return found
