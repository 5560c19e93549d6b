"""Profiles of extracts: right types and counts, and no value of fewer than five persons."""

from pathlib import Path

import polars as pl
import pytest
import yaml

from calls import call
from register.messy import messy_register, write_register
from trajectories.commands.register.describe import describe
from trajectories.errors import UserError
from trajectories.register.profile.tables import Shown, describe_table, typed_values

ROOT = Path(__file__).parents[3]
SHOWN = Shown(threshold=5, base=5)


def profile(columns: dict[str, list], person: str | None = "pnr", **roles: str) -> dict:
    table = describe_table(pl.DataFrame(columns), roles, person, SHOWN)
    return {row["column"]: row for row in table.iter_rows(named=True)}


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "2", None, " "], "whole number"),
        (["1,5", "2"], "number"),
        ([1.5, None], "number"),
        ([1.0, 2.0], "whole number"),
        ([1, 2], "whole number"),
        (["0751", "12"], "text"),
        (["2014-01-31", ""], "date"),
        (["2014-01-31", "soon"], "text"),
        ([True, False], "text"),
        ([None, None], "text"),
    ],
)
def test_columns_have_the_narrowest_type_that_fits_all_cells(values, kind):
    assert typed_values(pl.Series(values))[1] == kind


def test_stored_dates_are_dates():
    assert typed_values(pl.Series(["2014-01-31"]).str.to_date())[1] == "date"


def test_values_of_fewer_than_five_persons_are_not_shown():
    people = [f"p{i}" for i in range(40)]
    found = profile(
        {
            "pnr": people,
            "kode": ["130"] * 33 + ["890"] * 4 + ["999"] * 3,
            "fra": ["2014-01-15"] * 20 + ["2015-03-01"] * 16 + ["1931-01-01"] * 4,
            "timer": [37.0] * 38 + [1.5, 60.25],
        },
        kode="code",
    )
    assert found["pnr"]["remark"] == "keys"
    assert found["pnr"]["distinct"] == 40
    assert found["kode"]["commonest"] == "130 (35), others (5)"
    assert (found["fra"]["lowest"], found["fra"]["highest"]) == ("2014-01", "2015-03")
    assert (found["timer"]["lowest"], found["timer"]["highest"]) == ("37", "37")
    assert "60" not in str(found)


def test_many_rows_of_one_person_are_one_person():
    found = profile({"pnr": ["p"] * 30, "note": ["moved abroad"] * 30, "fra": ["2014-01-01"] * 30})
    assert found["note"]["commonest"] == ""
    assert found["fra"]["lowest"] is None


def test_dates_are_shown_by_year_where_no_month_has_enough_persons():
    days = [f"2014-{month:02}-01" for month in range(1, 11)]
    found = profile({"pnr": [f"p{i}" for i in range(10)], "fra": days})
    assert found["fra"]["lowest"] == "2014-01"
    assert found["fra"]["distinct"] == 1


def test_cpr_numbers_keys_and_columns_without_persons_show_nothing():
    numbers = [f"{day:02}0180-1234" for day in range(1, 21)]
    found = profile({"pnr": numbers, "worker": ["w"] * 20}, worker="caseworker")
    assert found["pnr"]["remark"] == "looks like CPR numbers"
    assert found["worker"]["remark"] == "keys"
    alone = profile({"kode": ["130"] * 20}, person=None)
    assert alone["kode"]["remark"] == "no values are shown without a column of persons"
    assert alone["kode"]["commonest"] is None


def test_missing_shares_come_from_rounded_counts():
    assert SHOWN.share(0, 10) == 0
    assert SHOWN.share(10, 10) == 1
    assert SHOWN.share(3, 100) is None
    assert SHOWN.share(98, 100) is None
    assert SHOWN.share(33, 100) == 0.35  # 35 of 35 + 65
    assert SHOWN.count(4) is None
    assert SHOWN.count(7) == 5


def test_long_lists_of_values_are_cut_or_left_out():
    people = [f"p{i}" for i in range(10) for _ in range(20)]
    some = profile({"pnr": people, "kode": [f"c{i:02}" for i in range(20)] * 10})
    assert some["kode"]["commonest"].endswith("c11 (10), others (80)")
    people = [f"p{i}" for i in range(5) for _ in range(1001)]
    many = profile({"pnr": people, "kode": [f"c{i}" for i in range(1001)] * 5})
    assert many["kode"]["remark"] == "too many different values to list"


