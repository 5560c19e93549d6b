"""`figures`: every figure from the released tables."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from trajectories.commands.release import folder
from trajectories.commands.release.drawing import drawn
from trajectories.io import make_open_as, write_json, write_text
from trajectories.release.outputs.registry import describe_figures


def figures(
    *,
    release: Path,
    style: Path,
    out: Path,
    processes: Annotated[int, Parameter(validator=Number(gte=1))] = 1,
) -> None:
    """Draw every figure that the released tables allow, with its alternative text.

    Args:
        release: the release folder.
        style: labels and colours; a copy is kept beside the figures for redrawing.
        out: gets `<figure>.svg`, `<figure>_narrow.svg` and the formats of
            `release.figure_formats`, `figures.json` and `style.yaml`.
        processes: how many draw at once; the figures are the same.
    """
    tables, look = folder.read_released(release, style)
    make_open_as(out, release)
    written = {folder.DESCRIPTIONS, folder.STYLE}
    for name, content in drawn(release, style, processes):
        folder.write_bytes(content, out / name)
        written.add(name)
    folder.remove_others(out, written)
    write_json(describe_figures(tables, look), out / folder.DESCRIPTIONS)
    write_text(style.read_text(encoding="utf-8"), out / folder.STYLE)
