"""The rooms of the package: who may import whom, how large they are, what they say they are for."""

import ast
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "trajectories"
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))
MOST_MODULES = 15


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the import contracts of a folder that holds `pyproject.toml` and `src`."""
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rooms")
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copytree(
        PACKAGE, folder / "src" / "trajectories", ignore=shutil.ignore_patterns("__pycache__")
    )
    return folder


def test_the_contracts_hold(copy: Path) -> None:
    done = lint(copy)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "line", "said"),
    [
        ("register/clean/sort.py", "import trajectories.hazards.parts", "hazards.parts"),
        ("survival/errors.py", "import trajectories.caseworkers.changes", "caseworkers.changes"),
        ("hazards/designs/rows.py", "import trajectories.hazards.headline.models", ".designs ->"),
        ("attic.py", "", "attic"),
    ],
    ids=["upwards", "beside", "circle", "without a floor"],
)
def test_a_planted_violation_is_found(copy: Path, module: str, line: str, said: str) -> None:
    path = copy / "src" / "trajectories" / module
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{text}\n{line}\n", encoding="utf-8")
    done = lint(copy)
    if text:
        path.write_text(text, encoding="utf-8")
    else:
        path.unlink()
    assert done.returncode == 1
    assert said in done.stdout


def test_no_folder_has_too_many_modules() -> None:
    sizes = Counter(path.parent for path in MODULES if path.name != "__init__.py")
    assert not {str(folder): n for folder, n in sizes.items() if n > MOST_MODULES}


def test_no_name_of_a_module_begins_with_an_underscore() -> None:
    own = ("__init__.py", "__main__.py")
    assert not [path for path in MODULES if path.name.startswith("_") and path.name not in own]


def test_every_folder_says_what_it_is_for() -> None:
    silent = [
        path
        for path in MODULES
        if path.name == "__init__.py"
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not silent


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """Yield module and name of everything of the package that a module imports by name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("trajectories"):
            yield from ((str(node.module), alias.name) for alias in node.names)


def test_no_private_name_is_imported() -> None:
    private = [
        (path.relative_to(PACKAGE), module, name)
        for path in MODULES
        for module, name in imports(path)
        if name != "_"  # gettext's own name
        and any(part.startswith("_") for part in (*module.split("."), name))
    ]
    assert not private
