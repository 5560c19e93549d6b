"""One line for a result at the prompt, and its tables in a notebook."""

from collections.abc import Callable
from html import escape
from typing import Any, TypeVar

import polars as pl

Kind = TypeVar("Kind", bound=type)
MOST_ROWS = 20


def described(line: Callable[[Any], str], *tables: str) -> Callable[[Kind], Kind]:
    """Give a class of results a `__repr__` of one line and a `_repr_html_` with tables.

    A result is equal to itself alone.

    Args:
        line: what to say of a result after its class's name; aggregates alone, no person.
        tables: attributes that hold tables of aggregates, of which a notebook shows the first rows.
    """

    def __repr__(self: Any) -> str:
        return f"{type(self).__name__}: {line(self)}"

    def _repr_html_(self: Any) -> str:
        parts = [f"<p>{escape(repr(self))}</p>"]
        for name in tables:
            table = getattr(self, name)
            if isinstance(table, pl.DataFrame):
                shown = f", first {MOST_ROWS} of {table.height:,} rows"
                more = shown if table.height > MOST_ROWS else ""
                parts.append(f"<p><code>{escape(name)}</code>{more}</p>")
                parts.append(table.head(MOST_ROWS)._repr_html_())
        return "".join(parts)

    def decorate(kind: Kind) -> Kind:
        methods = {
            "__repr__": __repr__,
            "_repr_html_": _repr_html_,
            # Tables and arrays give no single answer to whether they are equal.
            "__eq__": object.__eq__,
            "__hash__": object.__hash__,
        }
        for name, method in methods.items():
            setattr(kind, name, method)
        return kind

    return decorate
