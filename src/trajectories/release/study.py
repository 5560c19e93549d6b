"""What a run studied, in words: outcome, population, window, horizons, lags and reform dates.

The settings of `about.json` say what a run did; this module alone puts them into words, so that no
sentence, caption or label names an outcome or a population that the run did not have.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from trajectories.config.root import Config, leaf
from trajectories.release.study_words import (
    CHANCES,
    LANGUAGES,
    MONTHS,
    OF_DURATIONS,
    OUTCOMES,
    RATIOS,
    READINESS,
    TERMS,
    Outcome,
    Pair,
)

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


def listed(parts: list[str], word: str = "and") -> str:
    """Join parts by commas and a last `and`, or what it is in another language."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def months(number: int) -> str:
    """Say a number of months in English."""
    return f"{number} month{'' if number == 1 else 's'}"


@dataclass(frozen=True)
class Study:
    """What a run studied, in one language; what the settings leave out has its default.

    Attributes:
        settings: the run's settings as `about.json` holds them.
        language: `en` or `da`.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    language: str = "en"

    @property
    def english(self) -> "Study":
        """The same in English."""
        return replace(self, language="en")

    def _say(self, pair: Pair) -> str:
        return pair[LANGUAGES.index(self.language)]

    def _and(self, parts: list[str]) -> str:
        return listed(parts, self._say(("and", "og")))

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
        name = self.event.replace("_", " ")
        return OUTCOMES.get(self.event, Outcome((name, name), (f"had {name}", f"haft {name}")))

    @property
    def outcome(self) -> str:
        """The outcome after "of": "a job"."""
        return self._say(self._outcome.name)

    @property
    def reached(self) -> str:
        """The outcome after "had": "found a job"."""
        return self._say(self._outcome.reached)

    @property
    def exit(self) -> str:
        """The outcome as an exit, in English: "an exit to a job"."""
        if self.durations:
            return self._outcome.name[0]
        return f"an exit {'by' if self._outcome.by else 'to'} {self._outcome.name[0]}"

    @property
    def definition(self) -> str:
        """What counts as the outcome and what competes with it, in English."""
        job = f"at least {self.of('hazards.risk.job_days')} days without benefit and in employment"
        if long := self.of("hazards.risk.job_months"):
            job += f", lasting {months(long)} or longer"
        if hours := self.of("hazards.risk.job_hours"):
            job += f", of {hours:g} hours a month or more"
        what = f"{self.exit[0].upper()}{self.exit[1:]}"
        if self.event == "job":
            what += f": {job}"
        paused = list(self.of("hazards.risk.pause"))
        others = [
            one.name[0] for key, one in OUTCOMES.items() if key != self.event and key not in paused
        ]
        text = f"{what}. {listed(others).capitalize()} compete."
        if self.event != "job":
            text += f" A job is {job}."
        if paused:
            names = listed([OUTCOMES[key].name[0] for key in paused]).capitalize()
            text += f" {names} only pause{'s' if len(paused) == 1 else ''} the course."
        return text

    # models

    @property
    def link(self) -> str:
        """The link of the models."""
        return str(self.of(f"hazards.{'durations' if self.durations else 'models'}.link"))

    @property
    def ratio(self) -> str:
        """What the models estimate: "hazard ratio"."""
        return self._say(RATIOS.get(self.link, RATIOS["cloglog"]))

    @property
    def ratios(self) -> str:
        """The same as a column's heading, in English: "Hazard ratio"."""
        return RATIOS.get(self.link, RATIOS["cloglog"])[0].capitalize()

    @property
    def chance(self) -> str:
        """What that ratio multiplies, in words: "chance"."""
        return self._say(CHANCES.get(self.link, CHANCES["cloglog"]))

    @property
    def log_ratio(self) -> str:
        """An axis of such ratios: "Hazard ratio (log scale)"."""
        return f"{self.ratio.capitalize()} ({self._say(('log scale', 'log-skala'))})"

    @property
    def hazard(self) -> str:
        """An axis of monthly hazards: "Monthly hazard of a job"."""
        return f"{self._say(('Monthly hazard of', 'Månedlig hazard for'))} {self.outcome}"

    @property
    def adjusted_for(self) -> str:
        """What every model adjusts for, in English."""
        parts = []
        for term in self.of("hazards.models.adjustment"):
            names = [name.strip().removeprefix("C(").removesuffix(")") for name in term.split("*")]
            words = [TERMS.get(name, name.replace("_", "-")) for name in names]
            parts.append(" by ".join(words))
        return listed(parts) or "nothing"

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
        return self._and(
            [
                self._say(READINESS.get(group, (str(group).replace("_", "-"),) * 2))
                for group in groups
            ]
        )

    @property
    def population(self) -> str:
        """Who is followed: "the activity-ready"."""
        return f"{self._say(('the', 'de'))} {self.readiness}"

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
    def split_age(self) -> int:
        """Age that splits the young from the others."""
        return int(self.of("reform.split_age"))

    @property
    def event_dates(self) -> dict[str, dt.date]:
        """The date of each break in the series, by its name."""
        return {name: date for name, _, date in self._events()}

    def role_date(self, role: str) -> str:
        """The day of the event that has a role, in words; empty where there is none."""
        return next((self.day(date) for _, held, date in self._events() if held == role), "")

    def role_month(self, role: str) -> str:
        """The month of the event that has a role, in words; empty where there is none."""
        return next((self.month(date) for _, held, date in self._events() if held == role), "")

    def month(self, date: dt.date) -> str:
        """Write a month: "April 2013"."""
        return f"{self._say(MONTHS[date.month - 1])} {date.year}"

    def day(self, date: dt.date) -> str:
        """Write a day: "18 April 2013"."""
        return f"{date.day}{self._say(('', '.'))} {self.month(date)}"

    def _events(self) -> list[tuple[str, str | None, dt.date]]:
        return [
            (str(row["name"]), row.get("role"), dt.date.fromisoformat(str(row["date"])))
            for row in self.of("sequences.events") or ()
        ]

    @property
    def no_benefit_state(self) -> str:
        """The state of months with neither a benefit nor a job."""
        return str(self.of("sequences.month.none_state"))

    @property
    def job_state(self) -> str:
        """The state of months in a job."""
        return str(self.of("sequences.month.job_state"))


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
