"""CSV files: their encoding and delimiter found out, stated, and never guessed in silence."""

import codecs
import csv
import io
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from trajectories.errors import UserError

DELIMITERS = (",", ";", "\t", "|")
CHUNK_BYTES = 1 << 24
HEADER_BYTES = 1 << 20
# Bytes that Windows-1252 prints and Latin-1 takes for control characters.
WINDOWS_ONLY = bytes(range(0x80, 0xA0))
THE_OTHERS = bytes(set(range(256)) - set(WINDOWS_ONLY))
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def detect_encoding(path: Path) -> str:
    """Find out how a text file is encoded.

    UTF-8 where every byte sequence is valid UTF-8; else Windows-1252 where a byte occurs that
    only that encoding prints, and Latin-1 where none does.

    Raises:
        UserError: the file holds NUL bytes or bytes that none of the three encodings knows.
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
            # Most extracts are plain ASCII, which is any of the three and fast to recognise.
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
class TextFile:
    """A CSV file whose encoding and delimiter are known.

    Attributes:
        path: the file, or its copy in UTF-8.
        encoding: of the file itself.
        delimiter: between its cells.
    """

    path: Path
    encoding: str
    delimiter: str

    def scan(self) -> pl.LazyFrame:
        """Open the file lazily, with every cell as text."""
        return pl.scan_csv(self.path, separator=self.delimiter, infer_schema=False)


def open_csv(path: Path, *, encoding: str, delimiter: str, scratch: Path) -> TextFile:
    """Find out how a CSV file is to be read, without reading it into memory.

    Args:
        path: the file.
        encoding: auto, utf-8, windows-1252 or latin-1.
        delimiter: auto or one character.
        scratch: folder that receives a copy in UTF-8 where the file is in another encoding.

    Raises:
        UserError: the file is empty or not in the encoding.
    """
    used, separator = _describe(path, encoding=encoding, delimiter=delimiter)
    if used == "utf-8":
        return TextFile(path, used, separator)
    copy = scratch / f"{path.name}.utf-8"
    try:
        with (
            path.open(encoding=used, newline="") as source,
            copy.open("w", encoding="utf-8", newline="") as target,
        ):
            while text := source.read(CHUNK_BYTES):
                target.write(text)
    except UnicodeDecodeError as error:
        raise _not_in(path, used) from error
    return TextFile(copy, used, separator)


def read_csv(path: Path, *, encoding: str, delimiter: str) -> tuple[pl.DataFrame, str, str]:
    """Read a CSV file with every cell as text.

    Args:
        path: the file.
        encoding: auto, utf-8, windows-1252 or latin-1.
        delimiter: auto or one character.

    Returns:
        The frame, the encoding and the delimiter that were used.

    Raises:
        UserError: the file is empty, not in the encoding, or its rows do not fit its header.
    """
    used, separator = _describe(path, encoding=encoding, delimiter=delimiter)
    source: Path | io.BytesIO = path
    if used != "utf-8":
        try:
            source = io.BytesIO(path.read_bytes().decode(used).encode("utf-8"))
        except UnicodeDecodeError as error:
            raise _not_in(path, used) from error
    try:
        frame = pl.read_csv(source, separator=separator, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        if used == "utf-8" and detect_encoding(path) != "utf-8":
            raise UserError(
                f"{path.name} is not in utf-8, which the config names: name another or auto."
            ) from error
        raise UserError(
            f"{path.name} is not a whole {used} CSV file with the delimiter {separator!r}: each "
            "row must have as many cells as the header."
        ) from error
    return frame, used, separator


def csv_header(path: Path, *, encoding: str, delimiter: str) -> list[str]:
    """Return the column names of a CSV file that is not empty.

    Args:
        path: the file.
        encoding: auto, utf-8, windows-1252 or latin-1.
        delimiter: auto or one character.
    """
    used, separator = _describe(path, encoding=encoding, delimiter=delimiter)
    with path.open("rb") as stream:
        lines = stream.read(HEADER_BYTES).decode(used, errors="replace").splitlines()
    first = io.StringIO(lines[0])
    return next(csv.reader(first, delimiter=separator), [])


def _describe(path: Path, *, encoding: str, delimiter: str) -> tuple[str, str]:
    """Return the encoding and the delimiter of a file that is not empty."""
    if path.stat().st_size == 0:
        raise UserError(f"{path.name} is empty: it needs a header and rows.")
    used = detect_encoding(path) if encoding == "auto" else encoding
    with path.open("rb") as stream:
        first = stream.read(HEADER_BYTES).decode(used, errors="replace").splitlines()[0]
    return used, detect_delimiter(first) if delimiter == "auto" else delimiter


def _not_in(path: Path, encoding: str) -> UserError:
    return UserError(
        f"{path.name} is not in {encoding}, which the config names: name another or auto."
    )
