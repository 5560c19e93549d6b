"""Encodings and delimiters are found out and stated."""

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trajectories.errors import UserError
from trajectories.register.read import text_files
from trajectories.register.read.text_files import detect_delimiter, detect_encoding, read_csv

DANISH = "person;navn\n1;Ærø\n2;Åse\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (DANISH.encode("utf-8"), "utf-8"),
        (DANISH.encode("utf-8-sig"), "utf-8"),
        (b"person\n1\n", "utf-8"),
        (DANISH.encode("latin-1"), "latin-1"),
        ((DANISH + "3;“x” €\n").encode("windows-1252"), "windows-1252"),
    ],
)
@pytest.mark.parametrize("chunk", [1, 1 << 24])
def test_an_encoding_is_detected_and_the_letters_are_right(
    tmp_path, monkeypatch, data, encoding, chunk
):
    monkeypatch.setattr(text_files, "CHUNK_BYTES", chunk)
    path = tmp_path / "navne.csv"
    path.write_bytes(data)
    assert detect_encoding(path) == encoding
    frame, layout = read_csv(path, encoding="auto", delimiter="auto")
    assert layout.encoding == encoding
    if b";" in data:
        assert layout.delimiter == ";"
        assert frame.columns == ["person", "navn"]
        assert frame["navn"].to_list()[:2] == ["Ærø", "Åse"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (DANISH.encode("utf-16"), "not a text file in UTF-8"),
        (b"person;navn\n1;\0\n", "not a text file in UTF-8"),
        (b"person;navn\n1;\x81\xe6\n", "neither UTF-8 nor Windows-1252 nor Latin-1"),
        (b"person;navn\n1;\xe6\x80\x8d\xc3", "neither UTF-8 nor Windows-1252 nor Latin-1"),
        (b"", "navne.csv is empty"),
        (b"person;navn\n1;2;3\n", "each row must have as many cells as the header"),
        (b"\n", "holds nothing but blank lines"),
    ],
)
def test_a_file_that_cannot_be_read_gets_one_sentence(tmp_path, data, message):
    path = tmp_path / "navne.csv"
    path.write_bytes(data)
    with pytest.raises(UserError, match=message):
        read_csv(path, encoding="auto", delimiter="auto")


def test_a_configured_encoding_is_held_to(tmp_path):
    path = tmp_path / "navne.csv"
    path.write_bytes(b"person\n\x81\n")
    with pytest.raises(UserError, match="is not in windows-1252, which the config names"):
        read_csv(path, encoding="windows-1252", delimiter="auto")
    path.write_bytes(DANISH.encode("latin-1"))
    with pytest.raises(UserError, match="is not in utf-8, which the config names"):
        read_csv(path, encoding="utf-8", delimiter=";")
    assert read_csv(path, encoding="latin-1", delimiter=";")[0]["navn"][0] == "Ærø"


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [
        ("a,b,c", ","),
        ("a;b;c", ";"),
        ('"a,x,y";b;c', ";"),
        ("a\tb", "\t"),
        ("a|b", "|"),
        ("a", ","),
    ],
)
def test_the_delimiter_is_the_commonest_of_the_header(header, delimiter):
    assert detect_delimiter(header) == delimiter


def read(path, text: str | bytes):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_csv(path, encoding="auto", delimiter="auto")


@pytest.mark.parametrize(
    ("text", "row", "cells"),
    [
        ("a,b,c\n1,2,3\n4,5\n", 2, 2),
        ("a;b;c\r\n1;2\r\n4;5;6\r\n", 1, 2),
        ("a,b,c\n1,2,3\n4,5,6,7\n", 2, 4),
        ("a,b,c\n1,2,3\n4,5", 2, 2),
        ('a,b,c\n"1,2",3,4\n"5,6",7\n', 2, 2),
        ("a,b,c\n1,Jensen, Ole,3\n", 1, 4),
    ],
)
def test_a_row_with_fewer_or_more_cells_than_the_header_stops(tmp_path, text, row, cells):
    with pytest.raises(UserError, match=rf"x.csv: row {row} has {cells} cells and the header"):
        read(tmp_path / "x.csv", text)


@given(
    st.lists(st.lists(st.text('ab,;"\n\r é1 ', max_size=6), min_size=3, max_size=3), max_size=6),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
    st.integers(1, 40),
)
@settings(max_examples=200)
def test_rows_are_those_of_a_plain_reader(rows, delimiter, line, chunk):
    """Whatever stands in quotes, and wherever a chunk of bytes ends."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=line, quoting=csv.QUOTE_ALL)
    writer.writerows([["x", "y", "z"], *rows])
    while rows and not any(cell.strip(" \r\n") for cell in rows[-1]):
        rows.pop()
    before, text_files.CHUNK_BYTES = text_files.CHUNK_BYTES, chunk
    try:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "x.csv"
            path.write_text(stream.getvalue(), encoding="utf-8", newline="")
            frame, layout = read_csv(path, encoding="utf-8", delimiter=delimiter)
    finally:
        text_files.CHUNK_BYTES = before
    assert layout.rows == frame.height == len(rows)
    assert frame.rows() == [tuple(row) for row in rows]


def test_blank_rows_at_the_end_are_left_out_and_others_count(tmp_path):
    frame, layout = read(tmp_path / "x.csv", "a;b\n1;2\n;\n\n3;4\n;\n;\n\n")
    assert frame.rows() == [("1", "2"), (None, None), (None, None), ("3", "4")]
    assert layout.rows == 4


@pytest.mark.parametrize(
    "text",
    [
        'a,b\n1,5" pipe\n2,x\n3,6" pipe\n',
        'a,b\n1,"open\n2,x\n',
        'a,b\n1,2\n3,"open',
    ],
)
def test_a_quote_that_would_swallow_rows_stops(tmp_path, text):
    with pytest.raises(UserError, match="quotation mark that does not surround its cell"):
        read(tmp_path / "x.csv", text)


def test_the_line_of_a_spreadsheet_names_the_delimiter(tmp_path):
    frame, layout = read(tmp_path / "x.csv", "sep=;\r\na,b;c\r\n1;2\r\n")
    assert (layout.delimiter, frame.columns, frame.rows()) == (";", ["a,b", "c"], [("1", "2")])


def test_lines_of_carriage_returns_alone_stop(tmp_path):
    with pytest.raises(UserError, match="carriage return alone"):
        read(tmp_path / "x.csv", "a,b\r1,2\r")
