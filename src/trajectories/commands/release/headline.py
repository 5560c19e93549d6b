"""`headline`: the headline numbers, released and exact."""

from pathlib import Path

from trajectories.io import write_json
from trajectories.release.contents import require_tables
from trajectories.release.headline import headline as headline_numbers
from trajectories.release.store import TABLES, read_about, read_tables
from trajectories.release.study import Study


def headline(*, release: Path, private: Path, out: Path, exact: Path) -> None:
    """Write the headline numbers, released and exact.

    Args:
        release: the release folder.
        private: the gate's private folder with the exact twins.
        out: the file for the released numbers.
        exact: the file for the exact ones; it stays private.
    """
    require_tables(release)
    event = Study(read_about(release, "settings")["settings"]).event
    write_json(headline_numbers(read_tables(release / TABLES), event), out)
    write_json(headline_numbers(read_tables(private / "exact"), event), exact)
