"""Paths that name no file, and headers that are none or occur again."""

from register.bad_inputs import GOOD, Bad

PATHS = (
    Bad(
        "a folder without Parquet files",
        "spells is a folder without Parquet files: write spells/*.csv",
        files={"spells": ("spells", lambda path: path.mkdir())},
    ),
    Bad(
        "a path from a home or a variable",
        "~/spells.csv does not exist",
        files={"spells": ("~/spells.csv", None)},
    ),
    Bad(
        "an empty list of files",
        "register.files.spells.path names no file",
        section={"files": {"spells": {"path": []}}},
    ),
    Bad(
        "files joined with their headers",
        "row 2 repeats the header",
        rows={"spells": GOOD["spells"]},
    ),
    Bad(
        "a remark above the header",
        "its first line holds one cell",
        files={"spells": ("spells.csv", f"# 2024\n{GOOD['spells']}".encode())},
    ),
)
