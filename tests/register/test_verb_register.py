"""The verb `ingest`: files in, files out, and one sentence where that cannot be."""

import json
import re
from pathlib import Path

import polars as pl
import pytest
import yaml

from calls import call
from register.messy import messy_register, write_register
from trajectories.commands.register.ingest import ingest
from trajectories.commands.register.rejected import rejected
from trajectories.errors import UserError
from trajectories.release.headline import headline

ROOT = Path(__file__).parents[2]


@pytest.fixture
def raw(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(ROOT)
    return write_register(tmp_path / "raw", messy_register(20, seed=7))


def configure(tmp_path: Path, **section: object) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump({"register": section}))
    return path


def test_the_simulated_extract_comes_out_whole_and_private(tmp_path, raw):
    out = tmp_path / "out"
    ingest(config=configure(tmp_path), out=out, raw=raw)
    names = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
    assert names == {
        "persons.parquet",
        "spells.parquet",
        "employment.parquet",
        "assignments.parquet",
        "readiness.parquet",
        "activities.parquet",
        "keys.parquet",
        "caseworker_keys.parquet",
        "rejected.parquet",
        "reading.json",
        "inputs.json",
        "coverage.json",
        "tables/accounting.parquet",
        "tables/conflicts.parquet",
        "tables/persons_found.parquet",
    }
    assert out.stat().st_mode & 0o777 == 0o700
    accounting = pl.read_parquet(out / "tables" / "accounting.parquet")
    assert accounting["table"].unique().len() == 5
    read = accounting.filter(pl.col("step") == "read")["rows"].sum()
    assert read == accounting["rows"].sum() - read
    assert json.loads((out / "coverage.json").read_text())["last_day"] == "2018-12-31"
    log = json.loads((out / "reading.json").read_text())
    assert {entry["format"] for entry in log} == {"parquet"}


def test_no_key_stands_in_any_file_but_the_key_tables(tmp_path, raw, capsys):
    """Neither in the quarantine, nor in counts, logs or what the verb prints."""
    out = tmp_path / "out"
    ingest(config=configure(tmp_path), out=out, raw=raw)
    keys = set(pl.read_parquet(out / "keys.parquet")["key"])
    workers = set(pl.read_parquet(out / "caseworker_keys.parquet")["key"])
    assert len(keys) > 10
    assert len(workers) > 10
    printed = capsys.readouterr()
    texts = [printed.out, printed.err]
    for path in out.rglob("*"):
        if path.suffix == ".json":
            texts.append(path.read_text())
        if path.suffix == ".parquet" and not path.name.endswith("keys.parquet"):
            frame = pl.read_parquet(path).select(pl.col(pl.String))
            texts += [str(value) for column in frame for value in column.unique()]
    words = set(re.findall(r"[\w-]+", " ".join(texts)))
    assert {"rejected", "spells"} <= words
    assert not (keys | workers | {"nobody"}) & words


def test_the_same_extract_as_danish_csv_files_gives_the_same_register(tmp_path, raw):
    ingest(config=configure(tmp_path), out=tmp_path / "a", raw=raw)
    files = {}
    for path in raw.glob("*.parquet"):
        text = pl.read_parquet(path).write_csv(separator=";", decimal_comma=True)
        target = tmp_path / f"{path.stem}_æøå.csv"
        target.write_bytes(text.replace("person", "nøgle", 1).encode("latin-1"))
        files[path.stem] = {"path": str(target), "columns": {"person": "nøgle"}}
    config = configure(tmp_path, source="files", files=files)
    ingest(config=config, out=tmp_path / "b")
    for name in ("persons", "spells", "employment", "assignments", "readiness", "keys"):
        one, other = (pl.read_parquet(tmp_path / k / f"{name}.parquet") for k in "ab")
        assert one.equals(other)
    log = json.loads((tmp_path / "b" / "reading.json").read_text())
    assert {(e["encoding"], e["delimiter"]) for e in log} == {("latin-1", ";")}


def test_an_extract_of_spells_alone_is_enough(tmp_path, raw):
    files = {"spells": {"path": str(raw / "spells.parquet")}}
    ingest(config=configure(tmp_path, source="files", files=files), out=tmp_path / "out")
    assert pl.read_parquet(tmp_path / "out" / "assignments.parquet").is_empty()
    assert pl.read_parquet(tmp_path / "out" / "caseworker_keys.parquet").is_empty()
    assert pl.read_parquet(tmp_path / "out" / "spells.parquet").height > 0


def test_a_secret_seed_is_drawn_once_and_kept(tmp_path, raw):
    config = configure(tmp_path, key_seed=None)
    ingest(config=config, out=tmp_path / "out", raw=raw)
    first = pl.read_parquet(tmp_path / "out" / "keys.parquet")
    ingest(config=config, out=tmp_path / "out", raw=raw)
    assert pl.read_parquet(tmp_path / "out" / "keys.parquet").equals(first)
    ingest(config=config, out=tmp_path / "other", raw=raw)
    assert not pl.read_parquet(tmp_path / "other" / "keys.parquet").equals(first)


