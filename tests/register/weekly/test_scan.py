"""Wide weekly registers against plain lists of weeks, whatever their files and formats."""

import tempfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from register.weekly_files import (
    THURSDAYS,
    Weekly,
    frame_of,
    jobs_of,
    read,
    readiness_of,
    registers,
    spells_of,
    week_name,
)
from trajectories.commands.register.ingest import ingest
from trajectories.config.sections.dream import DreamConfig
from trajectories.errors import UserError
from trajectories.io import read_json
from trajectories.register.read import wide_files


def expected(people: list[Weekly], min_weeks: int = 4, gap_weeks: int = 0) -> dict[str, list]:
    return {
        "spells": [row for person in people for row in spells_of(person)],
        "employment": [row for person in people for row in jobs_of(person, min_weeks, gap_weeks)],
        "readiness": [row for person in people for row in readiness_of(person)],
    }


def same(found: dict[str, list], wanted: dict[str, list]) -> None:
    """Compare tables; the columns of spells come in another order, absent ones are empty."""
    for name, rows in wanted.items():
        assert sorted(map(repr, found.get(name, []))) == sorted(map(repr, arranged(name, rows)))


def arranged(name: str, rows: list[tuple]) -> list[tuple]:
    if name == "spells":
        return [(key, code, place, *days) for key, code, *days, place in rows]
    return rows


WRITE = {
    "parquet": lambda frame, path: frame.write_parquet(path, row_group_size=2),
    "csv": lambda frame, path: frame.write_csv(path, separator=";"),
}


@pytest.mark.parametrize("suffix", WRITE)
@given(
    people=registers(),
    min_weeks=st.integers(1, 5),
    gap_weeks=st.integers(0, 3),
    columns=st.integers(1, 40),
)
@settings(max_examples=30)
def test_a_wide_file_gives_the_spells_jobs_and_visitations_of_its_weeks(
    suffix, people, min_weeks, gap_weeks, columns
):
    # A column of nothing but nulls would tell of no municipality at all.
    people = [Weekly("P", (None,) * 12, (None,) * 3, ("657",) * 3, (None,) * 2), *people]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(wide_files, "COLUMNS_AT_ONCE", columns)
        patch.setattr(wide_files, "CELLS_AT_ONCE", columns)
        patch.setattr(wide_files, "ROWS_AT_ONCE", 1 + columns % 4)
        path = Path(folder) / f"dream.{suffix}"
        WRITE[suffix](frame_of(people), path)
        config = DreamConfig(job_min_weeks=min_weeks, job_gap_weeks=gap_weeks)
        same(read([path], config), expected(people, min_weeks, gap_weeks))


@given(people=registers(least=2), order=st.randoms(use_true_random=False), cut=st.integers(1, 11))
@settings(max_examples=30)
def test_files_of_other_years_in_any_order_are_joined_by_person(people, order, cut):
    """Runs that end with one file and go on in the next are two rows, which cleaning merges."""
    people = [Weekly("P", (None,) * 12, (None,) * 3, ("657",) * 3, (None,) * 2), *people]
    whole = frame_of(people)
    later = [week_name(day) for day in THURSDAYS[cut:]]
    parts = [
        whole.drop(later),
        whole.select("person", *later).sample(fraction=1, shuffle=True, seed=order.randint(0, 99)),
    ]
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.parquet" for number in (1, 2)]
        for path, part in zip(paths, order.sample(parts, 2), strict=True):
            part.write_parquet(path)
        found = read(paths, at_once=2)
    wanted = expected(people)
    same(
        {name: found.get(name, []) for name in ("employment", "readiness")},
        {name: wanted[name] for name in ("employment", "readiness")},
    )
    assert joined(found.get("spells", [])) == joined(arranged("spells", wanted["spells"]))


def joined(rows: list[tuple]) -> set[tuple]:
    """The days of each row's code and municipality, one entry a day."""
    return {
        (*row[:3], day) for row in rows for day in range(row[3].toordinal(), row[4].toordinal() + 1)
    }


def test_files_of_other_persons_are_put_together(tmp_path):
    people = [
        Weekly(f"K{n}", (code,) * 12, (None,) * 3, ("657",) * 3, ("job_ready",) * 2)
        for n, code in enumerate(("130", "730", "111"))
    ]
    paths = [tmp_path / "a.parquet", tmp_path / "b.csv"]
    frame_of(people[:1]).write_parquet(paths[0])
    frame_of(people[1:]).write_csv(paths[1])
    same(read(paths), expected(people))


