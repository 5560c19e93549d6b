"""What a part of a run leaves behind where its data do not allow it, so that the others go on.

A part of the workflow writes one folder. Where the data do not allow it, the folder holds
`refused.json` instead of results. What needs the folder passes the refusal on, and the report says
what is missing and why.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from trajectories.io import make_private, read_json, write_json

REFUSED = "refused.json"


@dataclass(frozen=True)
class Refusal:
    """A part of a run that could not be made.

    Attributes:
        part: the missing part by its verb and, where there are several of a kind, the name of this
            one: "estimate", "distances om".
        origin: the part whose data were refused: `part` itself or one that it needs.
        sentence: what is wrong and what mends it. It may hold exact counts and stays private.
    """

    part: str
    origin: str
    sentence: str

    def write(self, folder: Path) -> None:
        """Leave the refusal in the folder of its part."""
        write_json(asdict(self), make_private(folder) / REFUSED)


def refusal_in(folder: Path) -> Refusal | None:
    """Return the refusal that the folder of a part holds instead of results, if it does."""
    path = folder / REFUSED
    return Refusal(**read_json(path)) if path.is_file() else None


def first_refusal(paths: Iterable[Path]) -> Refusal | None:
    """Return the first refusal among folders of parts, or files in such folders."""
    found = (refusal_in(path) or refusal_in(path.parent) for path in paths)
    return next(filter(None, found), None)