def test_a_missing_raw_table_gets_one_sentence(tmp_path, raw):
    (raw / "spells.parquet").unlink()
    with pytest.raises(UserError, match=r"spells.parquet does not exist"):
        ingest(config=configure(tmp_path), out=tmp_path / "out", raw=raw)


def test_state_rules_must_fit_the_alphabet(tmp_path, raw):
    config = configure(tmp_path, alphabet="config/codelists/mvad_alphabet.csv")
    with pytest.raises(UserError, match="which the alphabet does not hold"):
        ingest(config=config, out=tmp_path / "out", raw=raw)


def test_rejected_rows_are_printed_as_csv_with_their_reasons(tmp_path, raw):
    out = tmp_path / "out"
    ingest(config=configure(tmp_path), out=out, raw=raw)
    kept = pl.read_parquet(out / "rejected.parquet")
    assert kept.height
    found = call("rejected", "--register", str(out))
    assert found.code == 0
    assert pl.read_csv(found.stdout.encode(), schema=kept.schema).equals(kept)
    only = call("rejected", "--register", str(out), "--table", "spells")
    part = kept.filter(pl.col("table") == "spells")
    assert pl.read_csv(only.stdout.encode(), schema=kept.schema).equals(part)
    with pytest.raises(UserError, match="No row of 'spels' was read: name one of assignments"):
        rejected(register=out, table="spels")
    help_ = call("rejected", "--help").stdout
    assert "closed server alone" in " ".join(help_.split())


def wide(folder: Path, cells: list[str], weeks: int = 9) -> Path:
    """A weekly register of two months: one row for each industry, blank weeks but the first."""
    names = [f"y_08{week:02d}" for week in range(1, weeks + 1)]
    head = ",".join(["PNR", *names, "branche_2008_01", "branche_2008_02"])
    blank = "," * (weeks - 1)
    rows = [f"p{n},730{blank},{cell},{cell}" for n, cell in enumerate(cells)]
    (folder / "dream.csv").write_text("\n".join([head, *rows, ""]))
    return folder / "dream.csv"


@pytest.mark.parametrize("missing", ["NA", "NaN", ".", "NULL", "000000", "0", "0.0", "", " "])
def test_a_month_without_an_industry_holds_no_job(tmp_path, monkeypatch, capsys, missing):
    monkeypatch.chdir(ROOT)
    path = wide(tmp_path, [missing, "471100", "471100.0", "999999"])
    files = {"dream": {"path": str(path), "columns": {"person": "PNR"}}}
    ingest(config=configure(tmp_path, source="files", files=files), out=tmp_path / "out")
    keys = dict(pl.read_parquet(tmp_path / "out" / "keys.parquet").select("person", "key").rows())
    jobs = pl.read_parquet(tmp_path / "out" / "employment.parquet")
    found = {
        keys[person]: industry for person, industry in jobs.select("person", "industry").rows()
    }
    assert found == {"p1": "471100", "p2": "471100", "p3": "999999"}
    spells = pl.read_parquet(tmp_path / "out" / "spells.parquet")
    assert spells.height == 4  # the week on a benefit, of each person


def test_rows_and_persons_of_a_weekly_register_are_counted_as_such(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    path = wide(tmp_path, ["471100"] * 10)
    path.write_text(path.read_text() + path.read_text().split("\n", 1)[1])
    files = {"dream": {"path": str(path), "columns": {"person": "PNR"}}}
    ingest(config=configure(tmp_path, source="files", files=files), out=tmp_path / "out")
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert "dream.csv: 20 rows of 10 persons, 9 weeks" in lines
    assert "dream: 20 rows read, 10 used, 10 merged" in lines
    assert any(line.startswith("spells: 20 rows made of the weekly register") for line in lines)
    accounting = pl.read_parquet(tmp_path / "out" / "tables" / "accounting.parquet")
    assert headline({"accounting": accounting})["rows_read"] == 20


def test_weeks_to_come_and_weeks_that_hold_next_to_nothing_need_a_last_day(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    files = {"dream": {"path": str(tmp_path / "dream.csv"), "columns": {"person": "PNR"}}}
    config = configure(tmp_path, source="files", files=files)
    wide(tmp_path, [""] * 20, weeks=40)
    with pytest.raises(UserError, match="up to 2008-W40, hold a value in fewer than 5 rows"):
        ingest(config=config, out=tmp_path / "out")
    text = wide(tmp_path, ["471100"] * 20).read_text()
    (tmp_path / "dream.csv").write_text(text.replace("y_08", "y_90"))
    with pytest.raises(UserError, match="of 2090-W09, lies in the future"):
        ingest(config=config, out=tmp_path / "out")
    limited = configure(tmp_path, source="files", files=files, last_day="2008-02-03")
    wide(tmp_path, [""] * 20, weeks=40)
    ingest(config=limited, out=tmp_path / "out")
    coverage = json.loads((tmp_path / "out" / "coverage.json").read_text())
    assert coverage["last_day"] == "2008-02-03"
