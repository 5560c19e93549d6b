"""Leaves of nested settings that two releases do not share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ABSENT = "–"


@dataclass(frozen=True)
class Leaf:
    """A leaf in which two releases differ; `–` where one has none."""

    key: str
    first: str
    second: str


def changed_leaves(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Leaf]:
    """List the leaves in which two nested mappings differ, by dotted key in order."""
    one, other = _flat(first), _flat(second)
    return [
        Leaf(key, one.get(key, ABSENT), other.get(key, ABSENT))
        for key in sorted(one.keys() | other.keys())
        if one.get(key) != other.get(key)
    ]


def _flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and value:
            flat |= _flat(value, f"{name}.")
        else:
            flat[name] = "null" if value is None else str(value)
    return flat
