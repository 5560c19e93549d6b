"""`plan`: a pre-analysis plan filled from a configuration."""

from pathlib import Path
from typing import Annotated

import yaml
from cyclopts import Parameter

from trajectories.config import root
from trajectories.io import write_text
from trajectories.studies.analysis_plan import analysis_plan


def plan(*, overlay: Annotated[Path, Parameter("--config")], out: Path = Path("plan.md")) -> str:
    """Write a pre-analysis plan filled from a configuration, to be completed and registered.

    Args:
        overlay: configuration file, laid over the default run.
        out: file to write (Markdown).

    Returns:
        What to do next.
    """
    settings = yaml.safe_load(root.dump(root.read_overlay(overlay)))
    write_text(analysis_plan(settings), out)
    return f"{out} written: fill in what stands in square brackets."
