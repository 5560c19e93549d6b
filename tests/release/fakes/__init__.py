"""Exact aggregates of every declared table, as stages write them.

Those that tests plant numbers in are written here; the others are made from their declarations.
"""

import polars as pl

from trajectories.release.outputs.registry import SPECS

from ..plausible import plausible_table
from .appendix import appendix_tables
from .checks import check_tables, history_tables
from .courses import register_tables, sequence_tables, typology_tables
from .exits import duration_tables, hazard_tables, life_table
from .groups import reform_tables
from .mvad import mvad_tables
from .trees import tree_tables

__all__ = ["all_tables", "duration_tables", "life_table", "mvad_tables"]


def all_tables() -> dict[str, dict[str, pl.DataFrame]]:
    """Stage folder → table → frame of the default run."""
    typology = typology_tables() | tree_tables()
    work = {"hours": typology.pop("hours")}
    made = {
        "register": register_tables(),
        "sequences": sequence_tables(),
        "typology": typology,
        "typology_hours": work,
        "reform": reform_tables(),
        "hazards": hazard_tables() | check_tables() | history_tables() | appendix_tables(),
    }
    written = {"kaplan_meier"}.union(*made.values())
    for name, spec in SPECS.items():
        if name not in written:
            made[spec.stage][name] = plausible_table(spec)
    return made
