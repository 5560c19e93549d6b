"""The example's extracts: in the style that their page promises, and as the configuration reads."""

import csv
import re
from pathlib import Path

import yaml

from trajectories.simulator.example_files import COLUMNS, write_example

ROOT = Path(__file__).parents[2]
DAY = re.compile(r"(\d\d)-(\d\d)-(20|19)\d\d")


def rows(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text(encoding="latin-1").splitlines(), delimiter=";"))


def test_files_are_written_as_a_municipality_writes_them(tmp_path: Path) -> None:
    written = write_example(tmp_path, persons=12, seed=3)
    assert {path.stem for path in written} == {*COLUMNS, "dream"}
    for path in written:
        data = path.read_bytes()
        assert data.count(b"\n") == data.count(b"\r\n") > 12
    people = rows(tmp_path / "borgere.csv")
    assert people[0] == ["BORGER_ID", "FØDSELSDATO", "KØN", "KOMMUNENR"]
    assert len({row[0] for row in people[1:]}) == 12
    assert any(DAY.fullmatch(row[1]) for row in people[1:])
    jobs = rows(tmp_path / "ansaettelser.csv")
    assert any(re.fullmatch(r"\d+,\d", row[3]) for row in jobs[1:])
    weeks = [name for name in rows(tmp_path / "dream.csv")[0] if name.startswith("y_")]
    assert (weeks[0], weeks[-1], len(weeks)) == ("y_1001", "y_1553", 313)


def test_the_configuration_names_the_columns_of_the_files_that_are_kept() -> None:
    path = ROOT / "config/examples/municipality.yaml"
    files = yaml.safe_load(path.read_text(encoding="utf-8"))["register"]["files"]
    tables = [name for name in files if name != "defaults"]
    assert set(tables) == {"persons", "dream", "employment", "assignments"}
    for name in tables:
        kept = rows(ROOT / files[name]["path"])
        assert set(files[name]["columns"].values()) <= set(kept[0])
        assert len({row[0] for row in kept[1:]}) > 300


def test_kept_files_hold_the_persons_of_one_another() -> None:
    folder = ROOT / "data/example"
    people = {row[0] for row in rows(folder / "borgere.csv")[1:]}
    for name in ("dream", "ansaettelser", "sagsbehandlere"):
        assert {row[0] for row in rows(folder / f"{name}.csv")[1:]} <= people
