"""`register-release`: note what was published, so that no later release tells more by it."""

from collections.abc import Iterator
from pathlib import Path

from trajectories.commands.release.folder import require_as_reported
from trajectories.commands.release.past import DRAFT, ENTRY, read_register, register_draft
from trajectories.errors import UserError
from trajectories.inputs import sha256_of
from trajectories.io import read_object
from trajectories.release.contents import GATE
from trajectories.release.store import read_about


def register(path: Path, /, *, private: Path, register: Path | None = None) -> Iterator[str]:
    """Note in the register of releases what a release published, once it was let out.

    Every later `protect` compares with it: what differs by fewer persons than the rules say stands
    as it was published.

    Args:
        path: the release folder, as it left.
        private: the gate's private folder of the same run.
        register: the register's folder, if it is no longer where the run's configuration named it.

    Yields:
        The line to print.

    Raises:
        UserError: the folder was altered, belongs to another run, or the register is damaged.
    """
    require_as_reported(path)
    draft = private / DRAFT / ENTRY
    if not draft.is_file():
        raise UserError(
            f"{draft} is missing: run the workflow again, and register what it releases."
        )
    noted = read_object(draft, "gate", "register", "settings", "private")
    if noted["gate"] != sha256_of(path / GATE):
        raise UserError(
            f"{private} belongs to another run of the gate than {path}: name the private folder "
            "that was written with this release."
        )
    folder = register or Path(noted["register"])
    earlier = read_register(folder)
    for number, one in enumerate(earlier, start=1):
        if one.about["gate"] == noted["gate"]:
            yield f"{path} is registered already, as release {number} in {folder}."
            return
    about = read_about(path, "name", "title")
    kept = {key: noted[key] for key in ("settings", "gate", "private")}
    number = register_draft(
        private, folder, {**kept, "name": about["name"], "title": about["title"]}
    )
    yield f"{path} is registered as release {number} in {folder}. Keep a copy of that folder."
