"""A step ends with its run, also where nothing but the run was killed."""

import os
import subprocess
import sys
import threading

from trajectories.machine import orphans

STEP = """
import time
from trajectories.machine.orphans import end_with_run
end_with_run()
print("begun", flush=True)
time.sleep(60)
"""
RUN = """
import subprocess, sys, time
from trajectories.machine.orphans import name_run
name_run()
subprocess.Popen([sys.executable, "-c", sys.argv[1]])
time.sleep(60)
"""


def test_a_step_ends_when_its_run_is_killed() -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", RUN, STEP],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert run.stdout is not None
    assert run.stdout.readline() == "begun\n"
    run.kill()
    # the step holds the other end of the pipe: it closes when the step has ended
    rest, _ = run.communicate(timeout=30)
    assert "The run of this step was ended" in rest


def test_a_step_whose_run_is_gone_already_ends_and_one_without_a_run_does_not(monkeypatch) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    ended = threading.Event()
    monkeypatch.setenv(orphans.VARIABLE, str(gone.pid))
    orphans.end_with_run(ended.set)
    assert ended.wait(10)
    for value in ("", "no number", str(os.getpid())):
        other = threading.Event()
        monkeypatch.setenv(orphans.VARIABLE, value)
        orphans.end_with_run(other.set)
        assert not other.wait(0.1)
