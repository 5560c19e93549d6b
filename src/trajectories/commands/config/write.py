"""`config write`: the reference of all keys and the JSON schema."""

from pathlib import Path

from trajectories.config import reference
from trajectories.io import write_text


def write(folder: Path = Path("config"), /) -> None:
    """Write the reference of all keys, as YAML and as a page, and the JSON schemas from the models.

    Args:
        folder: folder to write to.
    """
    write_text(reference.reference_yaml(), folder / "reference.yaml")
    write_text(reference.reference_page(), folder / "README.md")
    write_text(reference.json_schema(), folder / "schema.json")
    write_text(reference.reform_page(), folder / "reforms" / "README.md")
    write_text(reference.reform_schema(), folder / "reforms" / "schema.json")
