"""What each key means: the text below it in its model's source.

Read when the reference or the schema is written, never when a model is imported: that would cost
every command a second look at the source of all models.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from pydantic import BaseModel

from trajectories.config.kinds import models_in


@cache
def meanings(model: type[BaseModel]) -> dict[str, str]:
    """Return the text below each key of a model, those of the models it extends among them."""
    found: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if base is not BaseModel and issubclass(base, BaseModel):
            source = ast.parse(textwrap.dedent(inspect.getsource(base))).body[0]
            assert isinstance(source, ast.ClassDef)
            found |= dict(_texts(source.body))
    return found


def models_below(model: type[BaseModel]) -> list[type[BaseModel]]:
    """Return a model and the models of its keys, at any depth, each once."""
    found = [model]
    for one in found:
        inside = (
            inner for field in one.model_fields.values() for inner in models_in(field.annotation)
        )
        found += [inner for inner in dict.fromkeys(inside) if inner not in found]
    return found


def _texts(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for key, below in pairwise(body):
        if isinstance(key, ast.AnnAssign) and isinstance(key.target, ast.Name):
            match below:
                case ast.Expr(ast.Constant(str(text))):
                    yield key.target.id, inspect.cleandoc(text)
