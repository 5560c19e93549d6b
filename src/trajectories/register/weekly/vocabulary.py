"""Numbering the texts of wide columns, with two bytes per cell."""

import re
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from trajectories.errors import UserError
from trajectories.register.weekly.run_kernels import LONGEST_TEXT, slot_of

LARGEST: Final = 2**16 - 1
WITH_DECIMALS: Final = re.compile(r"(\d+)[.,]0+")
FIRST_SLOTS: Final = 2**12

Numbers = npt.NDArray[np.uint16]


class UnusableCodesError(UserError):
    """The cells of a column cannot be codes; the sentence names no file."""


class Vocabulary:
    """The texts in the columns of one kind, numbered from 1 in order of occurrence.

    Texts are stripped and whole numbers lose their decimals (730.0 is 730). Number 0 means null,
    blank, a text for a missing value, or an industry code of zeros only.
    """

    def __init__(self, kind: str, blanks: frozenset[str]) -> None:
        """Create an empty vocabulary."""
        self.kind = kind
        self._numbers: dict[str, int] = dict.fromkeys((*blanks, ""), 0)
        self._texts: list[str] = []
        self._keys = np.zeros(FIRST_SLOTS, np.uint64)
        self._values = np.zeros(FIRST_SLOTS, np.uint16)
        self._used = 0

    def encode(self, column: pl.Series) -> Numbers:
        """Number the cells of a column, adding new texts.

        Raises:
            UnusableCodesError: the column has another type, or there are too many different texts.
        """
        if column.dtype.is_float():
            column = column.fill_nan(None)
        distinct = column.unique().drop_nulls()
        numbers = [self._number(text) for text in self._as_text(distinct, column.name)]
        if not numbers:
            return np.zeros(len(column), np.uint16)
        coded = column.replace_strict(
            distinct, pl.Series(numbers, dtype=pl.UInt16), default=0, return_dtype=pl.UInt16
        )
        return coded.fill_null(0).to_numpy()

    @property
    def table(self) -> tuple[npt.NDArray[np.uint64], Numbers]:
        """Return the hash table of short texts, bytes and numbers; `learn` may replace it."""
        return self._keys, self._values

    def learn(self, words: npt.NDArray[np.uint64]) -> bool:
        """Add the text of a string view to the hash table; return whether it is short enough."""
        if words[0] & np.uint64(0xFFFFFFFF) > LONGEST_TEXT:
            return False
        self._insert(words.tobytes()[4 : 4 + LONGEST_TEXT])
        return True

    def sorted(self) -> tuple[pl.Series, Numbers]:
        """Return a null followed by the sorted texts, and the position there of each number."""
        order = np.argsort(np.array(self._texts, dtype=object), kind="stable")
        place = np.zeros(len(order) + 1, np.uint16)
        place[order + 1] = np.arange(1, len(order) + 1)
        texts = [None, *(self._texts[i] for i in order)]
        return pl.Series(self.kind, texts, dtype=pl.String), place

    def _as_text(self, distinct: pl.Series, name: str) -> list[str]:
        values: Any = distinct
        if distinct.dtype.is_float():
            whole = distinct.cast(pl.Int64, strict=False)
            if not (whole.cast(distinct.dtype) == distinct).fill_null(False).all():
                raise UnusableCodesError(
                    f"column {name!r} ({self.kind}) holds numbers that are not whole: codes must "
                    "be text or whole numbers."
                )
            values = whole
        elif not (
            distinct.dtype.is_integer()
            or distinct.dtype in (pl.Categorical, pl.Enum, pl.Null, pl.String)
        ):
            raise UnusableCodesError(
                f"column {name!r} ({self.kind}) holds {distinct.dtype}: codes must be text or "
                "whole numbers."
            )
        texts: list[str] = values.cast(pl.String).to_list()
        return texts

    def _number(self, text: str) -> int:
        stripped = text.strip()
        if whole := WITH_DECIMALS.fullmatch(stripped):
            stripped = whole[1]
        number = self._numbers.get(stripped)
        if number is None and self.kind == "industry" and not stripped.strip("0"):
            return 0
        if number is None:
            number = len(self._texts) + 1
            if number > LARGEST:
                raise UnusableCodesError(
                    f"the {self.kind} columns hold more than {LARGEST} different values: is the "
                    "pattern right?"
                )
            self._numbers[stripped] = number
            self._texts.append(stripped)
        return number

    def _insert(self, raw: bytes) -> None:
        """Add a text of at most eight bytes to the hash table."""
        number = self._number(raw.rstrip(b"\0").decode())
        if 2 * (self._used + 1) > len(self._keys):
            self._grow()
        key = np.frombuffer(raw, np.uint64)[0]
        slot = slot_of(key, self._keys)
        self._keys[slot], self._values[slot] = key, number
        self._used += 1

    def _grow(self) -> None:
        keys, values = self._keys, self._values
        self._keys = np.zeros(2 * len(keys), np.uint64)
        self._values = np.zeros(2 * len(keys), np.uint16)
        for old in np.flatnonzero(keys):
            slot = slot_of(keys[old], self._keys)
            self._keys[slot], self._values[slot] = keys[old], values[old]
