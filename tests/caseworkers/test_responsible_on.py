"""Lookups of the spell in force on a day, against a search through all rows."""

import datetime as dt

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from trajectories.caseworkers.responsible_on import last_begun

DAYS = st.integers(-400, 400).map(lambda day: dt.date(1970, 1, 1) + dt.timedelta(days=day))
SPELLS = st.lists(st.tuples(st.integers(0, 3), DAYS, st.integers(0, 60)), max_size=12)
ASKED = st.lists(st.tuples(st.integers(0, 3), DAYS), max_size=12)


@given(SPELLS, ASKED, st.booleans())
def test_the_last_row_begun_is_found(spells, asked, ends):
    rows = sorted((key, start, start + dt.timedelta(days=days)) for key, start, days in spells)
    table = pl.DataFrame(
        rows, schema={"key": pl.UInt32, "start": pl.Date, "end": pl.Date}, orient="row"
    )
    keys, days = (
        pl.Series([one[place] for one in asked], dtype=dtype)
        for place, dtype in enumerate((pl.UInt32, pl.Date))
    )
    found = last_begun(keys, days, table, by="key", start="start", end="end" if ends else "")
    expected = []
    for key, day in asked:
        begun = [i for i, (own, start, _) in enumerate(rows) if own == key and start <= day]
        held = begun and (not ends or rows[begun[-1]][2] >= day)
        expected.append(begun[-1] if held else None)
    assert found.to_list() == expected
    assert table["start"].gather(found).null_count() == expected.count(None)
