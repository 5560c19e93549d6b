"""`make` and `run.py` in a folder and with files whose names hold spaces and brackets."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RECORD = '#!/bin/sh\nfor word in "$@"; do echo "$word" >> "{}"; done\n'


def _program(path: Path, record: Path) -> None:
    """Write a program that notes its arguments, a line each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(RECORD.format(record))
    path.chmod(0o755)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "Æblø (ny) projekt [1]"
    folder.mkdir()
    for name in ("Makefile", "run.py", "pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / name, folder)
    _program(tmp_path / "my tools (new)" / "uv", tmp_path / "uv.txt")
    _program(folder / ".venv/bin/python", tmp_path / "python.txt")
    return folder


def _done(project: Path, *command: str, path: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=project,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": f"{project.parent / 'my tools (new)'}:{path}"},
        check=False,
    )


@pytest.mark.parametrize(
    "command",
    [
        ("make", "results", "CORES=1", "CONFIG=min konfig [1].yaml"),
        (sys.executable, "run.py", "results", "--config", "min konfig [1].yaml", "--cores", "1"),
    ],
)
def test_results_work_whatever_the_paths_hold(project: Path, command: tuple[str, ...]) -> None:
    done = _done(project, *command, path=os.environ["PATH"])
    assert done.returncode == 0, done.stderr
    assert (project.parent / "uv.txt").read_text().split() == ["sync", "--locked", "--quiet"]
    given = (project.parent / "python.txt").read_text().splitlines()
    run = ["-P", "-m", "trajectories", "run"]
    assert given == [*run, "--config", "min konfig [1].yaml", "--cores", "1"]
    assert (project / ".venv/.ready").exists()


def test_without_a_network_and_uv_a_sentence_says_what_to_do(project: Path) -> None:
    (project.parent / "my tools (new)" / "uv").unlink()
    index = "[global]\nindex-url = http://localhost:9/simple\nretries = 0\n"
    (project / "pip.conf").write_text(index, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "run.py", "setup"],
        cwd=project,
        capture_output=True,
        text=True,
        env={"PATH": "", "PIP_CONFIG_FILE": str(project / "pip.conf"), "PIP_NO_INDEX": "1"},
        check=False,
    )
    assert done.returncode == 2
    assert "uv could not be fetched: without a network use a bundle" in done.stderr
    assert not (project / ".venv/.ready").exists()


def test_what_follows_two_hyphens_goes_to_the_program(project: Path) -> None:
    done = _done(project, sys.executable, "run.py", "results", "--", "--dry-run", "all")
    assert done.returncode == 0, done.stderr
    given = (project.parent / "python.txt").read_text().splitlines()
    assert given == ["-P", "-m", "trajectories", "run", "--dry-run", "all"]


def test_a_wrong_command_is_refused_before_any_set_up(project: Path) -> None:
    done = _done(project, sys.executable, "run.py", "result")
    assert done.returncode == 2
    assert "results" in done.stderr
    assert not (project.parent / "uv.txt").exists()


def test_no_processors_are_not_all_of_them(project: Path) -> None:
    done = _done(project, sys.executable, "run.py", "results", "--cores", "0")
    assert done.returncode == 0, done.stderr
    given = (project.parent / "python.txt").read_text().splitlines()
    assert given[-2:] == ["--cores", "0"]
