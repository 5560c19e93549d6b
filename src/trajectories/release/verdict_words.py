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
    "balance_jointly": (
        "All characteristics of the leavers' clients together",
        "Alle kendetegn ved de berørte borgere samlet",
    ),
    "randomisation": (
        "Leavers against colleagues of the same team and month (randomisation test)",
        "De, der stopper, mod kolleger i samme team og måned (randomiseringstest)",
    ),
    "unrelated_exits": (
        "Unrelated exits one by one",
        "Afgange uden forbindelse, én for én",
    ),
    "lead_bounds": (
        "Differences as large as before the departure would not explain it",
        "Så store forskelle som før fratrædelsen kan ikke forklare det",
    ),
    "constancy": (
        "One number describes all months",
        "Ét tal dækker alle måneder",
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
    "balance_jointly": (
        "Treating the choice of leavers within each team and month as random, the p-value of all "
        "differences together is {p_value}; the largest standardised difference is {difference}.",
        "Regnes det for tilfældigt, hvem i hvert team og hver måned der stopper, er p-værdien for "
        "alle forskelle samlet {p_value}; den største standardiserede forskel er {difference}.",
    ),
    "randomisation_supported": (
        "Treating the choice of leavers within each team and month as random, chance would rarely "
        "produce as large a difference (p = {p_value}).",
        "Regnes det for tilfældigt, hvem i hvert team og hver måned der stopper, ville så stor en "
        "forskel sjældent opstå tilfældigt (p = {p_value}).",
    ),
    "randomisation_silent": (
        "Treating the choice of leavers within each team and month as random, a difference as "
        "large could be chance (p = {p_value}).",
        "Regnes det for tilfældigt, hvem i hvert team og hver måned der stopper, kunne så stor en "
        "forskel være tilfældig (p = {p_value}).",
    ),
    "randomisation_contradicted": (
        "Compared with clients of colleagues in the same team and month, the difference has the "
        "opposite sign (p = {p_value}).",
        "Sammenlignet med borgere hos kolleger i samme team og måned har forskellen modsat "
        "fortegn (p = {p_value}).",
    ),
    "exits_apart": (
        "An association with an exit that should not depend on a departure ({subject}; corrected "
        "p = {p_value}).",
        "En sammenhæng med en afgang, der ikke burde afhænge af en fratrædelse ({subject}; "
        "korrigeret p = {p_value}).",
    ),
    "exits_alike": (
        "No association was found; the smallest corrected p-value is {p_value} ({subject}).",
        "Der blev ikke fundet en sammenhæng; den mindste korrigerede p-værdi er {p_value} "
        "({subject}).",
    ),
    "bounds_supported": (
        "If other differences were as large in the year after the departure as at most in months "
        "−12 to −4, the {measure} of that year would be {low} to {high} (95 % interval).",
        "Var andre forskelle lige så store i året efter fratrædelsen som højst i måned −12 til −4, "
        "ville årets {measure} være {low} til {high} (95 %-interval).",
    ),
    "bounds_silent": (
        "If other differences were as large in the year after the departure as at most in months "
        "−12 to −4, the {measure} of that year could be {low} to {high} (95 % interval); 1 is "
        "excluded while they are less than {relative} times as large.",
        "Var andre forskelle lige så store i året efter fratrædelsen som højst i måned −12 til −4, "
        "kunne årets {measure} være {low} til {high} (95 %-interval); 1 er udelukket, så længe de "
        "er mindre end {relative} gange så store.",
    ),
    "bounds_wide": (
        "The year after the departure alone does not exclude 1; if other differences were as large "
        "as at most in months −12 to −4, its {measure} could be {low} to {high} (95 % interval).",
        "Året efter fratrædelsen udelukker ikke i sig selv 1; var andre forskelle så store som "
        "højst i måned −12 til −4, kunne årets {measure} være {low} til {high} (95 %-interval).",
    ),
    "bounds_contradicted": (
        "Even if other differences were as large in the year after the departure as at most in "
        "months −12 to −4, the {measure} of that year would lie on the other side of 1 ({low} to "
        "{high}, 95 % interval).",
        "Selv om andre forskelle var lige så store i året efter fratrædelsen som højst i måned "
        "−12 til −4, ville årets {measure} ligge på den anden side af 1 ({low} til {high}, "
        "95 %-interval).",
    ),
    "constancy_contradicted": (
        "The {measure} changes with time ({subject}; corrected p = {p_value}): read the headline "
        "with the months since a departure.",
        "Tallet ændrer sig med tiden ({subject}; korrigeret p = {p_value}): læs hovedtallet sammen "
        "med månederne siden fratrædelsen.",
    ),
    "constancy_silent": (
        "No change with time was found (smallest corrected p = {p_value}), but the {measure} of "
        "month 12 could be {low} to {high} times that of month 1 (95 % interval).",
        "Der blev ikke fundet en ændring over tid (mindste korrigerede p = {p_value}), men tallet "
        "for måned 12 kunne være {low} til {high} gange det for måned 1 (95 %-interval).",
    ),
    "constancy_supported": (
        "The {measure} changes by less than 10 % over five calendar years and from month 1 to "
        "month 12 after the departure ({ratio} times, 95 % interval {low} to {high}).",
        "Tallet ændrer sig mindre end 10 % over fem kalenderår og fra måned 1 til måned 12 efter "
        "fratrædelsen ({ratio} gange, 95 %-interval {low} til {high}).",
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
    "months since a departure": "måneder siden fratrædelsen",
    "after a year against after a month": "efter et år mod efter en måned",
    "equal in all bands": "ens i alle intervaller",
    "calendar time": "kalendertid",
    "five years later": "fem år senere",
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
        digits = 2 if name != "p_value" else 3 if value >= 0.01 else 4
        text = f"{100 * value:.0f} %" if name in SHARES else f"{value:.{digits}f}"
        return text.replace(".", ",") if language == "da" else text
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
        by, known = ("Efter", DANISH) if language == "da" else ("By", {})
        found += f" {by} {known.get(label, label)}: {known.get(why, why)}."
    return found
