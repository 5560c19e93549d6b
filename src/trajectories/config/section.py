"""What every section of the configuration shares."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from trajectories.config.document import as_text, sections
from trajectories.config.names import located, project_of
from trajectories.config.sentences import sentences
from trajectories.errors import FileError, UserError


class Section(BaseModel):
    """A section of the configuration: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _empty(cls, value: Any) -> Any:
        """A section under which nothing is written has its defaults."""
        return {} if value is None else value


SectionT = TypeVar("SectionT", bound=Section)


def validated(
    model: type[SectionT], document: Mapping[str, Any], *, name: str, above: Sequence[str] = ()
) -> SectionT:
    """Validate a document of plain values.

    Args:
        model: what it must fit.
        document: the values by key.
        name: what to call the configuration in messages, usually its file.
        above: the keys under which the document lies in its file.

    Raises:
        UserError: with one line for each thing that is wrong: the key, what is wrong, what is
            allowed, and a suggestion for a mistyped key.
    """
    text = as_text(document)
    try:
        return model.model_validate(text)
    except ValidationError as error:
        raise refusal(
            name, sentences(error.errors(include_url=False), text, model, above)
        ) from None


def refusal(name: str, lines: Sequence[str]) -> UserError:
    """Return the error that lists what is wrong with a configuration."""
    count = f"{len(lines)} error" + ("s" if len(lines) > 1 else "")
    return UserError("\n".join([f"{name}: {count}", *(f"  {_printable(x)}" for x in lines)]))


def _printable(line: str) -> str:
    """Return a line with its control characters as Python writes them."""
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in line)


def read_section(path: Path, key: str, model: type[SectionT]) -> SectionT:
    """Read one section of a validated run configuration.

    A verb reads only the sections that it names, so that a stage's code hash does not depend on
    the other stages' configuration models.

    Args:
        path: the merged configuration of a run, as the workflow writes it.
        key: the top-level key.
        model: the section's model; a missing section gives its defaults.

    Raises:
        FileError: the file is missing.
        UserError: it cannot be read, or the section is not as its model says.
    """
    if not path.is_file():
        message = f"The configuration {path} is missing: name a file that exists with --config."
        raise FileError(message)
    section = validated(model, sections(path).get(key) or {}, name=str(path), above=[key])
    return located(section, project_of(path))
