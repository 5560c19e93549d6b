"""YAML files as they stand, before their keys are looked at."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from trajectories.errors import UserError

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_document(path: Path) -> Any:
    """Read a YAML file.

    Raises:
        UserError: the file is missing, is no YAML in UTF-8, or gives a key twice, of which YAML
            would keep the last and lose the others.
    """
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, LOADER)
        repeated = "\n".join(_repeated(node, "")) if node else ""
        if repeated:
            raise UserError(f"{path}: a key stands twice, and YAML keeps the last:\n{repeated}")
        return yaml.load(text, LOADER)
    except FileNotFoundError:
        message = f"{path} is missing: name a configuration file that exists."
        raise UserError(message) from None
    except UnicodeDecodeError:
        raise UserError(f"{path} is not in UTF-8: save it so.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        message = f"{path}{where} is not valid YAML: check indentation, colons and quotes there."
        raise UserError(message) from None


def _repeated(node: yaml.Node, above: str) -> Iterator[str]:
    """A line for each key that its mapping has already."""
    if isinstance(node, yaml.SequenceNode):
        for part in node.value:
            yield from _repeated(part, above)
    if not isinstance(node, yaml.MappingNode):
        return
    first: dict[str, int] = {}
    for key, value in node.value:
        name, line = str(key.value), key.start_mark.line + 1
        place = f"{above}.{name}" if above else name
        if name in first:
            yield f"  {place}: on line {first[name]} and again on line {line}; put both together"
        first.setdefault(name, line)
        yield from _repeated(value, place)
