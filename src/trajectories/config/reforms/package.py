"""A reform package: what an analysis has to know of one reform, in one file."""

import datetime as dt
from collections import Counter
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from trajectories.config.names import File, Label, Words
from trajectories.config.section import Section

Role = Literal["agreement", "in_force"]
Kind = Literal[
    "agreed",
    "announced",
    "in_force",
    "code_break",
    "visitation_break",
    "other_reform",
]
Certainty = Literal["high", "medium"]
Age = Annotated[int, Field(ge=15, le=120)]
OLDEST = 121


class Text(Section):
    """Words of the report in both languages."""

    en: Words = Field(min_length=1)
    """In English."""
    da: Words = Field(min_length=1)
    """In Danish."""


class EventConfig(Section):
    """A dated break in the series."""

    name: Words = Field(min_length=1, pattern=r"^[a-z0-9_]+$")
    """Short name in lower case, as tables print it."""
    date: dt.date
    """The day from which it holds, ISO format."""
    role: Role | None = None
    """`agreement` ends the period before, `in_force` begins the period after; at most one event
    each; null for a later or earlier break that windows only list."""
    kinds: tuple[Kind, ...] = ()
    """What kind of break it is, one or more: `agreed` politically, `announced` (adopted) or
    `in_force`; `code_break`, benefit codes are renamed; `visitation_break`, readiness or target
    groups change their meaning or registration; `other_reform`, a break made by another reform."""
    certainty: Certainty | None = None
    """How sure date and content are: `high`, read in the source or in two; `medium`, one source or
    a clear inference. A fact that nobody has verified does not belong here."""
    source: Words
    """Where the date comes from."""
    label: Text | None = None
    """What figures and tables call it, without its date; null for the name."""


class RelabellingConfig(Section):
    """What the reform only renamed."""

    tables: tuple[File, ...] = ()
    """Tables of renamed values (dimension, after, before, from_date), which the check undoes; empty
    where no value is known to have been renamed."""
    certainty: Certainty | None = None
    """How sure the tables are."""
    unknown: Text | None = None
    """A sentence that says that renamed values are unknown; the report prints it in place of the
    check. Null where the tables are complete as far as is known."""

    @model_validator(mode="after")
    def _is_known_or_not(self) -> Self:
        if self.tables and self.unknown is not None:
            raise ValueError("give `tables` or say in `unknown` that they are unknown, not both")
        return self


class GroupConfig(Section):
    """A group of persons, by what a register holds of everybody at the start of a window."""

    under_age: Age | None = None
    """Persons under this age; years; null for no upper bound."""
    from_age: Age | None = None
    """Persons of this age and over; years; null for no lower bound."""
    label: Text
    """What the report calls the group."""
    source: Words
    """Why the group was touched, or left alone."""
    certainty: Certainty
    """How sure that is."""

    @model_validator(mode="after")
    def _is_not_empty(self) -> Self:
        if None not in (self.under_age, self.from_age) and self.from_age >= self.under_age:  # type: ignore[operator]
            raise ValueError("from_age must lie below under_age")
        return self


class NewCaseworkersConfig(Section):
    """Days on which the reform itself gives clients another caseworker."""

    first_day: dt.date
    """First of these days."""
    last_day: dt.date
    """Last of these days."""
    source: Words
    """The rule that gives them one."""

    @model_validator(mode="after")
    def _are_in_order(self) -> Self:
        if self.last_day < self.first_day:
            raise ValueError("last_day must not lie before first_day")
        return self


class CleanConfig(Section):
    """Other breaks that a strict comparison keeps out of its windows."""

    before_until: Words | None = None
    """Name of the event before which a window of the period before must end to be clean; null for
    the reform's own first event."""
    after_until: Words | None = None
    """Name of the event before which a window of the period after must end to be clean; null for
    none."""


class AlphabetConfig(Section):
    """The states in which courses can be compared across the reform."""

    states: File = "config/codelists/states.csv"
    """Rules from group, readiness and activity to a state."""
    alphabet: File = "config/codelists/alphabet.csv"
    """The states in their order."""
    uses_readiness: bool = True
    """Whether these states distinguish readiness."""
    reason: Text
    """Why these states, a sentence that the report prints."""


class ReformWords(Section):
    """What the report says of the reform."""

    title: Text
    """Title of the report where `run.title` is null."""
    reform: Text
    """The reform within a sentence, with its article and date, after "before" or "of"."""
    about: Text
    """What it changed, in one or two sentences."""


class ReformPackage(Section):
    """One reform: its dates, what it renamed, whom it touched and what is not known of it."""

    name: Label
    """Short name, that of the file."""
    words: ReformWords
    """What the report says of the reform."""
    events: tuple[EventConfig, ...] = Field(min_length=1)
    """The reform's own events, and other breaks around them."""
    divides: tuple[Words, ...] = ()
    """Names of events that divide calendar time where estimates are given by period; empty for
    the event in force alone."""
    relabelling: RelabellingConfig = RelabellingConfig()
    """What was only renamed."""
    codes_known_until: dt.date | None = None
    """Last day for which the meaning of benefit codes is confirmed; extracts with spells that begin
    later stop the run, see `register.codes_known_until`. Null for no such day."""
    alphabet: AlphabetConfig
    """The states in which courses are compared."""
    split_age: Annotated[int, Field(ge=16, le=99)] | None = None
    """Age that splits the seam's groups and all comparisons, in years; null for no split."""
    touched: GroupConfig | None = None
    """Whom the reform touched; null where no group in a register can be told."""
    comparison: GroupConfig | None = None
    """Whom it left alone, the comparison group; null where there is none, and no effect can be
    estimated then."""
    youth_ages: tuple[Age, ...] = ()
    """Ages at which rules, and so teams, change around the reform; years."""
    new_caseworkers: NewCaseworkersConfig | None = None
    """When the reform itself gave clients another caseworker; null where it did not."""
    clean: CleanConfig = CleanConfig()
    """Which other breaks clean windows leave out."""
    unknown: tuple[Text, ...] = ()
    """Sentences about what is not known, for the report."""

    @model_validator(mode="after")
    def _compares_two_groups(self) -> Self:
        touched, comparison = self.touched, self.comparison
        if comparison is None:
            return self
        if touched is None:
            raise ValueError("comparison needs touched: say whom the reform touched as well")
        both = (touched, comparison)
        oldest = min(one.under_age or OLDEST for one in both)
        if max(one.from_age or 0 for one in both) < oldest:
            raise ValueError(
                "touched and comparison have ages in common: give one of them an under_age that is "
                "not above the other's from_age"
            )
        return self

    @model_validator(mode="after")
    def _names_its_events(self) -> Self:
        for name, times in Counter(event.name for event in self.events).items():
            if times > 1:
                raise ValueError(f"events names {name} {times} times, each name may occur once")
        known = {event.name for event in self.events}
        clean = (self.clean.before_until, self.clean.after_until)
        for name in [*self.divides, *(one for one in clean if one is not None)]:
            if name not in known:
                raise ValueError(f"{name} is none of the events {', '.join(sorted(known))}")
        if sum(event.role == "in_force" for event in self.events) != 1:
            raise ValueError("events must give the role in_force to exactly one event")
        return self

    def event(self, role: Role) -> EventConfig | None:
        """Return the event that has a role, if any."""
        return next((event for event in self.events if event.role == role), None)
