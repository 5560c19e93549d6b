"""The verb `config check --data`: everything that the files of a configuration would stop at."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from trajectories.config.register import RegisterFiles
from trajectories.config.root import Config
from trajectories.errors import UserError
from trajectories.register.readers import RawTable
from trajectories.verbs.data_names import names_in_data
from trajectories.verbs.register import read_input


@dataclass(frozen=True)
class Data:
    """The input tables of a configuration that can be read, by name, as they are in the files."""

    tables: Mapping[str, RawTable]


def findings(settings: Config) -> list[str]:
    """List what the input files of a run would stop at or lose, each in one sentence.

    Args:
        settings: the run's configuration; nothing is looked at unless `register.source` is files.
    """
    if settings.register.source != "files":
        return []
    found: list[str] = []
    data = Data(dict(_read(settings, found)))
    for check in CHECKS:
        found.extend(check(settings, data))
    return list(dict.fromkeys(found))


def _read(settings: Config, found: list[str]) -> Iterator[tuple[str, RawTable]]:
    """Yield the tables that can be read; what stops the others is added to `found`."""
    for name in RegisterFiles.model_fields:
        if name == "dream":
            continue
        try:
            table = read_input(name, settings.register, None)
        except UserError as error:
            found.append(str(error))
        else:
            if table is not None:
                yield name, table


CHECKS: tuple[Callable[[Config, Data], Iterable[str]], ...] = (names_in_data,)
"""From the settings and the data to sentences; a check is added here."""
