"""The section `run`: what this run is called and where its results go."""

from pydantic import Field

from trajectories.config.names import Folder, Words
from trajectories.config.section import Section


class RunConfig(Section):
    """Name, title and place of a run."""

    name: Words = Field("synthetic", pattern=r"^[a-z0-9][a-z0-9_-]{0,99}$")
    """Short name of the run: results go to `<results>/<name>/`. At most 100 small letters,
    digits, hyphens and underscores."""
    title: Words | None = Field(None, min_length=1)
    """Title of the report; null for that of the reform package."""
    results: Folder = Field("results", pattern=r"^[^{}]+$")
    """Folder for all results, relative to the project's folder or absolute, its name without curly
    brackets."""
    cores: int | None = Field(None, ge=1)
    """Processors that `trajectories run` and `make results` use; null for those of the machine, but
    at most three, since it may be others' as well. `--cores` goes before it."""
    niceness: int = Field(10, ge=0, le=19)
    """How far the run stands back when others need the processors: 0 not at all, 19 always. On
    Windows any number above 0 means priority below normal."""
    memory_gib: float | None = Field(None, gt=0)
    """Memory in GiB that the whole run may take; null for no limit. No matrix is planned for more
    than half of it, since two stages run side by side, and what exceeds it ends with a sentence."""
    temporary: Folder | None = Field(None, pattern=r"^[^{}]+$")
    """Folder for temporary files, made where it is missing; null for the system's own."""
