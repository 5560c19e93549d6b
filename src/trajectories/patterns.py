"""Files matched by a path of the configuration: a file, a folder or a pattern."""

import glob
import os
from pathlib import Path
from typing import Final

PARQUET: Final = (".parquet", ".pq")


def matching(pattern: str) -> list[Path]:
    """Return the files that a path matches, sorted.

    Args:
        pattern: a file; a folder, meaning the Parquet files in it; or a glob. The name of an
            existing file or folder is taken literally, even if it contains brackets.

    Returns:
        The files; empty if nothing matches.
    """
    path = Path(pattern)
    if path.is_dir():
        return sorted(file for suffix in PARQUET for file in path.rglob(f"*{suffix}"))
    if path.exists():
        return [path]
    known, rest = Path(path.anchor), list(path.relative_to(path.anchor).parts)
    while rest and (known / rest[0]).exists():
        known /= rest.pop(0)
    return sorted(
        map(Path, glob.glob(os.path.join(glob.escape(str(known)), *rest), recursive=True))
    )
