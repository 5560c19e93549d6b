"""Formats: what is written, what is read back, and what is refused."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequences.samples import plainly
from trajectories.sequences import (
    MISSING,
    VOID,
    EventSequences,
    StateSequences,
    distinct_states,
    event_names,
    from_events,
    from_spells,
    from_sps,
    from_sts,
    to_events,
    to_shifted,
    to_spells,
    to_sps,
    to_sts,
)

ALPHABET = ("A-b", "C/d", "E")


def sequences(rows: list[list[int | None]], length: int = 8) -> StateSequences:
    """Rows of positions in the alphabet, None missing, void after each row's end."""
    states = np.full((len(rows), length), VOID, dtype=np.uint8)
    for i, row in enumerate(rows):
        states[i, : len(row)] = [MISSING if cell is None else cell for cell in row]
    return StateSequences.from_array(states, ALPHABET)


rows = st.lists(st.lists(st.sampled_from([0, 0, 1, 2]), max_size=8), min_size=1, max_size=6)
gappy = st.lists(st.lists(st.sampled_from([0, 0, 1, 2, None]), max_size=8), min_size=1, max_size=6)


def padded(seqs: StateSequences) -> list[list[int]]:
    """The positions before the end of each row."""
    ends = zip(seqs.states, seqs.lengths, strict=True)
    return [row[:length].tolist() for row, length in ends]


@plainly
@given(gappy)
def test_sts_and_sps_read_back_what_they_wrote(rows):
    seqs = sequences(rows)
    for write, read in (
        (lambda s: to_sts(s, separator=","), lambda t: from_sts(t, ALPHABET, separator=",")),
        (to_sps, lambda t: from_sps(t, ALPHABET)),
    ):
        assert padded(read(write(seqs))) == padded(seqs)


def test_the_two_forms_of_sps_say_the_same():
    seqs = StateSequences.from_array([["a", "a", None, "b-c"]], ["a", "b-c"])
    brackets, slashes = to_sps(seqs), to_sps(seqs, form="{state}/{duration}")
    assert brackets == ["(a,2)-(*,1)-(b-c,1)"]
    assert slashes == ["a/2-*/1-b-c/1"]
    assert padded(from_sps(slashes, seqs.alphabet)) == padded(from_sps(brackets, seqs.alphabet))


@plainly
@given(gappy)
def test_spells_read_back_as_the_same_sequences_but_for_missing_ends(rows):
    seqs = sequences(rows).treat_missing(right="drop")
    ids, again = from_spells(to_spells(seqs), ALPHABET, first=1, last=8)
    assert again.treat_missing(right="drop").states.tolist() == seqs.states[ids].tolist()
    empty = set(range(len(seqs))) - set(ids)
    assert all(seqs.lengths[row] == 0 for row in empty)


@plainly
@given(rows)
@pytest.mark.parametrize("rule", ["transition", "state"])
def test_events_read_back_as_the_same_sequences(rule, rows):
    seqs = sequences(rows)
    assert from_events(to_events(seqs, rule), ALPHABET).states.tolist() == [
        row[: max(*seqs.lengths, 1)] for row in seqs.states.tolist()
    ]


@plainly
@given(gappy)
def test_distinct_states_are_the_runs_of_valid_states(rows):
    seqs = sequences(rows)
    states, durations = distinct_states(seqs)
    for i, row in enumerate(rows):
        runs: list[list[int]] = []
        for cell in [cell for cell in row if cell is not None]:
            if runs and runs[-1][0] == cell:
                runs[-1][1] += 1
            else:
                runs.append([cell, 1])
        assert states.states[i, : states.lengths[i]].tolist() == [state for state, _ in runs]
        assert durations[i, : len(runs)].tolist() == [duration for _, duration in runs]
        assert not durations[i, len(runs) :].any()


def test_distinct_states_with_missing_as_a_state():
    states, durations = distinct_states(sequences([[0, None, 0]]), with_missing=True)
    assert (states.states.tolist(), durations.tolist()) == ([[0, 3, 0]], [[1, 1, 1]])


def test_shifted_replicates_end_at_each_position():
    seqs = StateSequences.from_array([["a", "b", None]], "ab")
    assert to_shifted(seqs).rows() == [
        (0, 1, None, None, "a"),
        (0, 2, None, "a", "b"),
        (0, 3, "a", "b", None),
    ]


def test_spells_of_overlapping_rows_and_own_origins():
    spells = pl.DataFrame(
        {
            "sequence": ["x", "x", "y"],
            "begin": [5, 6, 9],
            "end": [6, 7, 9],
            "state": ["E", "C/d", "E"],
        }
    )
    ids, seqs = from_spells(spells, ALPHABET, origin="own")
    assert (ids, padded(seqs)) == (["x", "y"], [[2, 1, 1], [2, MISSING, MISSING]])
    _, kept = from_spells(spells, ALPHABET, origin="own", overwrite=False, last=2)
    assert padded(kept) == [[2, 2], [2, MISSING]]
    zero = pl.DataFrame({"who": ["y", "x"], "when": [8, 5]})
    _, process = from_spells(spells, ALPHABET, origin=zero)
    assert padded(process) == [[2, 1, 1], [MISSING, 2, MISSING]]


def test_gaps_between_spells_are_filled_but_not_the_ends():
    spells = pl.DataFrame({"sequence": [0, 0], "begin": [2, 4], "end": [2, 4], "state": ["E", "E"]})
    _, seqs = from_spells(spells, ALPHABET, first=1, last=5, fill="A-b")
    assert padded(seqs) == [[MISSING, 2, 0, 2, MISSING]]


