"""Saying a value of a table: by its own word, or by the pattern that it follows."""

import datetime as dt
import re
from collections.abc import Callable

from trajectories.release.speaker import Speaker
from trajectories.release.table_words import from_hazards, from_register
from trajectories.words import _, month_in_words

STAGES = {
    "register": _("register"),
    "sequences": _("sequences"),
    "typology": _("typology"),
    "reform": _("comparison of periods"),
    "hazards": _("hazards"),
}
SENSITIVITY = {"high": _("high"), "moderate": _("moderate")}
SOURCES = {
    "configuration": _("configuration"),
    "code, configuration, inputs": _("code, configuration, inputs"),
    "the gate": _("the gate"),
    "the gate's log": _("the gate's log"),
    "the other released files": _("the other released files"),
}
"""What a released file was made from, where it was not from other files."""
WORDS = {**from_register.WORDS, **from_hazards.WORDS, **STAGES, **SENSITIVITY, **SOURCES}
"""Values in words; a value that is not among them follows a pattern or is shown as it is."""

_EVENTS = (
    "job|education|flexjob|disability pension|rehabilitation|other benefit|self support|sickness"
    "|parental|old age|death|emigration"
)
_MONTH = r"(?:[A-Z][a-z]+ )?\d{4}"
PATTERNS = {
    r"(?P<column>\w+) is missing": _("{column} is missing"),
    r"(?P<column>\w+) is not a date": _("{column} is not a date"),
    r"without (?P<place>-?\d{1,4})": _("without {place}"),
    r"lag of (?P<months>\d+) months?": _("lag of {months}"),
    r"first (?P<months>\d+) months at risk": _("first {months} at risk"),
    r"jobs of (?P<months>\d+) months or more": _("jobs of {months} or longer"),
    r"jobs of (?P<hours>\d+) hours a month or more": _("jobs of {hours} hours a month or more"),
    rf"(?P<event>{_EVENTS}) or (?P<other_event>{_EVENTS})": _("{event} or {other_event}"),
    rf"(?P<events>(?:{_EVENTS})(?:, (?:{_EVENTS}))+)": "{events}",
    rf"before (?P<month>{_MONTH})": _("before {month}"),
    rf"from (?P<month>{_MONTH})": _("from {month}"),
    rf"(?P<month>{_MONTH}) to (?P<last_month>{_MONTH})": _("{month} to {last_month}"),
    r"(?P<low>\d+) to (?P<high>\d+)": _("{low} to {high} years"),
    r"(?P<name>age|sex) (?P<level>\S+) against (?P<base>\S+)": _("{name}: {level} against {base}"),
    r"against (?P<base>\d.*)": _("against {base}"),
    r"(?P<number>\d+): mostly (?P<states>.+)": _("{number}: mostly {states}"),
    r"planted types k=(?P<k>\d+)": _("planted types, k = {k}"),
    r"(?P<measure>\w+) (?P<method>[a-z]\w*) k=(?P<k>\d+)": _("{measure}, {method}, k = {k}"),
}
"""Messages by the values that they say; a name in braces is filled by the group of that name."""

_PATTERNS = {re.compile(pattern): message for pattern, message in PATTERNS.items()}
_RANGE = re.compile(r"(\d)-(\d)")


def say_value(
    value: str, speaker: Speaker, word: Callable[[str], str] = lambda value: value
) -> str:
    """Say a value of a table in the language of a run.

    Args:
        value: the text as the table holds it.
        speaker: says messages in that language.
        word: gives the label of a part of the value, such as a municipality or a cause.

    Returns:
        The value's words; a value that is not known with spaces for underscores, and translated
        where it happens to be a message.
    """
    if value in WORDS:
        return speaker.say(WORDS[value])
    for pattern, message in _PATTERNS.items():
        if found := pattern.fullmatch(value):
            parts = {
                name: _part(name, part, speaker, word) for name, part in found.groupdict().items()
            }
            return speaker.say(message, **parts)
    return speaker.word(_RANGE.sub("\\1–\\2", value.replace("_", " ")))


def _part(name: str, part: str, speaker: Speaker, word: Callable[[str], str]) -> str:
    if name == "months":
        return speaker.months(int(part))
    if name in ("month", "last_month") and not part.isdigit():
        day = dt.datetime.strptime(part, "%B %Y").date()
        return month_in_words(day, speaker.language)
    if name in ("event", "other_event", "events"):
        return ", ".join(word(event.replace(" ", "_")).lower() for event in part.split(", "))
    return word(part)
