"""The workflow on a SLURM of one node: a job is killed in the middle, the release is a local run's.

apt-get install slurm-wlm munge; uv sync --extra slurm
python benchmarks/slurm.py FOLDER --config my.yaml --against results/synthetic/release

FOLDER gets the daemons' files and a project of its own, in a folder with a space, brackets and
Danish letters, in which the workflow runs by `profiles/slurm`. The daemons run as root, are this
script's own, and end with it. Without cgroups SLURM books memory and does not limit it.
"""

import argparse
import hashlib
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CPUS = 4
"""Processors that SLURM may book at least: a group's steps that run side by side ask for three."""
CONFIGURATION = Path("/etc/slurm/slurm.conf")
CONF = """
ClusterName=one
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
SlurmctldPort=26817
SlurmdPort=26818
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
ReturnToService=2
MinJobAge=600
SlurmdParameters=config_overrides
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={mib} State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


@contextmanager
def daemons(folder: Path, mib: int) -> Iterator[None]:
    """Start munge and a SLURM of one node, and stop them in the end."""
    for name in ("state", "spool"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    key = folder / "munge.key"
    key.write_bytes(secrets.token_bytes(1024))
    key.chmod(0o400)
    host = socket.gethostname().partition(".")[0]
    text = CONF.format(host=host, folder=folder, cpus=max(CPUS, os.cpu_count() or 1), mib=mib)
    (folder / "slurm.conf").write_text(text, encoding="utf-8")
    (folder / "cgroup.conf").write_text(
        "CgroupPlugin=cgroup/v1\nCgroupAutomount=no\n", encoding="utf-8"
    )
    # Jobs look for it there: the plugin takes what SLURM's variables say out of their environment.
    if CONFIGURATION.exists() or CONFIGURATION.is_symlink():
        sys.exit(f"{CONFIGURATION} is there already: this machine has a SLURM of its own.")
    CONFIGURATION.symlink_to(folder / "slurm.conf")
    CONFIGURATION.with_name("cgroup.conf").symlink_to(folder / "cgroup.conf")
    munge = [
        *("munged", "--foreground", "--force", f"--key-file={key}"),
        *(f"--socket={folder}/munge.socket", f"--pid-file={folder}/munge.pid"),
        *(f"--log-file={folder}/munge.log", f"--seed-file={folder}/munge.seed"),
    ]
    running = []
    with (folder / "daemons.log").open("w", encoding="utf-8") as log:
        try:
            for command in (munge, ["slurmctld", "-D", "-i"], ["slurmd", "-D", "-N", host]):
                running.append(subprocess.Popen(command, stdout=log, stderr=log))
                time.sleep(3)
            wait_for_node()
            yield
        finally:
            for process in reversed(running):
                process.terminate()
                process.wait()
            for name in ("slurm.conf", "cgroup.conf"):
                CONFIGURATION.with_name(name).unlink()


def wait_for_node() -> None:
    """Wait until the node takes jobs."""
    for _ in range(60):
        said = subprocess.run(["sinfo", "-h", "-o", "%T"], capture_output=True, text=True)
        if said.stdout.strip() in ("idle", "mixed", "allocated"):
            return
        time.sleep(1)
    sys.exit(f"The node does not come up: {said.stdout}{said.stderr}")


def hashes(folder: Path) -> dict[str, str]:
    """The hash of every file of a release."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def jobs() -> list[tuple[str, str]]:
    """The running jobs: number, and the rule or group in the comment that the plugin writes."""
    said = subprocess.run(
        ["squeue", "-h", "-t", "RUNNING", "-o", "%i %k"], capture_output=True, text=True, check=True
    )
    return [(number, comment) for number, _, comment in map(parted, said.stdout.splitlines())]


def parted(line: str) -> tuple[str, str, str]:
    """Part a line at its first space."""
    return line.partition(" ")


def run(project: Path, config: Path, kill: str) -> dict[str, object]:
    """Run the workflow, and kill the first job whose comment holds `kill`."""
    command = [
        *(str(project / ".venv/bin/python"), "-P", "-m", "snakemake"),
        *("--profile", "profiles/slurm", "--configfile", str(config)),
    ]
    begun, killed, most = time.monotonic(), "", 0
    log = project / "snakemake.log"
    with (
        log.open("w", encoding="utf-8") as said,
        subprocess.Popen(command, cwd=project, stdout=said, stderr=said) as process,
    ):
        try:
            while process.poll() is None:
                found = jobs()
                most = max(most, len(found))
                for number, comment in found:
                    if kill and not killed and re.search(kill, comment):
                        time.sleep(8)
                        subprocess.run(["scancel", "--signal=KILL", number], check=True)
                        killed = f"{number} {comment}"
                time.sleep(2)
        finally:
            process.kill()  # where this script is ended
    submitted = len(re.findall(r"submitted with SLURM jobid", log.read_text(encoding="utf-8")))
    return {
        "code": process.returncode,
        "minutes": round((time.monotonic() - begun) / 60, 1),
        "killed": killed,
        "submitted": submitted,
        "side by side": most,
    }


def main() -> None:
    """Run, and compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--against", type=Path, help="release folder of a local run")
    parser.add_argument("--kill", default="rule_cluster", help="pattern of a job's comment")
    parser.add_argument("--mib", type=int, default=16_000, help="memory of the node")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Ended."))  # and the daemons with it
    folder = asked.folder.absolute()
    project = folder / "Æblø (ny) projekt"
    project.mkdir(parents=True, exist_ok=True)
    for name in ("Snakefile", "workflow", "config", "profiles", "uv.lock"):
        if not (project / name).exists():
            (project / name).symlink_to(ROOT / name)
    if not (project / ".venv").exists():
        (project / ".venv").symlink_to(sys.prefix)
    config = shutil.copy(asked.config, folder / "my.yaml")
    with daemons(folder / "slurm", asked.mib):
        found = run(project, Path(config), asked.kill)
    if asked.against:
        (made,) = project.glob("results/*/release")
        ours, theirs = hashes(made), hashes(asked.against)
        found["differ"] = sorted(n for n in {*ours, *theirs} if ours.get(n) != theirs.get(n))
        found["files"] = len(ours)
    print(json.dumps(found, indent=2))
    if found["code"] or found.get("differ") or found.get("files") == 0:
        sys.exit(1)


if __name__ == "__main__":
    main()
