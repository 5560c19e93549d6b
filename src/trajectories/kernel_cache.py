"""Where numba keeps compiled kernels.

Numba notices a change in the file of a compiled function, not in the files that this one imports
from. A folder named by the hash of all kernel modules makes every change count. It lies in the
user's cache, so that an installation that cannot be written to keeps its kernels too.
"""

import hashlib
import os
from pathlib import Path

VARIABLE = "NUMBA_CACHE_DIR"
PACKAGE = Path(__file__).parent


def use_versioned_cache() -> None:
    """Set NUMBA_CACHE_DIR for this process and its children, before numba is imported.

    A variable that is set already stays. Where neither the user's cache folder nor a folder of the
    user's own among the temporary files can be written to, the variable stays unset, and numba
    decides.
    """
    if os.environ.get(VARIABLE):
        return
    name = f"numba-{kernel_hash(PACKAGE)}"
    for parent in (_user_cache, _temporary):
        folder = parent() / name
        if _is_ours(folder):
            os.environ[VARIABLE] = str(folder)
            return


def kernel_hash(package: Path) -> str:
    """Return sixteen hexadecimal digits that change with any kernel module of a package.

    Kernel modules are those whose names end in `_kernels.py`; what they compile they import from
    one another alone.
    """
    digest = hashlib.blake2b(digest_size=8)
    for folder, folders, files in os.walk(package):
        folders.sort()
        for name in sorted(files):
            if name.endswith("_kernels.py"):
                path = Path(folder, name)
                digest.update(f"{path.relative_to(package).as_posix()}\n".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _user_cache() -> Path:
    given = os.environ.get("XDG_CACHE_HOME", "")
    parent = given if os.path.isabs(given) else os.path.expanduser("~/.cache")
    return Path(parent, "trajectories")


def _temporary() -> Path:
    import tempfile  # seldom needed, and slow to import

    return Path(tempfile.gettempdir(), f"trajectories-{os.getuid()}")


def _is_ours(folder: Path) -> bool:
    """Make a folder; say whether this user owns it and can write there.

    Numba runs what it finds in the folder, so one that another user made is not taken.
    """
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        owners = {folder.stat().st_uid, folder.parent.stat().st_uid}
    except OSError:
        return False
    return owners == {os.getuid()} and os.access(folder, os.W_OK | os.X_OK)
