"""SAS and Stata files become Parquet in chunks, with the types of the file."""

import gzip
from datetime import date
from pathlib import Path

import polars as pl
import pyreadstat
import pytest
import yaml

from register.weekly_files import read
from trajectories.commands.register.convert import convert as convert_command
from trajectories.commands.register.ingest import ingest
from trajectories.config.root import Config
from trajectories.config.root import statistical_files as in_config
from trajectories.io import read_json
from trajectories.register.clean.accounting import AccountingError
from trajectories.register.read import statistical_files
from trajectories.register.read.statistical_files import convert, read_statistical

FIXTURES = Path(__file__).parents[2] / "fixtures" / "register"
WRITE = {"dta": pyreadstat.write_dta, "xpt": pyreadstat.write_xport}
TABLE = pl.DataFrame(
    {
        "person": ["å", "b", "", "d", "e"],
        "start": [None, None, date(2010, 1, 1), None, date(1890, 2, 3)],
        "hours": [None, None, None, 37.5, 1.0],
        "size": pl.Series([None, 3, None, 4, None], dtype=pl.Int32),
    }
)


@pytest.mark.parametrize("suffix", WRITE)
@pytest.mark.parametrize("rows", [1, 2, 5, 100])
def test_chunks_of_any_size_make_the_same_table(tmp_path, monkeypatch, suffix, rows):
    monkeypatch.setattr(statistical_files, "CELLS_AT_ONCE", rows * TABLE.width)
    path, said = tmp_path / f"table.{suffix}", []
    WRITE[suffix](TABLE, path)
    convert(path, tmp_path / "table.parquet", say=said.append)
    found = pl.read_parquet(tmp_path / "table.parquet")
    whole = pl.Int64 if suffix == "dta" else pl.Float64
    assert found.equals(TABLE.with_columns(pl.col("size").cast(whole)))
    whole = " of 5" if suffix == "dta" else ""
    assert said[-1] == f"table.{suffix}: 5{whole} rows"
    assert read_statistical(path).equals(found)


@pytest.mark.parametrize("suffix", WRITE)
def test_a_table_without_rows_keeps_its_columns(tmp_path, suffix):
    path = tmp_path / f"table.{suffix}"
    WRITE[suffix](TABLE.clear(), path)
    assert read_statistical(path).columns == TABLE.columns


def test_months_of_stata_are_written_as_stata_shows_them(tmp_path):
    path = tmp_path / "table.dta"
    forms = {
        "tm": [600, -1, None],
        "tq": [200, -1, None],
        "tw": [2600, -1, None],
        "th": [1, 0, None],
    }
    pyreadstat.write_dta(
        pl.DataFrame(forms),
        path,
        variable_format={name: f"%{name}" for name in forms},
    )
    assert read_statistical(path).to_dict(as_series=False) == {
        "tm": ["2010m1", "1959m12", None],
        "tq": ["2010q1", "1959q4", None],
        "tw": ["2010w1", "1959w52", None],
        "th": ["1960h2", "1960h1", None],
    }


def test_a_real_sas_file_is_read(tmp_path):
    """Its cells are those of `file1.csv` beside it in its source distribution."""
    path = tmp_path / "file1.sas7bdat"
    path.write_bytes(gzip.decompress((FIXTURES / "file1.sas7bdat.gz").read_bytes()))
    found = read_statistical(path)
    assert found.select("integer_row", "float_row", "date_row").rows() == [
        (1.0, 2.5, date(2018, 1, 2)),
        (2.0, 17.23, date(2018, 2, 5)),
        (3.0, 3.21, date(2017, 11, 21)),
        (4.0, 100.9, date(2016, 5, 19)),
        (5.0, 98.6, date(1999, 10, 25)),
    ]
    assert found["text_row"].str.head(14).to_list()[:3] == [
        "Some text",
        "Some more text",
        "Lorem ipsum do",
    ]


