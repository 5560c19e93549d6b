"""`protect`: every table passes the disclosure gate."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import polars as pl
import yaml

from trajectories.commands.release.folder import DISCLOSURE, remove_others
from trajectories.commands.release.past import (
    Entry,
    compare_with,
    perhaps_the_same,
    persons_of,
    read_register,
    write_draft,
)
from trajectories.config.section import read_section
from trajectories.config.sections.release import ReleaseConfig
from trajectories.config.sections.sequences import SequencesConfig
from trajectories.errors import UserError
from trajectories.inputs import sha256_of
from trajectories.io import make_private, read_parquet, write_csv, write_json
from trajectories.refusals import REFUSED, refusal_in
from trajectories.release.about import describe_run, rules_of
from trajectories.release.certificate.record import CERTIFICATE, certificate
from trajectories.release.certificate.witnesses import Search
from trajectories.release.contents import GATE, clear, seal
from trajectories.release.earlier.published import hash_of, published
from trajectories.release.gate.protect import Comparison, Release, protect_all
from trajectories.release.gate.rules import EXACT, Rules
from trajectories.release.gate.spec import TableSpec
from trajectories.release.ladder.choice import Tables, choose
from trajectories.release.outputs.registry import SPECS, spec_for
from trajectories.release.store import ABOUT, TABLES


def protect(*, config: Path, inputs: list[Path], out: Path, private: Path) -> None:
    """Protect every table before it is released.

    Args:
        config: the run's merged configuration.
        inputs: folders of parts: with `tables/<name>.parquet`, one exact aggregate each, or with
            `refused.json`.
        out: the release folder; gets `tables/*.csv`, `about.json`, `disclosure.csv` and
            `gate.json`, which lists them with their hashes. All else in it is removed.
        private: gets `publication` (what `register-release` notes once the release was let out),
            `log.json`, `certificate.json` (witnesses that no withheld number can be told
            from all others, for `check-release`), the exact twins `exact/*.csv` and `refused.json`,
            the parts that are missing with their reasons.

    Raises:
        UserError: a table has no declaration or is not what its declaration says, a withheld number
            could be told whatever else is withheld, there is no table at all, `out` holds files and
            is no release folder, or the register of releases is damaged.
    """
    document = yaml.safe_load(config.read_text(encoding="utf-8")) or {}
    section = read_section(config, "release", ReleaseConfig)
    sequences = read_section(config, "sequences", SequencesConfig)
    rules = rules_of(section, sequences.window)
    register = Path(section.earlier)
    past = read_register(register)
    make_private(private)
    refusals = [refusal for folder in inputs if (refusal := refusal_in(folder)) is not None]
    files = _table_files([folder for folder in inputs if refusal_in(folder) is None])
    if not files:
        reasons = dict.fromkeys(refusal.sentence for refusal in refusals)
        raise UserError("\n".join(reasons) or "No stage made a table, so nothing can be released.")
    handed = {path.stem: (read_parquet(path), spec_for(path.stem)) for path in files}
    clear(out)
    chosen = choose(handed, rules)
    persons, hashed = persons_of(inputs), hash_of(document)
    write_json([asdict(refusal) for refusal in refusals], private / REFUSED)

    def release(earlier: Sequence[Entry]) -> str:
        clear(out)
        compare, releases = compare_with(earlier, register, persons, hashed, rules)
        made = _write_tables(chosen, rules, compare, out, private)
        present = {one.spec.stage for one in made.exact.values()}
        about = describe_run(document, section, rules, present=present, refusals=refusals)
        about["earlier"] = {"releases": releases}
        write_json(about, out / ABOUT)
        names = (f"{TABLES}/{one.spec.file}.csv" for one in made.exact.values())
        seal(out, [*names, DISCLOSURE, ABOUT])
        gate = sha256_of(out / GATE)
        write_draft(private, published(made, hashed), persons, register, gate)
        return gate

    # A registered release that is made again is compared with those before it, as it was then: if
    # it comes out the same in every byte, it tells nothing new.
    for place in perhaps_the_same(past, register, persons, hashed):
        if release(past[:place]) == past[place].about["gate"]:
            return
    release(past)


def _write_tables(
    chosen: tuple[Tables, Tables],
    rules: Rules,
    earlier: Comparison | None,
    out: Path,
    private: Path,
) -> Release:
    """Protect tables and write them, their exact twins, the log and the certificate."""
    exact, finer = chosen
    search = Search()
    made = protect_all(exact, rules, search.untold, earlier, finer)
    twins = protect_all(exact, EXACT)
    prepared = {name: (one.frame, one.spec) for name, one in made.exact.items()}
    write_json(certificate(made, prepared, search.values), private / CERTIFICATE)
    logs, listed = [], []
    for name, (table, log) in made.tables.items():
        spec, (twin, _) = made.exact[name].spec, twins.tables[name]
        write_csv(table, out / TABLES / f"{spec.file}.csv")
        write_csv(twin, private / "exact" / f"{spec.file}.csv")
        logs.append(log.as_dict())
        listed.append(
            {
                "table": spec.file,
                "row": spec.row,
                "sensitivity": spec.sensitivity,
                "rules": rules.name,
                "rows": log.rows_out,
                "cells": log.cells,
                "withheld": log.withheld,
                "whole_rows": len(log.whole_rows),
                "smallest": smallest_count(table, spec),
                "form": log.form or None,
            }
        )
    remove_others(private / "exact", {f"{row['table']}.csv" for row in listed})
    write_json(logs, private / "log.json")
    write_csv(
        pl.DataFrame(listed, schema_overrides={"smallest": pl.Int64, "form": pl.String}),
        out / DISCLOSURE,
    )
    return made


def smallest_count(published: pl.DataFrame, spec: TableSpec) -> int | None:
    """Return the smallest count above zero of a published table; None where it has none."""
    counts = [one.name for one in spec.counts if one.unit != "weight"]
    smallest = [
        published[name].filter(published[name] > 0).min()
        for name in counts
        if name in published.columns
    ]
    found = [float(str(one)) for one in smallest if one is not None]
    return int(min(found)) if found else None


def _table_files(inputs: list[Path]) -> list[Path]:
    found: dict[str, Path] = {}
    for folder in inputs:
        if not folder.is_dir():
            raise UserError(f"{folder} is missing: run the stage that makes its tables first.")
        for path in sorted((folder / TABLES).glob("*.parquet")):
            if path.stem in found:
                raise UserError(f"Two stages made a table {path.stem}: rename one of them.")
            spec_for(path.stem)
            found[path.stem] = path
    return [found[name] for name in SPECS if name in found]
