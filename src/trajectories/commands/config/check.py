"""`config check`: configuration files, and on demand the extracts that they name."""

from collections.abc import Iterator
from pathlib import Path

from trajectories.commands.config import settings
from trajectories.config import root
from trajectories.errors import UserError
from trajectories.words import in_english, n_


def check(*files: Path, data: bool = False) -> Iterator[str]:
    """Check configuration files; each is laid over the default run.

    Args:
        files: configuration files, each checked alone.
        data: read the extracts as well.

    Yields:
        A line for each file that is in order.

    Raises:
        UserError: with a line for each finding.
    """
    for path in files:
        config = root.read_overlay(path)
        settings.check(config, name=str(path))
        if data:
            from trajectories.commands.config import data_check

            found = data_check.findings(config)
            if found:
                title = n_(
                    "{path}: {number} finding in the data", "{path}: {number} findings in the data"
                )
                raise UserError("\n".join([in_english(title, len(found), path=path), *found]))
        yield f"{path}: in order"
