"""A budget of memory ends what exceeds it with a sentence, and only that."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from trajectories.config import root
from trajectories.errors import UserError
from trajectories.machine import running

OWN = """
import sys, time
from trajectories.machine.memory import end_process, watch
watch(float(sys.argv[1]), lambda gib: end_process(gib, float(sys.argv[1])))
held = bytearray(400 * 2**20)
time.sleep(float(sys.argv[2]))
print("done")
"""
JOBS = """
import subprocess, sys, time
from trajectories.machine.memory import watch_jobs
watch_jobs(0.5, print)
hold = "import time; held = bytearray(int({}) * 2**20); time.sleep(60)"
jobs = [subprocess.Popen([sys.executable, "-c", hold.format(size)]) for size in (150, 600)]
jobs[1].wait()
print("the other lives" if jobs[0].poll() is None else "the other is gone", flush=True)
jobs[0].kill()
"""


def run(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_a_step_over_its_budget_ends_with_a_sentence() -> None:
    done = run(OWN, "0.2", "60")
    assert done.returncode == 2
    assert "more than run.memory_gib 0.2" in done.stderr
    assert "done" not in done.stdout


def test_a_step_within_its_budget_goes_on() -> None:
    done = run(OWN, "2", "0.5")
    assert (done.returncode, done.stdout) == (0, "done\n")


def test_of_many_jobs_the_largest_ends() -> None:
    done = run(JOBS)
    assert "more than run.memory_gib 0.5: the largest was ended" in done.stdout
    assert "the other lives" in done.stdout


def test_no_stage_plans_for_more_than_half() -> None:
    def limits(document: dict) -> tuple[float, float]:
        config = root.load(document, name="x")
        return config.dissimilarity.largest_gib, config.typology.largest_gib

    assert limits({}) == (4.0, 4.0)
    assert limits({"run": {"memory_gib": 2}}) == (1.0, 1.0)
    assert limits({"run": {"memory_gib": 150}}) == (4.0, 4.0)
    assert limits({"run": {"memory_gib": 2}, "typology": {"largest_gib": 0.5}}) == (1.0, 0.5)
    with pytest.raises(UserError, match=r"run\.memory_gib"):
        root.load({"run": {"memory_gib": 0}}, name="x")


def test_temporary_files_go_where_the_configuration_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TMPDIR", "TMP", "TEMP", "POLARS_TEMP_DIR"):
        monkeypatch.setenv(name, "elsewhere")
    monkeypatch.setattr(tempfile, "tempdir", None)
    running.use_temporary(str(tmp_path / "stor disk [1]" / "æ"))
    with tempfile.NamedTemporaryFile() as file:
        assert Path(file.name).parent == tmp_path / "stor disk [1]" / "æ"
    child = run("import tempfile; print(tempfile.gettempdir())")
    assert child.stdout.strip() == str(tmp_path / "stor disk [1]" / "æ")
    running.use_temporary(None)
    assert Path(tempfile.gettempdir()) == tmp_path / "stor disk [1]" / "æ"
