"""`config check --data` says at once what the files of a configuration would stop at."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from trajectories.commands.config.data_check import findings
from trajectories.config import root

LISTS = {
    key: str(Path(__file__).parents[2] / "config" / "codelists" / f"{name}.csv")
    for key, name in (("codelist", "dream"), ("states", "states"), ("alphabet", "alphabet"))
}
DAYS = {"first_day": "2008-01-01", "last_day": "2018-12-31"}


def settings(folder: Path, tables: dict[str, str], **section: object) -> root.Config:
    """A configuration with CSV files of these contents."""
    files = {}
    for name, text in tables.items():
        path = folder / f"{name}.csv"
        path.write_text(text, encoding="utf-8", newline="")
        files[name] = {"path": str(path)}
    given = section.pop("files", {})
    for name, extra in given.items():
        files[name] |= extra
    register = {"source": "files", **LISTS, **DAYS, **section, "files": files}
    return root.load({"register": register, "hazards": {"enabled": False}}, name="c.yaml")


def rows(head: str, form: str) -> str:
    """A Danish spreadsheet of forty rows, one a person."""
    start = date(2012, 1, 13)
    lines = [
        form.format(n=n, start=f"{start + timedelta(days=n):%d-%m-%Y}", sex="FM"[n % 2])
        for n in range(1, 41)
    ]
    return "\r\n".join([f"\ufeff{head}", *lines, ";" * head.count(";"), ""])


OWN = {
    "persons": rows("PNR;Køn;Fødselsdato;Kommune", "{n:04d};{sex};{start};657"),
    "spells": rows("Pnr ;Ydelse;Fra dato;Til dato", "{n};730;{start};NA"),
    "employment": rows("PNR;start;slut;Timer", "{n:04d};{start};;37,5"),
}


def test_a_first_run_on_ones_own_files_needs_one_round(tmp_path):
    found = findings(settings(tmp_path, OWN))
    said = "\n".join(found)
    for words in (
        "persons.csv has no column 'person'",
        "spells.csv has no columns 'person', 'start', 'end', 'code'",
        "employment.csv has no columns 'person', 'end'",
        "persons.csv: birth_date is not a date in all of the rows; register.files.persons.dates",
        "spells.csv: start is not a date in all of the rows; register.files.spells.dates",
        "persons.csv: sex is neither K nor M in 50% of the rows; register.sex_map: {F: K}",
        "spells.csv: person is not in persons for all of the rows; with leading zeros",
    ):
        assert words in said
    advice = yaml.safe_load(found[-1].split("\n", 1)[1])["register"]
    assert advice["files"]["spells"] == {
        "columns": {"person": "Pnr ", "start": "Fra dato", "end": "Til dato", "code": "Ydelse"},
        "dates": "day_first",
        "key_digits": 4,
    }
    # Whoever writes what was advised has nothing left to do.
    assert findings(settings(tmp_path, OWN, **advice)) == []


def test_what_is_in_order_gives_no_findings_and_says_what_would_come_of_it(tmp_path, capsys):
    text = "person,code,start,end\n" + "".join(f"p{n},730,2012-01-01,\n" for n in range(40))
    assert findings(settings(tmp_path, {"spells": text})) == []
    assert "spells: 40 rows read, 40 used" in capsys.readouterr().out


def test_two_tables_that_cannot_be_read_are_both_named(tmp_path):
    found = findings(settings(tmp_path, {"spells": "person,code\np,130\n", "employment": ""}))
    assert [line.split()[0] for line in found] == ["spells.csv", "employment.csv"]


@pytest.mark.parametrize(
    ("spells", "words"),
    [
        ("person,code,start,end\np,4711,2012-01-01,\n", ["4711"]),
        ("person,code,start,end\np,730,2012-01-01 10:00,\n", ["times of day"]),
        ("person,code,start,end\np,730,2012-01-01\n", ["row 1 has 3 cells"]),
        ("person,code,start,end,END\np,730,2012-01-01,,\n", ["'end' twice"]),
        ("person,code,start,end\np,730,2012-01-01,2102-01-01\n", ["lies in the future"]),
        (
            "person,code,start,end\np,4711,2012-01-01 10:00,2012-02-31\n",
            ["4711", "times of day", "end is not a date in all of the rows"],
        ),
    ],
)
def test_each_kind_of_finding_in_a_table(tmp_path, spells, words):
    found = findings(settings(tmp_path, {"spells": spells}, last_day=None))
    for word in words:
        assert any(word in line for line in found), found


def test_each_file_of_a_table_is_named(tmp_path):
    for name in "ab":
        (tmp_path / f"s_{name}.csv").write_text("person,code\np,130\n")
    config = settings(
        tmp_path, {"spells": ""}, files={"spells": {"path": str(tmp_path / "s_*.csv")}}
    )
    assert [line.split()[0] for line in findings(config)] == ["s_a.csv", "s_b.csv"]


def test_a_weekly_register_is_examined_too(tmp_path):
    head = "PNR,y_1201,y_1202,y_1203\n"
    dream = head + "".join(f"{n},4711,730,\n" for n in range(1, 41))
    persons = "person,sex\n" + "".join(f"{n:04d},K\n" for n in range(1, 41))
    found = findings(settings(tmp_path, {"dream": dream, "persons": persons}))
    said = "\n".join(found)
    assert "dream.csv has no column 'person'" in said
    assert "with leading zeros all of these would match" in said
    assert "4711" in said
    advice = yaml.safe_load(found[-1].split("\n", 1)[1])["register"]
    again = settings(
        tmp_path, {"dream": dream, "persons": persons}, code_map={"4711": "730"}, **advice
    )
    assert findings(again) == []


def test_a_simulated_register_has_no_files_to_look_at():
    assert findings(root.load({}, name="c")) == []
