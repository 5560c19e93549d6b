"""Provenance: which code, settings and inputs made a release, without paths or names."""

import hashlib
import hmac
import json
import platform
import subprocess
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from trajectories.inputs import sha256_of

PACKAGES = (
    "trajectories",
    "matplotlib",
    "numba",
    "numpy",
    "polars",
    "pydantic",
    "scikit-learn",
    "scipy",
    "snakemake",
)
_BLOCK = 1 << 20


def keyed_hash_of(path: Path, key: bytes) -> str:
    """Give the HMAC-SHA-256 of a file, so that nobody without the key can test a guess of it."""
    digest = hmac.new(key, digestmod=hashlib.sha256)
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def sha256_of_settings(settings: Mapping[str, Any]) -> str:
    """Give the SHA-256 of settings as JSON with sorted keys and no spaces."""
    text = json.dumps(settings, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def hash_inputs(paths: Iterable[Path], key: bytes) -> list[dict[str, Any]]:
    """Hash the input files; they are named by order, never by their paths.

    Returns:
        input (1, 2, …), keyed_sha256; in the order of the hashes, which tells nothing of the names.
        Sizes are left out: from bytes follow rows.
    """
    hashes = sorted(keyed_hash_of(path, key) for path in paths)
    return [
        {"input": number, "keyed_sha256": digest} for number, digest in enumerate(hashes, start=1)
    ]


def hash_release(
    folder: Path, sources: Mapping[str, str], *, without: Iterable[str] = ()
) -> list[dict[str, str]]:
    """List the released files with their hashes and what they were made from."""
    names = sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )
    return [
        {"file": name, "sha256": sha256_of(folder / name), "source": sources.get(name, "")}
        for name in names
        if name not in set(without) and not Path(name).name.startswith(".")
    ]


def git_state(folder: Path) -> dict[str, Any]:
    """Name the commit of the code, and whether tracked files differ from it; nulls without git."""

    def git(*words: str) -> subprocess.CompletedProcess[str]:
        command = ["git", "-C", str(folder), *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    try:
        commit = git("rev-parse", "HEAD")
    except FileNotFoundError:
        return {"commit": None, "modified": None}
    if commit.returncode != 0:
        return {"commit": None, "modified": None}
    changed = git("diff", "--quiet", "HEAD", "--", "src", "config", "workflow", "uv.lock")
    return {"commit": commit.stdout.strip(), "modified": changed.returncode != 0}


def versions() -> dict[str, str]:
    """Give the versions of Python and of the packages that make numbers and pictures."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def seeds(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Collect all seeds of a configuration by dotted key."""
    found: dict[str, Any] = {}
    for key, value in settings.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            found |= seeds(value, f"{name}.")
        elif isinstance(value, int) and (key == "seed" or key.endswith("_seed")):
            found[name] = value
    return found
