"""The folder in which numba caches compiled kernels.

Numba notices a change in the file of a compiled function, but not in files that it imports. A
folder named by the hash of all kernel modules makes every change count. The folder lies in the
user's cache, so that a read-only installation keeps its kernels too.
"""

import hashlib
import os
from pathlib import Path

VARIABLE = "NUMBA_CACHE_DIR"
PACKAGE = Path(__file__).parents[1]


def use_versioned_cache() -> None:
    """Set NUMBA_CACHE_DIR for this process and its children, before numba is imported.

    A variable that is already set is kept. If neither the user's cache folder nor the user's own
    temporary folder is writable, the variable stays unset and numba decides.
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
    """Return a hash, sixteen hexadecimal digits, of all kernel modules of a package.

    Kernel modules have names that end in `_kernels.py` and import compiled code only from one
    another.
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
    import tempfile  # rarely needed and slow to import

    return Path(tempfile.gettempdir(), f"trajectories-{_user()}")


def _is_ours(folder: Path) -> bool:
    """Create a folder; return whether this user owns it and can write there.

    Numba runs what it finds in the folder, so another user's folder is never used.
    """
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        owners = {folder.stat().st_uid, folder.parent.stat().st_uid}
    except OSError:
        return False
    return owners == {_user()} and os.access(folder, os.W_OK | os.X_OK)


def _user() -> int:
    """Return the number of this process's user; 0 where a platform has none, as its files have."""
    return int(getattr(os, "getuid", lambda: 0)())
