"""Inspection of a release folder: each planted leak is found and named, and nothing else."""

import json
import re
import shutil
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trajectories.commands.release import folder
from trajectories.commands.release.check_release import check
from trajectories.errors import UserError
from trajectories.inputs import sha256_of
from trajectories.io import read_json, write_json
from trajectories.release.contents import GATE, made_by_gate
from trajectories.release.inspection.folder import inspect_files
from trajectories.release.inspection.pictures import inspect_picture
from trajectories.release.inspection.texts import inspect_text
from trajectories.release.outputs.registry import SPECS

STATES = "tables/sequences_state_distribution.csv"
SPECIFICATIONS = {spec.file: spec for spec in SPECS.values()}
RULES = {"threshold": 5, "base": 5}


@pytest.fixture
def release(synthetic, tmp_path) -> Path:
    """A copy of a release that a test may spoil."""
    return Path(shutil.copytree(synthetic.release, tmp_path / "release"))


def found(release: Path, **options) -> set[tuple[str, str]]:
    findings = inspect_files(
        release,
        made=made_by_gate(release),
        later=folder.made_later,
        specs=SPECIFICATIONS,
        rules=RULES,
        **options,
    )
    return {(one.file, one.kind) for one in findings}


def reseal(release: Path, name: str) -> None:
    """Forge the list, so that the contents alone can speak."""
    made = made_by_gate(release)
    write_json({**made, name: sha256_of(release / name)}, release / GATE)


def edit(release: Path, change: Callable[[pl.DataFrame], pl.DataFrame], name: str = STATES) -> None:
    table = pl.read_csv(release / name, infer_schema=False)
    change(table).write_csv(release / name)
    reseal(release, name)


def test_nothing_is_found_in_a_release_as_it_was_made(synthetic):
    twins = sorted((synthetic.private / "exact").glob("*.csv"))
    assert len(twins) > 40
    assert found(synthetic.release, users=["somebody"], twins=twins) == set()
    line, compared = check(synthetic.release, private=synthetic.private)
    assert line.endswith("nothing found.")
    assert compared.startswith("No earlier release was known")


def test_a_key_column(release):
    edit(release, lambda table: table.with_columns(pnr=pl.lit("A")))
    assert found(release) == {(STATES, "key column"), (STATES, "undeclared column")}


@pytest.mark.parametrize("name", ["PERSON_ID", "caseworker_id", "recnum", "cpr_nr"])
def test_other_key_columns(release, name):
    edit(release, lambda table: table.with_columns(pl.lit("A").alias(name)))
    assert (STATES, "key column") in found(release)


def first_number(table: pl.DataFrame, number: str) -> pl.DataFrame:
    first = pl.int_range(pl.len()) == table["count"].is_not_null().arg_max()
    return table.with_columns(pl.when(first).then(pl.lit(number)).otherwise("count").alias("count"))


def test_a_single_row(release):
    edit(release, lambda table: first_number(table, "1"))
    assert found(release) == {(STATES, "small count"), (STATES, "exact numbers")}


def test_numbers_that_are_not_rounded(release):
    edit(release, lambda table: first_number(table, "1003"))
    assert found(release) == {(STATES, "exact numbers")}


def test_a_date_of_birth(release):
    edit(release, lambda table: table.with_columns(born=pl.lit("03-04-1981")))
    assert found(release) == {(STATES, "date of birth"), (STATES, "undeclared column")}


@pytest.mark.parametrize(
    "place",
    ["/home/kim/project", r"E:\workdata\704001\out", r"\\srvfsenas1\data\x", "C:/Users/kim/a.csv"],
)
def test_a_path(release, place):
    about = read_json(release / "about.json")
    write_json({**about, "note": f"made of {place}"}, release / "about.json")
    reseal(release, "about.json")
    assert found(release) == {("about.json", "path")}


def test_a_user_name(release):
    about = read_json(release / "about.json")
    write_json({**about, "note": "made by kimjensen"}, release / "about.json")
    reseal(release, "about.json")
    assert found(release, users=["kimjensen"]) == {("about.json", "user name")}
    assert found(release, users=["kim", "root"]) == set()


def with_chunk(content: bytes, kind: bytes, data: bytes) -> bytes:
    """Add a chunk to a PNG file before its end."""
    chunk = struct.pack(">I", len(data)) + kind + data
    chunk += struct.pack(">I", zlib.crc32(kind + data))
    return content[:-12] + chunk + content[-12:]


@pytest.mark.parametrize(
    ("kind", "data"),
    [(b"eXIf", b"MM\x00*"), (b"tEXt", b"Author\x00Kim"), (b"iTXt", b"Title\x00"), (b"tIME", b"1")],
)
def test_metadata_of_a_picture(release, kind, data):
    name = "figures/state_distribution.png"
    picture = release / name
    picture.write_bytes(with_chunk(picture.read_bytes(), kind, data))
    assert found(release) == {(name, "metadata")}


def test_what_follows_a_pictures_end():
    png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 0) + b"IEND\xaeB`\x82"
    assert list(inspect_picture("a.png", png)) == []
    assert [one.kind for one in inspect_picture("a.png", png + b"more")] == ["metadata"]


