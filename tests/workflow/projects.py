"""A copy of the workflow in a folder of its own, and small runs of it."""

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
PERSONS = 2500


@dataclass(frozen=True)
class Project:
    """A folder that holds the workflow, where runs write without touching the checkout.

    Attributes:
        folder: of the project.
        python: the interpreter of the environment.
    """

    folder: Path
    python: Path = Path(sys.executable)

    def snakemake(
        self, overlay: dict | str, *arguments: str, cores: int = 2
    ) -> subprocess.CompletedProcess[str]:
        path = self.folder / "min konfig [1].yaml"
        path.write_text(overlay if isinstance(overlay, str) else yaml.safe_dump(overlay))
        command = [str(self.python), "-m", "snakemake", "--cores", str(cores)]
        return subprocess.run(
            [*command, *arguments, "--configfile", str(path)],
            cwd=self.folder,
            capture_output=True,
            text=True,
            env={**os.environ, "COLUMNS": "200"},
            check=False,
        )

    def planned(self, overlay: dict, *arguments: str) -> set[str]:
        """Return the rules that a dry run would start."""
        done = self.snakemake(overlay, "--dry-run", *arguments)
        assert done.returncode == 0, done.stderr
        stats = re.search(r"^job +count\n-+ +-+\n(.*?)^total", done.stdout, re.S | re.M)
        if stats is None:
            return set()
        return {line.split()[0] for line in stats[1].splitlines()} - {"all"}

    def release(self, run: str) -> dict[str, str]:
        """Return the hash of every released file of a run."""
        folder = self.folder / "results" / run / "release"
        return {
            str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }


def changed(overlay: dict, change: dict) -> dict:
    """Return an overlay in which a change replaces single values."""
    deeper = {
        key: changed(overlay[key], value)
        for key, value in change.items()
        if isinstance(value, dict) and isinstance(overlay.get(key), dict)
    }
    return {**overlay, **change, **deeper}


def copy_project(folder: Path) -> Project:
    for name in ("Snakefile", "workflow", "config", "profiles", "uv.lock"):
        (folder / name).symlink_to(ROOT / name)
    return Project(folder)
