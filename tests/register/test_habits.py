"""One extract as pandas, R, SAS, Stata, SQL and spreadsheets write it: always the same register."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pyreadstat
import pytest
import yaml

from trajectories.commands.register.ingest import ingest
from trajectories.config import root

LISTS = {
    key: str(Path(__file__).parents[2] / "config" / "codelists" / f"{name}.csv")
    for key, name in (("codelist", "dream"), ("states", "states"), ("alphabet", "alphabet"))
}
FIRST = date(2010, 1, 1)
N = 40
KEYS = [1001 + n for n in range(N)]
DAYS = [FIRST + timedelta(days=31 * n) for n in range(N)]
TABLES = {
    "persons": pl.DataFrame(
        {
            "person": KEYS,
            "birth_date": [day - timedelta(days=9000) for day in DAYS],
            "sex": ["K", "M"] * (N // 2),
            "municipality": [657, None, 740, 751] * (N // 4),
            "died": [None, None, None, date(2018, 3, 1)] * (N // 4),
        }
    ),
    "spells": pl.DataFrame(
        {
            "person": KEYS,
            "code": [730, 130, 890, 740] * (N // 4),
            "start": DAYS,
            "end": [None if n % 5 == 0 else DAYS[n] + timedelta(days=90) for n in range(N)],
        }
    ),
    "employment": pl.DataFrame(
        {
            "person": KEYS,
            "start": [day + timedelta(days=200) for day in DAYS],
            "end": [day + timedelta(days=300) for day in DAYS],
            "weekly_hours": [37.0, 18.5, None, 30.25] * (N // 4),
            "industry": [471100, None] * (N // 2),
        }
    ),
}


def cells(frame: pl.DataFrame, day: str, missing: str, point: str, whole: str) -> pl.DataFrame:
    """Write the cells of a table as text."""
    floats = {name for name in frame.columns if frame[name].null_count()}

    def write(name: str, value: object) -> str:
        if value is None:
            return missing
        if isinstance(value, date):
            return value.strftime(day)
        if isinstance(value, int) and name in floats:
            return f"{value}{whole}"
        return str(value).replace(".", point) if isinstance(value, float) else str(value)

    return pl.DataFrame({s.name: [write(s.name, value) for value in s] for s in frame})


def text(
    *,
    day: str = "%Y-%m-%d",
    missing: str = "",
    separator: str = ",",
    point: str = ".",
    whole: str = "",
    line: str = "\n",
    quote: str = "necessary",
    names: Callable[[str], str] = str,
    index: bool = False,
    head: str = "",
    tail: str = "",
    encoding: str = "utf-8",
) -> Callable[[pl.DataFrame, Path], Path]:
    """A writer of CSV files."""

    def write(frame: pl.DataFrame, stem: Path) -> Path:
        table = cells(frame, day, missing, point, whole).rename(names)
        if index:
            table = table.select(pl.Series("", [str(n) for n in range(N)]), pl.all())
        body = table.write_csv(separator=separator, line_terminator=line, quote_style=quote)
        end = tail.replace("+", separator * (table.width - 1))
        path = stem.with_suffix(".csv")
        path.write_bytes((head + body + end).encode(encoding))
        return path

    return write


def dta(frame: pl.DataFrame, stem: Path) -> Path:
    pyreadstat.write_dta(frame, stem.with_suffix(".dta"))
    return stem.with_suffix(".dta")


def xpt(frame: pl.DataFrame, stem: Path) -> Path:
    names = {"birth_date": "BIRTH", "municipality": "KOM", "weekly_hours": "HOURS"}
    short = frame.rename({old: new for old, new in names.items() if old in frame.columns})
    pyreadstat.write_xport(short.rename(str.upper), stem.with_suffix(".xpt"))
    return stem.with_suffix(".xpt")


def parquet(change: Callable[[pl.DataFrame], pl.DataFrame]) -> Callable[[pl.DataFrame, Path], Path]:
    def write(frame: pl.DataFrame, stem: Path) -> Path:
        change(frame).write_parquet(stem.with_suffix(".parquet"))
        return stem.with_suffix(".parquet")

    return write


def stamps(zone: str | None) -> Callable[[pl.DataFrame], pl.DataFrame]:
    days = pl.col(pl.Date).cast(pl.Datetime("ns"))
    return lambda frame: frame.with_columns(days.dt.replace_time_zone(zone) if zone else days)


def floats(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col(pl.Int64).cast(pl.Float64).fill_null(float("nan")))


def categories(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col(pl.Int64).cast(pl.String).cast(pl.Categorical))


SPREADSHEET = {"day": "%d-%m-%Y", "separator": ";", "point": ",", "line": "\r\n"}
DAY_FIRST = {"dates": "day_first"}
OWN = {
    "persons": {"birth_date": "BIRTH", "municipality": "KOM"},
    "employment": {"weekly_hours": "HOURS"},
}
HABITS = {
    "plain": (text(), {}),
    "pandas": (text(whole=".0", index=True), {}),
    "pandas, missing in words": (text(whole=".0", missing="NaN"), {}),
    "pandas, dates in words": (text(missing="NaT", day="%Y-%m-%d 00:00:00"), {}),
    "pandas, nullable types": (text(missing="<NA>"), {}),
    "R write.csv": (text(missing="NA", quote="non_numeric", index=True), {}),
    "R write.csv2": (text(missing="NA", quote="always", separator=";", point=","), {}),
    "SAS export": (text(day="%d%b%Y", missing=".", names=str.upper), {}),
    "Stata export": (text(day="%d%b%Y", missing=".", separator="\t"), {}),
    "SQL": (text(missing="NULL", day="%Y-%m-%d 00:00:00.000", separator="|"), {}),
    "Postgres": (text(missing="\\N", day="%Y-%m-%dT00:00:00+01:00", separator="\t"), {}),
    "a Danish spreadsheet": (
        text(**SPREADSHEET, encoding="utf-8-sig", tail="+\r\n+\r\n"),
        DAY_FIRST,
    ),
    "a Danish spreadsheet with totals": (
        text(**SPREADSHEET, head="sep=;\r\n", encoding="windows-1252", tail="I alt+\r\n\r\n"),
        DAY_FIRST,
    ),
    "headers with spaces and capitals": (
        text(names=lambda name: f" {name.title().replace('_', ' ')} "),
        {},
    ),
    "errors of a spreadsheet": (text(**(SPREADSHEET | {"missing": "#I/T"})), DAY_FIRST),
    "compact dates": (text(day="%Y%m%d"), {}),
    "Stata": (dta, {}),
    "SAS transport": (xpt, {}),
    "Parquet, timestamps": (parquet(stamps(None)), {}),
    "Parquet, timestamps in Danish time": (parquet(stamps("Europe/Copenhagen")), {}),
    "Parquet, floats with NaN": (parquet(floats), {}),
    "Parquet, categories": (
        parquet(categories),
        {},
    ),
}  # fmt: skip


def register(folder: Path, habit: str) -> dict[str, pl.DataFrame]:
    write, how = HABITS[habit]
    files = {}
    for name, frame in TABLES.items():
        path = write(frame, folder / name)
        files[name] = {"path": str(path), **how}
        if habit == "SAS transport":
            files[name]["columns"] = OWN.get(name, {})
    days = {"first_day": "2008-01-01", "last_day": "2018-12-31"}
    section = {"source": "files", **LISTS, **days, "files": files}
    config = root.load({"register": section, "hazards": {"enabled": False}}, name="c")
    (folder / "c.yaml").write_text(yaml.safe_dump(config.model_dump(mode="json")))
    ingest(config=folder / "c.yaml", out=folder / "out")
    names = ("persons", "spells", "employment", "keys")
    return {name: pl.read_parquet(folder / "out" / f"{name}.parquet") for name in names}


@pytest.fixture(scope="module")
def wanted(tmp_path_factory) -> dict[str, pl.DataFrame]:
    found = register(tmp_path_factory.mktemp("plain"), "plain")
    assert {name: frame.height for name, frame in found.items()} == dict.fromkeys(found, N)
    return found


@pytest.mark.parametrize("habit", [name for name in HABITS if name != "plain"])
def test_every_habit_gives_the_same_register(tmp_path, wanted, habit):
    found = register(tmp_path, habit)
    for name, frame in wanted.items():
        assert found[name].equals(frame), name
