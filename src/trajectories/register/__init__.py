"""The register: reading, cleaning and accounting of extracts, and what their codes mean.

The public names are imported when they are first used, so that the simulator, which lives in this
package, and stages that need a codelist alone do not depend on the code that cleans.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "CleanTable": "outcomes",
    "RawTable": "readers",
    "StateRules": "codelists",
    "clean_register": "ingestion",
    "clean_tables": "ingestion",
    "describe_codes": "codelists",
    "edge_cases": "named_cases",
    "load_alphabet": "codelists",
    "load_codelist": "codelists",
    "load_relabelling": "relabelling",
    "load_states": "codelists",
    "read_files": "readers",
    "set_activities": "activities",
    "undo_relabelling": "relabelling",
}


def __getattr__(name: str) -> Any:
    """Import a public name from the module that holds it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(_HOMES)
