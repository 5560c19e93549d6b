"""The register: extracts and codelists in, cleaned tables and the fate of every row out."""

from typing import TYPE_CHECKING

from trajectories.lazy import lazily

if TYPE_CHECKING:
    from trajectories.register.clean.activities import set_activities
    from trajectories.register.clean.clean_table import CleanTable
    from trajectories.register.clean.ingestion import clean_register, clean_tables
    from trajectories.register.codes.codelist import (
        StateRules,
        describe_codes,
        load_alphabet,
        load_codelist,
        load_states,
    )
    from trajectories.register.codes.relabelling import load_relabelling, undo_relabelling
    from trajectories.register.named_cases.catalogue import edge_cases
    from trajectories.register.read.readers import RawTable, read_files

__all__ = [
    "CleanTable",
    "RawTable",
    "StateRules",
    "clean_register",
    "clean_tables",
    "describe_codes",
    "edge_cases",
    "load_alphabet",
    "load_codelist",
    "load_relabelling",
    "load_states",
    "read_files",
    "set_activities",
    "undo_relabelling",
]

__getattr__, __dir__ = lazily(__name__)
