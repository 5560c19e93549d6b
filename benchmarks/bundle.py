"""A bundle where there is no network: installed, run, read and tested on a bare Python.

python benchmarks/bundle.py FOLDER --python /usr/bin/python3
python benchmarks/bundle.py FOLDER --windows 3.12

FOLDER gets the bundle, unless it holds one, and the project unpacked in a folder with a space,
brackets and Danish letters. Every step runs in a network namespace of its own, whose only
interface is down, with no variable of this machine but the path of its programs: so the script
runs as root, on Linux. With `--windows` a Windows bundle's wheels are resolved for that version of
Python, from nothing but themselves; nothing of it is run.
"""

import argparse
import email
import json
import os
import resource
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from trajectories.bundles.lock import MARKERS

ROOT = Path(__file__).resolve().parents[1]
FOLDER = "Æblø (ny) projekt"
TESTS = ("tests/config", "tests/dissimilarity", "tests/sequences")
ALONE = ("unshare", "--net")


class Links(HTMLParser):
    """What a page loads, what it links to, and the anchors that it has."""

    def __init__(self, text: str) -> None:
        """Read a page."""
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag's addresses and anchors."""
        found = {name: value or "" for name, value in attrs}
        self.anchors |= {found[name] for name in ("id", "name") if name in found}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if tag == "link" and found.get("rel") in ("stylesheet", "icon"):
            self.loads.append(found["href"])
        if "src" in found:
            self.loads.append(found["src"])


def broken(site: Path) -> Iterator[str]:
    """What a browser that opens the pages as files would not find, or would fetch."""
    pages = {path.resolve(): Links(path.read_text("utf-8")) for path in site.rglob("*.html")}
    for path, page in pages.items():
        for address in page.loads + page.links:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                if address in page.loads and parts.scheme != "data":
                    yield f"{path.name} fetches {address}"
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_file():
                yield f"{path.name}: {address} is no file"
            elif (
                unquote(parts.fragment)
                and target in pages
                and unquote(parts.fragment) not in pages[target].anchors
            ):
                yield f"{path.name}: {address} has no such anchor"


def step(name: str, folder: Path, *command: str) -> dict[str, object]:
    """Run a command without a network; what it took and said."""
    home = folder.parent / "home"
    home.mkdir(exist_ok=True)
    bare = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TERM": "dumb"}
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        [*ALONE, *command], cwd=folder, env=bare, capture_output=True, encoding="utf-8", check=False
    )
    took = resource.getrusage(resource.RUSAGE_CHILDREN)
    (folder.parent / f"{name}.log").write_text(done.stdout + done.stderr, encoding="utf-8")
    return {
        "step": name,
        "code": done.returncode,
        "minutes": round((time.monotonic() - begun) / 60, 1),
        "processor minutes": round(
            (took.ru_utime + took.ru_stime - before.ru_utime - before.ru_stime) / 60, 1
        ),
        "load": round(os.getloadavg()[0], 1),
        "said": (done.stdout + done.stderr).strip().splitlines()[-1:],
    }


def made(folder: Path, platform: str, version: str) -> Path:
    """The bundle in a folder, written by this clone if it is not there."""
    out = folder / f"{platform}-{version}.zip"
    if not out.exists():
        words = ["--platform", platform, "--python", version, "--out", str(out)]
        command = [sys.executable, "-P", "-m", "trajectories", "bundle", *words]
        subprocess.run(command, cwd=ROOT, check=True)
    return out


def unpacked(bundle: Path, folder: Path) -> Path:
    """The project in a bundle, unpacked with the rights that its entries name."""
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
    (project,) = (path for path in folder.iterdir() if path.name.startswith("trajectories-"))
    return project