def test_converted_files_take_the_place_of_theirs(tmp_path):
    spells = pl.DataFrame(
        {
            "person": ["a", "b"],
            "code": ["130", "730"],
            "start": [19000, 19010],
            "end": [19020, None],
        }
    )
    source, config = tmp_path / "spells.xpt", tmp_path / "config.yaml"
    pyreadstat.write_xport(spells, source)
    files = {"spells": {"path": str(source), "dates": "sas_days"}}
    section = {"register": {"source": "files", "files": files}, "hazards": {"enabled": False}}
    config.write_text(yaml.safe_dump(section))
    assert in_config(Config.model_validate(section)) == [str(source)]
    ingest(config=config, out=tmp_path / "direct")
    convert_command(config=config, out=tmp_path / "converted")
    source.write_bytes(b"")
    ingest(config=config, out=tmp_path / "register", converted=tmp_path / "converted")
    found = pl.read_parquet(tmp_path / "register" / "spells.parquet")
    assert found.equals(pl.read_parquet(tmp_path / "direct" / "spells.parquet"))
    assert found.sort("start")["start"].to_list() == [date(2012, 1, 8), date(2012, 1, 18)]
    log = read_json(tmp_path / "register" / "reading.json")
    assert [(entry["file"], entry["format"], entry["rows"]) for entry in log] == [
        ("spells.xpt", "xpt", 2)
    ]


@pytest.mark.parametrize("suffix", WRITE)
def test_a_weekly_register_may_be_a_sas_or_stata_file(tmp_path, suffix):
    path = tmp_path / f"dream.{suffix}"
    WRITE[suffix](pl.DataFrame({"person": ["a"], "y_0801": ["130"], "y_0802": [""]}), path)
    assert read([path])["spells"] == [("a", "130", date(2007, 12, 31), date(2008, 1, 6))]


def test_a_copy_that_lost_rows_stops_the_run(tmp_path):
    """And so does one that another run left behind."""
    spells = {"person": ["a", "b"], "code": ["130"] * 2, "start": ["2010-01-01"] * 2}
    pyreadstat.write_dta(pl.DataFrame({**spells, "end": ["2010-02-01"] * 2}), tmp_path / "s.dta")
    section = {"source": "files", "files": {"spells": {"path": str(tmp_path / "s.dta")}}}
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump({"register": section}))
    convert_command(config=config, out=tmp_path / "converted")
    copy = tmp_path / "converted" / "spells" / "000" / "s.dta.parquet"
    pl.read_parquet(copy)[:1].write_parquet(copy)
    with pytest.raises(AccountingError, match=r"s.dta of spells had 2 rows .* and 1 when it was"):
        ingest(config=config, out=tmp_path / "register", converted=tmp_path / "converted")


def test_files_of_one_name_keep_their_folders_in_what_is_said_of_them(tmp_path):
    for year, person in (("2013", "a"), ("2014", "b")):
        folder = tmp_path / "données" / year
        folder.mkdir(parents=True)
        spells = pl.DataFrame({"person": [person, None], "code": ["130"] * 2})
        days = {"start": date(2010, 1, 1), "end": date(2010, 2, 1)}
        frame = spells.with_columns(**{name: pl.lit(day) for name, day in days.items()})
        pyreadstat.write_dta(frame, folder / "s.dta")
    files = {"spells": {"path": str(tmp_path / "données" / "*" / "s.dta")}}
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump({"register": {"source": "files", "files": files}}))
    convert_command(config=config, out=tmp_path / "converted")
    for place, converted in (("a", None), ("b", tmp_path / "converted")):
        ingest(config=config, out=tmp_path / place, converted=converted)
        rejected = pl.read_parquet(tmp_path / place / "rejected.parquet")
        log = read_json(tmp_path / place / "reading.json")
        names = rejected["file"].to_list()
        assert names == [entry["file"] for entry in log]
        assert len(set(names)) == 2
        assert rejected["row"].to_list() == [2, 2]
        assert {entry["format"] for entry in log} == {"dta"}
