"""A simulated register, taken through files, codes and cleaning up to the risk set."""

from pathlib import Path

import yaml

from trajectories.verbs import hazards, register, sequences, simulator


def simulated_run(folder: Path, settings: dict[str, object]) -> Path:
    """Run every verb from the simulator to the risk set as the workflow does."""
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump({"simulator": settings}), encoding="utf-8")
    clean, months = folder / "register", folder / "months"
    simulator.simulate(config=config, out=folder)
    register.ingest(config=config, raw=folder / "raw", out=clean)
    sequences.months(config=config, register=clean, out=months)
    hazards.changes(config=config, register=clean, out=folder / "changes")
    hazards.risk(
        config=config,
        register=clean,
        months=months / "person_months.parquet",
        changes=folder / "changes",
        out=folder,
    )
    return folder
