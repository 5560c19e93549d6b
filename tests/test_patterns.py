"""Paths that exist as they are written are no patterns."""

import ast
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trajectories.config import root
from trajectories.config.sections.files import TableFiles
from trajectories.errors import UserError
from trajectories.patterns import matching
from trajectories.register.read.readers import find_files, read_files
from trajectories.register.read.wide_files import open_wide

ROOT = Path(__file__).parents[1]
LISTS = ROOT / "config" / "codelists"
CODELISTS = {"codelist": "dream.csv", "states": "states.csv", "alphabet": "alphabet.csv"}
NAMES = st.text("ab [](){}*?!-æØå'\"$&;", min_size=1, max_size=8).filter(
    lambda name: name.strip(" .") == name
)


@given(NAMES, NAMES)
def test_a_file_is_found_whatever_its_path_holds(tmp_path_factory, folder, name) -> None:
    path = tmp_path_factory.mktemp("any") / folder / f"{name}.csv"
    path.parent.mkdir()
    path.touch()
    assert matching(str(path)) == [path]


@given(NAMES)
def test_a_pattern_in_a_folder_with_brackets_finds_its_files(tmp_path_factory, name) -> None:
    folder = tmp_path_factory.mktemp("any") / name
    folder.mkdir()
    for year in (2012, 2013):
        (folder / f"spells_{year}.csv").touch()
    (folder / "other.csv").touch()
    found = [folder / "spells_2012.csv", folder / "spells_2013.csv"]
    assert matching(str(folder / "spells_*.csv")) == found
    assert matching(str(folder / "spells_[0-9]*.csv")) == found


def test_relative_patterns_stay_relative(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data [2020]").mkdir()
    Path("data [2020]/a.csv").touch()
    assert matching("data [2020]/*.csv") == [Path("data [2020]/a.csv")]
    assert matching("data*/a.csv") == [Path("data [2020]/a.csv")]
    assert matching("data [2020]/none.csv") == []


@pytest.mark.parametrize("path", ["data [2020]/a.csv", "data [2020]/*.csv", "data [2020]"])
def test_the_workflow_and_the_readers_mean_the_same_files(tmp_path, monkeypatch, path) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data [2020]").mkdir()
    Path("data [2020]/a.csv").touch()
    Path("data [2020]/b.parquet").touch()
    files = find_files(TableFiles(path=path), table="spells")
    lists = {name: str(LISTS / file) for name, file in CODELISTS.items()}
    config = root.load(
        {
            "register": {"source": "files", "files": {"spells": {"path": path}}, **lists},
            "reform": {"enabled": False},
            "hazards": {"enabled": False},
        },
        name="config.yaml",
    )
    assert root.input_files(config) == [str(file) for file in files]
    root.require_files(config)


def test_curly_brackets_are_refused_with_the_key(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("spells {1}.csv").touch()
    lists = {name: str(LISTS / file) for name, file in CODELISTS.items()}
    config = root.load(
        {
            "register": {"source": "files", "files": {"spells": {"path": "spells*"}}, **lists},
            "reform": {"enabled": False},
            "hazards": {"enabled": False},
        },
        name="config.yaml",
    )
    with pytest.raises(UserError, match=r"files\.spells\.path: spells \{1\}\.csv contains curly"):
        root.require_files(config)
    with pytest.raises(UserError, match=r"run\.results"):
        root.load({"run": {"results": "a {b}"}}, name="config.yaml")


def test_polars_takes_no_path_for_a_pattern() -> None:
    """Polars expands brackets in paths unless told not to: every call of the package tells it."""
    calls = [
        (path.name, node.lineno, {keyword.arg for keyword in node.keywords})
        for path in (ROOT / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr.partition("_")[0] in ("read", "scan")
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "pl"
    ]
    assert len(calls) > 8
    assert [call for call in calls if "glob" not in call[2]] == []


@pytest.mark.parametrize("name", ["a [1].csv", "a [1].parquet"])
def test_an_extract_whose_name_holds_brackets_is_read(tmp_path, name) -> None:
    folder = tmp_path / "data [2020]"
    folder.mkdir()
    frame = pl.DataFrame({"person": ["a"], "code": ["130"]})
    write = frame.write_csv if name.endswith("csv") else frame.write_parquet
    write(folder / name)
    spec = TableFiles(path=str(folder / name))
    assert read_files(spec, table="spells", required=["person"], optional=[]).rows == (1,)
    wide = open_wide(folder / name, spec, scratch=tmp_path)
    assert wide.columns == ("person", "code")
    assert [rows.height for _, rows in wide.pieces(["person"])] == [1]


def test_a_folder_of_years_as_fastreg_writes_it_is_one_table(tmp_path: Path) -> None:
    names = ["year=2011/part-0.parquet", "year=2011/part-1.parquet", "year=2012/part-0.parquet"]
    for name in (*names, "year=2012/notes.txt"):
        path = tmp_path / "parquet-registers" / "bef" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    folder = tmp_path / "parquet-registers" / "bef"
    assert matching(str(folder)) == [folder / name for name in names]
    assert matching(f"{folder}/year=2012/*.parquet") == [folder / names[2]]
