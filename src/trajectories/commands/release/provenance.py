"""`provenance`: which code, settings and inputs made the release."""

import re
import secrets
from pathlib import Path
from typing import Any, Final

from trajectories.commands.release.folder import DOCUMENTS, MANIFEST, PROVENANCE, sources
from trajectories.errors import FileError
from trajectories.inputs import files_read, sha256_of
from trajectories.io import make_private, write_json, write_text
from trajectories.refusals import refusal_in
from trajectories.release import provenance as recorded
from trajectories.release.certificate.record import CERTIFICATE
from trajectories.release.runtimes import describe_machine
from trajectories.release.store import read_about

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

    Raises:
        FileError: a file is no longer the one that was read.
    """
    about = read_about(release)
    inputs = files_read(folder for folder in read if refusal_in(folder) is None)
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
            "inputs": recorded.hash_inputs(inputs, key),
            # Without a key, whoever knows all cells but one could test a guess of that one.
            "certificate_keyed_sha256": recorded.keyed_hash_of(certificate, key)
            if certificate.is_file()
            else None,
            "seeds": recorded.seeds(settings),
            "settings": settings,
            "versions": recorded.versions(),
            "files": recorded.hash_release(
                release, sources(release), without=(PROVENANCE, *DOCUMENTS, MANIFEST)
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
        write_text(secrets.token_hex(KEY_BYTES) + "\n", path)
    text = path.read_text(encoding="utf-8", errors="replace").strip()
    # A key that was cut short would be easier to guess.
    if not re.fullmatch(rf"[0-9a-f]{{{2 * KEY_BYTES}}}", text):
        raise FileError(
            f"{path} is not a whole key of input hashes: delete it and run again. Hashes of inputs "
            "in later releases will differ from those in earlier ones."
        )
    return bytes.fromhex(text)
