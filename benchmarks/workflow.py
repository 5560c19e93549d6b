"""The whole workflow, rule by rule: seconds of processors, seconds on the wall, and peak memory.

python benchmarks/workflow.py my.yaml --out measured.jsonl
python benchmarks/workflow.py my.yaml --out measured.jsonl --rules risk,histories
python benchmarks/workflow.py --table measured.jsonl

Each rule's command is run by itself, in the order of the workflow, whatever was made before; the
kernel counts what the process and its children took. A rule that fails is written down, and the
next one is tried.
"""

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

COMMAND = re.compile(r"^Shell command: (.*)$", re.MULTILINE)
LOGGED = re.compile(r"/([^/]+)\.log$")


def commands(config: Path) -> dict[str, list[str]]:
    """The commands of all rules by name, as a dry run of the whole workflow lists them."""
    asked = ["--cores", "2", "--dry-run", "--forceall", "--printshellcmds", "--quiet", "host"]
    listed = subprocess.run(
        [Path(sys.executable).parent / "snakemake", *asked, "--configfile", config],
        check=True,
        capture_output=True,
        text=True,
    )
    found = {}
    for line in COMMAND.findall(listed.stdout + listed.stderr):
        words = shlex.split(line)
        logs = [LOGGED.search(word) for word in words if LOGGED.search(word)]
        if logs and logs[0]:
            found[logs[0][1]] = words
    return found


def measured(name: str, words: list[str]) -> dict[str, object]:
    """Run one command; what it took."""
    begun = time.monotonic()
    process = subprocess.Popen(words)
    _, status, used = os.wait4(process.pid, 0)
    return {
        "rule": name,
        "status": os.waitstatus_to_exitcode(status),
        "wall": round(time.monotonic() - begun, 1),
        "processor": round(used.ru_utime + used.ru_stime, 1),
        "peak_mib": used.ru_maxrss // 1024,
    }


def table(lines: Path) -> str:
    """The last measurement of each rule as rows of a Markdown table."""
    rows = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    last = {row["rule"]: row for row in rows}
    head = "| rule | processor seconds | wall seconds | peak MiB |\n|---|---|---|---|\n"
    return head + "\n".join(
        f"| `{row['rule']}` | {row['processor']:.0f} | {row['wall']:.0f} | {row['peak_mib']:,} |"
        + ("" if row["status"] == 0 else f" failed: {row['status']}")
        for row in last.values()
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config", type=Path, nargs="?")
    parser.add_argument("--out", type=Path, default=Path("measured.jsonl"))
    parser.add_argument("--rules", default="", help="only these, with commas between")
    parser.add_argument("--table", type=Path)
    asked = parser.parse_args()
    if asked.table:
        print(table(asked.table))
        sys.exit()
    wanted = set(filter(None, asked.rules.split(",")))
    for name, words in commands(asked.config).items():
        if wanted and name not in wanted:
            continue
        row = measured(name, words)
        print(row, flush=True)
        with asked.out.open("a", encoding="utf-8") as out:
            out.write(json.dumps(row) + "\n")
