"""Run times, threads and host of a run: kept in `private/`, never released."""

import csv
import os
import platform
from pathlib import Path
from typing import Any


def describe_machine(config: Path, benchmarks: Path | None) -> dict[str, Any]:
    """Describe the machine and how long each rule took.

    Returns:
        host, machine, processors, threads, config, rules ({name: seconds, peak MiB}).
    """
    rules = {}
    if benchmarks is not None and benchmarks.is_dir():
        for path in sorted(benchmarks.rglob("*.tsv")):
            with path.open(encoding="utf-8", newline="") as stream:
                rows = list(csv.DictReader(stream, delimiter="\t"))
            if rows:
                rules[path.relative_to(benchmarks).with_suffix("").as_posix()] = {
                    "seconds": rows[-1].get("s"),
                    "peak_mib": rows[-1].get("max_rss"),
                }
    return {
        "host": platform.node(),
        "machine": platform.platform(),
        "processors": os.cpu_count(),
        "threads": os.environ.get("POLARS_MAX_THREADS"),
        "config": str(config),
        "rules": rules,
    }
