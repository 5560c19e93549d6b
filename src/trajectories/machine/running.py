"""A run as a good neighbour: alone in its folder, and behind others in the queue for processors."""

import os
import socket
import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import Final

LOCK: Final = "run.lock"
HOST: Final = "run.host"
BELOW_NORMAL: Final = 0x4000
_joined: dict[Path, sqlite3.Connection] = {}


def join(folder: Path) -> bool:
    """Join the runs that are alive in a folder until this process ends, however it ends.

    They share the lock of an empty SQLite file, which only who is alone can have for itself. The
    operating system takes it away with the process, on every platform: none outlives a reboot.

    Args:
        folder: is made where it is missing.

    Returns:
        Whether no other run is alive there; False as well where the disk knows no locks.
    """
    folder = folder.absolute()
    leave(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(folder / LOCK, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA busy_timeout = 0")
        alone = _obtained(connection, "BEGIN EXCLUSIVE")
        if alone:
            connection.execute("COMMIT")
        connection.execute("PRAGMA busy_timeout = 2000")
        connection.execute("BEGIN")
        shared = _obtained(connection, "SELECT name FROM sqlite_master")
    except (sqlite3.Error, OSError):
        return False
    _joined[folder] = connection
    return alone and shared


def _obtained(connection: sqlite3.Connection, statement: str) -> bool:
    try:
        connection.execute(statement).fetchall()
    except sqlite3.OperationalError:
        return False
    return True


def leave(folder: Path) -> None:
    """Leave the runs of a folder before the process ends."""
    connection = _joined.pop(folder.absolute(), None)
    if connection is not None:
        connection.close()


def clear_locks(folder: Path) -> str:
    """Remove the locks that a killed run left behind; the caller is alone in the folder.

    On some shared disks a machine knows nothing of another's runs, so locks that a run on another
    machine left are kept.

    Args:
        folder: Snakemake's own, `.snakemake`.

    Returns:
        A sentence to print, empty where there was no lock.
    """
    here, host = socket.gethostname(), folder / HOST
    there = host.read_text(encoding="utf-8", errors="replace") if host.is_file() else here
    there = there or here  # a power cut may have left the file empty
    locks = sorted(folder.glob("locks/*.lock"))
    if locks and there != here:
        return (
            f"A run on the machine {there} left a lock: if it no longer runs there, "
            "`python run.py unlock` removes it, and the run goes on."
        )
    for path in locks:
        path.unlink(missing_ok=True)
    host.write_text(here, encoding="utf-8")
    return "An interrupted run left a lock; no other run is alive, so it goes on." if locks else ""


def use_temporary(folder: str | None) -> None:
    """Put the temporary files of this process, and of those that it starts, in a folder.

    Args:
        folder: is made where it is missing; None for the system's own.
    """
    if folder is None:
        return
    path = Path(folder).absolute()
    path.mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = str(path)
    for name in ("TMPDIR", "TMP", "TEMP", "POLARS_TEMP_DIR"):
        os.environ[name] = str(path)


def stand_back(niceness: int) -> None:
    """Lower the priority of this process and of those that it starts; never raise it.

    Args:
        niceness: 0 to 19, as of POSIX; any number above 0 is "below normal" on Windows.
    """
    if sys.platform == "win32":  # pragma: no cover
        if niceness:
            import ctypes

            kernel = ctypes.windll.kernel32
            kernel.SetPriorityClass(kernel.GetCurrentProcess(), BELOW_NORMAL)
    else:
        os.nice(max(0, niceness - os.nice(0)))
