"""What `trajectories run` asks Snakemake for, and how it shows a run on a terminal."""

import io
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest

from trajectories.commands.tools import run as module
from trajectories.errors import UserError


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    commands: list[list[str]] = []

    def start(command: list[str], **_: object) -> nullcontext[SimpleNamespace]:
        commands.append(command[4:])
        return nullcontext(SimpleNamespace(stderr=[], wait=lambda: 3))

    monkeypatch.setattr(subprocess, "Popen", start)
    return commands


def test_a_budget_of_memory_is_booked_by_the_steps(tmp_path: Path, asked) -> None:
    overlay = tmp_path / "my.yaml"
    overlay.write_text("run: {cores: 5, memory_gib: 2}\n", encoding="utf-8")
    for more in (["months.parquet"], ["--resources", "mem_mb=9"], []):
        with pytest.raises(SystemExit) as ended:
            module.run(*more, overlay=overlay, cores=None if more else 1)
        assert ended.value.code == 3
    given = ["--configfile", str(overlay)]
    budget = ["--resources", "mem_mb=2048"]
    assert asked == [
        ["--cores", "5", "months.parquet", *given, *budget],
        ["--cores", "5", "--resources", "mem_mb=9", *given],
        ["--cores", "1", *given, *budget],
    ]


def test_on_a_terminal_what_the_run_says_is_kept(monkeypatch, tmp_path: Path) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal, real = Terminal(), subprocess.Popen
    said = "print('  ▸ Draw …'); print('1 of 2 steps (50%) done'); print('the end'); exit(5)"
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("PYTHONUTF8", "1")
    monkeypatch.setattr(
        subprocess, "Popen", lambda _, **how: real([sys.executable, "-c", said], **how)
    )
    overlay = tmp_path / "my.yaml"
    overlay.write_text("run: {name: a}\n", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        module.run(overlay=overlay)
    assert ended.value.code == 5
    assert "the end" in terminal.getvalue()
    assert "1 of 2 steps" in terminal.getvalue()


def test_a_folder_without_a_workflow_is_named(monkeypatch, tmp_path: Path, asked) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match="holds no Snakefile: change to the project's folder"):
        module.run()
    assert not asked
