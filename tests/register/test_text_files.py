"""Encodings and delimiters are found out and stated."""

import pytest

from trajectories.errors import UserError
from trajectories.register import text_files
from trajectories.register.text_files import detect_delimiter, detect_encoding, read_csv

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
    frame, used, delimiter = read_csv(path, encoding="auto", delimiter="auto")
    assert used == encoding
    if b";" in data:
        assert delimiter == ";"
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
        (b"\n", "is not a whole utf-8 CSV file"),
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
