"""The allowed values of a key in words, derived from the models' annotations."""

import types
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

BOUNDS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
WORDS = {"str": "text", "int": "whole number", "float": "number", "bool": "true or false"}


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """Return the section models inside a type annotation, such as `dict[str, Measure]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in models_in(part)]


def kind_of(annotation: Any) -> str:
    """Return a type in words, such as `list of whole number`."""
    if annotation is type(None):
        return "null"
    origin = get_origin(annotation)
    if origin is Annotated:
        return kind_of(get_args(annotation)[0])
    parts = [kind_of(part) for part in get_args(annotation) if part is not Ellipsis]
    if origin is Literal:
        return ", ".join(f"`{part}`" for part in get_args(annotation))
    if origin in (list, tuple):
        return f"list of {parts[0]}" if parts else "list"
    if origin is dict:
        return f"map of {parts[0]} to {parts[1]}"
    if origin is not None and parts:
        return " or ".join(parts)
    name = getattr(annotation, "__name__", str(annotation))
    return WORDS.get(name, name.lower())


def bounds_of(field: FieldInfo) -> str:
    """Return the options or bounds of a field in words; empty if it has none."""
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{option}`" for option in get_args(field.annotation))
    return " and ".join(
        f"{words} {getattr(rule, name)}"
        for rule in field.metadata
        for name, words in BOUNDS.items()
        if getattr(rule, name, None) is not None
    )


def wanted(annotation: Any) -> str:
    """Return the allowed values of a key for a message: "a whole number or null"."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return wanted(parts[0])
    if origin in (Union, types.UnionType):
        return " or ".join(wanted(part) for part in parts)
    models = models_in(annotation)
    if models and origin is dict:
        return f"names, each with keys such as {_keys(models[0])}"
    if models and origin is None:
        return f"a section with keys such as {_keys(models[0])}"
    if models:
        return f"a list of entries with keys such as {_keys(models[0])}"
    if origin is Literal:
        return f"one of {kind_of(annotation)}"
    if origin in (list, tuple):
        return f"a list, such as [{_example(parts[0])}, {_example(parts[0])}]"
    if origin is dict:
        return f"pairs, such as {{{_example(parts[0])}: {_example(parts[1])}}}"
    named = {"text": "text", "null": "null", "true or false": "true or false"}
    kind = kind_of(annotation)
    return "a date, YYYY-MM-DD" if kind == "date" else named.get(kind, f"a {kind}")


def at(model: type[BaseModel], location: Sequence[str | int]) -> Iterator[FieldInfo | Any]:
    """Yield the field or type at each step of a location, as far as the models define it."""
    current: Any = model
    for part in location:
        field: Any = None
        for candidate in models_in(current):
            field = field or candidate.model_fields.get(str(part))
        inner = [p for p in _alternatives(current) if get_origin(p) in (dict, list, tuple)]
        if isinstance(current, type) and field is not None:
            current = field.annotation
        elif inner:
            parts = get_args(inner[0])
            field = current = parts[1] if get_origin(inner[0]) is dict else parts[0]
        else:
            return
        yield field


def _alternatives(annotation: Any) -> list[Any]:
    if get_origin(annotation) is Annotated:
        return _alternatives(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return [found for part in get_args(annotation) for found in _alternatives(part)]
    return [annotation]


def _keys(model: type[BaseModel]) -> str:
    return ", ".join(f"`{key}`" for key in list(model.model_fields)[:3])


def _example(annotation: Any) -> str:
    if get_origin(annotation) is Annotated:
        return _example(get_args(annotation)[0])
    if get_origin(annotation) is Literal:
        return str(get_args(annotation)[0])
    if get_origin(annotation) in (list, tuple):
        return f"[{_example(get_args(annotation)[0])}]"
    if get_origin(annotation) is dict:
        return "{" + ": ".join(_example(part) for part in get_args(annotation)) + "}"
    examples = {"text": "a", "whole number": "1", "number": "0.5", "date": "2000-01-31"}
    return examples.get(kind_of(annotation), "a")
