"""Facts about the project's own files."""

import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PUBLIC = {"https://pypi.org", "https://files.pythonhosted.org"}


def test_the_lock_names_the_public_index_only() -> None:
    text = (ROOT / "uv.lock").read_text(encoding="utf-8")
    assert set(re.findall(r"https?://[^/\" ]+", text)) == PUBLIC


def test_the_ci_runs_the_readme_test_command() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text()
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make results" in readme
    assert "make test" in readme


def test_runtime_dependencies_are_not_under_the_gpl() -> None:
    from importlib.metadata import distribution

    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    waiting = [re.split(r"[\[<>=]", name)[0] for name in document["project"]["dependencies"]]
    assert len(waiting) > 10
    for name in waiting:
        meta = distribution(name).metadata
        said = [meta.get("License-Expression") or meta.get("License") or ""]
        said += [line for line in meta.get_all("Classifier") or [] if "License ::" in line]
        text = " ".join(line[:200] for line in said)
        assert not re.search(r"(?<!L)GPL|GNU General Public", text), f"{name}: {text}"


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"version: {project['version']}\n" in citation
    assert re.findall(r"^## (\d\S+)", changes, re.M)[0] == project["version"]


def test_source_files_stay_under_400_lines() -> None:
    files = subprocess.run(
        ["git", "ls-files", "*.py", "*.smk"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    long = {
        name: count
        for name in files
        if (count := len((ROOT / name).read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long
