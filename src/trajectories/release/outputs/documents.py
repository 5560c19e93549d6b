"""The documents of a release: two pages, a paper, and everything else."""

from typing import Literal

Document = Literal["brief", "report", "annex"]
DOCUMENTS: tuple[Document, ...] = ("brief", "report", "annex")
FILES: dict[Document, str] = {name: f"{name}.html" for name in DOCUMENTS}
"""The file of each document."""
ANNEX: tuple[Document, ...] = ("annex",)
REPORT: tuple[Document, ...] = ("report",)
BRIEF_AND_REPORT: tuple[Document, ...] = ("brief", "report")
BRIEF_AND_ANNEX: tuple[Document, ...] = ("brief", "annex")
"""Where an exhibit is shown."""
