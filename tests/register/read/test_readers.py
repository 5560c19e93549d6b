"""Which files are read, in which formats, under which names."""

from datetime import date

import numpy as np
import polars as pl
import pyreadstat
import pytest

from trajectories.config.sections.files import TableFiles
from trajectories.errors import UserError
from trajectories.register.read.readers import RawTable, find_files, read_files

SPELLS = pl.DataFrame(
    {
        "person": ["a", "b", "c"],
        "code": ["130", "730", "810"],
        "start": [date(2010, 1, 1), date(2011, 1, 1), date(2012, 1, 1)],
    }
)


def read(spec: TableFiles, **options: object) -> RawTable:
    names = {"required": ("person", "code"), "optional": ("start", "municipality"), **options}
    return read_files(spec, table="spells", **names)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_columns_come_under_project_names(tmp_path, suffix):
    frame = SPELLS.rename({"code": "ydelse"}).with_columns(other=1)
    path = tmp_path / f"forløb.{suffix}"
    frame.write_csv(path, separator=";") if suffix == "csv" else frame.write_parquet(path)
    raw = read(TableFiles(path=str(path), columns={"code": "ydelse"}))
    assert raw.frame.columns == ["person", "code", "start"]
    assert raw.frame["code"].to_list() == ["130", "730", "810"]
    expected = {"table": "spells", "file": path.name, "rows": 3, "format": suffix}
    if suffix == "csv":
        expected |= {"encoding": "utf-8", "delimiter": ";"}
    assert raw.log == (expected,)


@pytest.mark.parametrize("suffix", ["dta", "xpt"])
def test_stata_and_sas_transport_files_are_read(tmp_path, suffix):
    path = tmp_path / f"spells.{suffix}"
    write = {"dta": pyreadstat.write_dta, "xpt": pyreadstat.write_xport}[suffix]
    write(SPELLS, path)
    raw = read(TableFiles(path=str(path)))
    assert raw.frame.select("person", "code").equals(SPELLS.select("person", "code"))
    assert raw.frame["start"].cast(pl.Date).to_list() == SPELLS["start"].to_list()


@pytest.mark.parametrize("suffix", ["dta", "sas7bdat", "xpt"])
def test_a_broken_statistical_file_gets_one_sentence(tmp_path, suffix):
    path = tmp_path / f"spells.{suffix}"
    path.write_bytes(b"not a file of this kind at all")
    with pytest.raises(UserError, match=f"spells.{suffix} is not a whole {suffix} file"):
        read(TableFiles(path=str(path)))


def test_many_files_are_read_in_sorted_order_and_rows_are_found_again(tmp_path):
    for number, part in ((2, SPELLS[2:]), (1, SPELLS[:2])):
        part.write_csv(tmp_path / f"spells_{number}.csv")
    raw = read(TableFiles(path=str(tmp_path / "spells_*.csv")))
    assert raw.frame["person"].to_list() == ["a", "b", "c"]
    assert raw.label == "spells_1.csv and 1 more files"
    assert raw.locate(np.array([0, 1, 2])).rows() == [
        ("spells_1.csv", 1),
        ("spells_1.csv", 2),
        ("spells_2.csv", 1),
    ]


def test_a_folder_stands_for_its_parquet_files_and_a_list_for_its_members(tmp_path, monkeypatch):
    (tmp_path / "parts" / "year=2010").mkdir(parents=True)
    SPELLS[:1].write_parquet(tmp_path / "parts" / "year=2010" / "a.parquet")
    SPELLS[1:].write_parquet(tmp_path / "parts" / "b.parquet")
    (tmp_path / "parts" / "readme.md").write_text("no data")
    folder = str(tmp_path / "parts")
    assert read(TableFiles(path=folder)).frame.height == 3
    monkeypatch.chdir(tmp_path)
    files = find_files(TableFiles(path=["parts/*.parquet", "parts/b.parquet"]), table="spells")
    assert [file.name for file in files] == ["b.parquet"]


def test_files_of_one_table_may_lack_optional_columns(tmp_path):
    SPELLS.drop("start").write_parquet(tmp_path / "a.parquet")
    SPELLS.write_parquet(tmp_path / "b.parquet")
    raw = read(TableFiles(path=str(tmp_path)))
    assert raw.frame["start"].null_count() == 3


def test_files_whose_types_clash_get_one_sentence(tmp_path):
    SPELLS.write_parquet(tmp_path / "a.parquet")
    SPELLS.with_columns(start=pl.Series([[1], [2], [3]])).write_parquet(tmp_path / "b.parquet")
    with pytest.raises(UserError, match="files of spells hold one column in incompatible types"):
        read(TableFiles(path=str(tmp_path)))


def test_a_missing_column_is_named_with_those_there_are(tmp_path):
    path = tmp_path / "spells.csv"
    path.write_text("person,ydelse\na,130\n")
    message = r"spells.csv has no column 'code': .*\(the file holds person, ydelse\)"
    with pytest.raises(UserError, match=message):
        read(TableFiles(path=str(path)))
    with pytest.raises(UserError, match="has no column 'fra'"):
        read(TableFiles(path=str(path), columns={"code": "ydelse", "start": "fra"}))


def test_a_mapped_column_that_the_table_does_not_know_is_named(tmp_path):
    path = tmp_path / "spells.csv"
    path.write_text("person,code\na,130\n")
    with pytest.raises(UserError, match="names 'kode', which is no column of this table"):
        read(TableFiles(path=str(path), columns={"kode": "code"}))


@pytest.mark.parametrize("name", ["nothing.csv", "nothing_*.csv", "empty"])
def test_a_missing_file_gets_one_sentence(tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match=r"(exist:|without) .*register.files.spells.path"):
        read(TableFiles(path=str(tmp_path / name)))


def test_an_unknown_format_gets_one_sentence(tmp_path):
    path = tmp_path / "spells.xlsx"
    path.write_bytes(b"x")
    with pytest.raises(UserError, match=r"spells.xlsx has an unknown format"):
        read(TableFiles(path=str(path)))


def test_an_empty_and_a_truncated_parquet_file_get_one_sentence(tmp_path):
    path = tmp_path / "spells.parquet"
    path.write_bytes(b"")
    with pytest.raises(UserError, match=r"spells.parquet is empty"):
        read(TableFiles(path=str(path)))
    SPELLS.write_parquet(path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UserError, match=r"spells.parquet is not a whole Parquet file"):
        read(TableFiles(path=str(path)))


def test_a_table_in_memory_needs_no_files():
    raw = RawTable("spells", SPELLS)
    assert raw.label == "frame"
    assert raw.locate(np.array([2])).rows() == [("frame", 3)]
