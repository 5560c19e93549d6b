import ast
from pathlib import Path

import pytest

from trajectories import codehash


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    files = {
        "__init__.py": "",
        "a.py": '"""Doc."""\nfrom trajectories import b\nfrom trajectories.c import x\n',
        "b.py": "import os\nimport trajectories.d\n",
        "c/__init__.py": "from ._inner import x\n",
        "c/_inner.py": "x = 1\n",
        "d.py": "y = 2\n",
        "e.py": "z = 3\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(codehash, "ROOT", tmp_path)
    _forget()
    yield tmp_path
    _forget()


def _forget() -> None:
    codehash.code_hash.cache_clear()
    codehash._tree.cache_clear()


def _hash(module: str) -> str:
    _forget()
    return codehash.code_hash(module)


def test_closure_follows_absolute_relative_and_nested_imports(package: Path) -> None:
    assert codehash.closure("trajectories.a") == {
        "trajectories",
        "trajectories.a",
        "trajectories.b",
        "trajectories.c",
        "trajectories.c._inner",
        "trajectories.d",
    }


@pytest.mark.parametrize("name", ["a.py", "b.py", "c/_inner.py", "d.py", "__init__.py"])
def test_an_edit_of_any_imported_module_changes_the_hash(package: Path, name: str) -> None:
    before = _hash("trajectories.a")
    with (package / name).open("a") as stream:
        stream.write("new = 1\n")
    assert _hash("trajectories.a") != before


def test_other_modules_comments_layout_and_docstrings_do_not_count(package: Path) -> None:
    before = _hash("trajectories.a")
    (package / "e.py").write_text("z = 4\n")
    (package / "d.py").write_text('"""Now with words."""\n\n\ny = 2  # why\n')
    assert _hash("trajectories.a") == before


def test_an_unknown_module_is_an_error(package: Path) -> None:
    with pytest.raises(ValueError, match="there is no module"):
        codehash.code_hash("trajectories.nothing")


def test_every_import_of_the_real_package_resolves_inside_it() -> None:
    for stage in ("register", "sequences", "hazards", "release"):
        names = codehash.closure(f"trajectories.verbs.{stage}")
        assert f"trajectories.{stage}" in names
        assert "trajectories.config.root" not in names, "verbs read their own sections only"


def test_a_stage_imports_only_the_stages_before_it() -> None:
    order = ["register", "sequences", "dissimilarity", "typology", "reform", "hazards", "release"]
    for position, stage in enumerate(order):
        later = set(order[position + 1 :])
        for path in sorted((codehash.ROOT / stage).rglob("*.py")):
            imported = {
                node.module.split(".")[1]
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.ImportFrom)
                and (node.module or "").startswith("trajectories.")
            }
            assert not imported & later, f"{path.name} of {stage} imports {imported & later}"
