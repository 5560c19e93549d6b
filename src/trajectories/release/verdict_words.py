"""What the verdict says of what passed the gate."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import polars as pl

from trajectories.release.study import Study
from trajectories.words import _

WITHHELD = _("withheld")
CONTRADICTED, SILENT, SUPPORTED = "contradicted", "silent", "supported"
VERDICTS = (CONTRADICTED, SILENT, SUPPORTED, WITHHELD)
"""In the order of the report: what speaks against the headline comes first."""

CHECKS: dict[str, str] = {
    "leads": _("Same chances before the departure (leads)"),
    "placebo": _("Placebo: before the caseworker leaves"),
    "negative_control": _("Negative control: unrelated exits"),
    "attrition": _("Attrition: loss to follow-up is unrelated to departures"),
    "balance": _("Leavers' clients look like others at the list date"),
    "closing": _("No closing caseworkers counted as changes"),
    "later_changes": _("A departure brings no other changes with it"),
    "total_and_direct": _("Total and companion estimate agree"),
    "left_out": _("No single municipality drives the result"),
    "specifications": _("Other reasonable specifications agree"),
    "balance_jointly": _("All characteristics of the leavers' clients together"),
    "randomisation": _(
        "Leavers against colleagues of the same team and month (randomisation test)"
    ),
    "unrelated_exits": _("Unrelated exits one by one"),
    "lead_bounds": _("Differences as large as before the departure would not explain it"),
    "constancy": _("One number describes all months"),
    "subgroups": _("One number describes everyone"),
    "unmeasured": _("Strength of an unmeasured cause that would explain it (E-value)"),
}

SENTENCES: dict[str, str] = {
    "near_contradicted": _(
        "An association {what}, where none is expected "
        "({measure} {ratio}, 95 % interval {low} to {high})."
    ),
    "near_supported": _(
        "No association {what}, within 10 % ({measure} {ratio}, 95 % interval {low} to {high})."
    ),
    "near_silent": _(
        "No association {what} was found, but the interval is wide "
        "({measure} {ratio}, 95 % interval {low} to {high})."
    ),
    "balance": _("The largest standardised difference is {difference} ({subject})."),
    "balance_apart": _(
        "They differ by more than chance: standardised difference {difference} ({subject}; "
        "corrected p = {p_value})."
    ),
    "balance_by_chance": _(
        "The largest standardised difference is {difference} ({subject}), but with so few lists "
        "it may be chance."
    ),
    "closing": _(
        "With the lag of {months}, {exit_share} of the last months counted before {exit} hold a "
        "change, against {matched_share} of matched months."
    ),
    "later_changes": _(
        "After a departure the chance of another change is {ratio} times as high (95 % interval "
        "{low} to {high}). Where it is not 1, the companion leaves out part of what a departure "
        "brings about; the headline includes it."
    ),
    "total_and_direct": _(
        "The total {measure} is {ratio}; holding other changes constant, it is {other_ratio}."
    ),
    "left_out": _(
        "Leaving out one municipality at a time, the {measure} ranges from {low} to {high}."
    ),
    "specifications": _(
        "Under other lags, links, controls and samples the estimate ranges from {low} to {high}."
    ),
    "subgroups_apart": _(
        "The smallest corrected p-value of equality over groups is {p_value} (by {subject}): read "
        "the headline with the table of subgroups.{untested}"
    ),
    "subgroups_alike": _(
        "The smallest corrected p-value of equality over groups is {p_value} (by {subject}); no "
        "difference shown.{untested}"
    ),
    "subgroups_untested": _("No grouping could be tested.{untested}"),
    "balance_jointly": _(
        "Treating the choice of leavers within each team and month as random, the p-value of all "
        "differences together is {p_value}; the largest standardised difference is {difference}."
    ),
    "randomisation_supported": _(
        "Treating the choice of leavers within each team and month as random, chance would rarely "
        "produce as large a difference (p = {p_value})."
    ),
    "randomisation_silent": _(
        "Treating the choice of leavers within each team and month as random, a difference as "
        "large could be chance (p = {p_value})."
    ),
    "randomisation_contradicted": _(
        "Compared with clients of colleagues in the same team and month, the difference has the "
        "opposite sign (p = {p_value})."
    ),
    "exits_apart": _(
        "An association with an exit that should not depend on a departure ({subject}; corrected "
        "p = {p_value})."
    ),
    "exits_alike": _(
        "No association was found; the smallest corrected p-value is {p_value} ({subject})."
    ),
    "bounds_supported": _(
        "If other differences were as large in the year after the departure as at most in months "
        "−12 to −4, the {measure} of that year would be {low} to {high} (95 % interval)."
    ),
    "bounds_silent": _(
        "If other differences were as large in the year after the departure as at most in months "
        "−12 to −4, the {measure} of that year could be {low} to {high} (95 % interval); 1 is "
        "excluded while they are less than {relative} times as large."
    ),
    "bounds_wide": _(
        "The year after the departure alone does not exclude 1; if other differences were as large "
        "as at most in months −12 to −4, its {measure} could be {low} to {high} (95 % interval)."
    ),
    "bounds_contradicted": _(
        "Even if other differences were as large in the year after the departure as at most in "
        "months −12 to −4, the {measure} of that year would lie on the other side of 1 ({low} to "
        "{high}, 95 % interval)."
    ),
    "constancy_contradicted": _(
        "The {measure} changes with time ({subject}; corrected p = {p_value}): read the headline "
        "with the months since a departure."
    ),
    "constancy_silent": _(
        "No change with time was found (smallest corrected p = {p_value}), but the {measure} of "
        "month 12 could be {low} to {high} times that of month 1 (95 % interval)."
    ),
    "constancy_supported": _(
        "The {measure} changes by less than 10 % over five calendar years and from month 1 to "
        "month 12 after the departure ({ratio} times, 95 % interval {low} to {high})."
    ),
    "unmeasured": _(
        "An unmeasured cause would have to be associated with both departures and {outcome} by a "
        "risk ratio of {e_value} to explain the estimate, and of {e_value_bound} to move the "
        "interval to 1. The data cannot tell whether there is one."
    ),
    "withheld": _("Withheld: it rests on too few persons, caseworkers, events or changes."),
    "not_tested": _("Not tested: these data do not allow it."),
    "leads_few_clusters": _(
        "The months long before a departure lie in too few clusters for a joint test."
    ),
    "leads_missing": _("No month long before a departure could be compared."),
    "leads_contradicted": _(
        "The leavers' clients differed from others before anyone could know of the departure "
        "(months −12 to −4, jointly and on average: p = {p_value}; mean {measure} {ratio})."
    ),
    "leads_supported": _(
        "Long before the departure the leavers' clients had the same {chance} of {outcome} as "
        "others, within 10 % (mean {measure} {ratio}, 90 % interval {low} to {high})."
    ),
    "leads_silent": _(
        "No difference before the departure was found, but the data could only have shown a "
        "{measure} below {low} or above {high}."
    ),
}

WHAT: dict[str, str] = {
    "placebo": _("with a caseworker who is still there but leaves within six months"),
    "negative_control": _("of departures with exits that they should not affect ({subject})"),
    "attrition": _("of departures with loss to follow-up"),
}

SHARES = ("exit_share", "matched_share")

SUBJECTS = (
    _("parental"),
    _("death"),
    _("emigration"),
    _("old age"),
    _("age"),
    _("sex"),
    _("municipality"),
    _("period"),
    _("months on support"),
    _("earlier other changes"),
    _("age band"),
    _("readiness now"),
    _("duration band"),
    _("earlier changes"),
    _("readiness at time zero"),
    _("course before time zero"),
    _("not tested (too few teams in some group)"),
    _("not tested (one group alone)"),
    _("not tested (the model has no estimate)"),
    _("months since a departure"),
    _("after a year against after a month"),
    _("equal in all bands"),
    _("calendar time"),
    _("five years later"),
    _("some"),
    _("none"),
)
"""Words in the verdict's rows: what a check is about, and why it was not made."""


