"""What an inspection finds: the file, the kind of leak and a sentence that quotes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "altered file",
    "certificate",
    "column of counts",
    "date of birth",
    "exact numbers",
    "file name",
    "foreign file",
    "format",
    "hidden file",
    "identifier",
    "key column",
    "log",
    "metadata",
    "missing file",
    "order statistic",
    "path",
    "small count",
    "stale table",
    "step curve",
    "tampered headline",
    "tampered report",
    "undeclared column",
    "unequal twins",
    "user name",
    "whole numbers",
    "zeros and ones",
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


def listed(found: Sequence[Finding]) -> str:
    """Say how many findings there are, and each in a line of its own."""
    count = f"{len(found)} finding" + ("s" if len(found) > 1 else "")
    return "\n".join([f"{count}:", *(f"  {one.line()}" for one in found)])
