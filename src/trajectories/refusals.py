"""Records of parts of a run that the data do not allow, so that the other parts go on.

A part of the workflow writes one folder. If the data do not allow it, the folder contains
`refused.json` instead of results. Parts that need the folder copy the refusal, and the report says
what is missing and why.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from trajectories.io import make_private, read_json, write_json

REFUSED = "refused.json"


@dataclass(frozen=True)
class Refusal:
    """A part of a run that could not be computed.

    Attributes:
        part: the missing part by its command and, if there are several of a kind, its name:
            "estimate", "distances om".
        origin: the part whose data were refused: `part` itself or one that it needs.
        sentence: what is wrong and how to correct it. It may contain exact counts and is private.
    """

    part: str
    origin: str
    sentence: str

    def write(self, folder: Path) -> None:
        """Write the refusal to the folder of its part."""
        write_json(asdict(self), make_private(folder) / REFUSED)


def refusal_in(folder: Path) -> Refusal | None:
    """Return the refusal in the folder of a part, or None if the folder has results."""
    path = folder / REFUSED
    return Refusal(**read_json(path)) if path.is_file() else None


def first_refusal(paths: Iterable[Path]) -> Refusal | None:
    """Return the first refusal in folders of parts, which may be given by files in them."""
    found = (refusal_in(path) or refusal_in(path.parent) for path in paths)
    return next(filter(None, found), None)