def test_the_verb_profiles_configured_tables_and_single_files(tmp_path):
    raw = write_register(tmp_path / "raw", messy_register(30, seed=2))
    files = {
        "spells": {"path": str(raw / "spells.parquet"), "columns": {"municipality": "kom"}},
        "readiness": {"path": str(raw / "readiness.parquet")},
    }
    pl.read_parquet(raw / "spells.parquet").rename({"municipality": "kom"}).write_parquet(
        raw / "spells.parquet"
    )
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump({"register": {"source": "files", "files": files}}))
    out = tmp_path / "profile.csv"
    text = "\n".join(describe(config=config, raw=None, out=out))
    assert "spells: spells.parquet (parquet)" in text
    assert "(municipality)" in text
    assert "readiness: readiness.parquet" in text
    assert "P0000" not in text + out.read_text()
    assert set(pl.read_csv(out)["table"]) == {"spells", "readiness"}

    simulated = tmp_path / "simulated.yaml"
    simulated.write_text("run: {}\n")
    assert any("persons:" in line for line in describe(config=simulated, raw=raw))
    with pytest.raises(UserError, match="nothing to describe"):
        list(describe(config=simulated, raw=None))

    result = call("describe", str(raw / "readiness.parquet"), "--config", str(simulated))
    assert result.code == 0
    assert "readiness" in result.stdout


def test_gaps_of_fewer_than_five_persons_are_not_shown():
    people = ["p"] * 10 + [f"q{i}" for i in range(20)]
    found = profile({"pnr": people, "hours": [None] * 10 + [37] * 20})
    assert found["hours"]["missing"] is None
    found = profile({"pnr": people, "hours": [37] * 10 + [None] * 20})
    assert found["hours"]["missing"] is None
    found = profile({"pnr": people, "hours": [None] * 15 + [37] * 15})
    assert found["hours"]["missing"] == 0.5


