"""The register: extracts and codelists in, cleaned tables and the fate of every row out.

Public names are imported on first use, so that stages that need only a codelist do not depend on
the cleaning code.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "CleanTable": "clean.clean_table",
    "RawTable": "read.readers",
    "StateRules": "codes.codelist",
    "clean_register": "clean.ingestion",
    "clean_tables": "clean.ingestion",
    "describe_codes": "codes.codelist",
    "edge_cases": "named_cases.catalogue",
    "load_alphabet": "codes.codelist",
    "load_codelist": "codes.codelist",
    "load_relabelling": "codes.relabelling",
    "load_states": "codes.codelist",
    "read_files": "read.readers",
    "set_activities": "clean.activities",
    "undo_relabelling": "codes.relabelling",
}


def __getattr__(name: str) -> Any:
    """Import a public name from its module."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(_HOMES)
