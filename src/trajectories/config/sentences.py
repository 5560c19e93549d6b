"""Messages for invalid keys: what is wrong and what to write instead."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from trajectories.config.kinds import at, models_in, wanted
from trajectories.config.meanings import meanings
from trajectories.config.moved import MOVED

NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")
Location = tuple[str | int, ...]
BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("more than", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("less than", "lt"),
}


def sentences(
    details: Iterable[ErrorDetails],
    document: Any,
    model: type[BaseModel],
    above: Sequence[str] = (),
) -> list[str]:
    """Return a sentence for each invalid key."""
    found: dict[Location, list[ErrorDetails]] = {}
    for detail in details:
        found.setdefault(_location(detail, document), []).append(detail)
    lines: list[str] = []
    for location, those in found.items():
        key = dotted((*above, *location))
        # A list is too short where its wrong parts do not count, which they are told for.
        if those[0]["type"] == "too_short" and any(
            len(other) > len(location) and other[: len(location)] == location for other in found
        ):
            continue
        if key in MOVED and those[0]["type"] == "extra_forbidden":
            lines.append(f"{key}: is now `{MOVED[key]}`; write it there")
            continue
        for words in _words(location, those, model):
            lines.append(f"{key}{words}" if key else f"configuration{words}")
    return lines


def dotted(location: Sequence[str | int]) -> str:
    """Return a location as a key, such as `sequences.events[1].date`."""
    text = ""
    for part in location:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def did_you_mean(word: str, allowed: Iterable[str], *, cutoff: float = 0.5) -> str:
    """Return a suggestion for a mistyped word, or an empty text if no word is similar."""
    known = {name.lower(): name for name in allowed}
    close = difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=cutoff)
    return f"; did you mean `{known[close[0]]}`?" if close else ""


def _location(detail: ErrorDetails, document: Any) -> Location:
    """Return the keys that lead to the error, without those that the validator adds."""
    found: list[str | int] = []
    here = document
    for part in detail["loc"]:
        if part == "[key]":
            break
        if part in _inside(here):
            here = here[part]
        elif detail["type"] != "missing" or part != detail["loc"][-1]:
            continue
        found.append(part)
    return tuple(found)


def _inside(value: Any) -> Any:
    """Return the keys of a mapping or the positions of a list."""
    if isinstance(value, Mapping):
        return value.keys()
    return range(len(value)) if isinstance(value, list) else ()


def _words(
    location: Location, details: list[ErrorDetails], model: type[BaseModel]
) -> Iterator[str]:
    """Yield the text after the key: ": " and a sentence, or first a longer key."""
    steps = list(at(model, location))
    field = steps[-1] if len(steps) == len(location) and steps else model
    annotation = field.annotation if isinstance(field, FieldInfo) else field
    if len(details) > 1 and len(get_args(annotation)) > 1:
        # Pydantic reports each member of a union: one sentence covers them all.
        yield f": must be {wanted(annotation)}{_found(details[0]['input'])}"
        return
    parent = [model, *at(model, location[:-1])][-1]
    inside = models_in(parent.annotation if isinstance(parent, FieldInfo) else parent)
    for detail in details:
        if detail["type"] == "extra_forbidden":
            allowed = sorted({key for one in inside for key in one.model_fields})
            hint = did_you_mean(str(location[-1]), allowed)
            yield f": unknown key{hint or '; allowed are ' + ', '.join(allowed)}"
        elif detail["type"] == "value_error":
            yield _own(detail["msg"].removeprefix("Value error, "), annotation)
        else:
            yield f": {_usual(detail, annotation)}{_meaning(detail, location, inside)}"


def _own(message: str, annotation: Any) -> str:
    """Return a validator's message; if it begins with one of its keys, that becomes the key."""
    first, _, rest = message.partition(" ")
    models = models_in(annotation)
    if rest and any(first.split(".")[0].split("[")[0] in one.model_fields for one in models):
        return f".{first}: {rest}"
    return f": {message}"


def _meaning(detail: ErrorDetails, location: Location, inside: Sequence[type[BaseModel]]) -> str:
    """Return what a key means where its pattern, that nobody reads, was not met."""
    if detail["type"] != "string_pattern_mismatch":
        return ""
    texts = [meanings(one).get(str(location[-1])) for one in inside]
    return next((": " + " ".join(text.split()) for text in texts if text), "")


def _usual(detail: ErrorDetails, annotation: Any) -> str:
    """Return a sentence for a value of the wrong type or out of bounds."""
    kind, found = detail["type"], _found(detail["input"])
    context = detail.get("ctx", {})
    if kind in BOUNDS:
        words, name = BOUNDS[kind]
        return f"must be {words} {context[name]}{found}"
    if kind == "literal_error":
        options = _options(detail)
        listed = ", ".join(f"`{option}`" for option in options)
        text = detail["input"] if isinstance(detail["input"], str) else ""
        hint = did_you_mean(text, options) if text else ""
        return f"must be one of {listed}{found}{hint}"
    if kind == "missing":
        return "must be given"
    if kind == "too_short":
        return f"must hold at least {context['min_length']}{found}"
    if kind == "too_long":
        return f"must hold at most {context['max_length']}{found}"
    if kind == "string_too_short":
        return "must not be empty"
    if kind == "finite_number":
        return f"must be a finite number{found}"
    if kind == "string_pattern_mismatch":
        return f"is not written as it must be{found}"
    return f"must be {wanted(annotation)}{found}"


def _options(detail: ErrorDetails) -> list[str]:
    """Return the options of a literal from pydantic's message."""
    expected: str = detail.get("ctx", {}).get("expected", "")
    return expected.replace("' or '", "', '")[1:-1].split("', '")


def _found(value: Any) -> str:
    bare = value is None or (isinstance(value, str) and NUMBER.fullmatch(value))
    text = str(value or "null") if bare else repr(value)
    return f" (it is {text if len(text) <= 60 else text[:57] + '…'})"
