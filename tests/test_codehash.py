import ast
from pathlib import Path

import pytest

from trajectories import cli, codehash
from trajectories.codehash import Code

PAGES = ("release.figures", "release.headline", "release.provenance", "release.report")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    files = {
        "__init__.py": "",
        "a.py": '"""Doc."""\nfrom trajectories import b\nfrom trajectories.c import x\n',
        "b.py": "import os\nimport trajectories.d\n",
        "c/__init__.py": "from ._inner import x\nfrom ._other import w\n",
        "c/_inner.py": "x = 1\n",
        "c/_other.py": "w = 1\n",
        "d.py": "y = 2\n",
        "e.py": "z = 3\n",
        "f/__init__.py": "import pkgutil\n",
        "f/found.py": "import trajectories.e\n",
        "templates/page.html.j2": "<p></p>",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_closure_follows_absolute_relative_and_nested_imports(package: Path) -> None:
    assert Code(root=package).closure("trajectories.a") == {
        "trajectories",
        "trajectories.a",
        "trajectories.b",
        "trajectories.c",
        "trajectories.c._inner",
        "trajectories.d",
    }


def test_a_name_counts_with_the_module_that_defines_it_and_not_with_its_package(
    package: Path,
) -> None:
    before = Code(root=package).hash("trajectories.a")
    (package / "c/_other.py").write_text("w = 2\n")
    init = package / "c/__init__.py"
    init.write_text(f"{init.read_text()}from trajectories.e import z\n__all__ = ['x', 'z']\n")
    assert Code(root=package).hash("trajectories.a") == before


def test_a_package_that_finds_its_modules_counts_with_all_of_them(package: Path) -> None:
    assert Code(root=package).closure("trajectories.f") == {
        "trajectories",
        "trajectories.e",
        "trajectories.f",
        "trajectories.f.found",
    }


@pytest.mark.parametrize("name", ["a.py", "b.py", "c/_inner.py", "d.py", "__init__.py"])
def test_an_edit_of_any_imported_module_changes_the_hash(package: Path, name: str) -> None:
    before = Code(root=package).hash("trajectories.a")
    with (package / name).open("a") as stream:
        stream.write("new = 1\n")
    assert Code(root=package).hash("trajectories.a") != before


def test_other_modules_comments_layout_and_docstrings_do_not_count(package: Path) -> None:
    before = Code(root=package).hash("trajectories.a")
    (package / "e.py").write_text("z = 4\n")
    (package / "d.py").write_text('"""Now with words."""\n\n\ny = 2  # why\n')
    assert Code(root=package).hash("trajectories.a") == before


def test_marked_words_and_templates_count_for_pages_alone(package: Path) -> None:
    def hashes() -> tuple[str, str]:
        code = Code(root=package)
        return code.hash("trajectories.a"), code.hash("trajectories.a", words=True)

    (package / "d.py").write_text('y = _("Mean caseload")\n')
    first = hashes()
    (package / "d.py").write_text('y = _("Average caseload")\n')
    second = hashes()
    (package / "templates/page.html.j2").write_text("<p>Caseload</p>")
    third = hashes()
    assert first[0] == second[0] == third[0]
    assert len({first[1], second[1], third[1]}) == 3
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "d.cpython-311.pyc.1234").write_text("half of it")
    assert hashes() == third
    (package / "d.py").write_text('y = _("Average caseload"), 1\n')
    assert hashes()[0] != third[0]


def test_what_is_kept_is_used_for_as_long_as_the_file_stays_the_same(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = package / "code.json"
    first = Code(kept, package).hash("trajectories.a")
    parsed = []
    monkeypatch.setattr(codehash, "_parsed", lambda *given, **_: parsed.append(given[0]))
    assert Code(kept, package).hash("trajectories.a") == first
    assert parsed == []
    monkeypatch.undo()
    (package / "d.py").write_text("y = 22\n")
    changed = Code(kept, package).hash("trajectories.a")
    assert changed != first
    assert changed == Code(root=package).hash("trajectories.a")
    kept.write_text("not whole")
    assert Code(kept, package).hash("trajectories.a") == changed


def test_an_unknown_module_is_an_error(package: Path) -> None:
    with pytest.raises(ValueError, match="there is no module"):
        Code(root=package).hash("trajectories.nothing")


@pytest.fixture(scope="module")
def closures() -> dict[str, set[str]]:
    """What each command of the workflow runs."""
    code = Code()
    places = [row.place.partition(":")[0] for row in cli.COMMANDS if row.step]
    return {place: code.closure(f"trajectories.commands.{place}") for place in places}


def draws(place: str) -> bool:
    """Whether a command makes pages or pictures, which name the study as its settings do."""
    return place.startswith("release.") or place == "typology.picture"


def test_every_import_of_the_real_package_resolves_inside_it(closures) -> None:
    for place, names in closures.items():
        assert len(names) > 5
        assert "trajectories.cli" not in names
        if not draws(place):
            assert "trajectories.config.root" not in names, f"{place} reads its own sections only"


def test_a_rule_runs_its_own_code_and_not_its_stage(closures) -> None:
    """No computing rule depends on a word of a page, nor on what only another rule runs."""
    for place, names in closures.items():
        if not draws(place):
            assert not {name for name in names if name.startswith("trajectories.release")}, place
    histories = {"trajectories.histories.tables", "trajectories.histories.after_changes"}
    assert histories <= closures["hazards.histories"]
    assert not histories & closures["hazards.changes"]
    assert not histories & closures["hazards.risk"]
    verdict = {name for name in closures["hazards.estimate"] if "verdict" in name}
    assert verdict
    assert not verdict & closures["hazards.risk"]
    for page in PAGES:
        assert any(name.startswith("trajectories.release.") for name in closures[page])


def test_a_changed_word_of_a_caption_redraws_and_estimates_nothing(tmp_path: Path) -> None:
    import shutil

    root = tmp_path / "trajectories"
    shutil.copytree(codehash.ROOT, root, ignore=shutil.ignore_patterns("__pycache__"))
    place, before, after = captioned(root)

    def hashes() -> dict[str, str]:
        code = Code(root=root)
        return {
            name: code.hash(f"trajectories.commands.{name}", words=name in PAGES)
            for name in ("hazards.risk", "hazards.estimate", "release.figures", "release.report")
        }

    first = hashes()
    place.write_text(place.read_text().replace(before, after, 1))
    second = hashes()
    assert {name for name in first if first[name] != second[name]} >= {"release.figures"}
    assert first["hazards.risk"] == second["hazards.risk"]
    assert first["hazards.estimate"] == second["hazards.estimate"]


def captioned(root: Path) -> tuple[Path, str, str]:
    """Find a caption in the package: its file, a word of it, and another word."""
    for path in sorted((root / "release").rglob("*.py")):
        if "caseload" in path.name or "captions" in path.name:
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Constant) and "aseload" in str(node.value):
                    return path, "aseload", "aselist"
    raise AssertionError("no caption of caseloads")


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
