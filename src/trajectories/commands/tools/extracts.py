"""`example extracts`: simulated extracts in a municipality's own style."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from trajectories.simulator.example_files import write_example

FOLDER = Path("data/example")
PERSONS = 500
SEED = 7


def extracts(
    *,
    out: Path = FOLDER,
    persons: Annotated[int, Parameter(validator=Number(gte=1))] = PERSONS,
    seed: Annotated[int, Parameter(validator=Number(gte=0))] = SEED,
) -> Iterator[str]:
    """Write simulated extracts in a municipality's own style.

    `config/examples/municipality.yaml` reads them.

    Args:
        out: folder to write to.
        persons: number of persons.
        seed: of the simulated register.

    Yields:
        The path of each file.
    """
    yield from map(str, write_example(out, persons=persons, seed=seed))
