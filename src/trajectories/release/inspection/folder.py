"""A whole release folder, file by file."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from trajectories.inputs import sha256_of
from trajectories.release.contents import GATE, files_of
from trajectories.release.gate.spec import TableSpec
from trajectories.release.inspection.findings import Finding
from trajectories.release.inspection.pictures import inspect_picture
from trajectories.release.inspection.tables import inspect_table
from trajectories.release.inspection.texts import inspect_text

TEXTS = frozenset(
    {".csv", ".html", ".json", ".log", ".md", ".svg", ".txt", ".xml", ".yaml", ".yml"}
)
LOGS = frozenset({".log", ".err", ".out"})


def inspect_files(
    folder: Path,
    *,
    made: Mapping[str, str],
    later: Callable[[str], bool],
    specs: Mapping[str, TableSpec],
    rules: dict[str, Any],
    users: Iterable[str] = (),
    twins: Iterable[Path] = (),
) -> Iterator[Finding]:
    """Look into every file of a release folder.

    Args:
        folder: the release folder.
        made: what the gate made, file to SHA-256.
        later: whether a file is one that is made of what the gate made.
        specs: declarations by the file's name without its ending.
        rules: the release's rules, with `threshold` and `base`.
        users: names of users that must not occur.
        twins: private files whose bytes must not occur under any name.

    Yields:
        The findings, in the order of the files.
    """
    private = {sha256_of(path) for path in twins}
    for name in sorted({*files_of(folder), *made}):
        path = folder / name
        if not path.is_file() and not path.is_symlink():
            yield Finding(name, "missing file", "the gate made it and it is gone")
            continue
        if any(part.startswith(".") for part in Path(name).parts):
            yield Finding(name, "hidden file", "no release holds hidden files: remove it")
        if path.is_symlink():
            yield Finding(name, "foreign file", "it is a link to another place: remove it")
            continue
        digest = sha256_of(path)
        yield from _origin(name, digest, made=made, later=later, specs=specs)
        if digest in private and made.get(name) != digest:
            yield Finding(name, "exact numbers", "it is a private file, byte by byte: remove it")
        spec = specs.get(path.stem) if name.startswith("tables/") else None
        if path.suffix == ".csv":
            yield from inspect_table(name, path, spec, rules)
        yield from inspect_picture(name, path.read_bytes())
        if path.suffix in TEXTS:
            text = path.read_text(encoding="utf-8", errors="replace")
            # Files of the workflow's own hold the dates of laws and of settings.
            days = path.suffix == ".csv" or (name not in made and not later(name))
            yield from inspect_text(name, text, users=users, days=days)


def _origin(
    name: str,
    digest: str,
    *,
    made: Mapping[str, str],
    later: Callable[[str], bool],
    specs: Mapping[str, TableSpec],
) -> Iterator[Finding]:
    """Say where a file comes from that the gate did not make as it is."""
    if name in made:
        if made[name] != digest:
            yield Finding(name, "altered file", "it was changed after the gate made it")
    elif name == GATE or later(name):
        return
    elif Path(name).suffix in LOGS:
        yield Finding(name, "log", "logs stay in `private/`: remove it")
    elif name.startswith("tables/") and Path(name).stem in specs:
        yield Finding(name, "stale table", "this run of the gate did not make it: remove it")
    else:
        yield Finding(name, "foreign file", "the workflow did not make it: remove it")
