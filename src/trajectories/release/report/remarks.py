"""What could not be estimated, or not in full, and why: the models' remarks as sentences.

The remarks' own sentences may hold exact counts and stay private; their codes do not.
"""

from trajectories.release.captions_words import listed
from trajectories.release.figures.style import Style
from trajectories.release.store import Tables

TOTAL, FEW = "departures_total", "_few_clusters"
MODEL_NAMES = {
    TOTAL: "the total effect of a departure",
    "departures_given_other": "departures and other changes together",
    "association": "the association with any change",
    "durations": "the durations",
    "risks": "the risk of a job with and without a departure",
    "event_study": "the months around a departure",
    "frailty": "an unobserved frailty",
    "timing": "the timing of events",
    "subdistribution": "subdistribution hazards",
}
DESIGN_NAMES = {
    "shape": "time since a departure and number of changes",
    "causes": "changes by cause",
    "later_changes": "later changes",
    "placebo": "the placebo",
    "cause_specific": "other exits",
    "negative_control": "the negative control",
    "attrition": "attrition",
    "variants": "other specifications",
    "other_jobs": "other definitions of a job",
    "weighted_censoring": "weighted censoring",
    "within_caseworkers": "clients of the same caseworker",
    "municipalities": "one municipality left out",
    "subgroups": "subgroups",
}
"""Families of designs, as the codes of their remarks begin."""

REASONS = {
    "nobody": "nobody is at risk",
    "events": "too few of those at risk, or all of them, have the exit that is modelled",
    "exposure": "those at risk do not differ in what is compared",
    "separated": "some of its terms tell the exit without fail (perfect separation)",
    "cluster": "all are in one team of one municipality",
}
"""Why a model cannot be estimated, as the codes of its remark end; no sentence tells a count."""

NOT_GIVEN = {
    "few": (
        "the persons at risk met too few departures",
        "borgerne har mødt for få fratrædelser",
    ),
    "nobody": (REASONS["nobody"], "ingen er under risiko"),
    "events": (
        REASONS["events"],
        "for få af borgerne har den afgang, som modellen gælder, eller de har den alle",
    ),
    "exposure": (
        "those at risk do not differ in the departures that they met",
        "borgerne adskiller sig ikke i, hvilke fratrædelser de har mødt",
    ),
    "separated": (
        REASONS["separated"],
        "nogle af modellens led afgør afgangen fuldstændigt (perfekt separation)",
    ),
    "unknown": ("these data cannot tell it", "disse data kan ikke sige noget om den"),
}
"""Why the effect of a departure is not given, in English and in Danish."""

SENTENCES = {
    "censoring_weights": "Follow-up that ends at the first other change was weighted by the chance "
    "of not having had one; the largest and smallest weights were cut.",
    "timing_of_events": "The timing-of-events model was climbed from several starts; its table "
    "says how many found the same maximum.",
    "headline_refused": "The effect of a leaving caseworker is not given, because the persons at "
    "risk met too few departures. Another model that names departures rests on the same few.",
    "total_and_direct_differ": "The total effect of a departure and its companion differ by more "
    "than three per cent: a departure may cause later changes, and then the companion is no "
    "effect.",
    "histories_refused": "Some courses around changes could not be sorted or modelled from these "
    "data.",
    "selection_refused": "The selection curve could not be computed from these data.",
    "no_exit_flag": "Some durations carry no flag of an exit; they count as censored.",
}


def notes(tables: Tables) -> list[str]:
    """Turn the codes of the models' remarks into sentences without numbers."""
    codes = list(
        dict.fromkeys(
            code
            for name in ("notes", "history_notes", "sensitivity_notes")
            if name in tables
            for code in tables[name]["code"].to_list()
        )
    )
    designs = [_family(code) for code in codes if _family(code)]
    partial = [code.removesuffix("_note") for code in codes if code.endswith("_note")]
    refused: dict[str, list[str]] = {}
    sentences = []
    for code in codes:
        model, found, reason = code.partition("_refused")
        if code in SENTENCES or not found:
            sentences += [] if code.endswith("_note") else [_sentence(code)]
        elif not _family(code):
            refused.setdefault(reason.removeprefix("_"), []).append(_model(model))
    sentences += [_refused(names, reason) for reason, names in refused.items()]
    if designs:
        sentences.append(
            "Among the other designs these could not be estimated from these data, or not in every "
            f"form: {listed([DESIGN_NAMES[name] for name in designs])}."
        )
    if partial:
        names = listed([_model(model) for model in partial])
        sentences.append(f"Terms that these data cannot estimate were left out of: {names}.")
    return sentences


def not_given(tables: Tables, style: Style) -> str | None:
    """Say why the effect of a departure is not given; None where no remark refuses it."""
    for code in tables["notes"]["code"] if "notes" in tables else ():
        model, refused, reason = code.partition("_refused")
        if refused and model in (TOTAL, "headline"):
            why = "few" if model == "headline" else reason.removeprefix("_")
            return NOT_GIVEN.get(why, NOT_GIVEN["unknown"])[style.language == "da"]
    return None


def _family(code: str) -> str:
    """The family of designs that a remark refuses; empty for other remarks."""
    family, refused, _ = code.partition("_refused")
    return family if refused and family in DESIGN_NAMES else ""


def _model(name: str) -> str:
    return MODEL_NAMES.get(name, name.replace("_", " "))


def _refused(models: list[str], reason: str) -> str:
    """Name the models that one reason refuses."""
    what = f"The model of {models[0]}" if len(models) == 1 else f"The models of {listed(models)}"
    why = f": {REASONS[reason]}" if reason in REASONS else ""
    advice = " Fewer terms in hazards.models.adjustment may help." if reason == "separated" else ""
    return f"{what} could not be estimated from these data{why}.{advice}"


def _sentence(code: str) -> str:
    if code in SENTENCES:
        return SENTENCES[code]
    if code.endswith(FEW):
        name = _model(code.removesuffix(FEW))
        return (
            f"The model of {name} rests on few municipalities and teams: read its clustered "
            "intervals with care."
        )
    if code.endswith("_clusters"):
        name = _model(code.removesuffix("_clusters"))
        return f"The model of {name} has no intervals clustered by municipality and team."
    return f"Remark of the models: {code}."
