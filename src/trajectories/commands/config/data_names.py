"""Values that a configuration names, checked against those that the extracts hold."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from trajectories.commands.hazards.durations import read_durations
from trajectories.config.root import Config, stages
from trajectories.config.sections.changes import ChangesConfig
from trajectories.errors import UserError
from trajectories.hazards.at_risk.empty import occurring, require_reasons
from trajectories.hazards.durations import person_periods
from trajectories.register.codes.codelist import load_codelist
from trajectories.register.read.readers import RawTable

MAPS = {
    "code_map": ("spells", "code"),
    "readiness_map": ("readiness", "readiness"),
    "activity_map": ("activities", "activity"),
    "sex_map": ("persons", "sex"),
}
"""Keys of `register` that map values, and the column that holds them."""


def names_in_data(settings: Config, tables: Mapping[str, RawTable]) -> Iterator[str]:
    """Say of each rule that names values of the extracts and matches none of them.

    Args:
        settings: the run's configuration.
        tables: the input tables that could be read, by name, as they are in the files.

    Yields:
        A sentence that begins with the key.
    """
    register = settings.register
    for key, (table, column) in MAPS.items():
        mapping = getattr(register, key)
        held = _values(tables, table, column)
        if mapping and held is not None and not held.is_in(list(mapping)).any():
            yield _none(f"register.{key}", list(mapping), f"{table}.{column}", held)
    roles = _values(tables, "assignments", "role")
    if register.overlaps.assignments == "role" and roles is not None:
        wanted = register.overlaps.roles
        if not roles.is_in(wanted).any():
            yield _none("register.overlaps.roles", wanted, "assignments.role", roles)
    if "hazards" in stages(settings):
        yield from _hazards(settings, tables)


def durations_in_data(settings: Config) -> Iterator[str]:
    """Say what the file of durations would stop at: its columns, its values, its terms."""
    rules = settings.hazards.durations
    try:
        person_periods(read_durations(rules), rules)
    except UserError as error:
        yield str(error)


def _hazards(settings: Config, tables: Mapping[str, RawTable]) -> Iterator[str]:
    """Check the groups, the readiness and the reasons that the hazards stage looks for."""
    rules = settings.hazards
    if "assignments" in tables:
        reasons = _values(tables, "assignments", "reason")
        empty = pl.Series("reason", [], dtype=pl.String)
        try:
            require_reasons(
                empty if reasons is None else reasons,
                rules.changes.request_reasons,
                ChangesConfig().request_reasons,
            )
        except UserError as error:
            yield str(error)
    codes = _values(tables, "spells", "code")
    if codes is None or not Path(settings.register.codelist).is_file():
        return
    codelist = load_codelist(Path(settings.register.codelist))
    mapped = codes.replace(settings.register.code_map)
    meaning = pl.DataFrame({"code": mapped}).join(codelist, on="code", how="left")
    groups = meaning["group"]
    wanted = rules.risk.assistance_groups
    if not groups.is_in(list(wanted)).any():
        yield _none("hazards.risk.assistance_groups", wanted, "spells.code, by codelist", groups)
    visited = _values(tables, "readiness", "readiness")
    told = [meaning["readiness"]]
    if visited is not None:
        told.append(visited.replace(settings.register.readiness_map))
    held = pl.concat([one.cast(pl.String).alias("readiness") for one in told])
    if not held.is_in(list(rules.risk.readiness)).any():
        yield _none(
            "hazards.risk.readiness",
            rules.risk.readiness,
            "the codes of spells and the visitations of register.files.readiness",
            held,
        )


def _values(tables: Mapping[str, RawTable], table: str, column: str) -> pl.Series | None:
    """Return the cells of a column as text, or None where there is no such column."""
    if table not in tables or column not in tables[table].frame.columns:
        return None
    cells = tables[table].frame[column].cast(pl.String).str.strip_chars()
    return cells.str.replace(r"^(-?\d+)\.0+$", "$1")


def _none(key: str, wanted: list[str] | tuple[str, ...], where: str, held: pl.Series) -> str:
    return (
        f"{key} names {', '.join(wanted)}, none of which occurs in {where}, which holds "
        f"{occurring([held])}."
    )
