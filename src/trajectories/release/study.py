"""What a run studied, in words: outcome, population, window, horizons, lags and reform dates.

The settings of `about.json` say what a run did; this module alone puts them into words, so that no
sentence, caption or label names an outcome or a population that the run did not have.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

import polars as pl

from trajectories.config.root import Config, leaf
from trajectories.release.study_words import (
    MEASURES,
    OF_DURATIONS,
    OUTCOMES,
    READINESS,
    TERMS,
    Measure,
    Outcome,
    ReformWords,
)
from trajectories.words import SOURCE, _, n_

DEFAULTS = Config()


def setting(settings: Mapping[str, Any], path: str) -> Any:
    """Look up a setting by its dotted key; the models' default where the run does not give it.

    Raises:
        KeyError: no model has the key.
    """
    value: Any = settings
    for key in path.split("."):
        if not isinstance(value, Mapping) or key not in value:
            return leaf(DEFAULTS, path)
        value = value[key]
    return value


@dataclass(frozen=True)
class Study(ReformWords):
    """What a run studied, in one language; what the settings leave out has its default.

    Attributes:
        settings: the run's settings as `about.json` holds them.
        language: `en` or `da`.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    language: str = SOURCE

    @property
    def english(self) -> "Study":
        """The same in English."""
        return replace(self, language=SOURCE)

    def of(self, path: str) -> Any:
        """Look up a setting by its dotted key; its default where the run does not give it."""
        return setting(self.settings, path)

    # outcome

    @property
    def durations(self) -> bool:
        """Whether the hazards come from a file of durations."""
        return bool(self.of("hazards.source") == "durations")

    @property
    def event(self) -> str:
        """The exit whose hazard is modelled, by its key."""
        return str(self.of("hazards.models.event"))

    @property
    def _outcome(self) -> Outcome:
        if self.durations:
            return OF_DURATIONS
        unknown = Outcome(self.event.replace("_", " "), _("had {outcome}"), _("had {outcome}"))
        return OUTCOMES.get(self.event, unknown)

    @property
    def outcome(self) -> str:
        """The outcome after "of": "a job"."""
        return self.word(self._outcome.name)

    @property
    def reached(self) -> str:
        """The outcome after "had": "found a job"."""
        return self.say(self._outcome.reached)

    @property
    def past(self) -> str:
        """The outcome as what somebody did: "found a job"."""
        return self.say(self._outcome.past)

    @property
    def exit(self) -> str:
        """The outcome as an exit: "an exit to a job"."""
        if self.durations:
            return self.outcome
        text = _("an exit by {outcome}") if self._outcome.by else _("an exit to {outcome}")
        return self.say(text)

    @property
    def job(self) -> str:
        """What counts as a job."""
        days = self.of("hazards.risk.job_days")
        text = self.say(_("at least {days} days without benefit and in employment"), days=days)
        if long := self.of("hazards.risk.job_months"):
            text = self.say(
                _("{job}, lasting {months} or longer"), job=text, months=lambda to: to.months(long)
            )
        if hours := self.of("hazards.risk.job_hours"):
            text = self.say(
                _("{job}, of {hours} hours a month or more"), job=text, hours=f"{hours:g}"
            )
        return text

    @property
    def definition(self) -> str:
        """What counts as the outcome and what competes with it."""
        paused = list(self.of("hazards.risk.pause"))
        others = [key for key in OUTCOMES if key != self.event and key not in paused]

        def names(keys: list[str]) -> Callable[["Study"], str]:
            return lambda to: to.listed([to.word(OUTCOMES[key].name) for key in keys]).capitalize()

        if self.event == "job":
            text = self.say(
                _("{what}: {job}. {others} compete."), what=_capital_exit, others=names(others)
            )
        else:
            text = self.say(
                _("{what}. {others} compete. A job is {job}."),
                what=_capital_exit,
                others=names(others),
            )
        if paused:
            pause = n_("{names} only pauses the course.", "{names} only pause the course.")
            text += " " + self.count(pause, len(paused), names=names(paused))
        return text

    # models

    @property
    def link(self) -> str:
        """The link of the models."""
        return str(self.of(f"hazards.{'durations' if self.durations else 'models'}.link"))

    @property
    def _measure(self) -> Measure:
        return MEASURES.get(self.link, MEASURES["cloglog"])

    @property
    def ratio(self) -> str:
        """What the models estimate: "hazard ratio"."""
        return self.say(self._measure.ratio)

    @property
    def ratios(self) -> str:
        """The same of several: "hazard ratios"."""
        return self.say(self._measure.ratios)

    @property
    def heading(self) -> str:
        """The same as a column's heading: "Hazard ratio"."""
        return self.say(self._measure.heading)

    @property
    def headings(self) -> str:
        """The same of several: "Hazard ratios"."""
        return self.say(self._measure.headings)

    @property
    def chance(self) -> str:
        """What that ratio multiplies, in words: "chance"."""
        return self.say(self._measure.chance)

    @property
    def log_ratio(self) -> str:
        """An axis of such ratios: "Hazard ratio (log scale)"."""
        return self.say(_("{ratio} (log scale)"), ratio=lambda to: to.ratio.capitalize())

    @property
    def hazard(self) -> str:
        """An axis of monthly hazards: "Monthly hazard of a job"."""
        return self.say(_("Monthly hazard of {outcome}"))

    @property
    def adjusted_for(self) -> str:
        """What every model adjusts for."""
        parts = []
        for term in self.of("hazards.models.adjustment"):
            names = [name.strip().removeprefix("C(").removesuffix(")") for name in term.split("*")]
            words = [self.word(TERMS.get(name, name.replace("_", "-"))) for name in names]
            parts.append(
                reduce(lambda one, by: self.say(_("{one} by {by}"), one=one, by=by), words)
            )
        return self.listed(parts) or self.say(_("nothing"))

    @property
    def lag_months(self) -> int:
        """Months by which counts of changes lag."""
        return int(self.of("hazards.risk.lag_months"))

    @property
    def list_months(self) -> int:
        """Months before the leaver's last month at which the list is taken."""
        return int(self.of("hazards.changes.list_months"))

    @property
    def departure_month(self) -> int:
        """Month after time zero in which the departure falls where risks are compared."""
        return int(self.of("hazards.models.departure_month"))

    @property
    def horizons(self) -> tuple[int, ...]:
        """Months within which risks are compared."""
        return tuple(self.of("hazards.models.risk_months"))

    @property
    def assistance_groups(self) -> str:
        """The codelist groups that are social assistance."""
        return ", ".join(self.of("hazards.risk.assistance_groups"))

    # population

    @property
    def readiness(self) -> str:
        """Readiness at time zero of those followed: "activity-ready"."""
        groups = self.of("hazards.risk.readiness")
        return self.listed(
            [self.word(READINESS.get(group, str(group).replace("_", "-"))) for group in groups]
        )

    @property
    def population(self) -> str:
        """Who is followed: "the activity-ready"."""
        return self.say(_("the {readiness}"))

    # windows and reform

    @property
    def window_months(self) -> int:
        """Length of every window."""
        return int(self.of("sequences.window.length_months"))

    @property
    def months_without(self) -> int:
        """Months without social assistance before a window opens."""
        return int(self.of("sequences.window.months_without"))

    @property
    def internship_months(self) -> int:
        """Months after an internship within which paid work follows it."""
        return int(self.of("sequences.internships.within_months"))

    @property
    def group_by(self) -> str | None:
        """The column whose values are compared; None for the periods of the reform."""
        column: str | None = self.of("sequences.group_by")
        return column

    @property
    def no_benefit_state(self) -> str:
        """The state of months with neither a benefit nor a job."""
        return str(self.of("sequences.month.none_state"))

    @property
    def job_state(self) -> str:
        """The state of months in a job."""
        return str(self.of("sequences.month.job_state"))


def months(number: int) -> str:
    """Say a number of months in English."""
    return Study().months(number)


def _capital_exit(study: Study) -> str:
    """An exit at the beginning of a sentence."""
    return study.exit[0].upper() + study.exit[1:]


def jobs_known(tables: Mapping[str, pl.DataFrame], study: Study) -> bool:
    """Tell whether the run can know a month without a benefit and a job from one in a job.

    It can where employment was read or the benefit codes themselves hold jobs.
    """
    if "accounting" not in tables or "employment" in tables["accounting"]["table"]:
        return True
    for name, counted in (("person_months", "person_months"), ("state_distribution", "count")):
        if name in tables:
            # a state that nobody is in has a row of zeros, or an empty one
            return study.job_state in tables[name].filter(pl.col(counted) > 0)["state"]
    return False
