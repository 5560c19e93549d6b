"""`make` in a folder and with files whose names hold spaces and brackets."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
RECORD = '#!/bin/sh\nfor word in "$@"; do echo "$word" >> "{}"; done\n'


def _program(path: Path, record: Path) -> None:
    """Write a program that notes its arguments, a line each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(RECORD.format(record))
    path.chmod(0o755)


def test_make_results_works_whatever_the_paths_hold(tmp_path: Path) -> None:
    folder = tmp_path / "Æblø (ny) projekt [1]"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "uv.lock"):
        (folder / name).symlink_to(ROOT / name)
    tools = tmp_path / "my tools (new)"
    _program(tools / "uv", tmp_path / "uv.txt")
    _program(folder / ".venv/bin/snakemake", tmp_path / "snakemake.txt")
    done = subprocess.run(
        ["make", "results", "CORES=1", "CONFIG=min konfig [1].yaml"],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "uv.txt").read_text().split() == ["sync", "--locked", "--quiet"]
    given = (tmp_path / "snakemake.txt").read_text().splitlines()
    assert given == ["--cores", "1", "--configfile", "min konfig [1].yaml"]
