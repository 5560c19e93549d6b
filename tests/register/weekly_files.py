"""A weekly register as plainly as it can be written: random ones, their files, and their spells."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl
from hypothesis import strategies as st

from trajectories.config.sections.dream import DreamConfig
from trajectories.config.sections.files import TableFiles
from trajectories.register.read.wide_files import open_wide
from trajectories.register.weekly.scan import scan_register
from trajectories.register.weekly.tables import WeeklyTables

# From the week 2009-W50 to 2010-W08, over a week 53.
THURSDAYS = [date(2009, 12, 10) + timedelta(weeks=n) for n in range(12)]
MONTHS = [(2009, 12), (2010, 1), (2010, 2)]
QUARTERS = [(2009, 4), (2010, 1)]
CODES = [None, "130", "730", "111"]


def week_name(thursday: date) -> str:
    year, week, _ = thursday.isocalendar()
    return f"y_{year % 100:02d}{week:02d}"


@dataclass(frozen=True)
class Weekly:
    """One person of a weekly register: the cells of each kind of column."""

    key: str
    weeks: tuple[str | None, ...]
    industry: tuple[str | None, ...]
    municipality: tuple[str | None, ...]
    visitation: tuple[str | None, ...]

    def row(self) -> dict[str, str | None]:
        cells = {"person": self.key}
        cells |= {week_name(day): c for day, c in zip(THURSDAYS, self.weeks, strict=True)}
        for (year, month), job, place in zip(MONTHS, self.industry, self.municipality, strict=True):
            cells |= {f"branche_{year}_{month:02d}": job, f"nykom_{year}_{month:02d}": place}
        for (year, quarter), group in zip(QUARTERS, self.visitation, strict=True):
            cells[f"visit_{quarter}kv{year}"] = group
        return cells


def cells(values: list[str | None], count: int) -> st.SearchStrategy[tuple[str | None, ...]]:
    return st.tuples(*[st.sampled_from(values)] * count)


@st.composite
def registers(draw: st.DrawFn, least: int = 1) -> list[Weekly]:
    """A few persons with few values, so that runs are long and breaks are many."""
    return [
        Weekly(
            f"K{number}",
            draw(cells(CODES, len(THURSDAYS))),
            draw(cells([None, "011100", "841100"], len(MONTHS))),
            draw(cells([None, "657", "661"], len(MONTHS))),
            draw(cells([None, "job_ready", "activity_ready"], len(QUARTERS))),
        )
        for number in range(draw(st.integers(least, 4)))
    ]


def frame_of(people: list[Weekly]) -> pl.DataFrame:
    return pl.DataFrame([person.row() for person in people], infer_schema_length=None).cast(
        pl.String
    )


def of_month(values: tuple[str | None, ...], thursday: date) -> str | None:
    return values[MONTHS.index((thursday.year, thursday.month))]


def days(first: int, last: int) -> tuple[date, date]:
    return THURSDAYS[first] - timedelta(days=3), THURSDAYS[last] + timedelta(days=3)


def spells_of(person: Weekly) -> list[tuple[object, ...]]:
    """Runs of one code in one municipality: key, code, start, end, municipality."""
    labels = [
        (code, of_month(person.municipality, day))
        for code, day in zip(person.weeks, THURSDAYS, strict=True)
    ]
    return [
        (person.key, code, *days(a, b), place)
        for (code, place), a, b in runs_of(labels)
        if code is not None
    ]


def jobs_of(person: Weekly, min_weeks: int, gap_weeks: int) -> list[tuple[object, ...]]:
    """Blank weeks with an industry, gaps folded, short stretches dropped: key, industry, days."""
    blank = [code is None for code in person.weeks]
    industry: list[str | None] = [
        of_month(person.industry, day) if free else None
        for free, day in zip(blank, THURSDAYS, strict=True)
    ]
    folded = list(industry)
    for first in range(len(folded)):
        for last in range(first, min(first + gap_weeks, len(folded))):
            gap = range(first, last + 1)
            inside = first > 0 and last + 1 < len(folded)
            if (
                inside
                and industry[first - 1]
                and industry[last + 1]
                and all(blank[week] and industry[week] is None for week in gap)
            ):
                for week in gap:
                    folded[week] = industry[first - 1]
    kept: list[str | None] = [None] * len(folded)
    for working, a, b in runs_of([value is not None for value in folded]):
        if working and b - a + 1 >= min_weeks:
            kept[a : b + 1] = folded[a : b + 1]
    return [(person.key, v, *days(a, b)) for v, a, b in runs_of(kept) if v is not None]


def readiness_of(person: Weekly) -> list[tuple[object, ...]]:
    """Runs of one visitation group over whole quarters: key, readiness, start, end."""
    bounds = [(date(2009, 10, 1), date(2009, 12, 31)), (date(2010, 1, 1), date(2010, 3, 31))]
    return [
        (person.key, group, bounds[a][0], bounds[b][1])
        for group, a, b in runs_of(list(person.visitation))
        if group is not None
    ]


def runs_of(values: list) -> list[tuple]:
    """Runs of equal values: value, first and last position."""
    found: list[tuple] = []
    for place, value in enumerate(values):
        if found and found[-1][0] == value:
            found[-1] = (value, found[-1][1], place)
        else:
            found.append((value, place, place))
    return found


def read(
    paths: list[Path], config: DreamConfig | None = None, *, at_once: int = 3, **spec: object
) -> dict[str, list[tuple[object, ...]]]:
    """Read files as the pipeline does, each key a person, and return the rows of its tables."""
    config = config or DreamConfig()
    scratch = paths[0].parent
    files = [
        open_wide(path, TableFiles(**spec), scratch=scratch, say=lambda _: None) for path in paths
    ]
    with scan_register(files, config, key="person", scratch=scratch, say=lambda _: None) as scan:
        keys = scan.table.frame["person"]
        person = keys.rank("dense").to_numpy().astype("int64") - 1
        with WeeklyTables(
            scan,
            config,
            person,
            persons=int(person.max()) + 1,
            scratch=scratch,
            persons_at_once=at_once,
        ) as tables:
            return {
                name: [
                    row
                    for bucket in range(tables.count)
                    for row in tables.table(name, bucket).frame.rows()
                ]
                for name in ("spells", "employment", "readiness")
                if tables.has(name)
            }
