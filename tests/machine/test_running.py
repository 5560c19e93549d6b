"""Runs that are alive in a folder, and what a killed one leaves behind."""

import subprocess
import sys
from pathlib import Path

from trajectories.machine import running

STAY = "import sys; from pathlib import Path; from trajectories.machine.running import join\n"
STAY += "print(join(Path(sys.argv[1])), flush=True); sys.stdin.read()"


def another(folder: Path) -> subprocess.Popen[str]:
    run = subprocess.Popen(
        [sys.executable, "-c", STAY, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert run.stdout is not None
    assert run.stdout.readline().strip() in {"True", "False"}
    return run


def test_a_run_is_alone_once_the_others_are_killed(tmp_path: Path) -> None:
    folder = tmp_path / "Æblø (ny) [1]"
    first, second = another(folder), another(folder)
    assert not running.join(folder)
    first.kill()
    first.communicate()
    assert not running.join(folder)
    second.kill()
    second.communicate()
    assert running.join(folder)
    running.leave(folder)


def test_a_folder_that_cannot_be_written_is_never_had_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not running.join(tmp_path / "file")


def test_locks_go_with_a_sentence_and_those_of_another_machine_stay(tmp_path: Path) -> None:
    assert running.clear_locks(tmp_path) == ""
    (tmp_path / "locks").mkdir()
    lock = tmp_path / "locks" / "0.input.lock"
    lock.touch()
    assert "no other run is alive" in running.clear_locks(tmp_path)
    assert not lock.exists()
    lock.touch()
    (tmp_path / running.HOST).write_text("", encoding="utf-8")
    assert "no other run is alive" in running.clear_locks(tmp_path)
    lock.touch()
    (tmp_path / running.HOST).write_text("srvfsegh7", encoding="utf-8")
    assert "srvfsegh7" in running.clear_locks(tmp_path)
    assert lock.exists()


def test_priority_is_lowered_and_never_raised() -> None:
    code = "import os; from trajectories.machine.running import stand_back\n"
    code += "was = os.nice(0); stand_back(15); stand_back(3); print(os.nice(0) == max(was, 15))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"
