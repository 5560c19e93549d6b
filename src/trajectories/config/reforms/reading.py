"""Finding and reading reform packages."""

from collections.abc import Iterable
from pathlib import Path

from trajectories.config.document import sections
from trajectories.config.reforms.package import EventConfig, ReformPackage
from trajectories.config.section import validated
from trajectories.config.sentences import did_you_mean
from trajectories.errors import UserError

FOLDER = Path("config/reforms")
SUFFIX = ".yaml"


def read_package(named: str, folder: Path = Path()) -> ReformPackage:
    """Read a reform package by its name in `config/reforms`, or by its path.

    Args:
        named: `name` for `config/reforms/name.yaml`; what ends in .yaml is a path.
        folder: the project's folder, at which relative paths start.

    Raises:
        UserError: there is no such package, or its file has errors.
    """
    is_path = named.endswith((SUFFIX, ".yml"))
    path = folder / (Path(named) if is_path else FOLDER / f"{named}{SUFFIX}")
    if not path.is_file():
        shipped = sorted(file.stem for file in (folder / FOLDER).glob(f"*{SUFFIX}"))
        hint = did_you_mean(named, shipped) or f"; {FOLDER} holds {', '.join(shipped) or 'none'}"
        raise UserError(f"reform.package: there is no reform package {named}{hint}.")
    package = validated(ReformPackage, sections(path), name=str(path))
    if package.name != path.stem:
        raise UserError(f"{path}: `name` is {package.name}, it must be that of the file.")
    return package


def joined_events(packages: Iterable[ReformPackage]) -> tuple[EventConfig, ...]:
    """Join the events of several packages in order of time.

    The first package gives the roles, and with them the periods. An event whose name the packages
    before use for another date gets the name of its package as well.
    """
    found: dict[str, EventConfig] = {}
    for number, package in enumerate(packages):
        for event in package.events:
            own = event if number == 0 else event.model_copy(update={"role": None})
            if own.name in found and found[own.name].date != own.date:
                name = f"{own.name}_{package.name.replace('-', '_')}"
                own = own.model_copy(update={"name": name})
            found.setdefault(own.name, own)
    return tuple(sorted(found.values(), key=lambda event: event.date))
