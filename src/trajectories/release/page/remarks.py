"""What could not be estimated, or not in full, and why: the models' remarks as sentences.

The remarks' own sentences may hold exact counts and stay private; their codes do not.
"""

from collections.abc import Callable

from trajectories.hazards.thresholds import APART
from trajectories.release.study import Study
from trajectories.release.tables import Tables
from trajectories.words import _, n_

TOTAL, FEW = "departures_total", "_few_clusters"
NUMERALS = (
    _("zero"),
    _("one"),
    _("two"),
    _("three"),
    _("four"),
    _("five"),
    _("six"),
    _("seven"),
    _("eight"),
    _("nine"),
    _("ten"),
)
MODEL_NAMES = {
    TOTAL: _("departures (the headline)"),
    "departures_given_other": _("departures and other changes together (the companion)"),
    "association": _("changes of any cause (the association)"),
    "durations": _("durations"),
    "risks": _("the risk of {outcome} with and without a departure"),
    "event_study": _("the months around a departure (event study)"),
    "bootstrap": _("the headline's interval by the wild bootstrap"),
    "randomisation": _("leavers drawn again within their team"),
    "lead_bounds": _("bounds from the months before a departure"),
    "frailty": _("the companion with a gamma frailty"),
    "timing": _("the timing of events"),
    "subdistribution": _("subdistribution hazards"),
}
DESIGN_NAMES = {
    "shape": _("time since a departure and number of changes"),
    "causes": _("changes by cause"),
    "later_changes": _("later changes"),
    "placebo": _("the placebo"),
    "cause_specific": _("exits one by one"),
    "negative_control": _("the negative control"),
    "attrition": _("attrition"),
    "variants": _("other specifications"),
    "other_jobs": _("other definitions of a job"),
    "weighted_censoring": _("weighted censoring"),
    "within_caseworkers": _("clients of the same caseworker compared"),
    "municipalities": _("one municipality left out"),
    "constancy": _("constancy in time"),
    "subgroups": _("subgroups"),
}
"""Families of designs, as the codes of their remarks begin."""

TABLE_NAMES = {
    "ever_changed": _("persons with a change"),
    "exits": _("exits"),
    "hazard_by_duration": _("the hazard by duration"),
    "cumulative_incidence": _("cumulative incidence"),
    "exit_months": _("changes in the months of exits"),
    "after_changes": _("what follows a change"),
    "mechanisms": _("hand-overs"),
    "balance": _("the balance of the leavers' lists"),
    "designs": _("all other designs"),
    "verdict": _("the verdict on the headline"),
    "incidence_bands": _("bands of cumulative incidence"),
}
"""Tables, as the codes of their remarks begin."""

REASONS = {
    "nobody": _("nobody is at risk"),
    "events": _("too few of those at risk, or all of them, have the exit that is modelled"),
    "exposure": _("those at risk do not differ in what is compared"),
    "separated": _("some of its terms predict the exit perfectly (separation)"),
    "cluster": _("all are in one team of one municipality, so that there is no interval"),
    "clusters": _("those whose caseworker left have the exit in too few teams"),
    "headline": _("it rests on the same departures as the headline, which is not given"),
}
"""Why a model cannot be estimated, as the codes of its remark end; no sentence tells a count."""

NOT_GIVEN = {
    "few": _("too few caseworkers of the persons at risk left"),
    "nobody": REASONS["nobody"],
    "events": REASONS["events"],
    "exposure": _("all or none of those at risk had a caseworker who left"),
    "separated": _("some terms of the model predict the exit perfectly (separation)"),
    "clusters": _(
        "those whose caseworker left have the exit in too few teams for an interval that holds"
    ),
    "unknown": _("it cannot be estimated from these data"),
}
"""Why no number is given for departures."""

