"""Finding the columns of a wide weekly register and their weeks, months or quarters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from trajectories.config.sections.dream import DreamConfig, Unit
from trajectories.errors import UserError
from trajectories.register.weekly.calendar import ColumnPattern, iso_name

Kind = Literal["weeks", "industry", "municipality", "visitation"]
KINDS: tuple[Kind, ...] = ("weeks", "industry", "municipality", "visitation")


@dataclass(frozen=True)
class Columns:
    """The columns of one kind in one file.

    Attributes:
        names: column names in the order of their periods.
        periods: number of each column's period (see `calendar`).
    """

    names: tuple[str, ...]
    periods: tuple[int, ...]


def units_of(config: DreamConfig) -> dict[Kind, Unit]:
    """Return the period length of each kind of column in the configuration."""
    patterns = {kind: getattr(config, kind) for kind in KINDS}
    return {kind: ColumnPattern.parse(text).unit for kind, text in patterns.items() if text}


def columns_in(names: Sequence[str], config: DreamConfig, *, file: str) -> dict[Kind, Columns]:
    """Find the columns of each kind in one file.

    Raises:
        UserError: a column names no period that there is or fits two patterns, or two columns
            have the same kind and period.
    """
    owner: dict[str, Kind] = {}
    found: dict[Kind, Columns] = {}
    for kind in units_of(config):
        match = ColumnPattern.parse(getattr(config, kind)).matcher()
        periods: dict[int, str] = {}
        for name in names:
            try:
                number = match(name.strip())
            except UserError as error:
                raise UserError(f"{file}: {error}") from None
            if number is None:
                continue
            other = periods.get(number)
            if other == name:
                raise UserError(f"{file} holds the column {name!r} twice: remove one.")
            periods[number] = name
            if other is not None:
                raise UserError(
                    f"{file} holds two columns for one period, {other!r} and {name!r}: make the "
                    f"pattern register.dream.{kind} narrower."
                )
            if owner.setdefault(name, kind) != kind:
                raise UserError(
                    f"{file}: column {name!r} fits register.dream.{owner[name]} and "
                    f"register.dream.{kind}: make the patterns narrower."
                )
        ordered = sorted(periods)
        found[kind] = Columns(tuple(periods[number] for number in ordered), tuple(ordered))
    return found


def covered_weeks(files: Mapping[str, dict[Kind, Columns]], config: DreamConfig) -> tuple[int, int]:
    """Return the first and last week of all files together.

    Raises:
        UserError: no file has a weekly column, or weeks are missing in between.
    """
    weeks = sorted({week for found in files.values() for week in found["weeks"].periods})
    if not weeks:
        holds = "holds" if len(files) == 1 else "hold"
        raise UserError(
            f"{' and '.join(files)} {holds} no column that fits register.dream.weeks, which is "
            f"{config.weeks!r}: set it to the names of the weekly columns."
        )
    missing = sorted(set(range(weeks[0], weeks[-1] + 1)) - set(weeks))
    if missing:
        raise UserError(
            f"the weekly columns run from {iso_name(weeks[0])} to {iso_name(weeks[-1])}, but "
            f"{len(missing)} of them are missing, the first {iso_name(missing[0])}: name the files "
            "that hold them under register.files.dream.path."
        )
    return weeks[0], weeks[-1]
