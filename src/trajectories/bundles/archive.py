"""The zip of a bundle: the same bytes for the same files, with a checksum of each."""

import hashlib
import subprocess
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from trajectories.errors import UserError
from trajectories.io import replacing

SUMS: Final = "SHA256SUMS"
LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)
STORED: Final = (".whl", ".png", ".gz", ".parquet", ".woff2")
NOT_NEEDED: Final = ("tests/", "benchmarks/", "docs/", ".ci/", ".github/")


def project_files(folder: Path, *, slim: bool) -> list[str]:
    """Return the files of the project that belong to it, as git knows them.

    Args:
        folder: of the project.
        slim: leave out what no run reads.

    Raises:
        UserError: git is missing, or the folder is no clone.
    """
    command = ["git", "-C", str(folder), "ls-files", "-z", "--cached", "--others"]
    try:
        done = subprocess.run([*command, "--exclude-standard"], capture_output=True, check=False)
    except FileNotFoundError:
        raise UserError("git is missing: make the bundle where the project was cloned.") from None
    names = sorted(name for name in done.stdout.decode("utf-8").split("\0") if name)
    if done.returncode or not names:
        raise UserError(f"{folder.absolute()} is no clone of the project: make the bundle in one.")
    return [
        name
        for name in names
        if (folder / name).is_file() and not (slim and name.startswith(NOT_NEEDED))
    ]


def write_zip(files: Mapping[str, Path], texts: Mapping[str, str], top: str, out: Path) -> None:
    """Write files and texts below one folder of a zip, sorted, with their checksums.

    Args:
        files: by their names in the zip.
        texts: of small files, by their names.
        top: the folder that unpacking makes.
        out: the zip.
    """
    contents = {name: text.encode("utf-8") for name, text in texts.items()}
    lines = []
    with replacing(out) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for name in sorted({*files, *contents}):
            data = contents[name] if name in contents else files[name].read_bytes()
            lines.append(f"{hashlib.sha256(data).hexdigest()}  {name}\n")
            _add(archive, f"{top}/{name}", data)
        _add(archive, f"{top}/{SUMS}", "".join(lines).encode("utf-8"))


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, LONG_AGO)
    entry.external_attr = 0o644 << 16
    stored = name.endswith(STORED)
    entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    archive.writestr(entry, data)


def folder_files(folder: Path, name: str) -> dict[str, Path]:
    """Return the files below a folder by their names in a zip."""
    found: Iterable[Path] = (path for path in folder.rglob("*") if path.is_file())
    return {f"{name}/{path.relative_to(folder).as_posix()}": path for path in found}
