"""What the lock says a platform needs: against uv's own reading, and on a lock made for it."""

from pathlib import Path

import pytest

from trajectories.bundles.lock import pins, read_lock
from trajectories.commands.tools.bundle import EXTRAS
from trajectories.errors import FileError, UserError

ROOT = Path(__file__).parents[2]
LOCK = """
version = 1
[[package]]
name = "mine"
version = "1"
dependencies = [
    { name = "a", extra = ["more"] },
    { name = "w", marker = "sys_platform == 'win32'" },
    { name = "n", version = "1", marker = "python_full_version < '3.12'" },
    { name = "n", version = "2", marker = "python_full_version >= '3.12'" },
]
[package.dev-dependencies]
dev = [{ name = "t" }]
[package.optional-dependencies]
jobs = [{ name = "j" }]
[[package]]
name = "a"
version = "1"
dependencies = [{ name = "b" }]
wheels = [{ url = "x/a-1-py3-none-any.whl", hash = "sha256:aa" }]
[package.optional-dependencies]
more = [{ name = "c" }]
[[package]]
name = "b"
version = "1"
sdist = { url = "x/b-1.tar.gz", hash = "sha256:bb" }
[[package]]
name = "c"
version = "1"
dependencies = [{ name = "a" }]
[[package]]
name = "j"
version = "1"
dependencies = [{ name = "w", marker = "sys_platform == 'linux'" }]
[[package]]
name = "n"
version = "1"
[[package]]
name = "n"
version = "2"
[[package]]
name = "t"
version = "1"
[[package]]
name = "w"
version = "1"
"""


@pytest.fixture
def lock(tmp_path: Path) -> dict:
    (tmp_path / "uv.lock").write_text(LOCK, encoding="utf-8")
    return read_lock(tmp_path / "uv.lock")


@pytest.mark.parametrize(
    ("platform", "python", "groups", "expected"),
    [
        ("linux", "3.11", (), "a1 b1 c1 n1"),
        ("windows", "3.12", (), "a1 b1 c1 n2 w1"),
        ("linux", "3.12", ("dev",), "a1 b1 c1 n2 t1"),
    ],
)
def test_markers_extras_groups_and_versions(lock, platform, python, groups, expected) -> None:
    found = pins(lock, platform, python, project="mine", groups=groups)
    assert " ".join(f"{pin.name}{pin.version}" for pin in found) == expected


def test_an_extra_brings_what_it_needs(lock) -> None:
    found = pins(lock, "linux", "3.11", project="mine", extras=("jobs",))
    assert " ".join(pin.name for pin in found) == "a b c j n w"
    assert "j" not in {pin.name for pin in pins(lock, "linux", "3.11", project="mine")}


def test_a_linux_bundle_submits_jobs() -> None:
    lock = read_lock(ROOT / "uv.lock")
    found = pins(lock, "linux", "3.11", project="trajectories", extras=EXTRAS["linux"])
    names = {pin.name for pin in found}
    assert {f"snakemake-executor-plugin-slurm{part}" for part in ("", "-jobstep")} <= names


def test_a_pin_has_the_hashes_of_the_index_and_says_whether_there_are_wheels(lock) -> None:
    first, second, *_ = pins(lock, "linux", "3.12", project="mine")
    assert first.requirement() == "a==1 --hash=sha256:aa"
    assert (first.wheels, second.wheels) == (True, False)


def test_what_cannot_be_read_is_named(lock, tmp_path) -> None:
    with pytest.raises(UserError, match="no package yours"):
        pins(lock, "linux", "3.12", project="yours")
    (tmp_path / "uv.lock").write_text("name =", encoding="utf-8")
    with pytest.raises(FileError, match=r"uv\.lock"):
        read_lock(tmp_path / "uv.lock")


def test_only_windows_needs_what_only_windows_needs() -> None:
    """Of this project's own lock; all but one package have wheels."""
    lock = read_lock(ROOT / "uv.lock")
    by_platform = {
        platform: {
            pin.name: pin
            for pin in pins(lock, platform, "3.12", project="trajectories", groups=("dev", "docs"))
        }
        for platform in ("linux", "windows")
    }
    linux, windows = by_platform["linux"], by_platform["windows"]
    terminals = {"pexpect", "ptyprocess"}  # by which a notebook's kernel talks to a shell
    assert set(linux) - set(windows) == terminals
    assert set(windows) - set(linux)
    assert {"numpy", "numba", "snakemake", "pytest", "mkdocs-material"} <= set(linux) & set(windows)
    built = {pin.name for found in by_platform.values() for pin in found.values() if not pin.wheels}
    assert built == {"connection-pool"}
