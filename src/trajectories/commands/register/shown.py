"""The disclosure rules of what is shown of an extract."""

from pathlib import Path

from trajectories.config.section import read_section
from trajectories.config.sections.release import ReleaseConfig
from trajectories.register.profile.tables import Shown
from trajectories.release.about import rules_of


def shown_by(config: Path) -> Shown:
    """Return what may be shown of an extract by the disclosure rules of a configuration."""
    rules = rules_of(read_section(config, "release", ReleaseConfig))
    return Shown(rules.threshold, rules.base)