SENTENCES = {
    "censoring_weights": _(
        "Specification “until the first other change”: months were weighted by the inverse of the "
        "chance of no other change so far; the largest and smallest weights were truncated."
    ),
    "timing_of_events": _(
        "Timing-of-events model: the likelihood was maximised from several "
        "starting values; its table says how many reached the same maximum."
    ),
    "headline_refused": _(
        "Headline: no number is given for departures, because too few caseworkers "
        "of the persons at risk left. All else that rests on departures is left out as well."
    ),
    "headline_refused_clusters": _(
        "Headline: no number is given for departures, because those whose "
        "caseworker left have the exit in too few teams for an interval that holds. All else that "
        "rests on departures is left out as well."
    ),
    "total_and_direct_differ": _(
        "Headline and companion differ by more than {apart} per cent: "
        "departures may bring later changes with them, whose contribution the companion leaves out."
    ),
    "subdistribution_sample": _(
        "Subdistribution hazards: of very many persons a sample was drawn at random."
    ),
    "histories_refused": _(
        "Courses around changes: some could not be sorted into types or modelled from these data."
    ),
    "selection_refused": _("The selection curve could not be computed from these data."),
    "no_exit_flag": _("Durations: some carry no flag of an exit and count as censored."),
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
            refused.setdefault(reason.removeprefix("_"), []).append(_model(model))
    sentences += [_refused(names, reason, study) for reason, names in refused.items()]
    if designs:
        sentences.append(
            study.say(
                _(
                    "Other designs: these could not be estimated from these data, or only in part: "
                    "{names}."
                ),
                names=_names([DESIGN_NAMES[name] for name in designs]),
            )
        )
    if missing:
        text = _("Tables: these could not be made from these data: {names}.")
        sentences.append(study.say(text, names=_names(missing)))
    if partial:
        sentences.append(
            study.say(
                _(
                    "In the models of {names}, groups in which nobody had the exit, or terms that "
                    "repeat others, were dropped."
                ),
                names=_names([_model(model) for model in partial]),
            )
        )
    return sentences


def not_given(tables: Tables) -> str | None:
    """Find the message why no number is given for departures; None where none refuses it."""
    for code in tables["notes"]["code"] if "notes" in tables else ():
        model, refused, reason = code.partition("_refused")
        if refused and model in (TOTAL, "headline"):
            why = reason.removeprefix("_") or ("few" if model == "headline" else "")
            return NOT_GIVEN.get(why, NOT_GIVEN["unknown"])
    return None


def _family(code: str) -> str:
    """The family of designs that a remark refuses; empty for other remarks."""
    family, refused, _reason = code.partition("_refused")
    return family if refused and family in DESIGN_NAMES else ""


def _table(code: str) -> str:
    """The table that a remark refuses; empty for other remarks."""
    table, refused, _reason = code.partition("_refused")
    return table if refused and table in TABLE_NAMES else ""


def _known(code: str) -> str:
    """A remark whose sentence tells no reason, without it."""
    part, refused, _ = code.partition("_refused")
    short = part + refused
    return short if short in SENTENCES and code not in SENTENCES else code


def _model(name: str) -> str:
    return MODEL_NAMES.get(name, name.replace("_", " "))


def _names(models: list[str]) -> Callable[[Study], str]:
    """The names of models, designs or tables as they stand in a sentence."""
    return lambda to: to.listed([to.say(model) for model in models])


def _refused(models: list[str], reason: str, study: Study) -> str:
    """Name the models that one reason refuses."""
    message = n_(
        "The model of {names} could not be estimated from these data.",
        "The models of {names} could not be estimated from these data.",
    )
    why = REASONS.get(reason, "")
    if why:
        message = n_(
            "The model of {names} could not be estimated from these data: {why}.",
            "The models of {names} could not be estimated from these data: {why}.",
        )
    names = _names(models)
    said = study.count(message, len(models), names=names, why=lambda to: to.word(why))
    if reason == "separated":
        said += " " + study.say(_("Fewer terms in hazards.models.adjustment may help."))
    return said


def _sentence(code: str, study: Study) -> str:
    if code in SENTENCES:
        return study.say(SENTENCES[code], apart=lambda to: to.word(NUMERALS[round(100 * APART)]))
    if code.endswith(FEW):
        text = _(
            "The model of {names} rests on few municipalities and teams: its clustered intervals "
            "may be too wide or too narrow."
        )
        return study.say(text, names=_names([_model(code.removesuffix(FEW))]))
    if code.endswith("_clusters"):
        text = _("The model of {names} has no intervals clustered by municipality and team.")
        return study.say(text, names=_names([_model(code.removesuffix("_clusters"))]))
    return study.say(_("Remark of the models: {code}."), code=code)
