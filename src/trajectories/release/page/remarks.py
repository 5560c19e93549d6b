"""What could not be estimated, or not in full, and why: the models' remarks as sentences.

The remarks' own sentences may hold exact counts and stay private; their codes do not.
"""

from trajectories.hazards.thresholds import APART
from trajectories.release.study import Study, listed
from trajectories.release.style import Style
from trajectories.release.tables import Tables

TOTAL, FEW = "departures_total", "_few_clusters"
NUMERALS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
MODEL_NAMES = {
    TOTAL: "departures (the headline)",
    "departures_given_other": "departures and other changes together (the companion)",
    "association": "changes of any cause (the association)",
    "durations": "durations",
    "risks": "the risk of {outcome} with and without a departure",
    "event_study": "the months around a departure (event study)",
    "bootstrap": "the headline's interval by the wild bootstrap",
    "randomisation": "leavers drawn again within their team",
    "lead_bounds": "bounds from the months before a departure",
    "frailty": "the companion with a gamma frailty",
    "timing": "the timing of events",
    "subdistribution": "subdistribution hazards",
}
DESIGN_NAMES = {
    "shape": "time since a departure and number of changes",
    "causes": "changes by cause",
    "later_changes": "later changes",
    "placebo": "the placebo",
    "cause_specific": "exits one by one",
    "negative_control": "the negative control",
    "attrition": "attrition",
    "variants": "other specifications",
    "other_jobs": "other definitions of a job",
    "weighted_censoring": "weighted censoring",
    "within_caseworkers": "clients of the same caseworker compared",
    "municipalities": "one municipality left out",
    "constancy": "constancy in time",
    "subgroups": "subgroups",
}
"""Families of designs, as the codes of their remarks begin."""

TABLE_NAMES = {
    "ever_changed": "persons with a change",
    "exits": "exits",
    "hazard_by_duration": "the hazard by duration",
    "cumulative_incidence": "cumulative incidence",
    "exit_months": "changes in the months of exits",
    "after_changes": "what follows a change",
    "mechanisms": "hand-overs",
    "balance": "the balance of the leavers' lists",
    "designs": "all other designs",
    "verdict": "the verdict on the headline",
    "incidence_bands": "bands of cumulative incidence",
}
"""Tables, as the codes of their remarks begin."""

REASONS = {
    "nobody": "nobody is at risk",
    "events": "too few of those at risk, or all of them, have the exit that is modelled",
    "exposure": "those at risk do not differ in what is compared",
    "separated": "some of its terms predict the exit perfectly (separation)",
    "cluster": "all are in one team of one municipality, so that there is no interval",
    "clusters": "those whose caseworker left have the exit in too few teams",
    "headline": "it rests on the same departures as the headline, which is not given",
}
"""Why a model cannot be estimated, as the codes of its remark end; no sentence tells a count."""

NOT_GIVEN = {
    "few": (
        "too few caseworkers of the persons at risk left",
        "for få af borgernes sagsbehandlere stoppede",
    ),
    "nobody": (REASONS["nobody"], "ingen er under risiko"),
    "events": (
        REASONS["events"],
        "for få af borgerne har den afgang, som modellen gælder, eller de har den alle",
    ),
    "exposure": (
        "all or none of those at risk had a caseworker who left",
        "alle eller ingen af borgerne havde en sagsbehandler, der stoppede",
    ),
    "separated": (
        "some terms of the model predict the exit perfectly (separation)",
        "nogle af modellens led forudsiger afgangen fuldstændigt (separation)",
    ),
    "clusters": (
        "those whose caseworker left have the exit in too few teams for an interval that holds",
        "de borgere, hvis sagsbehandler stoppede, har afgangen i for få teams til et pålideligt "
        "interval",
    ),
    "unknown": ("it cannot be estimated from these data", "det kan ikke beregnes af disse data"),
}
"""Why no number is given for departures, in English and in Danish."""

