"""`provenance`: which code, settings and inputs made the release."""

import re
import secrets
from pathlib import Path
from typing import Any, Final

import yaml

from trajectories.commands.release.folder import (
    DESCRIPTIONS,
    DISCLOSURE,
    DOCUMENTS,
    HEADLINE,
    MANIFEST,
    PLACES,
    PROVENANCE,
    STYLE,
    sources,
)
from trajectories.errors import FileError
from trajectories.inputs import files_read, sha256_of
from trajectories.io import make_private, read_json, write_json, write_text
from trajectories.refusals import refusal_in
from trajectories.release import provenance as recorded
from trajectories.release.certificate.record import CERTIFICATE
from trajectories.release.contents import GATE
from trajectories.release.lineage.crate import CRATE
from trajectories.release.lineage.rules import used_rules
from trajectories.release.outputs.registry import DRAWINGS, SPECS
from trajectories.release.runtimes import describe_machine
from trajectories.release.store import ABOUT, FIGURES, TABLES, read_about

KEY_BYTES: Final = 32


def provenance(
    *,
    config: Path,
    lock: Path,
    read: list[Path],
    release: Path,
    private: Path,
    out: Path,
    benchmarks: Path | None = None,
    rules: Path | None = None,
) -> None:
    """Write which code, settings and inputs made the release, and privately how long it took.

    Args:
        config: the run's merged configuration.
        lock: the locked environment.
        read: folders of the parts that read files of the user's, with `inputs.json`.
        release: the release folder.
        private: has the gate's certificate; gets `provenance.key` (real extracts) and
            `runtimes.json`.
        out: the file to write.
        benchmarks: folder of Snakemake's benchmark files.
        rules: what the workflow says of its rules: `rule`, `code` (hash), `settings` (keys that it
            reads), `after` (rules before it), `outputs`. Rules without which nothing released was
            made are left out, as are the outputs' paths.

    Raises:
        FileError: a file is no longer the one that was read.
    """
    about = read_about(release)
    described = read_json(rules) if rules else []
    inputs = _inputs(read, described)
    document = yaml.safe_load(config.read_text(encoding="utf-8")) or {}
    made_by = _rules_of_files(described)
    make_private(private)
    key = _key(private, about)
    settings = about["settings"]
    certificate = private / CERTIFICATE
    write_json(
        {
            "code": recorded.git_state(lock.resolve().parent),
            "settings_sha256": recorded.sha256_of_settings(settings),
            "config_keyed_sha256": recorded.keyed_hash_of(config, key),
            "lock_sha256": sha256_of(lock),
            "inputs": recorded.hash_inputs(inputs, recorded.named_by(document, inputs), key),
            # Without a key, whoever knows all cells but one could test a guess of that one.
            "certificate_keyed_sha256": recorded.keyed_hash_of(certificate, key)
            if certificate.is_file()
            else None,
            "seeds": recorded.seeds(settings),
            "settings": settings,
            "versions": recorded.versions(),
            "rules": used_rules(described, made_by.values()),
            "files": recorded.hash_release(
                release,
                sources(release),
                without=(PROVENANCE, *DOCUMENTS, PLACES, CRATE, MANIFEST),
                rules=made_by,
            ),
        },
        out,
    )
    write_json(describe_machine(config, benchmarks), private / "runtimes.json")


def _inputs(read: list[Path], described: list[dict[str, Any]]) -> dict[Path, set[str]]:
    """Return the files that were read, each with the rules that read it."""
    found: dict[Path, set[str]] = {}
    for folder in read:
        if refusal_in(folder) is None:
            names = [one["rule"] for one in described if folder in map(Path, one["outputs"])]
            for path in files_read([folder]):
                found.setdefault(path, set()).update(names)
    return found


def _rules_of_files(described: list[dict[str, Any]]) -> dict[str, str]:
    """Return the rule that made each released file; a table's rule counted what is in it."""
    made = {
        f"{TABLES}/{SPECS[path.stem].file}.csv": one["rule"]
        for one in described
        for folder in one["outputs"]
        for path in (Path(folder) / TABLES).glob("*.parquet")
        if path.stem in SPECS
    }
    names = {one["rule"] for one in described}
    drawn = [f"{FIGURES}/{name}" for drawing in DRAWINGS for name in drawing.files]
    later = {
        "protect": (ABOUT, DISCLOSURE, GATE),
        "figures": (*drawn, f"{FIGURES}/{DESCRIPTIONS}", f"{FIGURES}/{STYLE}"),
        "headline": (HEADLINE,),
    }
    return made | {name: rule for rule, files in later.items() if rule in names for name in files}


def _key(private: Path, about: dict[str, Any]) -> bytes:
    """Give the key of the input hashes: fixed for simulated data, else secret and kept."""
    if about["simulated"]:
        return b"simulated"
    path = private / "provenance.key"
    if not path.exists():
        write_text(secrets.token_hex(KEY_BYTES) + "\n", path)
    text = path.read_text(encoding="utf-8", errors="replace").strip()
    # A key that was cut short would be easier to guess.
    if not re.fullmatch(rf"[0-9a-f]{{{2 * KEY_BYTES}}}", text):
        raise FileError(
            f"{path} is not a whole key of input hashes: delete it and run again. Hashes of inputs "
            "in later releases will differ from those in earlier ones."
        )
    return bytes.fromhex(text)
