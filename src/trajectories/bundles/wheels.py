"""Wheels for another platform, fetched and built by the pip of an environment of its own."""

import email
import re
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trajectories.bundles.lock import Pin, Platform
from trajectories.errors import UserError
from trajectories.inputs import sha256_of

TAGS: Final[Mapping[Platform, Sequence[str]]] = {
    "linux": (
        *(f"manylinux_2_{minor}_x86_64" for minor in (28, 27, 26, 24, 17, 12, 5)),
        *("manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64"),
    ),
    "windows": ("win_amd64",),
}
"""Linux as of 2018 and later: Red Hat 8, Debian 10, Ubuntu 18.10."""


@dataclass(frozen=True)
class Wheel:
    """What a wheel says of itself.

    Attributes:
        name: of the package.
        version: of the package.
        licence: in the words of its authors.
        file: name of the file.
        sha256: of the file.
    """

    name: str
    version: str
    licence: str
    file: str
    sha256: str


class Pip:
    """pip in an environment of its own: what runs here need not have one."""

    def __init__(self, folder: Path) -> None:
        """Make the environment in an empty folder."""
        venv.create(folder, with_pip=True)
        scripts = "Scripts" if sys.platform == "win32" else "bin"
        self.python = folder / scripts / "python"

    def __call__(self, *words: str) -> None:
        """Run pip.

        Raises:
            UserError: with pip's last words.
        """
        command = [str(self.python), "-m", "pip", "--disable-pip-version-check", *words]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        if done.returncode:
            last = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
            raise UserError("\n".join([f"pip {words[0]} failed:", *(last or [done.stderr])]))

    def fetch(self, pins: Iterable[Pin], platform: Platform, python: str, out: Path) -> None:
        """Fetch the wheels of a platform, each checked by the hashes of the lock.

        What has no wheel anywhere is built here; it must be plain Python.

        Raises:
            UserError: a wheel cannot be had.
        """
        out.mkdir(parents=True, exist_ok=True)
        listed = [pin for pin in pins if pin.wheels]
        lines = out.with_name("fetch.txt")
        lines.write_text("\n".join(pin.requirement() for pin in listed), encoding="utf-8")
        tags = [word for tag in TAGS[platform] for word in ("--platform", tag)]
        self(
            *("download", "--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes"),
            *("--implementation", "cp", "--python-version", python, *tags),
            *("--requirement", str(lines), "--dest", str(out)),
        )
        for pin in pins:
            if not pin.wheels and not list(out.glob(f"{_in_file(pin.name)}-{pin.version}-*.whl")):
                self.build(pin, out)

    def build(self, pin: Pin, out: Path) -> None:
        """Build a wheel of plain Python from the source that the lock names."""
        line = out.with_name("build.txt")
        line.write_text(pin.requirement(), encoding="utf-8")
        self(
            *("wheel", "--quiet", "--no-deps", "--require-hashes"),
            *("--requirement", str(line), "--wheel-dir", str(out)),
        )
        _require_plain(out, pin.name)

    def build_project(self, folder: Path, out: Path) -> None:
        """Build the wheel of the project itself."""
        self("wheel", "--quiet", "--no-deps", "--wheel-dir", str(out), str(folder))


def _in_file(name: str) -> str:
    return name.replace("-", "_")


def _require_plain(folder: Path, name: str) -> None:
    for path in folder.glob(f"{_in_file(name)}-*.whl"):
        if not path.name.endswith("-none-any.whl"):
            path.unlink()
            raise UserError(f"{name} has no wheel and is no plain Python: it must be left out.")


def describe(path: Path) -> Wheel:
    """Read name, version and licence in a wheel."""
    with zipfile.ZipFile(path) as archive:
        name = next(x for x in archive.namelist() if x.endswith(".dist-info/METADATA"))
        about = email.message_from_string(archive.read(name).decode("utf-8"))
    return Wheel(about["Name"], about["Version"], _licence(about), path.name, sha256_of(path))


def _licence(about: "email.message.Message") -> str:
    classified = [
        text.rpartition(" :: ")[2]
        for text in about.get_all("Classifier", [])
        if text.startswith("License :: ") and text != "License :: OSI Approved"
    ]
    written = (about["License"] or "").strip().partition("\n")[0]
    name = (
        written if re.fullmatch(r"(?!Copyright|License agreement)[\w .,()-]{2,60}", written) else ""
    )
    return about["License-Expression"] or ", ".join(classified) or name or "see the wheel"


def requirements(pins: Iterable[Pin], wheels: Iterable[Wheel]) -> str:
    """Return pip's requirements: each pin with the hashes of the wheels that are there."""
    files: dict[tuple[str, str], list[str]] = {}
    for wheel in wheels:
        key = (wheel.name.lower().replace("_", "-").replace(".", "-"), wheel.version)
        files.setdefault(key, []).append(f"--hash=sha256:{wheel.sha256}")
    return "".join(
        " ".join([f"{pin.name}=={pin.version}", *files[pin.name, pin.version]]) + "\n"
        for pin in pins
    )
