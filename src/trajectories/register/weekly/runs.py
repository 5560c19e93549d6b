"""Runs of equal values, extracted from pieces of wide files and stored on disk."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, Self

import numpy as np
import numpy.typing as npt
import polars as pl

from trajectories.arrays import Array
from trajectories.register.read.string_views import text_views
from trajectories.register.weekly.columns import Columns
from trajectories.register.weekly.run_kernels import RUN, UNSEEN, advance, follow
from trajectories.register.weekly.vocabulary import Vocabulary

RUNS_AT_ONCE: Final = 2**22
SPARE: Final = 2**18

Runs = Array


class RunFile:
    """A temporary file of runs."""

    def __init__(self, path: Path) -> None:
        """Open a file for writing and reading."""
        self.path = path
        self._stream: BinaryIO = path.open("w+b")

    def append(self, runs: Runs) -> None:
        """Write runs at the end."""
        runs.tofile(self._stream)

    def read(self, at_once: int = RUNS_AT_ONCE) -> Iterator[Runs]:
        """Yield all runs in the order of writing, in chunks."""
        self._stream.flush()
        self._stream.seek(0)
        while len(runs := np.fromfile(self._stream, RUN, at_once)):
            yield runs
        self._stream.seek(0, 2)

    def whole(self) -> Runs:
        """Return all runs."""
        return np.concatenate([np.empty(0, RUN), *self.read()])

    def close(self) -> None:
        """Close and delete the file."""
        self._stream.close()
        self.path.unlink()


class Step(NamedTuple):
    """A column's period, that of the preceding column, and whether the two are adjacent."""

    period: int
    before: int
    joined: bool


class RunWriter:
    """Writer of the runs in the columns of one kind of one file; a run is written when it ends."""

    def __init__(
        self, columns: Columns, vocabulary: Vocabulary, out: RunFile, *, first_unit: int
    ) -> None:
        """Create a writer before the first column.

        Args:
            columns: the columns in the order in which they are read.
            vocabulary: the numbering of cell values.
            out: the file for the runs.
            first_unit: unit of the file's first row.
        """
        self._vocabulary, self._out, self._first_unit = vocabulary, out, first_unit
        self._place = {name: i for i, name in enumerate(columns.names)}
        self._periods = columns.periods
        self._current = np.zeros(0, np.uint16)
        self._since = np.zeros(0, np.int16)
        self._seen = np.zeros(0, np.uint64)
        self._rows = 0
        self._runs = np.empty(SPARE, RUN)
        self._size = 0

    def take(self, column: pl.Series, row: int) -> None:
        """Process a piece of a column.

        Args:
            column: cells of one of the columns.
            row: row of the first cell, from 0; the columns of a row must come in order.
        """
        end = row + len(column)
        self._make_room(end, len(column))
        place = self._place[column.name]
        period = self._periods[place]
        before = self._periods[place - 1] if place else period - 1
        step = Step(period, before, period == before + 1)
        done = row
        if column.dtype == pl.String:
            done = self._follow(column, row, step)
        if done < end:
            # Slower path for numbers, categories and long texts.
            values = self._vocabulary.encode(column[done - row :])
            self._seen[done:end] = UNSEEN
            self._size = advance(
                values,
                step.period,
                step.before,
                step.joined,
                self._current[done:end],
                self._since[done:end],
                self._first_unit + done,
                self._runs,
                self._size,
            )

    def _follow(self, column: pl.Series, row: int, step: Step) -> int:
        """Process short texts; return the row after the last one processed."""
        for views in text_views(column):
            end, cell = row + len(views.words), 0
            while True:
                keys, numbers = self._vocabulary.table
                cell, self._size = follow(
                    views.words,
                    views.valid,
                    views.offset,
                    cell,
                    keys,
                    numbers,
                    step.period,
                    step.before,
                    step.joined,
                    self._seen[row:end],
                    self._current[row:end],
                    self._since[row:end],
                    self._first_unit + row,
                    self._runs,
                    self._size,
                )
                if row + cell == end:
                    break
                if not self._vocabulary.learn(views.words[cell]):
                    return row + cell
            row = end
        return row

    def finish(self) -> None:
        """Write the runs still open after the last column."""
        self._write()
        open_ = np.flatnonzero(self._current[: self._rows])
        runs = np.zeros(len(open_), RUN)
        runs["unit"] = self._first_unit + open_
        runs["value"], runs["first"] = self._current[open_], self._since[open_]
        runs["last"] = self._periods[-1] if self._periods else 0
        self._out.append(runs)

    def _make_room(self, end: int, ending: int) -> None:
        self._rows = max(self._rows, end)
        if end > len(self._current):
            more = max(end, 2 * len(self._current)) - len(self._current)
            self._current = np.concatenate([self._current, np.zeros(more, np.uint16)])
            self._since = np.concatenate([self._since, np.zeros(more, np.int16)])
            self._seen = np.concatenate([self._seen, np.zeros(more, np.uint64)])
        if self._size + ending > len(self._runs):
            self._write()
            if ending > len(self._runs):
                self._runs = np.empty(ending + SPARE, RUN)

    def _write(self) -> None:
        self._out.append(self._runs[: self._size])
        self._size = 0


class Buckets:
    """The runs of one kind, one file per bucket of persons."""

    def __init__(self, folder: Path, name: str, count: int) -> None:
        """Open a file for each bucket."""
        self._files = [RunFile(folder / f"{name}.{number}") for number in range(count)]

    def fill(
        self, runs: RunFile, bucket_of_unit: npt.NDArray[np.uint16], place: npt.NDArray[np.uint16]
    ) -> Self:
        """Distribute runs to the buckets of their units."""
        for part in runs.read():
            part["value"] = place[part["value"]]
            bucket = bucket_of_unit[part["unit"]]
            order = np.argsort(bucket, kind="stable")
            edges = np.searchsorted(bucket[order], np.arange(len(self._files) + 1))
            for number, file in enumerate(self._files):
                file.append(part[order[edges[number] : edges[number + 1]]])
        return self

    def of(self, number: int) -> Runs:
        """Return the runs of a bucket."""
        return self._files[number].whole()

    def close(self) -> None:
        """Delete the files."""
        for file in self._files:
            file.close()


def periods_as(runs: Runs, bounds: Sequence[tuple[int, int]], first: int) -> Runs:
    """Convert runs to periods of another length."""
    begins, ends = np.array(bounds, np.int16).reshape(-1, 2).T
    changed = runs.copy()
    changed["first"] = begins[runs["first"] - first]
    changed["last"] = ends[runs["last"] - first]
    return changed
