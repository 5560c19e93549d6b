"""A simulated register, taken through files, codes and cleaning up to the risk set."""

from pathlib import Path

import yaml

from trajectories.commands.hazards.changes import changes
from trajectories.commands.hazards.risk import risk
from trajectories.commands.register.ingest import ingest
from trajectories.commands.register.simulate import simulate
from trajectories.commands.sequences.months import months as months_command
from trajectories.config import root
from trajectories.config.sections.hazards import HazardsConfig

ROOT = Path(__file__).parents[2]


def hazards() -> HazardsConfig:
    """The section of the default run, with what it leaves to its reform."""
    return root.read(ROOT / "config" / "config.yaml").hazards


def simulated_run(folder: Path, settings: dict[str, object]) -> Path:
    """Run every verb from the simulator to the risk set as the workflow does."""
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump({"simulator": settings}), encoding="utf-8")
    # as the workflow keeps it: with what the run leaves to its reform
    config.write_text(root.dump(root.read_overlay(config)), encoding="utf-8")
    clean, months = folder / "register", folder / "months"
    simulate(config=config, out=folder)
    ingest(config=config, raw=folder / "raw", out=clean)
    months_command(config=config, register=clean, out=months)
    changes(config=config, register=clean, out=folder / "changes")
    risk(
        config=config,
        register=clean,
        months=months / "person_months.parquet",
        changes=folder / "changes",
        out=folder,
    )
    return folder
