"""File names that say what a file holds and on how many it rests."""

import re

FOLDERS = ("1_tabeller", "2_figurer", "3_rapporter")
"""Tables come before figures: who checks sees first what the figures are drawn of."""
README = "README.txt"
TWINS = " (csv, xlsx)"
"""What follows the name of a table in the text that names each file."""
LONGEST = 60
"""Letters of the part of a name that says what a file holds."""
SHORTEST_LAST = 4
"""Letters of a last word where others were cut off: `at`, `of` and `the` end no name."""
LETTERS = str.maketrans(
    {"æ": "ae", "ø": "oe", "å": "aa", "é": "e", "ö": "oe", "ä": "ae", "ü": "ue"}
)
NAME = re.compile(r"[a-z0-9_]+__[a-z][a-z0-9-]*__(?:n\d+|no-counts)\.[a-z]+")
"""What a name of a table or figure looks like."""


def file_name(name: str, holds: str, n: int | None, suffix: str) -> str:
    """Name a file by its output, what it holds and on how many it rests.

    Args:
        name: the output, such as `reform_shares`.
        holds: what it holds in words.
        n: the largest count in it; None where it holds none.
        suffix: the ending, such as `csv`.
    """
    words = re.sub(r"[^a-z0-9]+", "-", holds.lower().translate(LETTERS)).strip("-")
    if len(words) > LONGEST:
        kept = words[: LONGEST + 1].split("-")[:-1]
        while len(kept) > 1 and len(kept[-1]) < SHORTEST_LAST:
            kept.pop()
        words = "-".join(kept)
    return f"{name}__{words}__{'no-counts' if n is None else f'n{n}'}.{suffix}"
