"""A hash of the code that a rule runs, so that an edit reruns the rule and those after it.

Snakemake tracks a rule's inputs and parameters, not the package behind its command. Each rule
therefore carries the hash of its command's syntax tree and of all that this imports inside the
package. A name that a package only hands on counts with the module that defines it. Comments,
layout and docstrings never count, and words that are marked for translation count for pages alone.
"""

import ast
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

PACKAGE = "trajectories"
ROOT = Path(__file__).parent
MARKS = ("_", "n_")
"""Functions that mark messages: `trajectories.words`."""
FINDERS = ("pkgutil", "importlib.import_module")
"""What a module imports that finds others by itself: all modules of its package count then."""


class Module(NamedTuple):
    """What is known of a module's file.

    Attributes:
        stamp: size and time of the file.
        code: hash of the syntax tree without words.
        worded: hash of the syntax tree with words.
        imports: module and name of each import inside the package; no name for the module itself.
        handed_on: of a package, the names that it imports, with module and name of each.
        finds: whether it finds other modules by itself.
    """

    stamp: list[int]
    code: str
    worded: str
    imports: list[list[str]]
    handed_on: dict[str, list[str]]
    finds: bool


class Code:
    """The package's modules, each parsed once for as long as its file stays the same."""

    def __init__(self, kept: Path | None = None, root: Path = ROOT) -> None:
        """Begin with what is known from before."""
        self.root, self.kept = root, kept
        self._files: dict[str, Path | None] = {}
        self._modules: dict[str, Module] = {}
        self._after: dict[str, set[str]] = {}
        self._changed = False
        self._before: dict[str, Any] = {}
        # Another version of Python names the nodes of its trees in another way.
        self._version = [*sys.version_info[:2], *_stamp(Path(__file__))]
        try:
            document = json.loads(kept.read_text(encoding="utf-8")) if kept else {}
        except (OSError, ValueError):
            document = {}
        if document.get("version") == self._version:
            self._before = document["modules"]

    def hash(self, module: str, *, words: bool = False) -> str:
        """Hash the syntax tree of `module` and of its imports inside the package.

        Args:
            module: dotted name, such as `trajectories.commands.hazards.risk`.
            words: whether the words that are marked for translation count, and the package's files
                that are no code: templates, catalogues.

        Returns:
            Sixteen hexadecimal digits; the same for the same code on any machine.

        Raises:
            ValueError: there is no such module in the package.
        """
        if self._file_of(module) is None:
            message = f"there is no module {module}"
            raise ValueError(message)
        digest = hashlib.sha256()
        for name in sorted(self.closure(module)):
            known = self._module(name)
            digest.update(f"{name}\n{known.worded if words else known.code}\n".encode())
        if words:
            digest.update(self._data.encode())
        self._keep()
        return digest.hexdigest()[:16]

    def closure(self, module: str) -> set[str]:
        """Return `module`, the modules that it imports, directly or not, and their packages."""
        found: set[str] = set()
        waiting = [module]
        while waiting:
            name = waiting.pop()
            if name in found or self._file_of(name) is None:
                continue
            found.add(name)
            waiting.extend(self._imported(name))
        parents = {
            name.rsplit(".", steps)[0] for name in found for steps in range(1, name.count(".") + 1)
        }
        return found | parents

    def _imported(self, name: str) -> set[str]:
        """Name the modules that a module imports, itself or by finding them."""
        if name not in self._after:
            known = self._module(name)
            found = self._beside(name) if known.finds else ()
            self._after[name] = {*found, *(self._home(*pair) for pair in known.imports)}
        return self._after[name]

    def _home(self, module: str, name: str) -> str:
        if not name:
            return module
        if self._file_of(f"{module}.{name}") is not None:
            return f"{module}.{name}"
        if self._file_of(module) is not None and name in self._module(module).handed_on:
            return self._home(*self._module(module).handed_on[name])
        return module

    def _beside(self, module: str) -> Iterator[str]:
        """List all modules of the package that a module lies in, or is."""
        file = self._file_of(module)
        for path in sorted(file.parent.rglob("*.py")) if file else ():
            parts = path.relative_to(self.root).with_suffix("").parts
            yield ".".join([PACKAGE, *parts]).removesuffix(".__init__")

    def _module(self, name: str) -> Module:
        """Return what is known of a module; it is parsed where its file has changed."""
        if name not in self._modules:
            file = self._file_of(name)
            stamp = _stamp(file) if file else []
            before = self._before.get(name)
            if before is not None and before[0] == stamp:
                self._modules[name] = Module(*before)
            else:
                self._changed = True
                text = file.read_text(encoding="utf-8") if file else ""
                is_package = file is not None and file.name == "__init__.py"
                self._modules[name] = _parsed(name, stamp, ast.parse(text), is_package=is_package)
        return self._modules[name]

    def _file_of(self, module: str) -> Path | None:
        if module not in self._files:
            package, *parts = module.split(".")
            path = self.root.joinpath(*parts)
            candidates = (path / "__init__.py", path.with_suffix(".py"))
            found = [file for file in candidates if package == PACKAGE and file.is_file()]
            self._files[module] = found[0] if found else None
        return self._files[module]

    @cached_property
    def _data(self) -> str:
        digest = hashlib.sha256()
        for path in sorted(self.root.rglob("*")):
            # Another process may be compiling: what it writes beside a module is no part of it.
            if path.is_file() and path.suffix != ".py" and path.parent.name != "__pycache__":
                digest.update(f"{path.relative_to(self.root).as_posix()}\n".encode())
                digest.update(path.read_bytes())
        return digest.hexdigest()

    def _keep(self) -> None:
        if self.kept is None or not self._changed:
            return
        self._changed = False
        beside = self.kept.with_suffix(f".{os.getpid()}")
        document = {"version": self._version, "modules": {**self._before, **self._modules}}
        try:
            beside.write_text(json.dumps(document), encoding="utf-8")
            beside.replace(self.kept)
        except OSError:  # what is not kept is calculated again
            with suppress(OSError):
                beside.unlink(missing_ok=True)


