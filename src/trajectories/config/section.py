"""The base class of the configuration's sections, and their validation."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from trajectories.config.document import as_text, sections
from trajectories.config.names import located, project_of
from trajectories.config.sentences import sentences
from trajectories.errors import FileError, UserError


class Section(BaseModel):
    """A section of the configuration: immutable, and unknown keys are errors.

    The text below a key is its description in the reference and the schema (`config.meanings`).
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _empty(cls, value: Any) -> Any:
        return {} if value is None else value


SectionT = TypeVar("SectionT", bound=Section)


def validated(
    model: type[SectionT], document: Mapping[str, Any], *, name: str, above: Sequence[str] = ()
) -> SectionT:
    """Validate a document of plain values.

    Raises:
        UserError: with one line per error: the key, what is wrong, what is allowed, and a
            suggestion for a mistyped key.
    """
    text = as_text(document)
    try:
        return model.model_validate(text)
    except ValidationError as error:
        raise refusal(
            name, sentences(error.errors(include_url=False), text, model, above)
        ) from None


def refusal(name: str, lines: Sequence[str]) -> UserError:
    """Return an error that lists the mistakes in a configuration."""
    count = f"{len(lines)} error" + ("s" if len(lines) > 1 else "")
    return UserError("\n".join([f"{name}: {count}", *(f"  {_printable(x)}" for x in lines)]))


def _printable(line: str) -> str:
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in line)


def read_section(path: Path, key: str, model: type[SectionT]) -> SectionT:
    """Read one section of a validated run configuration.

    A command reads only the sections it names, so that its code hash does not depend on the
    configuration models of other stages.

    Raises:
        FileError: the file is missing.
        UserError: the file cannot be read, or the section does not fit its model.
    """
    if not path.is_file():
        message = f"The configuration {path} is missing: name a file that exists with --config."
        raise FileError(message)
    section = validated(model, sections(path).get(key) or {}, name=str(path), above=[key])
    return located(section, project_of(path))
