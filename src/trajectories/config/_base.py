"""What every section of the configuration shares."""

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict

from trajectories.errors import UserError


class Section(BaseModel):
    """A section of the configuration: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


SectionT = TypeVar("SectionT", bound=Section)


def read_section(path: Path, key: str, model: type[SectionT]) -> SectionT:
    """Read one section of a validated run configuration.

    A verb reads only the sections that it names, so that a stage's code hash does not depend on
    the other stages' configuration models.

    Args:
        path: the merged configuration of a run, as the workflow writes it.
        key: the top-level key.
        model: the section's model; a missing section gives its defaults.

    Raises:
        UserError: the file is missing.
    """
    if not path.is_file():
        message = f"The configuration {path} is missing: name a file that exists with --config."
        raise UserError(message)
    document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    return model.model_validate(document.get(key) or {})
