"""Texts that must not leave: paths, user names, identifiers and dates of birth.

Only that a text holds one is said, never the text itself.
"""

import re
from collections.abc import Iterable, Iterator

from trajectories.register.read.cpr import scrub
from trajectories.release.inspection.findings import Finding

PATHS = re.compile(
    r"""(?<![\w/.:<>])(?:
        /(?:home|Users|root|mnt|media|data|srv|tmp|var|opt|work|scratch|faststorage)/[^\s"'<>,;]+
      | [A-Za-z]:[\\/](?:[^\s"'<>,;:]+)
      | \\{2,4}[\w$.-]+\\{1,2}[\w$.-]+
    )""",
    re.VERBOSE,
)
DAYS = re.compile(
    r"(?<![\d.-])(?:(?:0?[1-9]|[12]\d|3[01])[-./](?:0?[1-9]|1[0-2])[-./](?:19|20)\d{2}"
    r"|(?:19|20)\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(?![\d-])"
)
COORDINATES = re.compile(r'(?<=\s)(?:transform|d|points)="[^"]*"')
"""Where SVG draws: the decimals of one number and the next number may look like a CPR number."""
COMMON_NAMES = frozenset({"root", "user", "admin", "administrator", "runner", "default", "guest"})
SHORTEST_NAME = 4


def inspect_text(
    file: str, text: str, *, users: Iterable[str] = (), days: bool = True
) -> Iterator[Finding]:
    """Find what must not leave in a text.

    Args:
        file: the file's name in the release folder.
        text: its text.
        users: names of the machine's users that count as personal.
        days: whether a full date counts as a date of birth; a report may hold dates of laws.

    Yields:
        One finding a kind.
    """
    if PATHS.search(text):
        yield Finding(file, "path", "it holds the path of a folder: take it out")
    for name in users:
        if _personal(name) and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text):
            yield Finding(file, "user name", "it holds the name of a user of this machine")
            break
    read = COORDINATES.sub("", text) if file.endswith(".svg") else text
    if scrub(read) != read:
        yield Finding(file, "identifier", "it holds a number that looks like a CPR number")
    if days and DAYS.search(text):
        yield Finding(file, "date of birth", "it holds full dates, which may be dates of birth")


def _personal(name: str) -> bool:
    return len(name) >= SHORTEST_NAME and name.lower() not in COMMON_NAMES
