"""`bundle`: one zip for a machine without a network."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version as version_of
from pathlib import Path

from trajectories.bundles.archive import folder_files, project_files, write_zip
from trajectories.bundles.lock import Platform, pins, read_lock
from trajectories.bundles.page import NAME, page
from trajectories.bundles.wheels import Pip, describe, requirements
from trajectories.errors import UserError

PYTHONS = ("3.11", "3.12", "3.13")
EXTRAS: dict[Platform, tuple[str, ...]] = {"linux": ("slurm",), "windows": ()}
"""A closed Linux cluster cannot fetch what submits its jobs either."""


def bundle(
    *,
    platform: Platform,
    python: tuple[str, ...] = PYTHONS,
    slim: bool = False,
    out: Path | None = None,
) -> Iterator[str]:
    """Write one zip with everything that a machine without a network needs.

    It is made in a clone of the project on a machine with git and a network. For a machine
    whose Python is known, name its version: each adds its own wheels.

    Args:
        platform: of the machine: linux or windows, 64 bits.
        python: versions of Python that the machine may have.
        slim: leave out documentation, tests, and the packages that only they need.
        out: the zip; by default bundles/, by platform and versions.

    Yields:
        The path and size of the zip.

    Raises:
        UserError: the folder is no clone, or a package cannot be had.
    """
    project = Path()
    name = f"trajectories-{version_of('trajectories')}"
    full = f"{name}-{platform}-py{'-'.join(python)}{'-slim' if slim else ''}"
    out = Path("bundles", f"{full}.zip") if out is None else out
    own = project_files(project, slim=slim)
    lock = read_lock(project / "uv.lock")
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        pip, wheels = Pip(work / "pip"), work / "wheels"
        wanted = {
            version: pins(
                lock,
                platform,
                version,
                project="trajectories",
                groups=() if slim else ("dev", "docs"),
                extras=EXTRAS[platform],
            )
            for version in python
        }
        for version, listed in wanted.items():
            pip.fetch(listed, platform, version, wheels)
        pip.build_project(project.absolute(), wheels)
        found = [describe(path) for path in sorted(wheels.glob("*.whl"))]
        size = sum(path.stat().st_size for path in wheels.glob("*.whl"))
        texts = {NAME: page(full, platform, python, found, size=size, slim=slim)}
        for version, listed in wanted.items():
            texts[f"requirements-{version}.txt"] = requirements(listed, found)
        files = {path: project / path for path in own} | folder_files(wheels, "wheels")
        if not slim:
            files |= folder_files(_documentation(work / "site"), "docs-html")
        write_zip(files, texts, name, out)
    yield f"{out}: {out.stat().st_size / 1e6:.0f} MB, {len(found)} wheels ({size / 1e6:.0f} MB)"


def _documentation(out: Path) -> Path:
    """Build the documentation for a browser that opens files, not addresses."""
    command = [sys.executable, "-P", "-m", "mkdocs", "build", "--strict", "--quiet"]
    command += ["--no-directory-urls", "--site-dir", str(out)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise UserError(f"The documentation cannot be built:\n{done.stderr}")
    (out / "404.html").unlink(missing_ok=True)  # of a web server: its links begin at the root
    return out
