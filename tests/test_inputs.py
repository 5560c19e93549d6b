"""What was read is what is attested: a file that changes meanwhile stops the run."""

import json
import os
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest
import yaml

from trajectories.commands.hazards.durations import durations
from trajectories.commands.register.ingest import ingest
from trajectories.commands.release.provenance import provenance as provenance_command
from trajectories.errors import FileError
from trajectories.inputs import attested, files_read
from trajectories.register.read import readers

from .release.conftest import LOCK

LISTS = Path(__file__).parents[1] / "config" / "codelists"
ROWS = "person,code,start,end\n" + "".join(
    f"p{number},730,2012-01-0{1 + number % 9},2012-06-30\n" for number in range(20)
)


def extract(folder: Path) -> tuple[Path, Path]:
    """Write an extract and its configuration; return both."""
    spells, config = folder / "spells.csv", folder / "config.yaml"
    spells.write_text(ROWS, encoding="utf-8")
    section = {
        "source": "files",
        "files": {"spells": {"path": str(spells)}},
        "codelist": str(LISTS / "dream.csv"),
        "states": str(LISTS / "states.csv"),
        "alphabet": str(LISTS / "alphabet.csv"),
    }
    config.write_text(yaml.safe_dump({"register": section}), encoding="utf-8")
    return spells, config


def replace_keeping_its_time(path: Path, text: str) -> None:
    """Put another file in the place of one, with its age, as `cp -p` does."""
    times = path.stat()
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def test_ingest_records_what_it_read(tmp_path) -> None:
    spells, config = extract(tmp_path)
    ingest(config=config, out=tmp_path / "register")
    record = json.loads((tmp_path / "register" / "inputs.json").read_text(encoding="utf-8"))
    assert {entry["path"]: entry["sha256"] for entry in record} == {
        str(path): sha256(path.read_bytes()).hexdigest()
        for path in (spells, *(LISTS / f"{name}.csv" for name in ("dream", "states", "alphabet")))
    }
    assert (tmp_path / "register" / "inputs.json").stat().st_mode & 0o077 == 0


def test_a_file_that_changes_while_it_is_read_stops_ingest(tmp_path, monkeypatch) -> None:
    spells, config = extract(tmp_path)
    read_one = readers.read_one

    def read_and_change(path: Path, *rest: object) -> object:
        found = read_one(path, *rest)
        replace_keeping_its_time(spells, ROWS.replace("730", "130"))
        return found

    monkeypatch.setattr(readers, "read_one", read_and_change)
    with pytest.raises(FileError, match=r"spells\.csv changed while it was read"):
        ingest(config=config, out=tmp_path / "register")
    assert not (tmp_path / "register" / "inputs.json").exists()


def provenance(folder: Path, config: Path) -> Path:
    release = folder / "release"
    release.mkdir(exist_ok=True)
    about = {"simulated": False, "settings": {}}
    (release / "about.json").write_text(json.dumps(about), encoding="utf-8")
    out = release / "provenance.json"
    provenance_command(
        config=config,
        lock=LOCK,
        read=[folder / "register"],
        release=release,
        private=folder / "private",
        out=out,
    )
    return out


def test_a_file_that_changes_between_reading_and_release_stops_the_provenance(tmp_path) -> None:
    spells, config = extract(tmp_path)
    ingest(config=config, out=tmp_path / "register")
    inputs = json.loads(provenance(tmp_path, config).read_text(encoding="utf-8"))["inputs"]
    assert len(inputs) == 4
    (tmp_path / "release" / "provenance.json").unlink()
    replace_keeping_its_time(spells, ROWS.replace("p1,", "p7,"))
    with pytest.raises(FileError, match=r"spells\.csv is no longer the file that the tables"):
        provenance(tmp_path, config)
    assert not (tmp_path / "release" / "provenance.json").exists()
    spells.unlink()
    with pytest.raises(FileError, match=r"spells\.csv is missing"):
        provenance(tmp_path, config)


def test_durations_are_attested_too(tmp_path) -> None:
    path, config = tmp_path / "durations.csv", tmp_path / "config.yaml"
    pl.DataFrame({"time": [1, 2, 3] * 20, "event": [1, 0, 1] * 20}).write_csv(path)
    section = {"path": str(path), "time": "time", "event": "event", "terms": []}
    config.write_text(yaml.safe_dump({"hazards": {"source": "durations", "durations": section}}))
    durations(config=config, out=tmp_path / "out")
    assert files_read([tmp_path / "out"]) == [path]


def test_a_record_is_of_the_file_before_the_reading(tmp_path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("1")
    with pytest.raises(FileError, match="changed while"), attested([path], tmp_path / "out"):
        path.write_text("2")
    with attested([path], tmp_path / "out"):
        pass
    path.write_text("3")
    with pytest.raises(FileError, match="no longer the file"):
        files_read([tmp_path / "out"])