def judged(rows: pl.DataFrame, study: Study) -> list[tuple[str, str, str]]:
    """Read the released verdict.

    Returns:
        The check's name, the verdict (one of `VERDICTS`) and its sentence, for each check, in the
        order of `VERDICTS`. A number that the gate withheld is called withheld.
    """
    found = [
        (study.say(CHECKS[row["check"]]), row["verdict"] or WITHHELD, sentence(row, study))
        for row in rows.iter_rows(named=True)
    ]
    return sorted(found, key=lambda one: VERDICTS.index(one[1]))


def sentence(row: Mapping[str, Any], study: Study) -> str:
    """Write the sentence of one check."""
    written: dict[str, Any] = {name: partial(_written, name, value) for name, value in row.items()}
    written["measure"] = lambda to: to.ratio
    what = WHAT.get(row["check"], "")
    return study.say(
        SENTENCES[row["reason"] or "withheld"], what=lambda to: to.say(what, **written), **written
    )


def _written(name: str, value: Any, study: Study) -> str:
    """A number with two decimals (p-values three, shares in per cent), or a translated text."""
    if name == "untested":
        return _untested(value or "", study)
    if value is None:
        return study.say(WITHHELD)
    if isinstance(value, float):
        digits = 2 if name != "p_value" else 3 if value >= 0.01 else 4
        return study.localise(f"{100 * value:.0f} %" if name in SHARES else f"{value:.{digits}f}")
    if name == "subject":
        return ", ".join(study.word(part) for part in str(value).split(", "))
    return study.months(value) if name == "months" else str(value)


def _untested(text: str, study: Study) -> str:
    """A sentence for each grouping that was not tested, with the reason."""
    found = ""
    for one in filter(None, text.split("; ")):
        label, _comma, why = one.partition(", ")
        text = study.say(_("By {label}: {why}."), label=study.word(label), why=study.word(why))
        found += f" {text}"
    return found
