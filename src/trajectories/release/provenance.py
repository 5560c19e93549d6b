"""Provenance: which code, settings and inputs made a release, without paths or names."""

import hashlib
import hmac
import json
import platform
import re
import subprocess
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
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


def hash_inputs(
    read: Mapping[Path, Iterable[str]], keys: Mapping[Path, str], key: bytes
) -> list[dict[str, Any]]:
    """Hash the input files; they are named by keys of the configuration, never by their paths.

    Args:
        read: each file and the rules that read it.
        keys: the key under which the configuration names each file, as `named_by` finds it.
        key: of the hashes.

    Returns:
        input (the key, and a number where it names several files), keyed_sha256, rules; sorted,
        files of one key by their hashes, which tells nothing of their names. Sizes are left out:
        from bytes follow rows.
    """
    hashed = sorted((keys.get(path, "file"), keyed_hash_of(path, key), path) for path in read)
    names = [name for name, _, _ in hashed]
    found = []
    for place, (name, digest, path) in enumerate(hashed):
        number = f" {place - names.index(name) + 1}" if names.count(name) > 1 else ""
        rules = sorted(read[path])
        found.append({"input": f"{name}{number}", "keyed_sha256": digest, "rules": rules})
    return found


def named_by(document: Mapping[str, Any], files: Iterable[Path]) -> dict[Path, str]:
    """Find the key of the configuration that names each file, its folder or a pattern it matches.

    Words that mean a missing value (`.`, `*`) look like folders and patterns of any file, so of
    several texts the longest counts, and one without a letter or digit never. Of several keys with
    one text it is the shortest.

    Args:
        document: the configuration.
        files: files that the run read.

    Returns:
        File to dotted key, without a last `path`; files that no key names are left out.
    """
    named = [(key, text) for key, text in _texts(document) if re.search(r"\w", text)]
    found: dict[Path, str] = {}
    for path in files:
        fits = [one for one in named if _names(one[1], path)]
        if fits:
            key, _ = max(fits, key=lambda one: (len(one[1]), -len(one[0])))
            found[path] = key.removesuffix(".path")
    return found


def _names(text: str, path: Path) -> bool:
    return str(path) == text or Path(text) in path.parents or fnmatch(str(path), text)


def _texts(value: Any, key: str = "") -> Iterable[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, held in value.items():
            yield from _texts(held, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list | tuple):
        for held in value:
            yield from _texts(held, key)
    elif isinstance(value, str):
        yield key, value


def hash_release(
    folder: Path,
    sources: Mapping[str, str],
    *,
    without: Iterable[str] = (),
    rules: Mapping[str, str] | None = None,
) -> list[dict[str, str]]:
    """List the released files with their hashes, what they were made from and by which rule."""
    names = sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )
    return [
        {
            "file": name,
            "sha256": sha256_of(folder / name),
            "source": sources.get(name, ""),
            **({"rule": rules[name]} if rules and name in rules else {}),
        }
        for name in names
        if name not in set(without) and not Path(name).name.startswith(".")
    ]


def git_state(folder: Path) -> dict[str, Any]:
    """Name the commit of the code, its day, and whether tracked files differ from it.

    Returns:
        commit, date (ISO, of the committer), modified; nulls without git.
    """
    nothing = {"commit": None, "date": None, "modified": None}

    def git(*words: str) -> subprocess.CompletedProcess[str]:
        command = ["git", "-C", str(folder), *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    try:
        commit = git("rev-parse", "HEAD")
    except FileNotFoundError:
        return nothing
    if commit.returncode != 0:
        return nothing
    date = git("show", "--no-patch", "--format=%cs", "HEAD")
    changed = git("diff", "--quiet", "HEAD", "--", "src", "config", "workflow", "uv.lock")
    return {
        "commit": commit.stdout.strip(),
        "date": date.stdout.strip(),
        "modified": changed.returncode != 0,
    }


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
