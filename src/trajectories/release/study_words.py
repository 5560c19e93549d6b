"""Words for outcomes, populations and measures."""

from typing import NamedTuple

from trajectories.words import _


class Outcome(NamedTuple):
    """An exit in words.

    Attributes:
        name: after "of" or "to": "a job".
        reached: after "had": "found a job".
        by: "exit by" instead of "exit to".
    """

    name: str
    reached: str
    by: bool = False


OUTCOMES: dict[str, Outcome] = {
    "job": Outcome(_("a job"), _("found a job")),
    "education": Outcome(_("education"), _("begun education")),
    "flexjob": Outcome(_("a flexjob"), _("begun a flexjob")),
    "disability_pension": Outcome(_("disability pension"), _("been granted disability pension")),
    "rehabilitation": Outcome(_("rehabilitation"), _("begun rehabilitation")),
    "other_benefit": Outcome(_("another benefit"), _("gone to another benefit")),
    "self_support": Outcome(_("self-support"), _("become self-supporting")),
    "sickness": Outcome(_("sickness benefit"), _("gone to sickness benefit")),
    "parental": Outcome(_("parental leave"), _("gone on parental leave")),
    "old_age": Outcome(_("old-age pension"), _("reached old-age pension")),
    "death": Outcome(_("death"), _("died"), by=True),
    "emigration": Outcome(_("emigration"), _("emigrated"), by=True),
}
OF_DURATIONS = Outcome(_("the event"), _("had the event"))

READINESS = {
    "activity_ready": _("activity-ready"),
    "job_ready": _("job-ready"),
    "education_ready": _("education-ready"),
}


class Measure(NamedTuple):
    """What the models of one link estimate.

    Attributes:
        ratio: within a sentence.
        ratios: the same of several.
        heading: at the head of a column.
        headings: the same of several.
        chance: what the ratio multiplies.
    """

    ratio: str
    ratios: str
    heading: str
    headings: str
    chance: str


MEASURES = {
    "cloglog": Measure(
        _("hazard ratio"), _("hazard ratios"), _("Hazard ratio"), _("Hazard ratios"), _("chance")
    ),
    "logit": Measure(
        _("odds ratio"), _("odds ratios"), _("Odds ratio"), _("Odds ratios"), _("odds")
    ),
    "poisson": Measure(
        _("rate ratio"), _("rate ratios"), _("Rate ratio"), _("Rate ratios"), _("rate")
    ),
}
"""By link."""

TERMS = {
    "duration_band": _("duration bands"),
    "team_first": _("first team"),
    "age_band": _("age"),
    "sex": _("sex"),
    "municipality": _("municipality"),
}