@pytest.mark.parametrize("dtype", [pl.Int16, pl.Float64, pl.Categorical, pl.Enum(["130", "730"])])
def test_codes_may_be_stored_as_numbers_or_categories(tmp_path, dtype):
    person = Weekly("K", ("130",) * 5 + (None,) * 4 + ("730",) * 3, ("1",) * 3, ("7",) * 3, ())
    frame = frame_of([Weekly(**{**vars(person), "visitation": (None, None)})])
    weeks = [week_name(day) for day in THURSDAYS]
    path = tmp_path / "dream.parquet"
    frame.with_columns(pl.col(weeks).cast(dtype)).write_parquet(path)
    found = read([path])
    assert [(row[1], row[3], row[4]) for row in found["spells"] if row[2] == "7"] == [
        ("130", date(2009, 12, 7), date(2010, 1, 10)),
        ("730", date(2010, 2, 8), date(2010, 2, 28)),
    ]


def test_blanks_and_words_that_mean_nothing_are_no_benefit(tmp_path):
    weeks = ("130", " ", ".", "130 ", " 130", "", None, "0", "730", "730", "730", "730")
    path = tmp_path / "dream.parquet"
    frame_of([Weekly("K", weeks, (None,) * 3, ("657",) * 3, (None,) * 2)]).write_parquet(path)
    found = read([path], DreamConfig(blank=[".", "0"]))["spells"]
    assert [(row[1], (row[4] - row[3]).days // 7 + 1) for row in found] == [
        ("130", 1),
        ("130", 2),
        ("730", 4),
    ]


def test_patterns_follow_the_extract(tmp_path):
    path = tmp_path / "dream.csv"
    path.write_text(
        "PNR,UGE2010W01,uge2010w02,BRANCHE10,kom,GROUP_1KV2010\na,130,,011100,657,job_ready\n"
    )
    config = DreamConfig(
        weeks="uge{YYYY}w{WW}",
        industry="branche{YY}",
        municipality="KOM",
        visitation="group_{Q}kv{YYYY}",
        job_min_weeks=1,
    )
    frame = pl.read_csv(path, infer_schema=False).rename({"PNR": "person"})
    frame.write_csv(path)
    found = read([path], config)
    assert found["spells"] == [("a", "130", "657", date(2010, 1, 4), date(2010, 1, 10))]
    assert found["employment"] == [("a", "011100", date(2010, 1, 11), date(2010, 1, 17))]
    assert found["readiness"] == [("a", "job_ready", date(2010, 1, 1), date(2010, 3, 31))]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("person,x", "holds no column that fits register.dream.weeks"),
        ("person,y_0801,y_0803", "1 of them are missing, the first 2008-W02"),
        ("person,y_0801,Y_0801", "two columns for one period, 'y_0801' and 'Y_0801'"),
        ("person,y_1053", "^dream.csv: column 'y_1053' fits .* but the year 2010 has no week 53"),
        ("person,y_0801,branche_2008_13", "the year 2008 has no month 13"),
        ("key,y_0801", "has no column 'person'"),
    ],
)
def test_a_register_that_cannot_be_read_gets_one_sentence(tmp_path, header, message):
    path = tmp_path / "dream.csv"
    path.write_text(f"{header}\n{',' * header.count(',')}\n")
    with pytest.raises(UserError, match=message):
        read([path])


def test_a_column_fits_one_pattern_only(tmp_path):
    path = tmp_path / "dream.csv"
    path.write_text("person,y_0801\na,130\n")
    with pytest.raises(UserError, match=r"fits register.dream.weeks and register.dream.industry"):
        read([path], DreamConfig(industry="y_{YY}{MM}"))


def test_cells_must_be_codes(tmp_path):
    path = tmp_path / "dream.parquet"
    pl.DataFrame({"person": ["a"], "y_0801": [130.5]}).write_parquet(path)
    with pytest.raises(
        UserError, match=r"dream.parquet: column 'y_0801' \(weeks\) holds numbers that are not"
    ):
        read([path])
    pl.DataFrame({"person": ["a"], "y_0801": [date(2008, 1, 1)]}).write_parquet(path)
    with pytest.raises(UserError, match=r"column 'y_0801' \(weeks\) holds Date"):
        read([path])


def test_a_file_that_is_cut_short_gets_one_sentence(tmp_path):
    path = tmp_path / "dream.parquet"
    frame_of([Weekly("K", ("130",) * 12, (None,) * 3, (None,) * 3, (None,) * 2)]).write_parquet(
        path
    )
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(UserError, match=r"dream.parquet is not a whole parquet file"):
        read([path])
    text = tmp_path / "dream.csv"
    text.write_text("person,y_0801\na,130\nb,130,7,7\n")
    with pytest.raises(UserError, match=r"dream.csv: row 2 has 4 cells and the header 2"):
        read([text])
    odd = tmp_path / "dream.xlsx"
    odd.write_text("x")
    with pytest.raises(UserError, match=r"unknown format for a weekly register"):
        read([odd])


