"""Designs, checks and samples of the hazard models."""

from trajectories.words import _

FAMILIES = {
    "shape": _("time and number"),
    "cause": _("by cause"),
    "later changes": _("later changes"),
    "placebo": _("placebo"),
    "exits": _("exits"),
    "negative control": _("negative control"),
    "attrition": _("attrition"),
    "other outcome": _("other outcome"),
    "leave one out": _("one municipality left out"),
    "constancy": _("constancy in time"),
    "subgroup": _("subgroups"),
}

DESIGNS = {
    "headline": _("headline"),
    "age": _("age"),
    "sex": _("sex"),
    "municipality": _("municipality"),
    "period": _("period"),
    "calendar time": _("calendar time"),
    "months since a departure": _("months since a departure"),
    "number of changes, any cause": _("number of changes, any cause"),
    "changes so far, by cause": _("changes so far, by cause"),
    "another change": _("another change"),
    "the caseworker has not left yet": _("the caseworker has not left yet"),
    "lost from sight": _("loss to follow-up"),
    "odds ratios (logit)": _("odds ratios (logit)"),
    "rate ratios (poisson)": _("rate ratios (Poisson)"),
    "calendar month": _("calendar month"),
    "duration bands only": _("duration bands only"),
    "duration bands, municipality and half-year": _("duration bands, municipality and half-year"),
    "without age and sex": _("without age and sex"),
    "without team": _("without team"),
    "duration month by month": _("duration month by month"),
    "first course of a person": _("first course of a person"),
    "until the first other change": _("until the first other change"),
    "until the first other change, weighted": _("until the first other change, weighted"),
    "until the first other change, no team": _("until the first other change, without team"),
    "until the first other change, weighted, no team": _(
        "until the first other change, weighted, without team"
    ),
    "within caseworkers (rate ratio)": _("within caseworkers (rate ratio)"),
    "months still so classified": _("months in the same visitation group"),
}

TERMS = {
    "all months": _("all months"),
    "equal in all groups": _("equal in all groups"),
    "equal in all bands": _("equal in all bands"),
    "equal weights": _("equal weights"),
    "leaves in the next six months": _("leaves within six months"),
    "months before not observed": _("the months before are not observed"),
    "rare": _("rare causes together"),
    "activity_ready": _("activity-ready"),
    "job_ready": _("job-ready"),
    "education_ready": _("education-ready"),
    "not_ready": _("not job-ready"),
    "unrelated exit": _("unrelated exit"),
    "balance": _("balance"),
    "all characteristics": _("all characteristics"),
    "against other clients": _("against other clients"),
    "against the same list before": _("against the same list before"),
    "no difference": _("no difference"),
    "half as large": _("half as large"),
    "as large": _("as large"),
    "half as large again": _("half as large again"),
    "twice as large": _("twice as large"),
    "breakdown": _("reaches 1"),
    "no unobserved factors": _("no unobserved factors"),
    "shared unobserved factors": _("shared unobserved factors"),
}

FOLLOWED = {
    "left out": _("left out"),
    "followed until": _("followed until"),
    "start not observed": _("start not observed"),
    "other readiness at time zero": _("other readiness at time zero"),
    "no caseworker observed": _("no caseworker observed"),
    "ended before its first whole month": _("ended before its first whole month"),
    "caseworker no longer observed": _("caseworker no longer observed"),
    "followed to the end of the data": _("end of the data"),
    "exit": _("exit"),
}
"""Why courses are not followed, and until when the others are."""

FOUND = {
    "caseworkers who left, recall": _("caseworkers who left, recall"),
    "caseworkers who left, precision": _("caseworkers who left, precision"),
    "changes of clients": _("changes of clients"),
}
"""What a simulated register planted."""

VARIANCES = {
    "CRV3 by municipality and first team": _("CRV3 by municipality and first team"),
    "sandwich by person": _("sandwich by person"),
    "gamma frailty, sandwich by municipality and first team": _(
        "gamma frailty, sandwich by municipality and first team"
    ),
    "model": _("from the model"),
}

WORDS = {**FAMILIES, **DESIGNS, **TERMS, **FOLLOWED, **FOUND, **VARIANCES}
