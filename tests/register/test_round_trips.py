"""Random registers, written in each format and read by the verbs, are the same registers."""

import tempfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from register.coarsening import weekly_states
from register.naive_register import FIRST, LAST, clean
from register.test_formats import months_of
from register.test_naive_register import MEANING, days
from register.weekly_files import (
    MONTHS,
    THURSDAYS,
    Weekly,
    frame_of,
    jobs_of,
    readiness_of,
    registers,
    spells_of,
)
from register.written import FORMATS, WIDE, write
from trajectories.commands.register.convert import convert
from trajectories.commands.register.ingest import ingest
from trajectories.commands.sequences.months import months
from trajectories.io import read_json
from trajectories.simulator.extracts.weekly_file import wide_register

FEW = {"suppress_health_check": list(HealthCheck)}
LISTS = {
    name: str(Path(__file__).parents[2] / "config" / "codelists" / f"{file}.csv")
    for name, file in (("codelist", "dream"), ("states", "states"), ("alphabet", "alphabet"))
}
DATES = {"birth_date": pl.Date, "died": pl.Date, "emigrated": pl.Date}
INTERVAL = {"person": pl.String, "start": pl.Date, "end": pl.Date}
SCHEMAS = {
    "persons": {"person": pl.String, "sex": pl.String, "municipality": pl.Int32, **DATES},
    "spells": {**INTERVAL, "code": pl.String, "municipality": pl.Int32},
    "employment": {**INTERVAL, "weekly_hours": pl.Float64, "industry": pl.String},
    "readiness": {**INTERVAL, "readiness": pl.String},
}
CODES = ["130", "137", "730", "890", "111", "651"]
PLACES = st.sampled_from([None, 657, 661])
RULES = {
    **dict.fromkeys(("spells", "readiness", "activities", "assignments"), "latest_start"),
    "employment": "sum_hours",
    "fill": {},
    "carry": {},
    "groups": {code: row["group"] for code, row in MEANING.items()},
}


def some_day(first: date, last: date) -> st.SearchStrategy[date]:
    return st.dates(first - timedelta(days=20), last + timedelta(days=5))


@st.composite
def raw_registers(draw: st.DrawFn, first: date, last: date) -> dict[str, list[dict]]:
    """Some persons with all kinds of rows, untidy ones among them; one spell is fit for use."""

    def interval(key: str) -> dict:
        start = draw(some_day(first, last))
        length = draw(st.one_of(st.none(), st.integers(-1, 70)))
        end = None if length is None else start + timedelta(days=length)
        return {"person": key, "start": start, "end": end}

    def rows(key: str, most: int, **values: st.SearchStrategy) -> list[dict]:
        count = draw(st.integers(0, most))
        return [
            {**interval(key), **{name: draw(value) for name, value in values.items()}}
            for _ in range(count)
        ]

    register: dict[str, list[dict]] = {name: [] for name in SCHEMAS}
    for number in range(draw(st.integers(1, 5))):
        key = f"{draw(st.sampled_from(['å', 'Ø', 'é', 'n']))}{number}"
        left = {name: draw(st.one_of(st.none(), some_day(first, last))) for name in DATES}
        born = draw(st.sampled_from([None, date(1970, 5, 17)]))
        register["persons"].append(
            {
                "person": key,
                "sex": draw(st.sampled_from(["K", "M", None])),
                "municipality": draw(PLACES),
                **(left if draw(st.integers(0, 3)) == 0 else dict.fromkeys(DATES)),
                "birth_date": born,
            }
        )
        register["spells"] += rows(key, 5, code=st.sampled_from(CODES), municipality=PLACES)
        hours = st.one_of(st.none(), st.integers(1, 80).map(lambda n: n / 2))
        trade = st.sampled_from([None, "011100", "råd", "47"])
        register["employment"] += rows(key, 3, weekly_hours=hours, industry=trade)
        group = st.sampled_from(["job_ready", "activity_ready"])
        register["readiness"] += rows(key, 2, readiness=group)
    register["persons"].append(dict.fromkeys(SCHEMAS["persons"]) | {"person": "æ"})
    certain = {"person": "æ", "start": first, "end": last, "code": "730", "municipality": None}
    register["spells"].append(certain)
    return register


