"""Figures drawn by several processes, each of which reads the released tables itself."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from trajectories.commands.release import folder
from trajectories.errors import UserError
from trajectories.machine.orphans import end_with_run
from trajectories.machine.progress import counted
from trajectories.release.outputs.registry import DRAWINGS
from trajectories.release.style import Style
from trajectories.release.tables import Tables

Files = Sequence[tuple[str, bytes]]

_read: tuple[Tables, Style] | None = None
"""What a process that draws has read."""


def drawn(
    release: Path, style: Path, processes: int, only: Sequence[str] = ()
) -> Iterator[tuple[str, bytes]]:
    """Draw every figure that the released tables allow.

    Args:
        release: the release folder.
        style: labels and colours.
        processes: how many draw at once.
        only: names of the figures to draw; none for all.

    Yields:
        File name and bytes, in the same order whatever the number of processes.

    Raises:
        UserError: the tables allow no figure of one of these names.
    """
    tables, look = folder.read_released(release, style)
    possible = [place for place, one in enumerate(DRAWINGS) if one.possible(tables)]
    if only:
        names = {DRAWINGS[place].name for place in possible}
        if unknown := [name for name in only if name not in names]:
            known = ", ".join(sorted(names))
            raise UserError(
                f"{release} has no figure {unknown[0]}; its figures are {known}. "
                "A click on a figure's number in a document shows its name after #fig- in the "
                "address."
            )
        possible = [place for place in possible if DRAWINGS[place].name in only]
    if processes == 1:
        for place in counted(possible, "figures"):
            yield from DRAWINGS[place].render(tables, look)
        return
    # A forked process would inherit locks that threads of polars and numba hold.
    with ProcessPoolExecutor(
        min(processes, len(possible) or 1), get_context("spawn"), _open, (release, style)
    ) as pool:
        for files in counted(pool.map(_draw, possible), "figures", len(possible)):
            yield from files


def _open(release: Path, style: Path) -> None:
    global _read  # a process of the pool has no other place to keep it
    end_with_run()
    _read = folder.read_released(release, style)


def _draw(place: int) -> Files:
    assert _read is not None
    return list(DRAWINGS[place].render(*_read))
