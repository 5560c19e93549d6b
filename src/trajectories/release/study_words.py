"""Words for outcomes, populations, measures and reforms."""

import datetime as dt
from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from trajectories.release.speaker import Speaker
from trajectories.sequences.calendar import first_day, month_of
from trajectories.words import SOURCE, _, day_in_words, month_in_words


class Outcome(NamedTuple):
    """An exit in words.

    Attributes:
        name: after "of" or "to": "a job".
        reached: after "had": "found a job".
        past: what somebody did: "began education".
        by: "exit by" instead of "exit to".
    """

    name: str
    reached: str
    past: str
    by: bool = False


OUTCOMES: dict[str, Outcome] = {
    "job": Outcome(_("a job"), _("found a job"), _("found a job")),
    "education": Outcome(_("education"), _("begun education"), _("began education")),
    "flexjob": Outcome(_("a flexjob"), _("begun a flexjob"), _("began a flexjob")),
    "disability_pension": Outcome(
        _("disability pension"), _("been granted disability pension"), _("got disability pension")
    ),
    "rehabilitation": Outcome(
        _("rehabilitation"), _("begun rehabilitation"), _("began rehabilitation")
    ),
    "other_benefit": Outcome(
        _("another benefit"), _("gone to another benefit"), _("went to another benefit")
    ),
    "self_support": Outcome(
        _("self-support"), _("become self-supporting"), _("became self-supporting")
    ),
    "sickness": Outcome(
        _("sickness benefit"), _("gone to sickness benefit"), _("went to sickness benefit")
    ),
    "parental": Outcome(
        _("parental leave"), _("gone on parental leave"), _("went on parental leave")
    ),
    "old_age": Outcome(
        _("old-age pension"), _("reached old-age pension"), _("reached old-age pension")
    ),
    "death": Outcome(_("death"), _("died"), _("died"), by=True),
    "emigration": Outcome(_("emigration"), _("emigrated"), _("emigrated"), by=True),
}
OF_DURATIONS = Outcome(_("the event"), _("had the event"), _("had the event"))

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
    "half_year": _("half-year"),
    "calendar_month": _("calendar month"),
    "sex": _("sex"),
    "municipality": _("municipality"),
}


THE_REFORM = _("the reform")


