"""The state of each person and month in one byte, and windows cut from them."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trajectories.arrays import Bools, Ints

States = NDArray[np.uint8]
MONTH_BITS = 16


@dataclass(frozen=True)
class MonthStates:
    """One state a person and month, in runs of consecutive months of a person.

    Attributes:
        alphabet: the states.
        code: (months,) uint8, the position of each month's state in the alphabet.
        key: (runs,) person and first month of each run as one integer, ascending; it is one larger
            in the next month.
        start: (runs + 1,) the place of each run's first month in `code`, and the number of months.
    """

    alphabet: tuple[str, ...]
    code: States
    key: Ints
    start: Ints

    @classmethod
    def of(cls, parts: Iterable[pl.DataFrame]) -> "MonthStates":
        """Pack person-months.

        Args:
            parts: person, month, state (Enum), one row per person and month, in any order; each
                person in one part, and persons ascend from part to part. At least one part.

        Raises:
            ValueError: persons do not ascend from part to part.
        """
        codes, keys, starts, months, last = [], [], [], 0, -1
        alphabet: tuple[str, ...] = ()
        for part in parts:
            kind = part.schema["state"]
            assert isinstance(kind, pl.Enum)
            alphabet = tuple(kind.categories)
            key, code = keys_of(part), part["state"].to_physical().cast(pl.UInt8).to_numpy()
            if np.any(key[1:] < key[:-1]):
                order = np.argsort(key, kind="stable")
                key, code = key[order], code[order]
            if not len(key):
                continue
            if key[0] <= last:
                raise ValueError("persons must ascend from part to part")
            begins = np.concatenate([[0], np.flatnonzero(np.diff(key) != 1) + 1])
            codes.append(code)
            keys.append(key[begins])
            starts.append(begins + months)
            months, last = months + len(key), int(key[-1])
        return cls(
            alphabet,
            np.concatenate([np.zeros(0, np.uint8), *codes]),
            np.concatenate([np.zeros(0, np.int64), *keys]),
            np.concatenate([*starts, [months]]).astype(np.int64),
        )

    def windows_at(self, rows: pl.DataFrame, *, length: int, offset: int) -> tuple[States, Bools]:
        """Cut windows of `length` months, starting `offset` months from each row's month.

        Args:
            rows: person, month.
            length: months in a window.
            offset: 0 starts in the row's month; −length ends in the month before.

        Returns:
            (n, length) uint8 positions in the alphabet, and (n,) whether all months of a window are
            observed; other windows are zeros.
        """
        out = np.zeros((rows.height, length), dtype=np.uint8)
        if not len(self.key):
            return out, np.zeros(rows.height, dtype=bool)
        first = keys_of(rows)
        first += offset
        run = np.searchsorted(self.key, first, side="right") - 1
        begun = run >= 0
        run[~begun] = 0
        place = self.start[run] + (first - self.key[run])
        seen: Bools = begun & (place + length <= self.start[run + 1])
        place = place[seen]
        for month in range(length):
            out[seen, month] = self.code[place + month]
        return out, seen

    def states_at(self, rows: pl.DataFrame, *, offset: int) -> pl.Series:
        """The state `offset` months from each row's month (Enum); null if it is not observed."""
        found, seen = self.windows_at(rows, length=1, offset=offset)
        states = pl.Series("state", self.alphabet, dtype=pl.Enum(self.alphabet))
        return states.gather(pl.Series(found[:, 0].astype(np.uint32)).set(pl.Series(~seen), None))


def keys_of(frame: pl.DataFrame) -> Ints:
    """Person and month as one integer, one larger in the next month; (n,) int64."""
    month = pl.col("month").dt.year().cast(pl.Int64) * 12 + pl.col("month").dt.month()
    person = pl.col("person").cast(pl.Int64) * 2**MONTH_BITS
    return frame.select(person + month).to_series().to_numpy(writable=True)