def test_exif_of_a_photograph():
    content = b"\xff\xd8\xff\xe1\x00\x10Exif\x00\x00MM\x00*"
    assert [one.kind for one in inspect_picture("a.jpg", content)] == ["metadata"]


def test_a_hidden_file(release):
    (release / "tables" / ".Rhistory").write_text("x", encoding="utf-8")
    assert found(release) == {
        ("tables/.Rhistory", "hidden file"),
        ("tables/.Rhistory", "foreign file"),
    }


def test_an_exact_twin_under_another_name(synthetic, release):
    twin = synthetic.private / "exact" / "sequences_state_distribution.csv"
    shutil.copy(twin, release / "figures" / "data.csv")
    kinds = found(release, twins=[twin])
    assert kinds == {("figures/data.csv", "foreign file"), ("figures/data.csv", "exact numbers")}


def test_an_exact_twin_in_its_tables_place(synthetic, release):
    shutil.copy(synthetic.private / "exact" / Path(STATES).name, release / STATES)
    assert {(STATES, "altered file"), (STATES, "exact numbers")} <= found(release)
    reseal(release, STATES)
    assert (STATES, "exact numbers") in found(release)


def test_a_stale_table(release):
    made = made_by_gate(release)
    write_json({name: made[name] for name in made if name != STATES}, release / GATE)
    assert found(release) == {(STATES, "stale table")}


def test_foreign_files(release):
    (release / "notes.docx").write_bytes(b"x")
    (release / "tables" / "link.csv").symlink_to(release / STATES)
    assert found(release) == {("notes.docx", "foreign file"), ("tables/link.csv", "foreign file")}


def test_several_foreign_files_are_all_named_at_once(release):
    (release / "notes.docx").write_bytes(b"x")
    (release / "figures" / "own.svg").write_text("<svg/>")
    with pytest.raises(UserError, match="must not leave as it is; 2 findings:") as error:
        list(check(release))
    assert all(name in str(error.value) for name in ("notes.docx", "figures/own.svg"))


def test_a_private_folder_without_a_certificate_is_refused(release, tmp_path):
    with pytest.raises(UserError, match=r"certificate\.json is missing: name the gate's private"):
        list(check(release, private=tmp_path / "mistyped"))


def test_a_log(release):
    (release / "estimate.log").write_text("done", encoding="utf-8")
    assert found(release) == {("estimate.log", "log")}


def test_a_missing_file(release):
    (release / STATES).unlink()
    assert found(release) == {(STATES, "missing file")}


def test_a_tampered_headline(release):
    numbers = read_json(release / "headline.json")
    write_json({**numbers, "departure_hr": 0.5}, release / "headline.json")
    with pytest.raises(UserError, match=r"headline\.json: tampered headline: it does not follow"):
        list(check(release))


def numbers_of(page: str) -> list[re.Match[str]]:
    """Numbers in the sentences of a page: those between two tags, outside pictures and styles."""
    hidden = re.compile(r"<(svg|style|script)\b.*?</\1>", re.DOTALL)
    bare = hidden.sub(lambda match: "<" + " " * (len(match[0]) - 2) + ">", page)
    return [
        number
        for text in re.finditer(r">[^<]*\d[^<]*<", bare)
        for number in re.compile(r"\d+").finditer(page, text.start(), text.end())
    ]


@pytest.mark.parametrize(("name", "least"), [("brief", 30), ("report", 200), ("annex", 500)])
def test_a_changed_number_in_any_sentence_of_a_document(release, name, least):
    page = release / f"{name}.html"
    text = page.read_text(encoding="utf-8")
    numbers = numbers_of(text)
    assert len(numbers) > least
    for match in numbers[:: len(numbers) // 3]:
        other = str(int(match[0]) + 1)
        page.write_text(text[: match.start()] + other + text[match.end() :], encoding="utf-8")
        with pytest.raises(UserError, match=rf"{name}\.html: tampered report"):
            list(check(release))


@given(
    st.tuples(st.integers(1, 28), st.integers(1, 12), st.integers(0, 99), st.integers(0, 9999)),
    st.sampled_from(["", "-"]),
)
def test_any_cpr_number_in_a_text_is_found(parts, separator):
    day, month, year, last = parts
    number = f"{day:02}{month:02}{year:02}{separator}{last:04}"
    kinds = {one.kind for one in inspect_text("a.txt", f"person {number} left")}
    assert "identifier" in kinds


def test_coordinates_of_a_drawing_are_no_cpr_number_and_its_texts_may_be():
    drawn = '<svg><g transform="translate(170.170755 1015.477617)"><path d="M 1.010190 1234"/>'
    assert not list(inspect_text("a.svg", f"{drawn}</g></svg>"))
    assert list(inspect_text("a.svg", f"{drawn}<text>010190 1234</text></g></svg>"))
    assert list(inspect_text("a.html", drawn))


@given(st.text(alphabet="0123456789.,% abcdefg", max_size=40))
def test_no_finding_quotes_what_it_found(text):
    for one in inspect_text("a.txt", f"{text} 0101801234 /home/kim/x 01-02-1980 kimjensen"):
        assert not set(one.sentence.split()) & {"0101801234", "/home/kim/x", "kimjensen"}
        assert "1980" not in json.dumps(one.sentence)