class ReformWords(Speaker):
    """What a study says of its reform: the words of its reform packages."""

    @abstractmethod
    def of(self, path: str) -> Any:
        """Look up a setting by its dotted key."""

    @property
    def split_age(self) -> int | None:
        """Age that splits the young from the others; None where nothing is split."""
        age = self.of("reform.split_age")
        return None if age is None else int(age)

    @property
    def packages(self) -> list[Mapping[str, Any]]:
        """The reform packages of the run, the one that defines the periods first."""
        return list(self.of("reform.packages"))

    @property
    def reform(self) -> str:
        """The reform within a sentence, with its date where it is known."""
        if self.packages:
            return self.text(self.packages[0]["words"]["reform"])
        month = self.role_month("in_force")
        return self.say(_("the reform of {month}"), month=month) if month else self.say(THE_REFORM)

    @property
    def about_reform(self) -> str:
        """What the reforms changed, and what is not known of them."""
        return " ".join(
            self.text(words)
            for package in self.packages
            for words in (package["words"]["about"], *package.get("unknown", ()))
        )

    @property
    def touched(self) -> str:
        """The persons whom the reform touched."""
        return self._group("touched")

    @property
    def comparison(self) -> str:
        """The persons whom it left alone."""
        return self._group("comparison")

    def _group(self, key: str) -> str:
        group = self.packages[0].get(key) if self.packages else None
        return self.text(group["label"]) if group else ""

    @property
    def uses_readiness(self) -> bool:
        """Whether the states distinguish readiness."""
        return not self.packages or bool(self.packages[0]["alphabet"].get("uses_readiness", True))

    @property
    def alphabet_reason(self) -> str:
        """Why the states are what they are; empty where no reform package says so."""
        return self.text(self.packages[0]["alphabet"]["reason"]) if self.packages else ""

    @property
    def relabelling_unknown(self) -> str:
        """Why the renaming of codes cannot be undone; empty where it is known."""
        sentences = (package.get("relabelling", {}).get("unknown") for package in self.packages)
        return " ".join(dict.fromkeys(self.text(words) for words in sentences if words))

    def text(self, words: Mapping[str, str]) -> str:
        """Say words of a reform package in the language of the run."""
        return str(words.get(self.language) or words[SOURCE])

    def event_label(self, name: str) -> str | None:
        """What the reform package calls a break in the series, without its date."""
        labels = (
            row.get("label") for row in self.of("sequences.events") or () if row["name"] == name
        )
        return next((self.text(words) for words in labels if words), None)

    @property
    def event_dates(self) -> dict[str, dt.date]:
        """The date of each break in the series, by its name."""
        return {name: date for name, _, date in self._events()}

    def role_event(self, role: str) -> str | None:
        """The name of the event that has a role; None where there is none."""
        return next((name for name, held, _date in self._events() if held == role), None)

    @property
    def reform_month(self) -> tuple[int, int]:
        """The year and the month in which the reform began; year 0 without one."""
        began = [date for _, role, date in self._events() if role == "in_force"]
        return (began[0].year, began[0].month) if began else (0, 1)

    def role_date(self, role: str) -> str:
        """The day of the event that has a role, in words; empty where there is none."""
        return next((self.day(date) for _, held, date in self._events() if held == role), "")

    def role_month(self, role: str) -> str:
        """The month of the event that has a role, in words; empty where there is none."""
        return next((self.month(date) for _, held, date in self._events() if held == role), "")

    def month(self, date: dt.date) -> str:
        """Write a month: "April 2013"."""
        return month_in_words(date, self.language)

    def day(self, date: dt.date) -> str:
        """Write a day: "18 April 2013"."""
        return day_in_words(date, self.language)

    def _events(self) -> list[tuple[str, str | None, dt.date]]:
        return [
            (str(row["name"]), row.get("role"), dt.date.fromisoformat(str(row["date"])))
            for row in self.of("sequences.events") or ()
        ]

    # breaks that windows contain

    @property
    def breaks_before(self) -> str:
        """The breaks that a window of the period before can contain."""
        return self._named(lambda month: month < self._borders()[0])

    @property
    def breaks_during(self) -> str:
        """The breaks that a window of the period during can contain."""
        (announced, in_force), length = self._borders(), self._length()
        return self._named(lambda month: announced - length + 1 < month < in_force + length - 1)

    @property
    def breaks_after(self) -> str:
        """The breaks that a window of the period after can contain."""
        return self._named(lambda month: month > self._borders()[1])

    @property
    def clean_windows(self) -> str:
        """Which windows leave out the other breaks that the reform package names."""
        clean = self.packages[0].get("clean", {}) if self.packages else {}
        dates, length, told = self.event_dates, self._length(), []
        if (name := clean.get("before_until")) in dates:
            last = first_day(month_of(dates[name]) - length)
            text = _(
                "Of the windows before the reform, those that begin in {month} or earlier end "
                "before {event}."
            )
            told.append(self.say(text, event=self._named_event(name), month=_month(last)))
        if (name := clean.get("after_until")) in dates:
            last = first_day(month_of(dates[name]) - length)
            late = month_of(last) < self._borders()[1]
            text = _(
                "Of the windows after the reform, those that begin in {month} or earlier end "
                "before {event}."
            )
            none = _("No window after the reform ends before {event}.")
            event = self._named_event(name)
            told.append(self.say(none if late else text, event=event, month=_month(last)))
        return " ".join(told)

    def _length(self) -> int:
        return int(self.of("sequences.window.length_months"))

    def _borders(self) -> tuple[int, int]:
        """The first months after the announcement and in force, counted from January 1970."""
        held = {role: date for _name, role, date in self._events()}
        in_force = held["in_force"]
        return month_of(held.get("agreement", in_force)), month_of(in_force) + (in_force.day > 1)

    def _named(self, seen: Callable[[int], bool]) -> str:
        """List the breaks in whose months something is seen."""
        names = [name for name, date in self.event_dates.items() if seen(month_of(date))]
        return self.listed([self._event_words(name) for name in names]) or self.say(_("none"))

    def _event_words(self, name: str) -> str:
        return f"{self.event_label(name) or name} ({self.month(self.event_dates[name])})"

    def _named_event(self, name: str) -> Callable[["ReformWords"], str]:
        return lambda to: to._event_words(name)


def _month(day: dt.date) -> Callable[[ReformWords], str]:
    return lambda to: to.month(day)
