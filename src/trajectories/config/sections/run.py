"""The section `run`: what this run is called and where its results go."""

from pydantic import Field

from trajectories.config.names import Folder, Words
from trajectories.config.section import Section


class RunConfig(Section):
    """Name, title and place of a run."""

    name: Words = Field("synthetic", pattern=r"^[a-z0-9][a-z0-9_-]*$")
    """Short name of the run: results go to `<results>/<name>/`. Small letters, digits, hyphen and
    underscore."""
    title: Words = Field(
        "Benefit trajectories around the 2013 social-assistance reform", min_length=1
    )
    """Title of the report."""
    results: Folder = Field("results", pattern=r"^[^{}]+$")
    """Folder for all results, relative to the project's folder or absolute, its name without curly
    brackets."""