def configure(folder: Path, files: dict, **section: object) -> Path:
    path = folder / "config.yaml"
    register = {"source": "files", "files": files, **LISTS, **section}
    text = {"register": register, "sequences": {"month": {"rule": "thursdays"}}}
    path.write_text(yaml.safe_dump(text), encoding="utf-8")
    return path


def frames(register: dict[str, list[dict]]) -> dict[str, pl.DataFrame]:
    return {
        name: pl.DataFrame(rows, schema=SCHEMAS[name], orient="row")
        for name, rows in register.items()
    }


def read_back(folder: Path, name: str) -> pl.DataFrame:
    keys = pl.read_parquet(folder / "keys.parquet")
    return pl.read_parquet(folder / f"{name}.parquet").join(keys, on="person")


@given(
    register=raw_registers(FIRST, LAST),
    forms=st.lists(st.sampled_from(sorted(FORMATS)), min_size=4, max_size=4),
    convert_first=st.booleans(),
)
@settings(max_examples=12, **FEW)
def test_a_register_of_spells_is_the_same_from_every_format(register, forms, convert_first):
    """Each table in a format of its own; what comes out is what the naive reference makes of it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tables = frames(register)
        forms = dict(zip(tables, forms, strict=True))
        files = {t: write(tables[t], folder / t, form) for t, form in forms.items()}
        config = configure(folder, files, first_day=FIRST, last_day=LAST)
        converted = folder / "converted" if convert_first else None
        if converted is not None:
            convert(config=config, out=converted)
        ingest(config=config, out=folder / "out", converted=converted)
        found = {t: read_back(folder / "out", t) for t in ("spells", "employment", "readiness")}
        accounting = pl.read_parquet(folder / "out" / "tables" / "accounting.parquet")
        reading = read_json(folder / "out" / "reading.json")
    full = {**register, "activities": [], "assignments": []}
    held, persons, fates = clean(full, RULES)
    assert persons
    assert days(found["spells"], "code", "municipality") == held["spells"]
    assert days(found["employment"], "weekly_hours", "industry") == held["employment"]
    assert days(found["readiness"], "readiness") == held["readiness"]
    for table, expected in fates.items():
        own = accounting.filter(pl.col("table") == table, pl.col("step") == "rejected")
        rejected = {reason: n for (step, reason), n in expected.items() if step == "rejected"}
        assert Counter(dict(own.select("reason", "rows").iter_rows())) == Counter(rejected)
    for entry in reading:
        form = forms[entry["table"]]
        if form in ("utf-8", "latin-1", "windows-1252"):
            assert entry["encoding"] == form
        if form.startswith(("stata", "sas")):
            assert entry["format"] == {"stata": "dta", "sas t": "xpt"}[form[:5]]
    assert {t: sum(e["rows"] for e in reading if e["table"] == t) for t in forms} == {
        table: len(rows) for table, rows in register.items()
    }


BEGIN, END = date(2009, 10, 1), date(2010, 3, 31)


def write_wide(frame: pl.DataFrame, folder: Path, forms: list[str], cut: str) -> list[dict]:
    """Write a wide register whole, in files of other persons, or in files of other years."""
    if cut == "whole":
        return [write(frame, folder / "a", forms[0])]
    if cut == "persons":
        half = frame.height // 2
        pieces = [frame[:half], frame[half:]]
    else:
        late = [name for name in frame.columns if name.startswith("y_10") or "2010" in name]
        pieces = [frame.drop(late), frame.select("person", *late).reverse()]
    return [
        write(piece, folder / n, form) for piece, form, n in zip(pieces, forms, "ab", strict=True)
    ]


@given(
    register=raw_registers(BEGIN, END),
    forms=st.lists(st.sampled_from(WIDE), min_size=2, max_size=2),
    cut=st.sampled_from(["whole", "persons", "years"]),
)
@settings(max_examples=8, **FEW)
def test_months_of_a_wide_register_are_those_of_its_spells_coarsened_to_weeks(register, forms, cut):
    """Over the week 53 of 2009, whatever the format and however the files are cut."""
    raw = frames(register)
    # What tells of work in a weekly register is its industry.
    raw["employment"] = raw["employment"].drop_nulls("industry")
    wide = wide_register(
        raw["persons"]["person"],
        **{name: raw[name] for name in ("spells", "employment", "readiness")},
        first_day=BEGIN,
        last_day=END,
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if cut != "whole":  # the files of a table have one name for its column of persons
            forms = [form if form not in ("utf-8", "latin-1") else "parquet" for form in forms]
        specs = write_wide(wide, folder / "wide", forms, cut)
        dream = {**specs[0], "path": [str(spec["path"]) for spec in specs]}
        persons = write(raw["persons"], folder / "persons", "parquet")
        config = configure(folder, {"dream": dream, "persons": persons})
        ingest(config=config, out=folder / "register")
        months(config=config, register=folder / "register", out=folder / "months")
        found = months_of(folder)
    keys = found["key"].unique().to_list()
    assert "æ" in keys
    wanted = weekly_states(raw, keys, BEGIN, END)
    joined = found.join(wanted, on=["key", "month"], how="left", suffix="_wanted")
    assert joined.filter(pl.col("state").ne_missing(pl.col("state_wanted"))).is_empty()
    assert found.filter(pl.col("key") == "æ").height == 6


@given(people=registers(), form=st.sampled_from(WIDE), spells_form=st.sampled_from(sorted(FORMATS)))
@settings(max_examples=3, **FEW)
def test_whole_weeks_are_the_same_from_a_wide_file_and_from_a_file_of_spells(
    people, form, spells_form
):
    """Where spells, jobs and visitations keep to weeks and quarters, nothing is lost at all."""
    steady = Weekly("P", ("730",) * len(THURSDAYS), ("47",) * 3, ("657",) * 3, (None,) * 2)
    people = [steady, *people]
    assert len(MONTHS) == 3
    rows = {
        "persons": [{"person": one.key} for one in people],
        "spells": [named("spells", row) for one in people for row in spells_of(one)],
        "employment": [named("employment", row) for one in people for row in jobs_of(one, 4, 0)],
        "readiness": [named("readiness", row) for one in people for row in readiness_of(one)],
    }
    long = frames(rows)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wide = {
            "dream": write(frame_of(people), folder / "a" / "dream", form),
            "persons": write(long["persons"], folder / "a" / "persons", "parquet"),
        }
        spells = {t: write(long[t], folder / "b" / t, spells_form) for t in long}
        # The days of the weeks, and the rest of February, all of whose weeks are there.
        extract = {"first_day": THURSDAYS[0] - timedelta(days=3), "last_day": date(2010, 2, 28)}
        for place, files in (("a", wide), ("b", spells)):
            config = configure(folder / place, files, **(extract if place == "b" else {}))
            out = folder / place
            ingest(config=config, out=out / "register")
            months(config=config, register=out / "register", out=out / "months")
        for table in ("spells", "employment", "readiness", "persons"):
            one, other = (
                pl.read_parquet(folder / place / "register" / f"{table}.parquet") for place in "ab"
            )
            assert one.equals(other), table
        one, other = (months_of(folder / place) for place in "ab")
        assert one.equals(other)
        assert one.height >= 2


def named(table: str, row: tuple) -> dict:
    """A row of the plain lists under its column names."""
    columns = {
        "spells": ("person", "code", "start", "end", "municipality"),
        "employment": ("person", "industry", "start", "end"),
        "readiness": ("person", "readiness", "start", "end"),
    }[table]
    cells = dict(zip(columns, row, strict=True))
    place = cells.get("municipality")
    return {**cells, "municipality": int(place)} if place is not None else cells
