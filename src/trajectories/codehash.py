"""A hash of the code that a rule runs: an edit reruns the rule and everything downstream.

Snakemake tracks a rule's inputs and parameters, not the package behind its command. Each rule
therefore carries a hash of the syntax trees of its module and of all modules of the package that
this one imports. Comments, layout and docstrings do not change it.
"""

import ast
import hashlib
from functools import cache
from pathlib import Path

PACKAGE = "trajectories"
ROOT = Path(__file__).parent


@cache
def code_hash(module: str) -> str:
    """Hash the syntax tree of `module` and of its imports inside the package.

    Args:
        module: dotted name, such as `trajectories.verbs.sequences`.

    Returns:
        Sixteen hexadecimal digits, the same on every machine.

    Raises:
        ValueError: there is no such module in the package.
    """
    if _file_of(module) is None:
        message = f"there is no module {module}"
        raise ValueError(message)
    digest = hashlib.sha256()
    for name in sorted(closure(module)):
        digest.update(f"{name}\n{ast.dump(_tree(name))}\n".encode())
    return digest.hexdigest()[:16]


def closure(module: str) -> set[str]:
    """Return `module` and all modules of the package that it imports, directly or indirectly."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name in found or _file_of(name) is None:
            continue
        found.add(name)
        waiting.extend(_imports(name))
        if "." in name:
            waiting.append(name.rpartition(".")[0])
    return found


def _imports(module: str) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(module, node)
            names.add(base)
            names.update(f"{base}.{alias.name}" for alias in node.names)
    return {name for name in names if name.split(".")[0] == PACKAGE}


def _absolute(module: str, node: ast.ImportFrom) -> str:
    if node.level == 0:
        return node.module or ""
    file = _file_of(module)
    is_package = file is not None and file.name == "__init__.py"
    parts = module.split(".")
    base = parts[: len(parts) - node.level + (1 if is_package else 0)]
    return ".".join([*base, node.module] if node.module else base)


@cache
def _tree(module: str) -> ast.Module:
    file = _file_of(module)
    tree = ast.parse(file.read_text(encoding="utf-8")) if file else ast.Module([], [])
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            _drop_docstring(node)
    return tree


def _drop_docstring(
    node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef,
) -> None:
    if ast.get_docstring(node, clean=False) is not None:
        node.body = node.body[1:]


def _file_of(module: str) -> Path | None:
    path = ROOT.joinpath(*module.split(".")[1:])
    for candidate in (path.with_suffix(".py"), path / "__init__.py"):
        if module.split(".")[0] == PACKAGE and candidate.is_file():
            return candidate
    return None