def test_no_spells_make_no_sequences():
    none = to_spells(sequences([[]]))
    ids, seqs = from_spells(none, ALPHABET)
    assert (ids, len(seqs)) == ([], 0)


SPELL = {"sequence": [0], "begin": [2], "end": [3], "state": ["E"]}


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ({"end": [1]}, {}, "a spell ends before it begins"),
        ({"begin": pl.Series([None], dtype=pl.Int64)}, {}, "has no sequence, no begin, no end"),
        ({"sequence": pl.Series([None], dtype=pl.Int64)}, {}, "a spell has no sequence"),
        ({"begin": ["2020-01-01"]}, {}, "holds String: times are whole numbers or dates"),
        ({"begin": [1.5]}, {}, "1 times in the column 'begin' are no whole numbers"),
        ({"begin": [float("nan")]}, {}, "no whole numbers"),
        ({"end": [20_990_101]}, {}, "20,990,100 positions, and 1,000,000 is the most"),
        ({}, {"begin": "start"}, "no column 'start'; they have sequence, begin, end, state"),
        ({"state": ["Z"]}, {}, "'Z' is not in the alphabet"),
        ({}, {"first": 5, "last": 4}, "the last time, 4, lies before the first, 5"),
        (
            {},
            {"origin": pl.DataFrame({"id": [1], "zero": [1]})},
            "1 sequences have no origin",
        ),
    ],
)
def test_spells_that_make_no_sequence_are_refused(change, options, message):
    with pytest.raises(ValueError, match=message):
        from_spells(pl.DataFrame(SPELL | change), ALPHABET, **options)


@pytest.mark.parametrize("text", ["(A-b,2", "E/x", "E"])
def test_a_text_that_is_no_sps_is_refused(text):
    with pytest.raises(ValueError, match="does not begin with a spell"):
        from_sps([text], ALPHABET)


def test_texts_that_are_no_list_of_texts_are_refused():
    with pytest.raises(ValueError, match="are one text"):
        from_sts("E-E", ALPHABET)
    with pytest.raises(ValueError, match="sequence 2 is a int"):
        from_sts(["E", 2], ALPHABET, separator="/")
    with pytest.raises(ValueError, match="999,999,999 positions"):
        from_sps(["(E,999999999)"], ALPHABET)
    assert from_sts(["E", None], ALPHABET).lengths.tolist() == [1, 0]


def test_spells_of_pandas_and_in_whole_floats_or_dates():
    day = pl.Series([19_000], dtype=pl.Int32).cast(pl.Date)
    for spells in (
        pd.DataFrame(SPELL),
        pl.DataFrame(SPELL | {"begin": [2.0]}),
        pl.DataFrame(SPELL | {"begin": day, "end": day.dt.offset_by("1d")}),
    ):
        ids, seqs = from_spells(spells, ALPHABET)
        assert ids == [0]
        assert seqs.labels().tolist() == [["E", "E"]]


def test_names_that_cannot_be_told_apart_are_refused():
    seqs = StateSequences.from_array([["*"]], "*")
    with pytest.raises(ValueError, match="cannot be called '\\*'"):
        to_sts(seqs)
    assert to_sps(seqs, missing="?") == ["(*,1)"]


def test_events_of_a_gap_are_dated_after_it():
    seqs = StateSequences.from_array([["a", None, "b", "b"]], "ab")
    assert to_events(seqs).to_frame().rows() == [(0, 0.0, "a"), (0, 2.0, "a>b")]
    assert to_events(seqs).texts() == ["(a)-2-(a>b)-2"]


def test_events_by_a_table_of_ones_own():
    table = event_names("ab", "period") | {("b", "b"): (), ("a", "b"): ("up", "seen")}
    seqs = StateSequences.from_array([["a", "b", "a"], ["b", "b", "a"]], "ab")
    assert to_events(seqs, table).texts() == ["(a)-1-(up,seen)-1-(a,endb)-1", "2-(a,endb)-1"]


def test_events_that_begin_no_state_change_nothing():
    frame = pl.DataFrame(
        {"sequence": [0, 0, 0], "time": [1, 2, 3], "event": ["job", "birth", "loss"]}
    )
    events = EventSequences.from_frame(frame, 2, length=[5, 2])
    seqs = from_events(events, "JU", {"job": "J", "loss": "U"})
    assert padded(seqs) == [[MISSING, 0, 0, 1, 1], [MISSING, MISSING]]


def test_events_are_sorted_and_counted_once():
    frame = pl.DataFrame({"sequence": [1, 1, 1], "time": [2, 0, 2], "event": ["b", "a", "b"]})
    events = EventSequences.from_frame(frame, 3, weights=[1, 2, 3])
    assert events.texts() == ["", "(a)-2-(b)", ""]
    assert events.offset.tolist() == [0, 0, 2, 2]
    assert len(events) == 3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda f: EventSequences.from_frame(f, 1, events=["b"]), "'a' is not among the events"),
        (lambda f: EventSequences.from_frame(f, 0), "outside 0 to -1"),
        (lambda f: EventSequences.from_frame(f, 1, weights=[1, 2]), "do not fit 1 cases"),
        (lambda f: from_events(EventSequences.from_frame(f, 1), "a"), "must be whole numbers"),
        (lambda _: event_names("ab", "other"), "neither transition, period nor state"),
    ],
)
def test_events_that_fit_nothing_are_refused(call, message):
    frame = pl.DataFrame({"sequence": [0], "time": [0.5], "event": ["a"]})
    with pytest.raises(ValueError, match=message):
        call(frame)
