"""Reading YAML files with their scalars as they were written, before validation."""

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from trajectories.errors import UserError

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LARGEST = 1_000_000
"""Most values of a file with its aliases written out."""
UNSEEN = {"\t": "tab", "\u00a0": "space that does not break"}
MEND = "check indentation, colons and quotes there"
TAGS = ("int", "float", "bool", "timestamp")


class Spelled(str):
    """A scalar as it was written, so that a code `0730` or a value `NO` keeps its spelling.

    Attributes:
        value: the scalar as YAML 1.1 reads it (472, False).
    """

    value: Any


class Loader(LOADER):  # type: ignore[misc, valid-type]
    """A safe loader that keeps numbers, truth values and dates as they were written."""


def _spelled(tag: str) -> Any:
    usual = LOADER.yaml_constructors[tag]

    def construct(loader: Loader, node: yaml.ScalarNode) -> Spelled:
        text = Spelled(node.value)
        try:
            text.value = usual(loader, node)
        except ValueError:
            text.value = node.value
        return text

    return construct


for _tag in (f"tag:yaml.org,2002:{name}" for name in TAGS):
    Loader.add_constructor(_tag, _spelled(_tag))


def read_document(path: Path) -> Any:
    """Read a YAML file; its numbers, truth values and dates are `Spelled`.

    Raises:
        UserError: the file is missing, is not YAML in UTF-8, or repeats a key, of which YAML
            would keep only the last.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        node = yaml.compose(text, LOADER)
        if node and _size(node, {}) > LARGEST:
            raise UserError(f"{path} holds anchors that repeat each other: write them out.")
        repeated = "\n".join(_repeated(node, "")) if node else ""
        if repeated:
            raise UserError(f"{path}: a key is repeated, and YAML keeps only the last:\n{repeated}")
        return yaml.load(text, Loader)
    except FileNotFoundError:
        message = f"{path} is missing: name a configuration file that exists."
        raise UserError(message) from None
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror}): name a configuration file."
        raise UserError(message) from None
    except UnicodeDecodeError:
        raise UserError(f"{path} is not in UTF-8: save it so.") from None
    except RecursionError:
        raise UserError(f"{path} holds an anchor that contains itself: write it out.") from None
    except yaml.constructor.ConstructorError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise UserError(
            f"{path}, line {line}: YAML takes a value that begins with ! for a kind of its own, "
            "which configurations do not have: leave it out, or write the value in quotes."
        ) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        # The parser stops on the line that no longer fits, which may be the next.
        near = text.split("\n")[max(mark.line - 1, 0) : mark.line + 1] if mark else []
        unseen = [word for sign, word in UNSEEN.items() if any(sign in line for line in near)]
        mend = (
            f"here or on the line before is a {unseen[0]}: indent with spaces" if unseen else MEND
        )
        message = f"{path}{where} is not valid YAML: {mend}."
        raise UserError(message) from None


def sections(path: Path) -> dict[str, Any]:
    """Return the sections of a configuration file by name; none if the file is empty.

    Raises:
        UserError: the file cannot be read or is not a map of sections.
    """
    document = read_document(path)
    if document is not None and not isinstance(document, dict):
        raise UserError(f"{path} must hold sections such as `run:` and `register:`.")
    return document or {}


def merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Merge `above` into `below`, key by key, as Snakemake does with its `--configfile`."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        if isinstance(value, Mapping):
            merged[key] = merge(under if isinstance(under, Mapping) else {}, value)
        else:
            merged[key] = value
    return merged


def as_written(config: Any, written: Any) -> Any:
    """Restore the original spelling of values that a YAML reader has converted.

    Args:
        config: a document of plain values, such as Snakemake's merged configuration.
        written: one of the files that were merged, as `read_document` returns it.

    Returns:
        `config`, with each key and value that `written` has in the same place as `Spelled`.
    """
    if isinstance(config, Mapping) and isinstance(written, Mapping):
        keys = {getattr(key, "value", key): key for key in written}
        return {
            keys.get(key, key): as_written(value, written[keys[key]]) if key in keys else value
            for key, value in config.items()
        }
    if isinstance(config, list) and isinstance(written, list) and len(config) == len(written):
        return [as_written(*pair) for pair in zip(config, written, strict=True)]
    same = isinstance(written, Spelled) and type(config) is type(written.value)
    return written if same and config == written.value else config


def as_text(document: Any) -> Any:
    """Return a document with every scalar except null as text, for the models to convert.

    A number or truth value given for a text is then taken as it was written.
    """
    if isinstance(document, Mapping):
        return {str(as_text("null" if k is None else k)): as_text(v) for k, v in document.items()}
    if isinstance(document, list | tuple):
        return [as_text(value) for value in document]
    if isinstance(document, bool):
        return "true" if document else "false"
    if isinstance(document, dt.date):
        return document.isoformat()
    return str(document) if isinstance(document, int | float | str) else document


def _size(node: yaml.Node, known: dict[int, int]) -> int:
    """Return the number of values of a node with its aliases written out."""
    if id(node) not in known:
        known[id(node)] = 0  # a node within itself has a sentence of its own
        parts = node.value if isinstance(node, yaml.CollectionNode) else []
        flat = (one for part in parts for one in (part if isinstance(part, tuple) else (part,)))
        known[id(node)] = 1 + sum(_size(one, known) for one in flat)
    return known[id(node)]


def _repeated(node: yaml.Node, above: str) -> Iterator[str]:
    """Yield a line for each repeated key."""
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
