"""Verbs of the release stage: the gate, and what is made of the tables that passed it."""

import json
import secrets
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from trajectories.config.section import read_section
from trajectories.config.sections.release import ReleaseConfig
from trajectories.errors import UserError
from trajectories.inputs import files_read, sha256_of
from trajectories.io import (
    make_open_as,
    make_private,
    read_json,
    read_parquet,
    replacing,
    write_csv,
    write_json,
    write_text,
)
from trajectories.refusals import REFUSED, refusal_in
from trajectories.release.about import describe_run, rules_of
from trajectories.release.contents import (
    GATE,
    clear,
    files_of,
    require_hashes,
    require_sealed,
    require_tables,
    seal,
)
from trajectories.release.gate.protect import protect
from trajectories.release.gate.rules import EXACT
from trajectories.release.headline import headline as headline_numbers
from trajectories.release.outputs.registry import DRAWINGS, SPECS, describe_figures, spec_for
from trajectories.release.page.render import render_report
from trajectories.release.provenance import (
    git_state,
    hash_inputs,
    hash_release,
    keyed_hash_of,
    seeds,
    sha256_of_settings,
    versions,
)
from trajectories.release.runtimes import describe_machine
from trajectories.release.store import ABOUT, FIGURES, TABLES, read_about, read_tables
from trajectories.release.study import Study, jobs_known
from trajectories.release.style import Style, read_style
from trajectories.release.tables import Tables

STYLE = "style.yaml"
DESCRIPTIONS = "figures.json"
REPORT = "report.html"
PROVENANCE = "provenance.json"
HEADLINE = "headline.json"
MANIFEST = "manifest.json"
DISCLOSURE = "disclosure.csv"
LATER = (f"{FIGURES}/", HEADLINE, PROVENANCE, REPORT, MANIFEST)
"""Files that are made of what the gate made."""


def protect_tables(*, config: Path, inputs: list[Path], out: Path, private: Path) -> None:
    """Let every table of the stages pass the gate.

    Args:
        config: the run's merged configuration.
        inputs: folders of parts: with `tables/<name>.parquet`, one exact aggregate each, or with
            `refused.json`.
        out: the release folder; gets `tables/*.csv`, `about.json`, `disclosure.csv` and
            `gate.json`, which lists them with their hashes. All else in it is removed.
        private: gets `log.json`, the exact twins `exact/*.csv` and `refused.json`, the parts that
            are missing with their reasons.

    Raises:
        UserError: a table has no declaration or is not what its declaration says, there is no
            table at all, or `out` holds files and is no release folder.
    """
    document = yaml.safe_load(config.read_text(encoding="utf-8")) or {}
    section = read_section(config, "release", ReleaseConfig)
    rules = rules_of(section)
    make_private(private)
    refusals = [refusal for folder in inputs if (refusal := refusal_in(folder)) is not None]
    files = _table_files([folder for folder in inputs if refusal_in(folder) is None])
    if not files:
        reasons = dict.fromkeys(refusal.sentence for refusal in refusals)
        raise UserError("\n".join(reasons) or "No stage made a table, so nothing can be released.")
    clear(out)
    logs, register = [], []
    for path in files:
        spec = spec_for(path.stem)
        exact = read_parquet(path)
        published, log = protect(exact, spec, rules)
        twin, _ = protect(exact, spec, EXACT)
        write_csv(published, out / TABLES / f"{spec.file}.csv")
        write_csv(twin, private / "exact" / f"{spec.file}.csv")
        logs.append(log.as_dict())
        register.append(
            {
                "table": spec.file,
                "row": spec.row,
                "sensitivity": spec.sensitivity,
                "rules": rules.name,
                "rows": log.rows_out,
                "cells": log.cells,
                "withheld": log.withheld,
                "whole_rows": len(log.whole_rows),
            }
        )
    names = {f"{row['table']}.csv" for row in register}
    _remove_others(private / "exact", names)
    write_json(logs, private / "log.json")
    write_csv(pl.DataFrame(register), out / DISCLOSURE)
    write_json([asdict(refusal) for refusal in refusals], private / REFUSED)
    present = {str(log["table"]).split("/")[0] for log in logs}
    about = describe_run(document, section, rules, present=present, refusals=refusals)
    write_json(about, out / ABOUT)
    seal(out, [*(f"{TABLES}/{name}" for name in names), DISCLOSURE, ABOUT])


