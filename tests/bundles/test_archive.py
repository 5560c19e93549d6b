"""The zip, its checksums and the page; installing it is benchmarks/bundle.py's part."""

import hashlib
import subprocess
import zipfile
from pathlib import Path

import pytest

from trajectories.bundles.archive import SUMS, project_files, write_zip
from trajectories.bundles.lock import Pin
from trajectories.bundles.page import page
from trajectories.bundles.wheels import Wheel, describe, requirements
from trajectories.errors import UserError

ROOT = Path(__file__).parents[2]
ABOUT = "Metadata-Version: 2.4\nName: Some.Thing\nVersion: 1.0\n"


def wheel(folder: Path, about: str, name: str = "some_thing-1.0-py3-none-any.whl") -> Path:
    with zipfile.ZipFile(folder / name, "w") as archive:
        archive.writestr("some_thing-1.0.dist-info/METADATA", ABOUT + about + "\n")
    return folder / name


def test_a_zip_has_the_same_bytes_again_and_its_sums_hold(tmp_path: Path) -> None:
    (tmp_path / "æ (1).txt").write_bytes(b"one")
    files = {"b/æ (1).txt": tmp_path / "æ (1).txt"}
    for name in ("first.zip", "second.zip"):
        write_zip(files, {"a.txt": "two"}, "top", tmp_path / name)
    first, second = (tmp_path / name for name in ("first.zip", "second.zip"))
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert archive.namelist() == ["top/a.txt", "top/b/æ (1).txt", f"top/{SUMS}"]
        sums = archive.read(f"top/{SUMS}").decode("utf-8").splitlines()
    assert sums[1] == f"{hashlib.sha256(b'one').hexdigest()}  b/æ (1).txt"


def test_a_slim_bundle_has_what_a_run_reads(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    for name in ("run.py", "src/a.py", "tests/b.py", "docs/c.md", "results/d.txt", ".gitignore"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("/results/\n", encoding="utf-8")
    assert project_files(tmp_path, slim=True) == [".gitignore", "run.py", "src/a.py"]
    assert {"tests/b.py", "docs/c.md"} <= set(project_files(tmp_path, slim=False))
    assert "results/d.txt" not in project_files(tmp_path, slim=False)


def test_no_clone_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="no clone of the project"):
        project_files(tmp_path, slim=False)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UserError, match="git is missing"):
        project_files(tmp_path, slim=False)


@pytest.mark.parametrize(
    ("about", "licence"),
    [
        ("License-Expression: MIT", "MIT"),
        ("License: BSD 3-Clause æ", "BSD 3-Clause æ"),
        ("Classifier: License :: OSI Approved :: MIT License", "MIT License"),
        (f"License: {'long ' * 30}", "see the wheel"),
        ("License: Copyright (c) 2015, they", "see the wheel"),
        ("License: ========", "see the wheel"),
        ("License: x\nClassifier: License :: OSI Approved :: MIT License", "MIT License"),
        ("", "see the wheel"),
    ],
)
def test_licences_are_in_the_authors_words(tmp_path: Path, about: str, licence: str) -> None:
    assert describe(wheel(tmp_path, about)).licence == licence


def test_requirements_name_the_hashes_of_the_wheels_that_are_there(tmp_path: Path) -> None:
    found = [describe(wheel(tmp_path, ""))]
    pin = Pin("some-thing", "1.0", ("sha256:other",), wheels=True)
    text = requirements([pin], found)
    assert text == f"some-thing==1.0 --hash=sha256:{found[0].sha256}\n"
    with pytest.raises(KeyError):
        requirements([Pin("missing", "1.0", (), wheels=True)], found)


@pytest.mark.parametrize("slim", [True, False])
def test_the_page_says_what_it_is_and_whether_it_was_tried(slim: bool) -> None:
    wheels = [Wheel("numpy", "2.0", "BSD", "numpy.whl", "00")]
    text = page("x-1", "windows", ["3.12"], wheels, size=3_000_000, slim=slim)
    assert "Nobody has yet run it on Windows" in text
    assert "no network calls" in text
    assert "numpy 2.0  BSD" in text
    assert ("docs-html" in text) is not slim
    assert max(map(len, text.splitlines())) <= 120
