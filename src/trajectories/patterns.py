"""The files that a path of the configuration means: one file, a folder, or a pattern."""

import glob
import os
from pathlib import Path
from typing import Final

PARQUET: Final = (".parquet", ".pq")


def matching(pattern: str) -> list[Path]:
    """List the files that a path means, sorted.

    Args:
        pattern: a file; a folder, which stands for the Parquet files in it; or a glob. Folders
            and files that exist as they are written are no patterns, whatever brackets they hold.

    Returns:
        The files; none where nothing matches.
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
