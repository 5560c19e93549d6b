"""Reading CSV files, with detection of encoding, delimiter and malformed rows."""

import codecs
import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from trajectories.errors import UserError
from trajectories.register.read.text_kernels import (
    AT_START,
    CELLS,
    FILLED,
    INSIDE,
    ROWS,
    STATE,
    STRAY,
    WRONG,
    WRONG_CELLS,
    count_cells,
    end_row,
)
from trajectories.words import in_english, n_

DELIMITERS = (",", ";", "\t", "|")
CHUNK_BYTES = 1 << 24
HEADER_BYTES = 1 << 20
# Bytes that are printable in Windows-1252 but control characters in Latin-1.
WINDOWS_ONLY = bytes(range(0x80, 0xA0))
THE_OTHERS = bytes(set(range(256)) - set(WINDOWS_ONLY))
SEPARATOR_LINE = re.compile(r'"?sep=([,;|\t])"?', re.IGNORECASE)
"""A line before the header in which spreadsheets name the delimiter."""
SIGNATURES = {
    b"PK\x03\x04": "a workbook of Excel or a zip archive",
    b"\xd0\xcf\x11\xe0": "a workbook of Excel",
    b"\x1f\x8b": "compressed by gzip",
    b"<stata_dta>": "a Stata file",
    b"PAR1": "a Parquet file",
    b"HEADER RECORD*******LIB": "a transport file of SAS",
    b"%PDF": "a PDF",
    b"<html": "a page of a website",
    b"<!DOCTYPE": "a page of a website",
}
"""How files that are no text tables begin."""
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def detect_encoding(path: Path) -> str:
    """Detect the encoding of a text file.

    UTF-8 if the whole file is valid UTF-8; else Windows-1252 if it contains a byte that is
    printable only in that encoding; else Latin-1.

    Raises:
        UserError: the file contains NUL bytes or bytes that are invalid in all three encodings.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    utf8, seen = True, set[int]()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            if b"\0" in chunk or chunk[:2] in UTF16_MARKS:
                raise UserError(
                    f"{path.name} is not a text file in UTF-8, Windows-1252 or Latin-1: save it "
                    "as UTF-8."
                )
            # Most extracts are plain ASCII, which is valid in all three and fast to recognise.
            if chunk.isascii() and not decoder.getstate()[0]:
                continue
            if utf8:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    utf8 = False
            seen.update(chunk.translate(None, THE_OTHERS))
    if utf8 and not decoder.getstate()[0]:
        return "utf-8"
    if not seen:
        return "latin-1"
    try:
        bytes(sorted(seen)).decode("windows-1252")
    except UnicodeDecodeError as error:
        raise UserError(
            f"{path.name} is neither UTF-8 nor Windows-1252 nor Latin-1: save it as UTF-8."
        ) from error
    return "windows-1252"


def detect_delimiter(header: str) -> str:
    """Return the delimiter that occurs most often in a header line outside quotes."""
    plain = "".join(header.split('"')[::2])
    return max(DELIMITERS, key=plain.count)


@dataclass(frozen=True)
class Layout:
    """The layout of a CSV file.

    Attributes:
        encoding: the file's encoding.
        delimiter: the delimiter of its cells.
        header: the names of its columns as written.
        lines: number of lines up to and including the header; `sep=;` may precede it.
        rows: number of rows up to the last one that is not blank.
        stray: the first row with a quotation mark that does not surround its cell; 0 = none.
    """

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    lines: int
    rows: int
    stray: int


def find_header(
    path: Path, *, encoding: str, delimiter: str
) -> tuple[str, str, tuple[str, ...], int]:
    """Detect the format of a CSV file from its header.

    Returns:
        The encoding, the delimiter, the header, and the number of lines up to it.

    Raises:
        UserError: the file is empty or blank, of another format, or in an unknown encoding.
    """
    if path.stat().st_size == 0:
        raise UserError(f"{path.name} is empty: it needs a header and rows.")
    with path.open("rb") as stream:
        start = stream.read(max(map(len, SIGNATURES)))
    for sign, kind in SIGNATURES.items():
        if start.startswith(sign):
            raise UserError(f"{path.name} is {kind}, whatever its name: save it as CSV.")
    used = detect_encoding(path) if encoding == "auto" else encoding
    with path.open("rb") as stream:
        text = stream.read(HEADER_BYTES).decode(used, errors="replace").removeprefix("\ufeff")
    lines = text.split("\n")
    number = next((i for i, line in enumerate(lines) if line.strip()), None)
    if number is None:
        raise UserError(f"{path.name} holds nothing but blank lines: it needs a header and rows.")
    said = SEPARATOR_LINE.fullmatch(lines[number].strip())
    if said and len(lines) > number + 1:
        number += 1
    first = lines[number].rstrip("\r")
    if "\r" in first:
        raise UserError(
            f"{path.name} has lines that end in a carriage return alone: save it with line feeds."
        )
    separator = delimiter
    if delimiter == "auto":
        separator = said[1] if said else detect_delimiter(first)
    names = next(csv.reader(io.StringIO(first), delimiter=separator), [])
    return used, separator, tuple(names), number + 1


def lay_out(path: Path, *, encoding: str, delimiter: str) -> Layout:
    """Detect the layout of a CSV file, and check that each row has as many cells as the header.

    Raises:
        UserError: the file is empty, or a row has more or fewer cells than the header.
    """
    used, separator, header, lines = find_header(path, encoding=encoding, delimiter=delimiter)
    state = np.zeros(STATE, np.int64)
    state[AT_START] = state[CELLS] = 1
    with path.open("rb") as stream:
        for _ in range(lines):
            stream.readline()
        last = b"\n"
        while chunk := stream.read(CHUNK_BYTES):
            count_cells(np.frombuffer(chunk, np.uint8), state, ord(separator), len(header))
            last = chunk[-1:]
    if last != b"\n" and not state[INSIDE]:
        end_row(state, len(header))
    advice = "each row must have as many cells as the header"
    if state[WRONG]:
        if len(header) == 1 and state[WRONG] == 1:
            raise UserError(
                f"{path.name}: its first line holds one cell and the next row "
                f"{state[WRONG_CELLS]}: the first line must be the header; remove a title or "
                "remark above it."
            )
        wrong = in_english(n_("{number} cell", "{number} cells"), int(state[WRONG_CELLS]))
        raise UserError(
            f"{path.name}: row {state[WRONG]} has {wrong} and the header "
            f"{len(header)} (delimiter {separator!r}): the file may be cut short, or a cell holds "
            f"the delimiter without quotes; {advice}."
        )
    if state[INSIDE]:
        raise _quotes(path, int(state[STRAY] or state[ROWS] + 1))
    return Layout(used, separator, header, lines, int(state[FILLED]), int(state[STRAY]))


@dataclass(frozen=True)
class TextFile:
    """A CSV file with a known layout.

    Attributes:
        path: the file, or its copy in UTF-8.
        layout: the layout of the original file.
    """

    path: Path
    layout: Layout

    def scan(self) -> pl.LazyFrame:
        """Open the file lazily, with every cell as text."""
        return pl.scan_csv(self.path, glob=False, **_options(self.layout))


def _options(layout: Layout) -> dict[str, Any]:
    return {
        "separator": layout.delimiter,
        "infer_schema": False,
        "skip_lines": layout.lines - 1,
        "n_rows": layout.rows,
    }


def open_csv(path: Path, *, encoding: str, delimiter: str, scratch: Path) -> TextFile:
    """Open a CSV file without reading it into memory.

    Args:
        path: the file.
        encoding: auto, utf-8, windows-1252 or latin-1.
        delimiter: auto or one character.
        scratch: folder for a copy in UTF-8 if the file is in another encoding.

    Raises:
        UserError: the file is empty, not in the encoding, or its rows do not fit its header.
    """
    layout = lay_out(path, encoding=encoding, delimiter=delimiter)
    if layout.stray:
        raise _quotes(path, layout.stray)
    if layout.encoding == "utf-8":
        return TextFile(path, layout)
    copy = scratch / f"{path.name}.utf-8"
    try:
        with (
            path.open(encoding=layout.encoding, newline="") as source,
            copy.open("w", encoding="utf-8", newline="") as target,
        ):
            while text := source.read(CHUNK_BYTES):
                target.write(text)
    except UnicodeDecodeError as error:
        raise _not_in(path, layout.encoding) from error
    return TextFile(copy, layout)


def read_csv(path: Path, *, encoding: str, delimiter: str) -> tuple[pl.DataFrame, Layout]:
    """Read a CSV file with every cell as text.

    Returns:
        The frame with its columns in the order of the header, without blank rows at the end, and
        the layout of the file.

    Raises:
        UserError: the file is empty, not in the encoding, or its rows do not fit its header.
    """
    layout = lay_out(path, encoding=encoding, delimiter=delimiter)
    source: Path | io.BytesIO = path
    if layout.encoding != "utf-8":
        try:
            source = io.BytesIO(path.read_bytes().decode(layout.encoding).encode("utf-8"))
        except UnicodeDecodeError as error:
            raise _not_in(path, layout.encoding) from error
    try:
        frame = pl.read_csv(source, glob=False, **_options(layout))
    except pl.exceptions.PolarsError as error:
        if layout.encoding == "utf-8" and detect_encoding(path) != "utf-8":
            raise _not_in(path, layout.encoding) from error
        if layout.stray:
            raise _quotes(path, layout.stray) from error
        raise UserError(
            f"{path.name} is not a whole {layout.encoding} CSV file with the delimiter "
            f"{layout.delimiter!r}: each row must have as many cells as the header."
        ) from error
    if frame.height != layout.rows:
        raise _quotes(path, layout.stray)
    return frame, layout


def _quotes(path: Path, row: int) -> UserError:
    return UserError(
        f"{path.name}: row {row} holds a quotation mark that does not surround its cell, so that "
        "rows could be lost: double quotation marks inside cells, or leave them out."
    )


def _not_in(path: Path, encoding: str) -> UserError:
    return UserError(
        f"{path.name} is not in {encoding}, which the config names: name another or auto."
    )