def test_a_latin_1_file_with_danish_letters_in_its_header_and_cells(tmp_path):
    """Two such files of one name, one a year, the key named in Danish."""
    person = {"nøgle": ["å1", "ø2"], "branche_æ_2008_01": ["råd", None], "kommune_ø": ["657", "7"]}
    for folder, week, codes in (("a", "uge_å_0801", ["130", None]), ("b", "uge_å_0802", ["130"])):
        columns = {**person, week: codes} if folder == "a" else {"nøgle": ["å1"], week: codes}
        (tmp_path / folder).mkdir()
        text = pl.DataFrame(columns).write_csv(separator=";")
        (tmp_path / folder / "dræm.csv").write_bytes(text.encode("latin-1"))
    config = {
        "source": "files",
        "files": {
            "dream": {"path": f"{tmp_path}/*/dræm.csv", "columns": {"person": "nøgle"}},
        },
        "dream": {
            "weeks": "uge_å_{YY}{WW}",
            "industry": "branche_æ_{YYYY}_{MM}",
            "municipality": "kommune_ø",
            "job_min_weeks": 1,
        },
    }
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump({"register": config}), encoding="utf-8")
    ingest(config=path, out=tmp_path / "out")
    log = read_json(tmp_path / "out" / "reading.json")
    assert [(entry["encoding"], entry["delimiter"]) for entry in log] == [("latin-1", ";")] * 2
    keys = dict(pl.read_parquet(tmp_path / "out" / "keys.parquet").rows())
    spells = pl.read_parquet(tmp_path / "out" / "spells.parquet")
    columns = spells.select("person", "code", "start", "end", "municipality").rows()
    assert columns == [(keys["å1"], "130", date(2007, 12, 31), date(2008, 1, 13), 657)]
    jobs = pl.read_parquet(tmp_path / "out" / "employment.parquet")
    assert jobs.is_empty()  # the only person with an industry has a benefit in both weeks


def test_a_weekly_register_without_a_usable_week_stops_and_without_a_usable_job_does_not(tmp_path):
    """Also where its tables are cleaned in parts, of which some are empty."""
    weeks = {f"y_08{week:02}": ["130"] if week < 3 else [None] for week in range(1, 10)}
    jobs = {"branche_2008_02": ["47"], "branche_2008_01": ["47"]}
    pl.DataFrame({"person": ["a"], **weeks, **jobs}).write_parquet(tmp_path / "dream.parquet")
    people = tmp_path / "persons.parquet"
    section = {
        "source": "files",
        "files": {
            "dream": {"path": str(tmp_path / "dream.parquet")},
            "persons": {"path": str(people)},
        },
    }
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump({"register": section}))
    for died, stops in ((date(2008, 1, 12), False), (date(2007, 1, 1), True)):
        pl.DataFrame({"person": ["a"], "died": [died]}).write_parquet(people)
        if stops:
            with pytest.raises(
                UserError, match=r"dream.parquet holds no usable row: of fewer than 5 rows all"
            ):
                ingest(config=config, out=tmp_path / "out")
            continue
        ingest(config=config, out=tmp_path / "out")
        assert pl.read_parquet(tmp_path / "out" / "spells.parquet").height == 1
        assert pl.read_parquet(tmp_path / "out" / "employment.parquet").is_empty()
        books = pl.read_parquet(tmp_path / "out" / "tables" / "accounting.parquet")
        reasons = books.filter(pl.col("table") == "employment", pl.col("step") == "rejected")
        assert reasons["reason"].to_list() == ["starts after death"]


def test_a_cpr_number_in_any_column_of_a_weekly_register_is_refused(tmp_path):
    for column in ("person", "y_0801", "branche_2008_01", "nykom_2008_01", "visit_1kv2008"):
        row = {"person": "a", "y_0801": "130", "branche_2008_01": "47", "nykom_2008_01": "657"}
        row |= {"visit_1kv2008": "job_ready", column: "010190-1234"}
        pl.DataFrame([row]).write_parquet(tmp_path / "dream.parquet")
        config = tmp_path / "config.yaml"
        files = {"dream": {"path": str(tmp_path / "dream.parquet")}}
        config.write_text(yaml.safe_dump({"register": {"source": "files", "files": files}}))
        with pytest.raises(
            UserError, match=r"1 values of column .* look like CPR numbers"
        ) as caught:
            ingest(config=config, out=tmp_path / "out")
        assert "010190" not in str(caught.value)
