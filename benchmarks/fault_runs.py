"""What whole runs meet: kills, a second run in the same folder, a clock that runs ahead."""

import hashlib
import os
import re
import subprocess
import time
from pathlib import Path

from fault_project import PROGRAM, RUN, SNAKEMAKE, UNFINISHED, Project, link, snakemake


def release(project: Path) -> dict[str, str]:
    """The hash of every released file."""
    folder = project / RUN / "release"
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def started(folder: Path, *words: str) -> subprocess.Popen[str]:
    """Start Snakemake in a folder."""
    said = subprocess.PIPE
    return subprocess.Popen(
        [*SNAKEMAKE, *words], cwd=folder, stdout=said, stderr=subprocess.STDOUT, text=True
    )


def killed_runs(project: Project) -> dict[str, object]:
    """Kill Snakemake alone, its jobs not, every so often until a run ends by itself."""
    link(project.work)
    kills = 0
    while True:
        process = started(project.work)
        try:
            # Ever later, so that the longest step ends on a slow machine as well.
            said, _ = process.communicate(timeout=SECONDS_TO_KILL * 1.1**kills)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            kills += 1
            continue
        break
    left = [p.name for p in (project.work / RUN).rglob(".*") if UNFINISHED.match(p.name)]
    same = release(project.work) == release(project.base)
    return {
        "kills": kills,
        "code": process.returncode,
        "same": same,
        "left": left,
        "said": said[-300:],
    }


def two_runs(project: Project) -> dict[str, object]:
    """Start a second run beside the first."""
    link(project.work)
    first = started(project.work)
    while not list((project.work / RUN).glob("private/logs/ingest.log")):
        time.sleep(0.2)
    second = started(project.work)
    said, _ = second.communicate()
    said_first, _ = first.communicate()
    same = release(project.work) == release(project.base)
    faults = [word for word in PROGRAM if word in said]
    return {
        "code": first.returncode,
        "second": second.returncode,
        "faults": faults,
        "same": same,
        "said": said[-600:],
        "first": "" if first.returncode == 0 else said_first[-300:],
    }


def clock(project: Project) -> dict[str, object]:
    """Date what was made a day ahead, make an early step anew, and ask what follows from it."""
    project.fresh()
    ahead = time.time_ns() + 86_400 * 10**9
    for path in (project.work / RUN).rglob("*"):
        os.utime(path, ns=(ahead, ahead))
    months = str(RUN / "private/months/person_months.parquet")
    first = snakemake(project.work, months, "--forcerun", "months", "--rerun-triggers", "mtime")
    then = snakemake(project.work, "--dry-run", "--rerun-triggers", "mtime")
    planned = set(re.findall(r"^(\w+) +\d+$", then.stdout, re.M)) - {"total", "all"}
    return {
        "code": first.returncode,
        "planned": sorted(planned),
        "same": {"windows", "cluster", "report"} <= planned,
        "said": first.stderr[:300],
    }


SECONDS_TO_KILL = 25
WHOLE = {"run": killed_runs, "two": two_runs, "clock": clock}