def _table_files(inputs: list[Path]) -> list[Path]:
    """List the exact tables of parts in the order of their declarations."""
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


def figures(*, release: Path, style: Path, out: Path) -> None:
    """Draw every figure that the released tables allow, with its alternative text.

    Args:
        release: the release folder.
        style: labels and colours; a copy is kept beside the figures for redrawing.
        out: gets `<figure>.svg`, `<figure>.png`, `<figure>_narrow.svg`, `figures.json` and
            `style.yaml`.
    """
    tables, look = _released(release, style)
    make_open_as(out, release)
    written = {DESCRIPTIONS, STYLE}
    for drawing in DRAWINGS:
        if drawing.possible(tables):
            for name, content in drawing.render(tables, look):
                _write_bytes(content, out / name)
                written.add(name)
    _remove_others(out, written)
    write_json(describe_figures(tables, look), out / DESCRIPTIONS)
    write_text(style.read_text(encoding="utf-8"), out / STYLE)


def headline(*, release: Path, private: Path, out: Path, exact: Path) -> None:
    """Write the headline numbers from the release alone, and their exact twin.

    Args:
        release: the release folder.
        private: the gate's private folder with the exact twins.
        out: the file for the released numbers.
        exact: the file for the exact ones; it stays private.
    """
    require_tables(release)
    event = Study(read_about(release)["settings"]).event
    write_json(headline_numbers(read_tables(release / TABLES), event), out)
    write_json(headline_numbers(read_tables(private / "exact"), event), exact)


def provenance(
    *,
    config: Path,
    lock: Path,
    read: list[Path],
    release: Path,
    private: Path,
    out: Path,
    benchmarks: Path | None = None,
) -> None:
    """Write which code, settings and inputs made the release, and privately how long it took.

    Args:
        config: the run's merged configuration.
        lock: the locked environment.
        read: folders of the parts that read files of the user's, with `inputs.json`.
        release: the release folder.
        private: gets `provenance.key` (real extracts) and `runtimes.json`.
        out: the file to write.
        benchmarks: folder of Snakemake's benchmark files.

    Raises:
        FileError: a file is no longer the one that was read.
    """
    about = read_about(release)
    inputs = files_read(folder for folder in read if refusal_in(folder) is None)
    make_private(private)
    key = _key(private, about)
    settings = about["settings"]
    write_json(
        {
            "code": git_state(lock.resolve().parent),
            "settings_sha256": sha256_of_settings(settings),
            "config_keyed_sha256": keyed_hash_of(config, key),
            "lock_sha256": sha256_of(lock),
            "inputs": hash_inputs(inputs, key),
            "seeds": seeds(settings),
            "settings": settings,
            "versions": versions(),
            "files": hash_release(
                release, _sources(release), without=(PROVENANCE, REPORT, MANIFEST)
            ),
        },
        out,
    )
    write_json(describe_machine(config, benchmarks), private / "runtimes.json")


def _key(private: Path, about: dict[str, Any]) -> bytes:
    """Give the key of the input hashes: fixed for simulated data, else secret and kept."""
    if about["simulated"]:
        return b"simulated"
    path = private / "provenance.key"
    if not path.exists():
        write_text(secrets.token_hex(32) + "\n", path)
    return bytes.fromhex(path.read_text(encoding="utf-8").strip())


def _sources(release: Path) -> dict[str, str]:
    """Say what each released file was made from."""
    made = {f"{TABLES}/{spec.file}.csv": f"{spec.stage}/{spec.name}" for spec in SPECS.values()}
    for drawing in DRAWINGS:
        source = ", ".join(f"{TABLES}/{SPECS[name].file}.csv" for name in drawing.tables)
        made |= {f"{FIGURES}/{name}": source for name in drawing.files}
    made |= {
        ABOUT: "configuration",
        DISCLOSURE: "the gate's log",
        GATE: "the gate",
        HEADLINE: f"{TABLES}/*.csv",
        f"{FIGURES}/{DESCRIPTIONS}": f"{TABLES}/*.csv",
        f"{FIGURES}/{STYLE}": "config/style.yaml",
        PROVENANCE: "code, configuration, inputs",
        REPORT: "the other released files",
    }
    return {name: source for name, source in made.items() if (release / name).exists()}


