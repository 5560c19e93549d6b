# /// script
# requires-python = ">=3.11"
# dependencies = ["sequenzo==0.1.42", "trajectories"]
#
# [tool.uv.sources]
# trajectories = { path = "..", editable = true }
# ///
"""Spells to monthly sequences: this project beside sequenzo and a vectorised pandas script.

Run from the project's folder, on a machine that does nothing else:

    uv run --script benchmarks/register_peers.py --persons 100000

Three tasks; in each all give the same states of the same persons in 132 months, and the script
stops where they do not. Times are the shortest of three runs in wall-clock seconds, this
project's after its kernels were compiled.

- Days to months by most days: spells in days in, and a month has the state of most of its days,
  ties to the first state of the order. A vectorised script of pandas and numpy does the same.
- Days to months by first days: a month has the state of its first day. Sequenzo reads no dates,
  so a vectorised numpy script finds the months that each spell holds (timed), and sequenzo's
  conversion of spells (`uncertainty._spell_convert.dss_dur_matrices_to_dataframe`) does the rest.
- Spells in whole months to sequences: sequenzo's conversion alone beside `from_spells`.

Sequenzo lives in this script's environment alone.
"""

import argparse
import contextlib
import io
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from trajectories.register.codes.codelist import StateRules
from trajectories.sequences import StateSequences, from_spells, monthly_states, to_spells

FIRST, MONTHS = date(2008, 1, 1), 132
RUNS = 3
DAYS = (date(2019, 1, 1) - FIRST).days
STATES = ["SICK", "UI", "SA", "EDU", "NONE"]


def spells(persons: int) -> pl.DataFrame:
    """Draw benefit spells without overlaps, about nine a person, with breaks between them."""
    rng = np.random.default_rng(3)
    cuts = np.sort(rng.integers(0, DAYS, (persons, 18), dtype=np.int32), axis=1)
    start, end = cuts[:, ::2], cuts[:, 1::2] - 1
    keep = (end >= start).ravel()
    epoch = (FIRST - date(1970, 1, 1)).days
    return pl.DataFrame(
        {
            "person": np.repeat(np.arange(persons, dtype=np.uint32), 9)[keep],
            "group": pl.Series(STATES[:-1]).gather(rng.integers(0, 4, int(keep.sum()))),
            "start": pl.Series(start.ravel()[keep] + epoch, dtype=pl.Int32).cast(pl.Date),
            "end": pl.Series(end.ravel()[keep] + epoch, dtype=pl.Int32).cast(pl.Date),
        }
    )


def ours(table: pl.DataFrame, rule: str) -> np.ndarray:
    """Return the states (persons, months) as this project finds them."""
    full = table.with_columns(
        *(pl.lit(None, dtype=pl.String).alias(n) for n in ("readiness", "activity", "benefit")),
        municipality=pl.lit(None, dtype=pl.Int16),
    )
    people = pl.DataFrame({"person": table["person"].unique().sort()}).with_columns(
        *(pl.lit(None, dtype=pl.Date).alias(n) for n in ("birth_date", "died", "emigrated")),
        municipality=pl.lit(None, dtype=pl.Int16),
    )
    found = monthly_states(
        full,
        rules=StateRules(tuple((state, "*", "*", state) for state in STATES[:-1])),
        alphabet=STATES,
        persons=people,
        first_day=FIRST,
        last_day=date(2018, 12, 31),
        rule=rule,
        order=STATES,
        job_state="NONE",
        none_state="NONE",
        out_state=None,
    )
    return found["state"].to_physical().to_numpy().reshape(-1, MONTHS)


def pandas_script(table: pd.DataFrame) -> np.ndarray:
    """Return the same by pandas and numpy: each spell's months, summed days, most days."""
    first = table["start"].to_numpy().astype("datetime64[M]").astype(int)
    last = table["end"].to_numpy().astype("datetime64[M]").astype(int)
    count = last - first + 1
    row = np.repeat(np.arange(len(table)), count)
    step = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    month = first[row] + step
    opens = month.astype("datetime64[M]").astype("datetime64[D]").astype(int)
    closes = (month + 1).astype("datetime64[M]").astype("datetime64[D]").astype(int) - 1
    start = table["start"].to_numpy().astype("datetime64[D]").astype(int)[row]
    end = table["end"].to_numpy().astype("datetime64[D]").astype(int)[row]
    code = pd.Categorical(table["group"], categories=STATES).codes[row]
    long = pd.DataFrame(
        {
            "person": table["person"].to_numpy()[row],
            "month": month - month.min(),
            "state": code.astype(np.int64),
            "days": np.minimum(end, closes) - np.maximum(start, opens) + 1,
        }
    )
    summed = long.groupby(["person", "month", "state"], as_index=False)["days"].sum()
    people, place = np.unique(summed["person"], return_inverse=True)
    days = np.zeros((len(people), MONTHS, len(STATES)), np.int16)
    days[place, summed["month"], summed["state"]] = summed["days"]
    begin = np.datetime64("2008-01") + np.arange(MONTHS + 1)
    length = np.diff(begin.astype("datetime64[D]").astype(int))
    days[:, :, -1] = length - days.sum(axis=2)
    return days.argmax(axis=2).astype(np.uint8)


