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

All three give the same states of the same persons in 132 months, and the script stops where they do
not. This project and pandas start from spells in days; a month has the state of most of its days,
ties to the first state of the order. Sequenzo's own conversion from spells to sequences
(`uncertainty._spell_convert.dss_dur_matrices_to_dataframe`) starts from spells already cut into
whole months, which is the smaller task. Times are wall-clock seconds of one run each, this
project's after its kernels were compiled. Sequenzo lives in this script's environment alone.
"""

import argparse
import contextlib
import io
import time
from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import polars as pl

from trajectories.register.codelists import StateRules
from trajectories.sequences import monthly_states

FIRST, MONTHS = date(2008, 1, 1), 132
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


def ours(table: pl.DataFrame) -> np.ndarray:
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


def sequenzo_spells(states: np.ndarray) -> Callable[[], np.ndarray]:
    """Prepare sequenzo's conversion of the same spells in months; return what runs it."""
    from sequenzo import SequenceData
    from sequenzo.uncertainty._spell_convert import dss_dur_matrices_to_dataframe

    columns = [f"m{month}" for month in range(MONTHS)]
    head = pd.DataFrame(np.array(STATES)[states[:50]], columns=columns)
    head.insert(0, "id", range(len(head)))
    with contextlib.redirect_stdout(io.StringIO()):
        template = SequenceData(head, time=columns, states=STATES, id_col="id")
    number = {label: code for code, label in template.inverse_state_mapping.items()}
    codes = np.array([number[state] for state in STATES])
    opens = np.ones(states.shape, bool)
    opens[:, 1:] = states[:, 1:] != states[:, :-1]
    place = np.cumsum(opens, axis=1) - 1
    width = int(place.max()) + 1
    dss = np.full((len(states), width), -1)
    dur = np.zeros((len(states), width), int)
    row = np.repeat(np.arange(len(states)), MONTHS)
    dss[row, place.ravel()] = codes[states.ravel()]
    np.add.at(dur, (row, place.ravel()), 1)
    keys = [str(key) for key in range(len(states))]

    def run() -> np.ndarray:
        frame = dss_dur_matrices_to_dataframe(template, dss, dur, keys)
        return frame[columns]

    return run


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Run once; return seconds and the result."""
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


def main() -> None:
    """Print seconds and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--persons", type=int, default=100_000)
    arguments = parser.parse_args()
    table = spells(arguments.persons)
    ours(table.head(1000))
    own, states = timed(lambda: ours(table))
    assert isinstance(states, np.ndarray)
    frame = pd.DataFrame({name: table[name].to_numpy() for name in table.columns})
    script, theirs = timed(lambda: pandas_script(frame))
    if not np.array_equal(states, theirs):
        raise SystemExit("the pandas script finds other states")
    slow, wide = timed(sequenzo_spells(states))
    if not np.array_equal(np.array(STATES)[states], np.asarray(wide)):
        raise SystemExit("sequenzo finds other states")
    print(f"{len(states):,} persons, {table.height:,} spells, {MONTHS} months, the same states")
    print(f"this project   {own:8.2f} s")
    print(f"pandas script  {script:8.2f} s   {script / own:6.1f} times as long")
    print(f"sequenzo       {slow:8.2f} s   {slow / own:6.1f} times as long")


if __name__ == "__main__":
    main()