SENTENCES = {
    "censoring_weights": "Specification `until the first other change`: months were weighted by "
    "the inverse of the chance of no other change so far; the largest and smallest weights were "
    "truncated.",
    "timing_of_events": "Timing-of-events model: the likelihood was maximised from several "
    "starting values; its table says how many reached the same maximum.",
    "headline_refused": "Headline: no number is given for departures, because too few caseworkers "
    "of the persons at risk left. All else that rests on departures is left out as well.",
    "headline_refused_clusters": "Headline: no number is given for departures, because those whose "
    "caseworker left have the exit in too few teams for an interval that holds. All else that "
    "rests on departures is left out as well.",
    "total_and_direct_differ": "Headline and companion differ by more than {apart} per cent: "
    "departures may bring later changes with them, whose contribution the companion leaves out.",
    "histories_refused": "Courses around changes: some could not be sorted into types or modelled "
    "from these data.",
    "selection_refused": "The selection curve could not be computed from these data.",
    "no_exit_flag": "Durations: some carry no flag of an exit and count as censored.",
}


def notes(tables: Tables, study: Study) -> list[str]:
    """Turn the codes of the models' remarks into sentences without numbers."""
    codes = list(
        dict.fromkeys(
            code
            for name in ("notes", "history_notes", "sensitivity_notes")
            if name in tables
            for code in tables[name]["code"].to_list()
        )
    )
    codes = list(dict.fromkeys(_known(code) for code in codes))
    designs = list(dict.fromkeys(_family(code) for code in codes if _family(code)))
    missing = [TABLE_NAMES[_table(code)] for code in codes if _table(code)]
    partial = [code.removesuffix("_note") for code in codes if code.endswith("_note")]
    refused: dict[str, list[str]] = {}
    sentences = []
    for code in codes:
        model, found, reason = code.partition("_refused")
        if code in SENTENCES or not found:
            sentences += [] if code.endswith("_note") else [_sentence(code, study)]
        elif not _family(code) and not _table(code):
            refused.setdefault(reason.removeprefix("_"), []).append(_model(model, study))
    sentences += [_refused(names, reason) for reason, names in refused.items()]
    if designs:
        sentences.append(
            "Other designs: these could not be estimated from these data, or only in part: "
            f"{listed([DESIGN_NAMES[name] for name in designs])}."
        )
    if missing:
        sentences.append(f"Tables: these could not be made from these data: {listed(missing)}.")
    if partial:
        names = listed([_model(model, study) for model in partial])
        sentences.append(
            f"In the models of {names}, groups in which nobody had the exit, or terms that repeat "
            "others, were dropped."
        )
    return sentences


def not_given(tables: Tables, style: Style) -> str | None:
    """Say why no number is given for departures; None where no remark refuses it."""
    for code in tables["notes"]["code"] if "notes" in tables else ():
        model, refused, reason = code.partition("_refused")
        if refused and model in (TOTAL, "headline"):
            why = reason.removeprefix("_") or ("few" if model == "headline" else "")
            return NOT_GIVEN.get(why, NOT_GIVEN["unknown"])[style.language == "da"]
    return None


def _family(code: str) -> str:
    """The family of designs that a remark refuses; empty for other remarks."""
    family, refused, _ = code.partition("_refused")
    return family if refused and family in DESIGN_NAMES else ""


def _table(code: str) -> str:
    """The table that a remark refuses; empty for other remarks."""
    table, refused, _ = code.partition("_refused")
    return table if refused and table in TABLE_NAMES else ""


def _known(code: str) -> str:
    """A remark whose sentence tells no reason, without it."""
    part, refused, _ = code.partition("_refused")
    short = part + refused
    return short if short in SENTENCES and code not in SENTENCES else code


def _model(name: str, study: Study) -> str:
    known = MODEL_NAMES.get(name, name.replace("_", " "))
    return known.format(outcome=study.outcome)


def _refused(models: list[str], reason: str) -> str:
    """Name the models that one reason refuses."""
    what = f"The model of {models[0]}" if len(models) == 1 else f"The models of {listed(models)}"
    why = f": {REASONS[reason]}" if reason in REASONS else ""
    advice = " Fewer terms in hazards.models.adjustment may help." if reason == "separated" else ""
    return f"{what} could not be estimated from these data{why}.{advice}"


def _sentence(code: str, study: Study) -> str:
    if code in SENTENCES:
        return SENTENCES[code].format(apart=NUMERALS[round(100 * APART)])
    if code.endswith(FEW):
        name = _model(code.removesuffix(FEW), study)
        return (
            f"The model of {name} rests on few municipalities and teams: its clustered intervals "
            "may be too wide or too narrow."
        )
    if code.endswith("_clusters"):
        name = _model(code.removesuffix("_clusters"), study)
        return f"The model of {name} has no intervals clustered by municipality and team."
    return f"Remark of the models: {code}."
