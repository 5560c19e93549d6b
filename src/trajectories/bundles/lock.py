"""What the lock of uv says a platform needs."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from packaging.markers import Marker

from trajectories.errors import UserError
from trajectories.io import whole

Platform = Literal["linux", "windows"]

MARKERS: Final[Mapping[Platform, Mapping[str, str]]] = {
    "linux": {
        "os_name": "posix",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": "x86_64",
    },
    "windows": {
        "os_name": "nt",
        "sys_platform": "win32",
        "platform_system": "Windows",
        "platform_machine": "AMD64",
    },
}


@dataclass(frozen=True)
class Pin:
    """A package that the lock names.

    Attributes:
        name: of the package, as the lock writes it.
        version: the only one that is meant.
        hashes: `sha256:…` of each file that the index has of it.
        wheels: whether the index has wheels of it.
    """

    name: str
    version: str
    hashes: tuple[str, ...]
    wheels: bool

    def requirement(self) -> str:
        """Return a line of pip's requirements with every hash."""
        return " ".join([f"{self.name}=={self.version}", *(f"--hash={x}" for x in self.hashes)])


def read_lock(path: Path) -> dict[str, Any]:
    """Read a lock of uv.

    Raises:
        FileError: it is missing or no TOML.
    """
    with whole(path, "TOML"):
        return tomllib.loads(path.read_text(encoding="utf-8"))


def pins(
    lock: Mapping[str, Any],
    platform: Platform,
    python: str,
    *,
    project: str,
    groups: Iterable[str] = (),
    extras: Iterable[str] = (),
) -> list[Pin]:
    """Return what a project needs on a platform with a version of Python, sorted by name.

    Args:
        lock: as `read_lock` returns it.
        platform: where it is to run.
        python: version as "3.12"; its first release decides, so that later ones do as well.
        project: name of the project in the lock.
        groups: groups of development dependencies that are wanted as well.
        extras: optional dependencies that are wanted as well.

    Raises:
        UserError: the lock has no such project.
    """
    known: dict[str, list[Mapping[str, Any]]] = {}
    for package in lock["package"]:
        known.setdefault(package["name"], []).append(package)
    if project not in known:
        raise UserError(f"The lock has no package {project}: run `uv lock` in its folder.")
    environment = _environment(platform, python)
    own = known[project][0]
    grouped = own.get("dev-dependencies", {})
    waiting = [
        *own.get("dependencies", []),
        *(wanted for group in groups for wanted in grouped.get(group, [])),
        *(wanted for extra in extras for wanted in _needs(own, extra)),
    ]
    found: dict[str, Mapping[str, Any]] = {}
    seen: set[tuple[str, str]] = set()
    while waiting:
        wanted = waiting.pop()
        if not _applies(wanted, environment):
            continue
        package = _chosen(known[wanted["name"]], wanted, environment)
        found[package["name"]] = package
        for extra in ("", *wanted.get("extra", [])):
            if (package["name"], extra) not in seen:
                seen.add((package["name"], extra))
                waiting += list(_needs(package, extra))
    return [_pin(found[name]) for name in sorted(found)]


def _environment(platform: Platform, python: str) -> dict[str, str]:
    return {
        **MARKERS[platform],
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_name": "cpython",
        "implementation_version": f"{python}.0",
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_version": "",
        "extra": "",
    }


def _applies(wanted: Mapping[str, Any], environment: dict[str, str]) -> bool:
    return "marker" not in wanted or Marker(wanted["marker"]).evaluate(environment)


def _chosen(
    packages: list[Mapping[str, Any]], wanted: Mapping[str, Any], environment: dict[str, str]
) -> Mapping[str, Any]:
    """Choose the version that is wanted, or the one whose own markers hold."""
    for package in packages:
        markers = package.get("resolution-markers", [])
        if "version" in wanted:
            if package["version"] == wanted["version"]:
                return package
        elif not markers or any(Marker(text).evaluate(environment) for text in markers):
            return package
    raise UserError(f"The lock has no version of {wanted['name']} for this platform.")


def _needs(package: Mapping[str, Any], extra: str) -> Iterator[Mapping[str, Any]]:
    if extra:
        yield from package.get("optional-dependencies", {}).get(extra, [])
    else:
        yield from package.get("dependencies", [])


def _pin(package: Mapping[str, Any]) -> Pin:
    wheels = package.get("wheels", [])
    files = [*wheels, *([package["sdist"]] if "sdist" in package else [])]
    hashes = tuple(sorted({file["hash"] for file in files}))
    return Pin(package["name"], package["version"], hashes, wheels=bool(wheels))
