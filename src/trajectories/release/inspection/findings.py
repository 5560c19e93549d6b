"""What an inspection finds: the file, the kind of leak and a sentence that quotes nothing."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "altered file",
    "certificate",
    "date of birth",
    "exact numbers",
    "foreign file",
    "hidden file",
    "identifier",
    "key column",
    "log",
    "metadata",
    "missing file",
    "path",
    "small count",
    "stale table",
    "tampered headline",
    "tampered report",
    "undeclared column",
    "user name",
]


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that must not leave.

    Attributes:
        file: the file, relative to the release folder.
        kind: what kind of leak it is.
        sentence: what is wrong and what to do. It quotes nothing of the file's contents.
    """

    file: str
    kind: Kind
    sentence: str

    def line(self) -> str:
        """Give the finding as one line."""
        return f"{self.file}: {self.kind}: {self.sentence}"