def weekly(folder: Path, persons: int = 40) -> Path:
    """A wide register of two files: each person on 130 in two weeks of six, few on 890."""
    codes = {
        "y_0852": ["130"] * persons,
        "y_0901": ["130"] * (persons - 3) + ["890"] * 3,
        **{f"y_09{week:02}": [None] * persons for week in (2, 3, 4, 5)},
    }
    person = [f"key{n:02}" for n in range(persons)]
    jobs = {"branche_2009_01": ["47"] * (persons // 2) + [None] * (persons - persons // 2)}
    place = {"nykom_2009_01": ["657"] * persons}
    half = persons // 2
    frame = pl.DataFrame({"person": person, **codes, **jobs, **place})
    frame[:half].write_parquet(folder / "dream_1.parquet")
    frame[half:].write_csv(folder / "dream_2.csv", separator=";")
    config = folder / "config.yaml"
    files = {"dream": {"path": str(folder / "dream_*")}}
    config.write_text(yaml.safe_dump({"register": {"source": "files", "files": files}}))
    return config


def test_a_wide_register_is_profiled_in_one_pass_and_no_value_of_few_persons_is_shown(tmp_path):
    out = tmp_path / "profile.csv"
    text = "\n".join(describe(config=weekly(tmp_path), raw=None, out=out))
    found = {row["role"]: row for row in pl.read_csv(out).iter_rows(named=True)}
    weeks = found["weeks"]
    assert (weeks["lowest"], weeks["highest"]) == ("y_0852", "y_0905")
    assert weeks["missing"] == 0.67  # four weeks of six
    assert (weeks["distinct"], weeks["commonest"]) == (1, "130 (75)")
    assert "890" not in text + out.read_text()
    assert found["weeks 2008"]["missing"] == 0
    assert found["weeks 2009"]["missing"] == 0.8
    assert found["industry"]["commonest"] == "47 (20)"
    assert found["industry"]["missing"] == 0.5
    assert found["municipality 2009"]["missing"] == 0
    assert found["visitation"]["remark"] == "no column fits this pattern"
    assert found["person"]["distinct"] == 40
    assert (weeks["danish"], found["industry"]["danish"][:11]) == (
        "ydelseskode i ugen",
        "branchekode",
    )
    assert "key0" not in text + out.read_text()
    assert "dream_1.parquet and 1 more files, 40 rows, by weeks" in text


def test_a_wide_file_named_on_the_command_line_is_profiled_by_weeks_too(tmp_path):
    config = weekly(tmp_path, persons=6)
    for name in ("dream_1.parquet", "dream_2.csv"):
        lines = list(describe(config=config, raw=None, files=[tmp_path / name]))
        assert lines[0] == f"dream: {name}, too few rows, by weeks"
        # Of three persons nothing is shown but which columns there are.
        assert not any("130" in line or "47" in line for line in lines)
        assert any("y_0852 to y_0905" in line for line in lines)


def test_share_of_blank_cells_needs_more_than_fewer_persons_could_have(tmp_path):
    """One person with fifty weeks is no five persons."""
    weeks = {f"y_09{week:02}": ["130"] + [None] * 30 for week in range(1, 53)}
    frame = pl.DataFrame({"person": [f"k{n}" for n in range(31)], **weeks})
    frame.write_parquet(tmp_path / "dream.parquet")
    (tmp_path / "config.yaml").write_text("run: {}\n")
    out = tmp_path / "profile.csv"
    list(describe(config=tmp_path / "config.yaml", raw=None, out=out,
                  files=[tmp_path / "dream.parquet"]))  # fmt: skip
    found = pl.read_csv(out).filter(pl.col("role").str.starts_with("weeks"))
    assert found["missing"].null_count() == 2
    assert found["commonest"].drop_nulls().to_list() in ([], [""])


def test_column_names_are_read_without_rows(tmp_path):
    import pyreadstat

    from trajectories.config.sections.files import TableFiles
    from trajectories.register.read.readers import column_names

    frame = pl.DataFrame({"pnr": ["a"], "y_0801": ["130"]})
    frame.write_csv(tmp_path / "a.csv", quote_style="always", separator=";")
    frame.write_parquet(tmp_path / "a.parquet")
    pyreadstat.write_dta(frame, tmp_path / "a.dta")
    for suffix in ("csv", "parquet", "dta"):
        assert column_names(tmp_path / f"a.{suffix}", TableFiles()) == ["pnr", "y_0801"]
    for name in ("none.csv", "none.parquet", "none.dta", "a.xlsx"):
        assert column_names(tmp_path / name, TableFiles()) == []
    for suffix in ("parquet", "dta"):
        (tmp_path / f"bad.{suffix}").write_bytes(b"nothing of the kind")
        assert column_names(tmp_path / f"bad.{suffix}", TableFiles()) == []


@pytest.mark.parametrize(
    ("values", "form", "read"),
    [
        ([f"{day:02d}-01-2012" for day in range(1, 21)], "day_first", "day_first"),
        ([40_909 + n for n in range(20)], "excel_days", "excel_days"),
        ([18_993.0 + n for n in range(20)], "sas_days", "sas_days"),
    ],
)
def test_a_column_of_dates_that_cannot_be_read_says_what_would_read_it(values, form, read):
    columns = pl.DataFrame({"pnr": [f"p{n}" for n in range(20)], "start": values})
    roles = {"pnr": "person", "start": "start"}
    options = {"roles": roles, "person": "pnr", "shown": SHOWN, "table": "spells"}
    unread = describe_table(columns, **options).row(1, named=True)
    assert unread["remark"] == (
        "not read as dates (YYYY-MM-DD): "
        f"register.files.spells.dates: {form} would read all of these"
    )
    known = describe_table(columns, **options, dates=read).row(1, named=True)
    assert (known["type"], known["lowest"], known["remark"]) == ("date", "2012-01", None)


def test_a_column_that_looks_like_dates_is_told_without_a_role():
    values = [f"{day:02d}/01/2012" for day in range(1, 21)]
    found = profile({"pnr": [f"p{n}" for n in range(20)], "ind": values})
    assert "day_first would read all of these" in found["ind"]["remark"]
    plain = profile({"pnr": [f"p{n}" for n in range(20)], "ind": ["a"] * 20})
    assert plain["ind"]["remark"] is None


def test_compact_dates_stored_as_numbers_and_words_for_missing_ones_are_dates():
    columns = pl.DataFrame({"pnr": [f"p{n}" for n in range(20)], "end": [20120131] * 20})
    found = describe_table(columns, {"pnr": "person", "end": "end"}, "pnr", SHOWN)
    assert found.row(1, named=True)["type"] == "date"
    words = pl.DataFrame({"pnr": [f"p{n}" for n in range(20)], "end": ["2012-01-31", "NA"] * 10})
    row = describe_table(words, {"pnr": "person", "end": "end"}, "pnr", SHOWN).row(1, named=True)
    assert (row["type"], row["missing"]) == ("date", 0.5)
