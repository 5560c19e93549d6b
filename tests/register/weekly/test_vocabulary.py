"""Texts as numbers, short and long, few and many; and the run kernel against plain Python."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from register.weekly_files import runs_of
from trajectories.errors import UserError
from trajectories.register.read.string_views import text_views
from trajectories.register.weekly import runs as runs_module
from trajectories.register.weekly import vocabulary
from trajectories.register.weekly.columns import Columns
from trajectories.register.weekly.runs import RunFile, RunWriter
from trajectories.register.weekly.vocabulary import Vocabulary

TEXTS = st.sampled_from([None, "", " ", "1", "12345678", "123456789", "a text of some length", "å"])


@given(
    table=st.integers(1, 5).flatmap(
        lambda width: st.lists(st.tuples(*[TEXTS] * width), min_size=1, max_size=6)
    ),
    hole=st.booleans(),
)
@settings(max_examples=150)
def test_runs_are_those_of_each_row_read_alone(tmp_path_factory, table, hole):
    width = len(table[0])
    periods = tuple(period + (hole and period > 1) for period in range(width))
    names = tuple(f"c{place}" for place in range(width))
    path = tmp_path_factory.mktemp("runs") / "runs"
    words, out = Vocabulary("weeks", frozenset()), RunFile(path)
    writer = RunWriter(Columns(names, periods), words, out, first_unit=7)
    for place, name in enumerate(names):
        column = pl.Series(name, [row[place] for row in table], dtype=pl.String)
        cut = len(column) // 2
        writer.take(pl.concat([column[:cut], column[cut:]], rechunk=False), 0)
    writer.finish()
    texts, order = words.sorted()
    found = sorted(
        (int(run["unit"]), texts[int(order[run["value"]])], int(run["first"]), int(run["last"]))
        for run in out.whole()
    )
    out.close()
    wanted = []
    for unit, row in enumerate(table, 7):
        values = [(text or "").strip() or None for text in row]
        parts = [(0, values[:2]), (2, values[2:])] if hole else [(0, values)]
        for begin, part in parts:
            wanted += [
                (unit, value, periods[begin + a], periods[begin + b])
                for value, a, b in runs_of(part)
                if value is not None
            ]
    assert found == sorted(wanted)


def test_many_texts_are_kept_apart(tmp_path, monkeypatch):
    monkeypatch.setattr(vocabulary, "FIRST_SLOTS", 2)
    monkeypatch.setattr(runs_module, "SPARE", 1)
    words, out = Vocabulary("weeks", frozenset()), RunFile(tmp_path / "runs")
    writer = RunWriter(Columns(("a", "b"), (3, 4)), words, out, first_unit=0)
    texts = [str(number) for number in range(500)]
    writer.take(pl.Series("a", texts), 0)
    writer.take(pl.Series("b", texts[::-1]), 0)
    writer.finish()
    found, order = words.sorted()
    runs = out.whole()
    out.close()
    assert found.to_list() == [None, *sorted(texts)]
    first = runs[runs["first"] == 3]
    assert found.gather(order[first["value"]]).to_list() == texts
    assert len(runs) == 1000


def test_too_many_different_values_are_no_codes(monkeypatch):
    monkeypatch.setattr(vocabulary, "LARGEST", 2)
    words = Vocabulary("weeks", frozenset())
    with pytest.raises(UserError, match="the weeks columns hold more than 2 different values"):
        words.encode(pl.Series(["a", "b", "c"]))


def test_views_are_those_of_the_cells():
    column = pl.Series(["ab", None, "a text that is longer than a view"] * 5)[4:]
    parts = list(text_views(column))
    lengths = np.concatenate([part.words[:, 0] & np.uint64(0xFFFFFFFF) for part in parts])
    valid = column.is_not_null().to_numpy()
    assert lengths[valid].tolist() == column.drop_nulls().str.len_bytes().to_list()


def test_only_text_has_views():
    with pytest.raises(TypeError, match="Int64 has no string views"):
        next(text_views(pl.Series([1])))
