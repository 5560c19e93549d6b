"""What disclosure control takes of the tables of a run: loss by table, with and without ladders.

Every exact table of a run's private folder is protected anew, with the run's own rules. Nothing is
written. For each table that lost something: its counts, those withheld, their share, and the mean
error of those that are shown.

    python benchmarks/gate_loss.py results/synthetic/private            # as the run is released
    python benchmarks/gate_loss.py results/synthetic/private --ladder 1 # no coarser forms
"""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from trajectories.config.section import read_section
from trajectories.config.sections.release import ReleaseConfig
from trajectories.config.sections.sequences import SequencesConfig
from trajectories.io import read_parquet
from trajectories.refusals import refusal_in
from trajectories.release.about import rules_of
from trajectories.release.certificate.witnesses import Search
from trajectories.release.gate.derive import floats
from trajectories.release.gate.protect import Release, protect_all
from trajectories.release.gate.rules import Rules
from trajectories.release.ladder.choice import Tables, choose
from trajectories.release.outputs.registry import SPECS, spec_for


def read(private: Path) -> tuple[Tables, Rules]:
    """Read the exact tables and the rules of a run."""
    config = private / "config.yaml"
    windows = read_section(config, "sequences", SequencesConfig).window
    rules = rules_of(read_section(config, "release", ReleaseConfig), windows)
    paths = sorted(private.rglob("tables/*.parquet"))
    kept = [
        path
        for path in paths
        if path.relative_to(private).parts[0] != "release" and refusal_in(path.parents[1]) is None
    ]
    found = {path.stem: path for path in kept}
    return {
        name: (read_parquet(found[name]), spec_for(name)) for name in SPECS if name in found
    }, rules


def errors(release: Release, name: str) -> Iterator[float]:
    """Yield how far each count of a table that is shown is from the exact one."""
    one, (published, _) = release.exact[name], release.tables[name]
    if one.frame.is_empty() or one.spec.life_table is not None or one.spec.sum_of is not None:
        return
    exact = published.select(one.spec.dims).join(
        one.frame.with_columns(pl.col(dim).cast(published[dim].dtype) for dim in one.spec.dims),
        on=one.spec.dims,
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    for count in one.spec.counts:
        if count.unit != "weight":
            off = np.abs(floats(published, count.name) - floats(exact, count.name))
            yield from off[np.isfinite(off)].tolist()


def main() -> None:
    """Print the losses by table, the largest first, and of all together."""
    parser = argparse.ArgumentParser()
    parser.add_argument("private", type=Path)
    parser.add_argument("--ladder", type=float, help="in place of release.ladder")
    parser.add_argument("--least", type=int, default=50, help="dashes of a table that is listed")
    asked = parser.parse_args()
    handed, rules = read(asked.private)
    if asked.ladder is not None:
        rules = replace(rules, ladder=asked.ladder)
    tables, finer = choose(handed, rules)
    release = protect_all(tables, rules, Search().untold, finer=finer)
    rows = []
    for name, (_, log) in release.tables.items():
        mine = list(errors(release, name))
        error = f"{np.mean(mine):.2f}" if mine else "–"
        rows.append((log.withheld, log.cells, name, error, log.form))
    withheld, cells = (sum(row[place] for row in rows) for place in (0, 1))
    print("| table | counts | withheld | share | mean error | form |\n|---|---|---|---|---|---|")
    for gone, all_, name, error, form in sorted(rows, reverse=True):
        if gone >= asked.least or form:
            share = f"{100 * gone / all_:.0f} %" if all_ else "–"
            print(f"| `{name}` | {all_:,} | {gone:,} | {share} | {error} | {form} |")
    assert release.view is not None
    system, shown = release.view.system, release.view.shown
    there = ~release.gone & ~release.view.known & (np.arange(system.size) < system.named)
    off = np.abs(shown - system.exact)[there]
    total = f"{100 * withheld / cells:.1f} % | {np.mean(off):.2f}"
    print(f"| all {len(rows)} tables | {cells:,} | {withheld:,} | {total} | |")


if __name__ == "__main__":
    main()