def linux(folder: Path, python: str) -> Iterator[dict[str, object]]:
    """Install a bundle, run it, read its documentation and pass some of its tests."""
    asked = "import sys; print('%d.%d' % sys.version_info[:2])"
    version = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=True)
    bundle = made(folder, "linux", version.stdout.strip())
    project = unpacked(bundle, folder / FOLDER)
    size = sum(path.stat().st_size for path in project.rglob("*") if path.is_file())
    yield {"step": "unpacked", "MB": bundle.stat().st_size // 10**6, "folder, MB": size // 10**6}
    for name in ("verify", "setup", "results"):
        yield step(name, project, python, "run.py", name)
    size = sum(path.stat().st_size for path in (project / ".venv").rglob("*") if path.is_file())
    yield {"step": "environment", "MB": size // 10**6}
    own = str(project / ".venv/bin/python")
    yield step("slurm", project, own, "-P", "-c", "import snakemake_executor_plugin_slurm")
    missing = list(broken(project / "docs-html"))
    yield {"step": "docs", "code": int(bool(missing)), "said": missing}
    yield step("tests", project, own, "-P", "-m", "pytest", "-q", *TESTS)


def unmet(wheels: Path, version: str) -> Iterator[str]:
    """What a wheel asks for on Windows and no other wheel is, by the markers of Windows."""
    here = {key: str(value) for key, value in default_environment().items()}
    there = here | dict(MARKERS["windows"]) | {"python_version": version, "extra": ""}
    there["python_full_version"] = f"{version}.0"
    held, asked = {}, []
    for path in wheels.glob("*.whl"):
        with zipfile.ZipFile(path) as archive:
            (name,) = (x for x in archive.namelist() if x.endswith(".dist-info/METADATA"))
            about = email.message_from_bytes(archive.read(name))
        held[canonicalize_name(about["Name"])] = about["Version"]
        asked += [(path.name, Requirement(x)) for x in about.get_all("Requires-Dist", [])]
    for name, wanted in asked:
        if wanted.marker is None or wanted.marker.evaluate(there):
            found = held.get(canonicalize_name(wanted.name))
            if found is None or not wanted.specifier.contains(found, prereleases=True):
                yield f"{name} asks for {wanted}: {found}"


def windows(folder: Path, version: str) -> Iterator[dict[str, object]]:
    """Resolve a Windows bundle's requirements from its own wheels.

    pip says that each has a wheel for Windows, with the right hash. What the wheels ask for it
    would look up by the markers of the machine that it runs on, so that is looked up here.
    """
    bundle = made(folder, "windows", version)
    project = unpacked(bundle, folder / "windows")
    words = ["install", "--dry-run", "--no-index", "--no-deps", "--platform", "win_amd64"]
    words += ["--python-version", version, "--implementation", "cp", "--only-binary", ":all:"]
    # pip holds what a wheel requires of Python against the one that runs it; the download did not.
    words += ["--ignore-requires-python", "--require-hashes", "--find-links", "wheels"]
    words += ["--target", str(folder / "nowhere"), "--requirement", f"requirements-{version}.txt"]
    subprocess.run([sys.executable, "-m", "venv", str(folder / "pip")], check=True)
    pip = [str(folder / "pip/bin/python"), "-m", "pip", "--isolated"]
    yield {"step": "unpacked", "MB": bundle.stat().st_size // 10**6}
    yield step("resolve", project, *pip, *words)
    missing = list(unmet(project / "wheels", version))
    yield {"step": "complete", "code": int(bool(missing)), "said": missing}


def main() -> int:
    """Print a line for each step; 1 where one failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--python", default="/usr/bin/python3", help="bare, of the closed machine")
    parser.add_argument("--windows", metavar="VERSION", help="of Python: resolve only, for Windows")
    asked = parser.parse_args()
    folder = asked.folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    steps = windows(folder, asked.windows) if asked.windows else linux(folder, asked.python)
    failed = 0
    for found in steps:
        print(json.dumps(found, ensure_ascii=False), flush=True)
        failed |= int(bool(found.get("code")))
    return failed


if __name__ == "__main__":
    sys.exit(main())
