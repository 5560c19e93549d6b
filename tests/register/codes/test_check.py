"""Codes of an extract against the codelist, held against plain counting."""

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from calls import call
from trajectories.commands.register.check_codelist import check
from trajectories.commands.register.describe import describe
from trajectories.config.sections.register import RegisterConfig
from trajectories.errors import UserError
from trajectories.register import RawTable, clean_register
from trajectories.register.codes.check import check_codes
from trajectories.register.codes.codelist import load_codelist, load_labels

ROOT = Path(__file__).parents[3]
LABELS = load_labels(ROOT / "config" / "codelists" / "dream.csv")


def spells(seed: int = 1, *, persons: int = 60, rows: int = 900) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    start = rng.integers(0, 4000, rows)
    codes = ["130", "140", "890", "xyz", "139", None]
    return pl.DataFrame(
        {
            "key": [f"p{i}" for i in rng.integers(0, persons, rows)],
            "code": rng.choice(np.array(codes, dtype=object), rows, p=[0.6, 0.2, 0.1, 0.05, 0.01,
                                                                      0.04]),
            "start": pl.Series(start + 14000, dtype=pl.Int32).cast(pl.Date),
        },
        schema_overrides={"code": pl.String},
    )  # fmt: skip


def test_counts_months_and_validity_are_those_of_plain_counting():
    frame = spells()
    table = check_codes(frame, LABELS, {}, threshold=5, base=5)
    assert table["code"].to_list()[0] == "xyz"
    validity = {code: start for code, start in LABELS.select("code", "valid_from").iter_rows()}
    for row in table.iter_rows(named=True):
        own = [(key, start) for key, code, start in frame.iter_rows() if code == row["code"]]
        persons = {key for key, _ in own}
        outside = {key for key, start in own
                   if validity.get(row["code"]) and start < validity[row["code"]]}  # fmt: skip
        late = sum(start < validity[row["code"]] for _, start in own) if outside else 0
        assert row["persons"] == (None if len(persons) < 5 else (len(persons) + 2) // 5 * 5)
        assert row["rows"] == (None if len(persons) < 5 else (len(own) + 2) // 5 * 5)
        expected = 0 if not outside else None if len(outside) < 5 else (late + 2) // 5 * 5
        assert row["rows_outside"] == expected
        first = sorted(min(start for key, start in own if key == who) for who in persons)
        if len(persons) > 10:
            assert row["first_month"] == first[4].replace(day=1)
    status = dict(table.select("code", "status").iter_rows())
    assert status["xyz"] == "unmapped"
    assert status["130"] == "known"


def test_mapped_codes_are_shown_with_their_target():
    table = check_codes(spells(), LABELS, {"xyz": "130"}, threshold=5, base=5)
    row = table.filter(pl.col("code") == "xyz").row(0, named=True)
    assert (row["status"], row["target"]) == ("mapped", "130")
    assert row["english"].startswith("social assistance")
    wrong = check_codes(spells(), LABELS, {"xyz": "132"}, threshold=5, base=5)
    assert wrong["status"][0] == "unmapped"


def test_codes_of_few_persons_show_no_count_and_no_month():
    frame = spells(persons=4)
    table = check_codes(frame, LABELS, {}, threshold=5, base=5)
    assert table.select("rows", "persons", "first_month", "last_month").null_count().row(0) == (
        (table.height,) * 4
    )


def test_codelists_without_labels_will_do():
    table = check_codes(spells(), LABELS.select("code", "valid_from", "valid_to"), {}, threshold=5,
                        base=5)  # fmt: skip
    assert table["danish"].null_count() == table.height


@pytest.fixture
def config(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(ROOT)
    frame = spells().rename({"key": "person"}).with_columns(end=pl.col("start"))
    frame.write_csv(tmp_path / "spells.csv")
    section = {"source": "files", "files": {"spells": {"path": str(tmp_path / "spells.csv")}}}
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump({"register": section, "hazards": {"enabled": False}}))
    return path


def test_the_verb_prints_the_table_and_stops_at_unmapped_codes(config, tmp_path):
    lines: list[str] = []
    told = check(config=config, raw=None, out=tmp_path / "codes.csv")
    with pytest.raises(UserError, match="holds 1 codes that the codelist does not know"):
        lines.extend(told)
    assert any(line.split()[:2] == ["xyz", "unmapped"] for line in lines)
    assert pl.read_csv(tmp_path / "codes.csv", infer_schema=False).height == len(lines) - 2

    document = yaml.safe_load(config.read_text())
    document["register"]["code_map"] = {"xyz": "130"}
    config.write_text(yaml.safe_dump(document))
    result = call("codelist", "check", "--config", str(config))
    assert result.code == 0
    assert "→ 130" in result.stdout


def test_a_weekly_register_is_tabulated_by_its_runs_of_weeks(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    weeks = {f"y_14{week:02}": ["130"] * 8 + ["xyz", None] for week in range(2, 6)}
    weeks["y_1404"] = ["890"] * 10
    frame = pl.DataFrame({"person": [f"p{i}" for i in range(10)], **weeks})
    frame.write_parquet(tmp_path / "dream.parquet")
    section = {"source": "files", "files": {"dream": {"path": str(tmp_path / "dream.parquet")}}}
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump({"register": section}))
    lines: list[str] = []
    with pytest.raises(UserError, match=r"dream.parquet holds 1 codes that the codelist"):
        lines.extend(check(config=path, raw=None, out=tmp_path / "codes.csv"))
    table = pl.read_csv(tmp_path / "codes.csv", infer_schema=False)
    assert table["code"].to_list() == ["xyz", "130", "890"]
    # 16 runs of eight persons, rounded; one week of ten persons; too few persons with xyz
    assert table["rows"].to_list() == [None, "15", "10"]
    assert table["persons"].to_list() == [None, "10", "10"]
    text = "\n".join(lines)
    for label in LABELS.filter(pl.col("code") == "130").select("english", "danish").row(0):
        assert label in text
    assert any("890 (10)" in line for line in describe(config=path, raw=None))


def test_the_verb_needs_spells(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump({"register": {"source": "none"}}))
    with pytest.raises(UserError, match="the extract has no spells"):
        list(check(config=path, raw=None))


def clean(rule: str):
    rows = [("p", "140", "2013-12-31", "2014-06-30"), ("p", "140", "2015-01-01", "2015-06-30"),
            ("p", "130", "2009-01-01", "2009-06-30")]  # fmt: skip
    frame = pl.DataFrame(rows, schema=["person", "code", "start", "end"], orient="row")
    codelist = load_codelist(ROOT / "config" / "codelists" / "dream.csv")
    raw = {"spells": RawTable("spells", frame, ("spells.csv",))}
    found = clean_register(raw, codelist, RegisterConfig(outside_validity=rule), key_seed=1)
    return found["spells"]


def test_spells_outside_the_validity_of_their_code_are_kept_rejected_or_stop():
    assert clean("keep").frame.height == 3
    rejected = clean("reject")
    assert rejected.rejected["reason"].to_list() == [
        "code is not valid on the day on which it starts"
    ]
    assert rejected.frame["start"].to_list() == [date(2009, 1, 1), date(2015, 1, 1)]
    with pytest.raises(UserError, match=r"1 row that starts on a day .*\(140\)"):
        clean("stop")


def test_days_of_validity_must_be_iso(tmp_path):
    path = tmp_path / "codes.csv"
    path.write_text("code,benefit,activity,readiness,state,valid_from\n1,a,b,,c,1 Jan 2014\n")
    with pytest.raises(UserError, match="has a valid_from that is not YYYY-MM-DD"):
        load_codelist(path)


@pytest.mark.parametrize("dates", ["auto", "day_first"])
def test_starts_that_are_no_dates_are_told_with_what_would_read_them(tmp_path, monkeypatch, dates):
    monkeypatch.chdir(ROOT)
    path = tmp_path / "spells.csv"
    rows = [f"p{n},730,{n % 28 + 1:02d}-03-2012,\n" for n in range(30)]
    path.write_text("person,code,start,end\n" + "".join(rows))
    files = {"spells": {"path": str(path), "dates": dates}}
    config = tmp_path / "c.yaml"
    config.write_text(yaml.safe_dump({"register": {"source": "files", "files": files}}))
    text = "\n".join(check(config=config, raw=None))
    told = "no start is a date" in text and "dates: day_first would read all of these" in text
    assert told == (dates == "auto")
    assert ("2012-03" in text) == (dates == "day_first")
