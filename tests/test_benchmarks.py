"""The benchmarks fit today's layout of the package; they are read, not run."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPTS = sorted((ROOT / "benchmarks").glob("*.py"))


def module_file(name: str) -> Path | None:
    """Find the file of a module of the package."""
    stem = ROOT / "src" / Path(*name.split("."))
    return next((p for p in (stem.with_suffix(".py"), stem / "__init__.py") if p.is_file()), None)


def names_in(file: Path) -> set[str]:
    """List what a module has at its top: what it defines, assigns and imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Assign(targets=targets):
                found |= {leaf.id for t in targets for leaf in ast.walk(t) if hasattr(leaf, "id")}
            case ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
            case ast.ImportFrom(names=names):
                found |= {alias.asname or alias.name for alias in names}
            case ast.Constant(value=str(text)):  # packages that load a name when it is asked for
                found.add(text)
    return found


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_what_a_benchmark_imports_is_there(script: Path) -> None:
    missing = []
    for node in ast.walk(ast.parse(script.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("trajectories"):
            module = str(node.module)
            file = module_file(module)
            known = names_in(file) if file else set()
            missing += [
                f"{module}.{alias.name}"
                for alias in node.names
                if alias.name not in known and not module_file(f"{module}.{alias.name}")
            ]
    assert not missing


def test_the_readme_names_every_benchmark() -> None:
    readme = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    assert not [path.name for path in SCRIPTS if path.name not in readme]
