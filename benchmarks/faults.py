"""Faults in every rule that writes: a sentence, nothing half written, the same bytes after.

python benchmarks/faults.py run FOLDER --out faults.jsonl
python benchmarks/faults.py run FOLDER --out faults.jsonl --faults full --rules windows,risk
python benchmarks/faults.py table faults.jsonl --page docs/closed-servers.md

FOLDER gets one whole run of a thousand persons, on a disk in memory that is mounted there, so the
script runs as root, on Linux. Each rule's command is then run by itself with one fault, and once
more without it, over whatever the fault left behind. What whole runs meet (`run`, `two`, `clock`,
`input`) is tried with Snakemake.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import yaml
from fault_project import (
    CAP_GIB,
    KINDS,
    PROGRAM,
    RUN,
    TITLES,
    UNFINISHED,
    Ended,
    Project,
    Rule,
    disk,
    files,
    remove,
    rules,
    run,
    written,
)
from fault_runs import WHOLE


class Faults:
    """Each fault in one rule; what it left is looked at by `judged`."""

    def __init__(self, project: Project) -> None:
        """Break what lies in the disk in memory."""
        self.work = project.work

    def kill_begin(self, rule: Rule, _seconds: float, _bytes: int) -> Ended:
        """Kill it when it has said what it begins."""

        def act(process: subprocess.Popen[str]) -> None:
            log = self.work / rule.command[rule.command.index("--log") + 1]
            while process.poll() is None and not (log.exists() and log.stat().st_size):
                time.sleep(0.002)
            time.sleep(0.05)
            process.kill()

        log = self.work / rule.command[rule.command.index("--log") + 1]
        log.unlink(missing_ok=True)
        return run(rule, self.work, act)

    def kill_write(self, rule: Rule, _seconds: float, _bytes: int) -> Ended:
        """Kill it when the first of its files is there, whole or not."""

        def act(process: subprocess.Popen[str]) -> None:
            while process.poll() is None and not any(written(rule, self.work)):
                time.sleep(0.001)
            process.kill()

        return run(rule, self.work, act)

    def full(self, rule: Rule, _seconds: float, size: int) -> Ended:
        """Leave half the room that it needs."""
        free = shutil.disk_usage(self.work).free
        filler = self.work / "filler"
        with filler.open("wb") as stream:
            os.posix_fallocate(stream.fileno(), 0, max(1, free - size // 2 - 4096))
        try:
            return run(rule, self.work)
        finally:
            filler.unlink()

    def read_only(self, rule: Rule, _seconds: float, _bytes: int) -> Ended:
        """Let the disk be read only."""
        remount = ["mount", "-o", "remount,{}", str(self.work)]
        subprocess.run([word.format("ro") for word in remount], check=True)
        try:
            return run(rule, self.work)
        finally:
            subprocess.run([word.format("rw") for word in remount], check=True)

    def budget(self, rule: Rule, _seconds: float, _bytes: int) -> Ended:
        """Allow it less memory than it takes by run.memory_gib."""
        config = self.work / RUN / "private/config.yaml"
        kept = config.read_text(encoding="utf-8")
        document = yaml.safe_load(kept)
        document["run"]["memory_gib"] = CAP_GIB
        config.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
        try:
            return run(rule, self.work)
        finally:
            config.write_text(kept, encoding="utf-8")

    def memory(self, rule: Rule, _seconds: float, _bytes: int) -> Ended:
        """Let the system refuse it memory: half of the addresses that it takes."""
        peak = 0

        def look(process: subprocess.Popen[str]) -> None:
            nonlocal peak
            status = Path(f"/proc/{process.pid}/status")
            while process.poll() is None:
                found = re.search(r"VmPeak:\s+(\d+)", status.read_text())
                peak = max(peak, int(found[1]) * 1024 if found else 0)
                time.sleep(0.01)

        run(rule, self.work, look)
        remove(rule, self.work)
        return run(rule, self.work, limit=peak // 2)

    def input(self, rule: Rule, _seconds: float, _bytes: int) -> Ended:
        """Change a table of the configuration again and again while it is read."""
        name = {"costs": "rates/example.csv", "compare": "codelists/relabelling_2014.csv"}
        path = self.work / "config" / name.get(rule.name, "codelists/dream.csv")
        kept = path.read_bytes()

        def act(process: subprocess.Popen[str]) -> None:
            lines = 0
            while process.poll() is None:
                lines = lines % 50 + 1
                temporary = path.with_suffix(".new")
                temporary.write_bytes(kept + b"\n" * lines)
                temporary.replace(path)
                time.sleep(0.05)

        try:
            return run(rule, self.work, act)
        finally:
            path.write_bytes(kept)


def judged(rule: Rule, project: Project, first: Ended, *, killed: bool) -> dict[str, object]:
    """What a fault left, and what the next run of the rule makes of it."""
    work, whole = project.work, files(rule, project.base)
    left = files(rule, work)
    half = sorted(name for name in left if left[name] != whole.get(name))
    unfinished = [p.name for p in written(rule, work) if UNFINISHED.match(p.name)]
    swept = subprocess.run(  # as the next run does
        [sys.executable, "-c", SWEEP, str(work / RUN)], check=True, capture_output=True
    )
    del swept
    again = run(rule, work)
    after = files(rule, work)
    still = [p.name for p in written(rule, work) if UNFINISHED.match(p.name)]
    differ = sorted(n for n in {*whole, *after} if whole.get(n) != after.get(n))
    lines = [line for line in first.said.splitlines() if not line.startswith("  ")]
    faults = [word for word in PROGRAM if word in first.said]
    sentence = first.code in (0, 2) and not faults and (first.code == 0 or bool(lines))
    return {
        "code": first.code,
        "sentence": killed or sentence,
        "said": (lines or [""])[-1][:300] if not faults else first.said[-600:],
        "half": half,
        "unfinished": bool(unfinished) and not killed,
        "again": again.code,
        "differ": differ,
        "still": still,
    }


SWEEP = (
    "import sys; from pathlib import Path; from trajectories.io import remove_unfinished;"
    "remove_unfinished(Path(sys.argv[1]))"
)


def files_read(rule: Rule, work: Path) -> list[Path]:
    """The largest file of each kind that a rule reads of those that earlier rules made."""
    made = [path for path in (work / RUN).rglob("*") if path.is_file()]
    for path in made:
        os.utime(path, ns=(0, path.stat().st_mtime_ns))
    run(rule, work)
    own = set(written(rule, work))
    read = [p for p in made if p.exists() and p.stat().st_atime_ns and p not in own]
    found: dict[tuple[str, str], Path] = {}
    for path in sorted(read, key=lambda p: p.stat().st_size):
        parts = path.relative_to(work / RUN).parts
        if path.suffix in KINDS and path.name != "config.yaml" and parts[1] not in ("logs",):
            found[path.suffix, "release" if parts[0] == "release" else "private"] = path
    return list(found.values())


def tried(project: Project, rule: Rule, name: str) -> Iterator[dict[str, object]]:
    """Try one fault in one rule."""
    faults, begun = Faults(project), time.monotonic()
    project.fresh()
    size = sum(path.stat().st_size for path in written(rule, project.work))
    if name == "truncated":
        for path in files_read(rule, project.work):
            project.fresh()
            remove(rule, project.work)
            kept = path.read_bytes()
            path.write_bytes(kept[: len(kept) // 2])
            first = run(rule, project.work)
            path.write_bytes(kept)
            found = judged(rule, project, first, killed=False)
            named = path.name in first.said or first.code == 0
            found["sentence"] = found["sentence"] and named
            yield found | {"file": str(path.relative_to(project.work / RUN))}
        return
    if name == "input" and rule.name not in ("ingest", "compare", "costs"):
        return
    remove(rule, project.work)
    method = getattr(faults, name.replace("-", "_"))
    first = method(rule, time.monotonic() - begun, size)
    killed = name.startswith("kill") or (name == "memory" and first.code not in (0, 1, 2))
    yield judged(rule, project, first, killed=killed)


def good(row: dict[str, object]) -> bool:
    """Whether nothing is lost, nothing half written, and all of it said."""
    return bool(
        row["sentence"]
        and not row["half"]
        and not row["unfinished"]
        and row["again"] == 0
        and not row["differ"]
        and not row["still"]
    )


def table(lines: Path) -> str:
    """One row a rule, one column a fault, from the last try of each."""
    rows = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    last: dict[tuple[str, str], dict[str, dict[str, object]]] = {}
    for row in rows:
        last.setdefault((row["rule"], row["fault"]), {})[row.get("file", "")] = row
    names = [name for name in TITLES if any(fault == name for _, fault in last)]
    head = f"| rule | {' | '.join(TITLES[name] for name in names)} |\n|---|{'---|' * len(names)}\n"
    found = []
    for rule in dict.fromkeys(rule for rule, _ in last):
        cells = [cell(list(last.get((rule, name), {}).values())) for name in names]
        found.append(f"| `{rule}` | {' | '.join(cells)} |")
    return head + "\n".join(found)


def cell(rows: list[dict[str, object]]) -> str:
    """What happened: stopped with a sentence, done all the same, ended from outside; or ✗."""
    if not rows:
        return "–"
    if not all(map(good, rows)):
        return "✗"
    codes = {row["code"] for row in rows}
    words = ["sentence"] if 2 in codes else []
    words += ["done"] if 0 in codes and not words else []
    return ", ".join(words) if words else "ended"


def main() -> None:
    """Try what is asked for, or print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    tries = commands.add_parser("run")
    tries.add_argument("folder", type=Path)
    tries.add_argument("--out", type=Path, default=Path("faults.jsonl"))
    tries.add_argument("--faults", default="", help="only these, with commas between")
    tries.add_argument("--rules", default="", help="only these, with commas between")
    shown = commands.add_parser("table")
    shown.add_argument("lines", type=Path)
    shown.add_argument("--page", type=Path, help="page that holds the table between its marks")
    asked = parser.parse_args()
    if asked.command == "table":
        made = table(asked.lines)
        print(made)
        if asked.page:
            put(made, asked.page)
        return
    project = Project(asked.folder.absolute())
    project.make()
    every = rules(project.base)
    wanted = set(filter(None, asked.faults.split(",")))
    only = set(filter(None, asked.rules.split(",")))

    def keep(row: dict[str, object]) -> None:
        print(json.dumps(row, ensure_ascii=False), flush=True)
        with asked.out.open("a", encoding="utf-8") as out:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")

    for name, whole in WHOLE.items():
        if (not wanted or name in wanted) and not only:
            with disk(project.work):
                keep({"rule": "run", "fault": name} | whole(project))
    for rule in every:
        if only and rule.name.split(".")[0] not in only:
            continue
        for name in TITLES:
            if wanted and name not in wanted:
                continue
            with disk(project.work):
                for row in tried(project, rule, name):
                    keep({"rule": rule.name, "fault": name, "good": good(row)} | row)


def put(made: str, page: Path) -> None:
    """Put the table between the marks of a page."""
    text = page.read_text(encoding="utf-8")
    begin, end = "<!-- faults -->\n", "<!-- end of faults -->"
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    page.write_text(f"{before}{begin}\n{made}\n\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
