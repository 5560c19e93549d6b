"""`redraw`: every figure and document again, compared byte by byte."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from trajectories.commands.release import folder
from trajectories.commands.release.drawing import drawn
from trajectories.commands.release.report import written
from trajectories.errors import UserError
from trajectories.io import write_json, write_text
from trajectories.release.contents import require_hashes, require_sealed
from trajectories.release.lineage.crate import CRATE
from trajectories.release.store import FIGURES


def redraw(
    *,
    source: Path,
    out: Path,
    processes: Annotated[int, Parameter(validator=Number(gte=1))] = 1,
    only: Sequence[str] = (),
) -> Iterator[str]:
    """Redraw every figure of a release folder and say whether each is byte-identical.

    Args:
        source: a release folder, from this machine or another.
        out: folder to write to: the figures and `redraw.json`.
        processes: how many draw at once.
        only: names of figures, such as `shares`; all figures and documents by default.

    Yields:
        The lines to print.

    Raises:
        UserError: a figure differs, there is none of a name, or the folder holds a file that the
            gate did not make, or an altered one.
    """
    same = redrawn(source=source, out=out, processes=processes, only=only)
    for name, identical in sorted(same.items()):
        yield f"  {name}: {'identical' if identical else 'DIFFERENT'}"
    if not same:
        raise UserError(f"The tables in {source} allow no figure.")
    if different := sorted(name for name, identical in same.items() if not identical):
        raise UserError(
            f"{len(different)} of {len(same)} redrawn files differ from those in {source} "
            f"({', '.join(different)}): was the release made by another version, or were its files "
            "edited?"
        )
    yield f"All {len(same)} redrawn files are byte-identical with those in {source}."


def redrawn(
    *, source: Path, out: Path, processes: int = 1, only: Sequence[str] = ()
) -> dict[str, bool]:
    """Draw every figure again from a release folder and compare it byte by byte.

    Args:
        source: a release folder, from this machine or another.
        out: gets the figures and `redraw.json`.
        processes: how many draw at once.
        only: names of figures; then no document is written.

    Returns:
        Figure file, and the page of municipalities, to whether it is byte-identical with the
        released one.

    Raises:
        UserError: the folder holds a file that the gate did not make, or an altered one.
    """
    if (source / folder.MANIFEST).is_file():
        listed = folder.listed(source)
        pictured = (".svg", ".png", ".pdf", folder.PLACES)
        pictures = {CRATE, *(name for name in listed if name.endswith(pictured))}
        # What is drawn again is compared, and said to be equal or not.
        others = {name: listed[name] for name in sorted(set(listed) - pictures)}
        require_hashes(source, others, "the report was written")
    require_sealed(source, folder.LATER)
    folder.require_outside(out, source)
    folder.require_own_figures(source)
    same: dict[str, bool] = {}
    for name, content in drawn(source, source / FIGURES / folder.STYLE, processes, only):
        folder.write_bytes(content, out / name)
        released = source / FIGURES / name
        same[name] = released.exists() and released.read_bytes() == content
    # Documents hold the figures, so that those of other figures would differ for no other reason.
    pages: dict[str, str | None] = {} if only else {folder.PLACES: folder.places_page(source)}
    if not only and all(same.values()) and (source / folder.PROVENANCE).is_file():
        pages = {**written(source), **pages}
        pages[CRATE] = folder.crate_text(source, pages)
    for name, page in pages.items():
        if page is not None and (name == folder.PLACES or (source / name).is_file()):
            write_text(page, out / name)
            released = source / name
            same[name] = released.exists() and released.read_text(encoding="utf-8") == page
    write_json(same, out / "redraw.json")
    return same
