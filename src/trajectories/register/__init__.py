"""The register: reading, cleaning and accounting of extracts, and what their codes mean."""

from trajectories.register.codelists import (
    StateRules,
    describe_codes,
    load_alphabet,
    load_codelist,
    load_states,
)
from trajectories.register.ingestion import CleanTable, clean_register, clean_tables
from trajectories.register.readers import RawTable, read_files
from trajectories.register.relabelling import load_relabelling, undo_relabelling

__all__ = [
    "CleanTable",
    "RawTable",
    "StateRules",
    "clean_register",
    "clean_tables",
    "describe_codes",
    "load_alphabet",
    "load_codelist",
    "load_relabelling",
    "load_states",
    "read_files",
    "undo_relabelling",
]
