"""Paths that name no file, files of other kinds, and headers that are none or occur again."""

import gzip

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
    Bad(
        "a title above the header, with as many delimiters",
        "the names of its columns stand in row 1",
        files={"spells": ("spells.csv", f"Extract of 2024,,,,,\n{GOOD['spells']}".encode())},
    ),
    Bad(
        "a workbook of Excel named `.csv`",
        "spells.csv is a workbook of Excel",
        files={"spells": ("spells.csv", b"PK\x03\x04\x14\x00\x06\x00")},
    ),
    Bad(
        "a compressed file named `.csv`",
        "spells.csv is compressed by gzip",
        files={"spells": ("spells.csv", gzip.compress(GOOD["spells"].encode(), mtime=0))},
    ),
    Bad(
        "a weekly register of which nothing but the header is left",
        "dream.csv holds no usable row: there is none below its header",
        files={"dream": ("dream.csv", b"person;y_1001;y_1002\n")},
        section={"files": {"spells": {"path": None}}},
    ),
)
