"""`docs write`: pages of the documentation that are written from the code."""

from pathlib import Path

from trajectories.io import write_text
from trajectories.register.named_cases.catalogue import edge_case_page
from trajectories.register.profile.dictionary import dictionary_page


def write(folder: Path = Path("docs"), /) -> None:
    """Write the data dictionary and the edge cases from the code.

    Args:
        folder: folder to write to.
    """
    write_text(dictionary_page(), folder / "data-dictionary.md")
    write_text(edge_case_page(), folder / "edge-cases.md")
