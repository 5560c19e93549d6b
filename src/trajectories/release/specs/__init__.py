"""The declarations of all tables that may leave, one module a stage."""

from trajectories.errors import UserError
from trajectories.release.gate.spec import TableSpec
from trajectories.release.specs import (
    appendix,
    checks,
    hazards,
    histories,
    reform,
    register,
    sensitivity,
    sequences,
    typology,
)

SPECS: dict[str, TableSpec] = {
    spec.name: spec
    for stage in (
        register,
        sequences,
        typology,
        reform,
        hazards,
        checks,
        histories,
        sensitivity,
        appendix,
    )
    for spec in stage.SPECS
}


def spec_for(name: str) -> TableSpec:
    """Find a table's declaration by the table's name.

    Raises:
        UserError: nobody declared what the table holds; it may not leave.
    """
    if name not in SPECS:
        raise UserError(
            f"Table {name} has no declaration in trajectories/release/specs: declare its columns "
            "and its sensitivity there before it may be released."
        )
    return SPECS[name]


__all__ = ["SPECS", "spec_for"]
