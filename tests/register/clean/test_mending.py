"""What would mend rejected rows is found by trying it, and counts are rounded where it is said."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
import yaml

from trajectories.commands.register.ingest import ingest
from trajectories.config.sections.files import MISSING, RegisterFiles, TableConfig
from trajectories.config.sections.register import RegisterConfig
from trajectories.errors import UserError
from trajectories.register.clean.ingestion import clean_register
from trajectories.register.clean.rejections import about, table_lines
from trajectories.register.codes.codelist import load_codelist
from trajectories.register.read.dates import DAY_ZERO
from trajectories.register.read.readers import RawTable

ROOT = Path(__file__).parents[3]
CODES = load_codelist(ROOT / "config" / "codelists" / "dream.csv")
KEYS = [f"{number:04d}" for number in range(1, 41)]
DAYS = [date(2012, 1, 1) + timedelta(days=17 * n) for n in range(40)]
RULES = {"first_day": date(2008, 1, 1), "last_day": date(2018, 12, 31)}


def spells(**columns):
    frame = {"person": KEYS, "code": ["730"] * 40, "start": [str(day) for day in DAYS]}
    return pl.DataFrame({**frame, "end": [None] * 40, **columns}, schema_overrides={"end": pl.Date})


def clean(table: pl.DataFrame, name: str = "spells", keys=KEYS, missing=MISSING, **rules):
    persons = pl.DataFrame({"person": keys, "sex": "K"})
    raw = {"persons": RawTable("persons", persons), "spells": RawTable("spells", spells())}
    raw[name] = RawTable(name, table, (f"{name}.csv",), missing=missing)
    found = clean_register(raw, CODES, RegisterConfig(**RULES, **rules), key_seed=1)
    return found[name]


def message(table: pl.DataFrame, name: str = "spells", **options) -> str:
    with pytest.raises(UserError) as error:
        clean(table, name, **options)
    return str(error.value)


def partly(values: list[str]) -> list[str]:
    """Twenty days as they should be, and twenty of these."""
    return [str(day) for day in DAYS[:20]] + values[20:]


FORMS = {
    "day_first": [f"{day:%d-%m-%Y}" for day in DAYS],
    "excel_days": [str((day - DAY_ZERO["excel_days"]).days) for day in DAYS],
    "sas_days": [str((day - DAY_ZERO["sas_days"]).days) for day in DAYS],
}


@pytest.mark.parametrize("form", FORMS)
def test_the_form_of_dates_that_would_read_them_is_named(form):
    (remark,) = clean(spells(start=partly(FORMS[form]))).remarks
    expected = f"register.files.spells.dates: {form} would read all of these"
    assert remark == (
        "spells.csv: 50% of the rows of spells were rejected, most often because start is not a "
        f"date; {expected}."
    )
    assert expected in message(spells(start=FORMS[form]))


@pytest.mark.parametrize(
    ("form", "expected"),
    [("%d/%m/%y", "years of two digits"), ("%m/%d/%Y", "begin with the month")],
)
def test_forms_that_are_not_read_are_named(form, expected):
    late = [date(2012, 1, 13 + n % 15) for n in range(40)]
    assert expected in message(spells(start=[day.strftime(form) for day in late]))


def test_a_word_for_a_missing_value_is_named():
    words = pl.Series(["ukendt"] * 20 + [None] * 20)
    table = pl.DataFrame({"person": KEYS, "sex": "K", "died": words})
    assert "all of these hold 'ukendt'" in str(*clean(table, "persons").remarks)
    assert clean(table, "persons", missing=["ukendt"]).remarks == ()
    # A word of fewer than five rows, or with digits, may be a value of somebody.
    for odd in (["x"] * 4 + [f"y{n}" for n in range(16)], ["d 1980"] * 20):
        table = table.with_columns(died=pl.Series(odd + [None] * 20))
        assert str(*clean(table, "persons").remarks).endswith("because died is not a date.")


@pytest.mark.parametrize(
    ("values", "mapping"),
    [
        (["F", "M"], "{F: K}"),
        (["1", "2"], "{1: M, 2: K}"),
        (["kvinde", "mand"], "{kvinde: K, mand: M}"),
    ],
)
def test_the_map_of_sexes_is_named(values, mapping):
    table = pl.DataFrame({"person": KEYS, "sex": values * 20})
    if values == ["F", "M"]:
        assert f"register.sex_map: {mapping} would read all" in str(
            *clean(table, "persons").remarks
        )
    else:
        assert f"register.sex_map: {mapping} would read all" in message(table, "persons")


@pytest.mark.parametrize("lost", ["spells", "persons"])
def test_lost_zeros_are_found_and_filled_in(lost):
    short = [key.lstrip("0") for key in KEYS]
    table, keys = (spells(person=short), KEYS) if lost == "spells" else (spells(), short)
    said = message(table, keys=keys)
    assert "with leading zeros all of these would match" in said
    assert f"register.files.{lost}.key_digits: 4 fills them in" in said


def test_keys_in_other_letters_and_of_other_persons_are_told_apart():
    upper = [f"A-{key}" for key in KEYS]
    assert "capitals and small letters" in message(
        spells(person=[key.lower() for key in upper]), keys=upper
    )
    assert "spaces and signs" in message(
        spells(person=[key.replace("-", " ") for key in upper]), keys=upper
    )
    strange = spells(person=[f"x{n}" for n in range(40)])
    assert "in no spelling that was tried" in message(strange)


def test_a_table_may_be_mostly_rejected_where_that_is_meant():
    keys = ["0001", *(f"x{n}" for n in range(39))]
    jobs = spells(person=keys).drop("code")
    assert "add employment to register.allow_mostly_rejected" in message(jobs, "employment")
    found = clean(jobs, "employment", allow_mostly_rejected=["employment"])
    assert found.frame.height == 1
    assert "more than nine tenths" in str(found.remarks)
    # The table without which there is no register is not allowed to be empty.
    gone = message(spells(person="x"), allow_mostly_rejected=["spells"])
    assert "holds no usable row: of 40 rows all were rejected" in gone


def test_counts_are_rounded_and_those_under_five_are_not_told():
    assert [about(n) for n in (0, 1, 4, 5, 7, 8, 12_342)] == [
        "0", "fewer than 5", "fewer than 5", "5", "5", "10", "12,340"
    ]  # fmt: skip
    found = clean(spells(start=partly(FORMS["day_first"])))
    assert list(table_lines(found.accounting)) == [
        "spells: 40 rows read, 20 used, 20 rejected, most often because start is not a date"
    ]


@pytest.mark.parametrize("filled", [False, True])
def test_the_console_says_what_came_of_each_table(tmp_path, monkeypatch, capsys, filled):
    monkeypatch.chdir(ROOT)
    pl.DataFrame({"person": KEYS, "sex": "K"}).write_csv(tmp_path / "persons.csv")
    lost = [key.lstrip("0") for key in KEYS]
    spells(person=lost).write_csv(tmp_path / "spells.csv")
    files = RegisterFiles(
        persons=TableConfig(path=str(tmp_path / "persons.csv")),
        spells=TableConfig(path=str(tmp_path / "spells.csv"), key_digits=4 if filled else None),
    )
    section = RegisterConfig(source="files", files=files, **RULES).model_dump(mode="json")
    (tmp_path / "c.yaml").write_text(yaml.safe_dump({"register": section}))
    if not filled:
        with pytest.raises(UserError, match=r"spells.csv holds no usable .*key_digits: 4"):
            ingest(config=tmp_path / "c.yaml", out=tmp_path / "out")
        return
    ingest(config=tmp_path / "c.yaml", out=tmp_path / "out")
    assert pl.read_parquet(tmp_path / "out" / "spells.parquet").height == 40
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert "spells: 40 rows read, 40 used" in lines
    assert "The extract covers 2008-01-01 to 2018-12-31 (register.last_day)." in lines


def test_a_row_of_totals_is_no_person():
    table = spells().vstack(spells()[:1].with_columns(person=pl.lit("I alt")))
    found = clean(table)
    assert found.accounting.filter(pl.col("step") == "rejected").rows() == [
        ("spells", "rejected", "person is missing", 1)
    ]