def report(*, release: Path, out: Path) -> None:
    """Write the report, one self-contained page made from the release folder alone.

    Args:
        release: the release folder with tables, figures, headline and provenance.
        out: the page; `manifest.json` beside it lists all released files with their hashes.

    Raises:
        UserError: the folder holds a file that the gate did not make, or an altered one.
    """
    require_sealed(release, LATER)
    tables, look = _released(release, release / FIGURES / STYLE)
    about, recorded = read_about(release), read_json(release / PROVENANCE)
    written = {one["file"]: one["sha256"] for one in recorded["files"]}
    _require_own_figures(release)
    require_hashes(release, written, "provenance was written")
    found = headline_numbers(tables, Study(about["settings"]).event)
    if read_json(release / HEADLINE) != json.loads(json.dumps(found)):
        raise UserError(
            f"{release / HEADLINE} does not follow from the tables: run the workflow again."
        )
    page = render_report(
        tables=tables,
        about=about,
        headline=found,
        provenance=recorded,
        disclosure=pl.read_csv(release / DISCLOSURE, glob=False),
        descriptions=read_json(release / FIGURES / DESCRIPTIONS),
        pictures={path.name: path.read_bytes() for path in (release / FIGURES).glob("*.svg")},
        style=look,
    )
    write_text(page, out)
    write_json(hash_release(release, _sources(release), without=(MANIFEST,)), out.parent / MANIFEST)


def redraw(*, source: Path, out: Path) -> dict[str, bool]:
    """Draw every figure again from a release folder and compare it byte by byte.

    Args:
        source: a release folder, from this machine or another.
        out: gets the figures and `redraw.json`.

    Returns:
        Figure file to whether it is byte-identical with the released one.

    Raises:
        UserError: the folder holds a file that the gate did not make, or an altered one.
    """
    if (source / MANIFEST).is_file():
        listed = {one["file"]: one["sha256"] for one in read_json(source / MANIFEST)}
        pictures = {name for name in listed if name.endswith((".svg", ".png"))}
        # What is drawn again is compared, and said to be equal or not.
        others = {name: listed[name] for name in sorted(set(listed) - pictures)}
        require_hashes(source, others, "the report was written")
    require_sealed(source, LATER)
    _require_own_figures(source)
    tables, look = _released(source, source / FIGURES / STYLE)
    same: dict[str, bool] = {}
    for drawing in DRAWINGS:
        if drawing.possible(tables):
            for name, content in drawing.render(tables, look):
                _write_bytes(content, out / name)
                released = source / FIGURES / name
                same[name] = released.exists() and released.read_bytes() == content
    write_json(same, out / "redraw.json")
    return same


def _require_own_figures(release: Path) -> None:
    """Refuse files among the figures that no drawing makes."""
    known = {f"{FIGURES}/{DESCRIPTIONS}", f"{FIGURES}/{STYLE}"}
    for drawing in DRAWINGS:
        known |= {f"{FIGURES}/{name}" for name in drawing.files}
    for name in files_of(release):
        if name.startswith(f"{FIGURES}/") and name not in known:
            raise UserError(
                f"{release} holds {name}, which was not drawn of its tables: take it away."
            )


def _released(release: Path, style: Path) -> tuple[Tables, Style]:
    require_tables(release)
    about = read_about(release)
    tables = read_tables(release / TABLES)
    look = read_style(
        style,
        language=about["language"],
        simulated=about["simulated"],
        settings=about["settings"],
    )
    return tables, look if jobs_known(tables, look.study) else look.without_jobs()


def _remove_others(folder: Path, names: set[str]) -> None:
    """Remove the files of an earlier run that this one did not write."""
    for path in folder.glob("*"):
        if path.is_file() and path.name not in names:
            path.unlink()


def _write_bytes(content: bytes, path: Path) -> None:
    with replacing(path) as temporary:
        temporary.write_bytes(content)
