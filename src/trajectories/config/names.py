"""Annotations that declare what a text in the configuration names, such as a file or a column.

`trajectories.commands.config.settings` checks each name against what it names, as far as the
configuration and its codelists tell; `docs/configuration.md` says where the others are checked.
"""

import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, Field

Kind = Literal[
    "words",
    "label",
    "file",
    "folder",
    "pattern",
    "registered value",
    "column of a file",
    "column of a table",
    "column of persons",
    "column of durations",
    "term of the panel",
    "term of the weights",
    "term of durations",
    "measure",
    "code",
    "group",
    "group or code",
    "state",
    "readiness",
    "activity",
]


@dataclass(frozen=True)
class Names:
    """Annotation of a text: what it names.

    Attributes:
        kind: the sort of thing.
        optional: whether names in the default may be unknown, as with exit groups that a user's
            own codelist does not distinguish.
    """

    kind: Kind
    optional: bool = False


Words = Annotated[str, Names("words")]
Label = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"), Names("label")]
File = Annotated[str, Names("file")]
Folder = Annotated[str, Names("folder")]
Pattern = Annotated[str, Names("pattern")]
Registered = Annotated[str, Names("registered value")]
FileColumn = Annotated[str, Names("column of a file")]
TableColumn = Annotated[str, Names("column of a table")]
PersonColumn = Annotated[str, Names("column of persons")]
DurationColumn = Annotated[str, Names("column of durations")]
PanelTerm = Annotated[str, Names("term of the panel")]
WeightTerm = Annotated[str, Names("term of the weights")]
DurationTerm = Annotated[str, Names("term of durations")]
MeasureName = Annotated[str, Names("measure")]
Code = Annotated[str, Names("code")]
OptionalCode = Annotated[str, Names("code", optional=True)]
Group = Annotated[str, Names("group")]
OptionalGroup = Annotated[str, Names("group", optional=True)]
GroupOrCode = Annotated[str, Names("group or code")]
State = Annotated[str, Names("state")]
OptionalState = Annotated[str, Names("state", optional=True)]
Readiness = Annotated[str, Names("readiness")]
OptionalActivity = Annotated[str, Names("activity", optional=True)]
Activity = Annotated[str, Names("activity")]


@dataclass(frozen=True)
class Named:
    """A text in a configuration.

    Attributes:
        key: its dotted key, such as `register.files.spells.path`.
        text: the text.
        names: what it names; None if its type does not declare it.
        default: whether the text is part of the key's default.
    """

    key: str
    text: str
    names: Names | None
    default: bool


def texts_of(section: BaseModel, above: str = "") -> Iterator[Named]:
    """Yield every text in a configuration, including the keys of maps."""
    for name, field in type(section).model_fields.items():
        key = f"{above}.{name}" if above else name
        value = getattr(section, name)
        declared = next((one for one in field.metadata if isinstance(one, Names)), None)
        usual = field.get_default(call_default_factory=True)
        held = [text for _, text, _ in _within(field.annotation, usual, "", declared)]
        for place, text, names in _within(field.annotation, value, key, declared):
            if isinstance(text, BaseModel):
                yield from texts_of(text, place)
            else:
                yield Named(place, text, names, text in held)


SectionT = TypeVar("SectionT", bound=BaseModel)


def located(section: SectionT, folder: Path) -> SectionT:
    """Return a section with its relative file paths resolved against a folder."""
    changed: dict[str, Any] = {}
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        declared = next((one for one in field.metadata if isinstance(one, Names)), None)
        if isinstance(value, BaseModel):
            changed[name] = located(value, folder)
        elif isinstance(value, tuple) and any(isinstance(one, BaseModel) for one in value):
            changed[name] = tuple(located(one, folder) for one in value)
        elif any(n == Names("file") for _, _, n in _within(field.annotation, value, "", declared)):
            listed = isinstance(value, list | tuple)
            changed[name] = (
                type(value)(str(folder / v) for v in value) if listed else str(folder / value)
            )
    return section.model_copy(update=changed)


def project_of(path: Path) -> Path:
    """Return the folder against which relative paths of a configuration file are resolved.

    It is the nearest parent folder with the workflow's `Snakefile`, or the current folder if there
    is none.
    """
    here = Path.cwd()
    around = (one for one in path.absolute().parents if (one / "Snakefile").is_file())
    found = next(around, here)
    return Path() if found == here else found


def _within(
    annotation: Any, value: Any, key: str, names: Names | None
) -> Iterator[tuple[str, Any, Names | None]]:
    """Yield the texts and sections inside a value, each with its key and what it names."""
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        names = next((one for one in metadata if isinstance(one, Names)), names)
        yield from _within(inner, value, key, names)
    elif isinstance(value, BaseModel):
        yield key, value, None
    elif isinstance(value, dict):
        of_keys, of_values = get_args(_alternative(annotation, dict))
        for one, held in value.items():
            yield from _within(of_keys, one, key, None)
            yield from _within(of_values, held, f"{key}.{one}", None)
    elif isinstance(value, list | tuple):
        inner = get_args(_alternative(annotation, list, tuple))
        for held in value:
            yield from _within(inner[0], held, key, None)
    elif isinstance(value, str):
        parts = [p for p in get_args(annotation) if get_origin(p) is Annotated]
        if _is_union(annotation) and parts:
            yield from _within(parts[0], value, key, names)
        elif not _is_literal(annotation):
            yield key, value, names


def _alternative(annotation: Any, *origins: type) -> Any:
    """Return the member of a union that is a list or a map."""
    if _is_union(annotation):
        return next(p for p in get_args(annotation) if get_origin(p) in origins)
    return annotation


def _is_union(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, types.UnionType)


def _is_literal(annotation: Any) -> bool:
    parts = get_args(annotation) if _is_union(annotation) else (annotation,)
    return any(get_origin(part) is Literal for part in parts)