def _stamp(file: Path) -> list[int]:
    found = file.stat()
    return [found.st_size, found.st_mtime_ns]


def _parsed(name: str, stamp: list[int], tree: ast.Module, *, is_package: bool) -> Module:
    imports: list[list[str]] = []
    handed_on: dict[str, list[str]] = {}
    finds = False
    nodes = list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.Import):
            imports += [[alias.name, ""] for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(name, node, is_package=is_package)
            imports += [[base, alias.name] for alias in node.names]
            if is_package:
                handed_on |= {
                    alias.asname or alias.name: [base, alias.name] for alias in node.names
                }
        elif isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            _drop_docstring(node)
    finds = any(".".join(pair).startswith(FINDERS) for pair in imports)
    if is_package:
        tree.body = [node for node in tree.body if not _hands_on(node)]
    worded = _hash_of(tree)
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            node.args = [arg for arg in node.args if not isinstance(arg, ast.Constant)]
    own = [pair for pair in imports if pair[0].partition(".")[0] == PACKAGE]
    handed_on = {key: pair for key, pair in handed_on.items() if pair in own}
    return Module(stamp, _hash_of(tree), worded, own, handed_on, finds)


def _hash_of(tree: ast.Module) -> str:
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()[:16]


def _hands_on(node: ast.stmt) -> bool:
    """Whether a statement of a package only hands on names of its modules."""
    if isinstance(node, ast.Assign):
        return any(isinstance(name, ast.Name) and name.id == "__all__" for name in node.targets)
    if isinstance(node, ast.If):
        return all(isinstance(inner, ast.ImportFrom) for inner in node.body)
    return isinstance(node, ast.ImportFrom)


def _absolute(module: str, node: ast.ImportFrom, *, is_package: bool) -> str:
    if node.level == 0:
        return node.module or ""
    parts = module.split(".")
    base = parts[: len(parts) - node.level + (1 if is_package else 0)]
    return ".".join([*base, node.module] if node.module else base)


def _drop_docstring(
    node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef,
) -> None:
    if ast.get_docstring(node, clean=False) is not None:
        node.body = node.body[1:]