def first_days(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return each person's spells in months by first days: states and durations (persons, m)."""
    months = np.datetime64("2008-01") + np.arange(MONTHS + 1)
    opens = months.astype("datetime64[D]")
    begin = np.searchsorted(opens, table["start"].to_numpy().astype("datetime64[D]"))
    end = np.searchsorted(opens, table["end"].to_numpy().astype("datetime64[D]"), side="right")
    code = pd.Categorical(table["group"], categories=STATES).codes
    people, row = np.unique(table["person"], return_inverse=True)
    held = end > begin
    row, begin, end, code = row[held], begin[held], end[held], code[held]
    count = np.bincount(row, minlength=len(people))
    place = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    before = np.zeros(len(row), int)
    before[1:] = np.where(row[1:] == row[:-1], end[:-1], 0)
    final = np.zeros(len(people), int)
    np.maximum.at(final, row, end)
    shape = (len(people), 2 * int(count.max()) + 1)
    state, length = np.full(shape, len(STATES) - 1), np.zeros(shape, int)
    length[row, 2 * place] = begin - before
    state[row, 2 * place + 1], length[row, 2 * place + 1] = code, end - begin
    length[np.arange(len(people)), 2 * count] = MONTHS - final
    return state, length


class Sequenzo:
    """Sequenzo's conversion from spells in months to sequences."""

    def __init__(self) -> None:
        """Make the data set that the conversion takes for its model."""
        from sequenzo import SequenceData
        from sequenzo.uncertainty import _spell_convert

        self.columns = [f"m{month}" for month in range(MONTHS)]
        few = np.arange(50 * MONTHS).reshape(50, MONTHS) % len(STATES)
        head = pd.DataFrame(np.array(STATES)[few], columns=self.columns)
        head.insert(0, "id", range(len(head)))
        with contextlib.redirect_stdout(io.StringIO()):
            self.model = SequenceData(head, time=self.columns, states=STATES, id_col="id")
        number = {label: code for code, label in self.model.inverse_state_mapping.items()}
        self.codes = np.array([number[state] for state in STATES])
        self.convert = _spell_convert.dss_dur_matrices_to_dataframe

    def sequences(self, state: np.ndarray, length: np.ndarray) -> pd.DataFrame:
        """Return the states by name, a column a month."""
        keys = [str(key) for key in range(len(state))]
        return self.convert(self.model, self.codes[state], length, keys)[self.columns]


def months_of(states: np.ndarray) -> tuple[pl.DataFrame, np.ndarray, np.ndarray]:
    """Return the spells in months of sequences: as a table, and as states and durations."""
    seqs = StateSequences(states, tuple(STATES), np.ones(len(states)))
    table = to_spells(seqs).with_columns(pl.col("state").cast(pl.Enum(STATES)))
    row = table["sequence"].to_numpy()
    count = np.bincount(row, minlength=len(states))
    place = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    state, length = (np.zeros((len(states), int(count.max())), int) for _ in range(2))
    state[row, place] = table["state"].to_physical()
    length[row, place] = table["end"] - table["begin"] + 1
    return table, state, length


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Run three times; return the shortest seconds and the result."""
    seconds = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - begin)
    return min(seconds), result


def show(task: str, own: float, peer: str, theirs: float, *, same: bool) -> None:
    """Print one comparison, or stop where the states differ."""
    if not same:
        raise SystemExit(f"{peer} finds other states: {task}")
    print(f"{task:42s}{own:7.2f} s   {peer:28s}{theirs:7.2f} s   {theirs / own:6.1f} times as long")


def main() -> None:
    """Print seconds and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--persons", type=int, default=100_000)
    arguments = parser.parse_args()
    table = spells(arguments.persons)
    ours(table.head(1000), "majority")
    frame = pd.DataFrame({name: table[name].to_numpy() for name in table.columns})
    sequenzo, names = Sequenzo(), np.array(STATES)
    print(f"{frame['person'].nunique():,} persons, {table.height:,} spells, {MONTHS} months")

    own, states = timed(lambda: ours(table, "majority"))
    theirs, found = timed(lambda: pandas_script(frame))
    same = np.array_equal(states, found)
    show("days to months by most days", own, "pandas script", theirs, same=same)

    own, states = timed(lambda: ours(table, "first_day"))
    theirs, found = timed(lambda: sequenzo.sequences(*first_days(frame)))
    same = np.array_equal(names[states], np.asarray(found))
    show("days to months by first days", own, "numpy script and sequenzo", theirs, same=same)

    months, state, length = months_of(states)
    from_spells(months.head(1000), STATES)
    own, built = timed(lambda: from_spells(months, STATES)[1].states)
    theirs, found = timed(lambda: sequenzo.sequences(state, length))
    same = np.array_equal(built, states) and np.array_equal(names[states], np.asarray(found))
    show("spells in months to sequences", own, "sequenzo", theirs, same=same)


if __name__ == "__main__":
    main()
