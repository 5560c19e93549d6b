"""Public names of packages, imported when they are first used.

A command imports the modules that it runs, and each of these its package. Were a package to import
all that it hands on, every command would wait for the models of all.
"""

import ast
import importlib
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any


def lazily(package: str) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Give a package its `__getattr__` and `__dir__` (PEP 562).

    The package imports its public names under `if TYPE_CHECKING:`, where type checkers and code
    hashes read them, and lists them in `__all__`.
    """

    def find(name: str) -> Any:
        home = _homes(package).get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(importlib.import_module(home), name)

    return find, lambda: sorted(_homes(package))


def found_above(module: str, name: str) -> Any:
    """Return what a module of a higher floor offers, for a method that only hands on to it.

    Nothing below depends on it: the method alone fails without it, and code hashes of stages do not
    count it.
    """
    return getattr(importlib.import_module(module), name)


@cache
def _homes(package: str) -> dict[str, str]:
    """Map the names that a package imports for type checkers to the modules that hold them."""
    source = Path(str(sys.modules[package].__file__)).read_text(encoding="utf-8")
    blocks = [node for node in ast.parse(source).body if isinstance(node, ast.If)]
    return {
        alias.name: node.module
        for block in blocks
        for node in block.body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
