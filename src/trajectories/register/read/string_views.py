"""Access to the cells of a text column without copying: Arrow's string views.

Polars stores text as views of 16 bytes: the length, and the text itself if it has at most twelve
bytes. `ctypes` reads them through the three structures of the Arrow C stream interface.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from trajectories.arrays import Array

STRING_VIEWS: Final = b"vu"
WORDS_A_VIEW: Final = 2


class _Schema(ctypes.Structure):
    _fields_ = (
        ("format", ctypes.c_char_p),
        ("name", ctypes.c_char_p),
        ("metadata", ctypes.c_char_p),
        ("flags", ctypes.c_int64),
        ("n_children", ctypes.c_int64),
        ("children", ctypes.c_void_p),
        ("dictionary", ctypes.c_void_p),
        ("release", ctypes.CFUNCTYPE(None, ctypes.c_void_p)),
        ("private", ctypes.c_void_p),
    )


class _Array(ctypes.Structure):
    _fields_ = (
        ("length", ctypes.c_int64),
        ("null_count", ctypes.c_int64),
        ("offset", ctypes.c_int64),
        ("n_buffers", ctypes.c_int64),
        ("n_children", ctypes.c_int64),
        ("buffers", ctypes.POINTER(ctypes.c_void_p)),
        ("children", ctypes.c_void_p),
        ("dictionary", ctypes.c_void_p),
        ("release", ctypes.CFUNCTYPE(None, ctypes.c_void_p)),
        ("private", ctypes.c_void_p),
    )


class _Stream(ctypes.Structure):
    _fields_ = (
        ("get_schema", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)),
        ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)),
        ("get_last_error", ctypes.c_void_p),
        ("release", ctypes.c_void_p),
        ("private", ctypes.c_void_p),
    )


_pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
_pointer_of.restype = ctypes.c_void_p
_pointer_of.argtypes = (ctypes.py_object, ctypes.c_char_p)


@dataclass(frozen=True)
class Views:
    """Consecutive cells of a text column, valid until the iterator advances.

    Attributes:
        words: (n, 2) uint64; the low half of the first word is the length in bytes, and a text of
            at most twelve bytes fills the other twelve, padded with zeros.
        valid: bit mask, lowest bit first: whether a cell has a value; empty if all have.
        offset: the bit of the first cell.
    """

    words: npt.NDArray[np.uint64]
    valid: npt.NDArray[np.uint8]
    offset: int


def text_views(column: pl.Series) -> Iterator[Views]:
    """Yield the cells of a text column, chunk by chunk, without copying them.

    Args:
        column: a column of type String, which must stay alive while the views are used.

    Raises:
        TypeError: the column is not text, or Polars stores it in another way.
    """
    capsule = column.__arrow_c_stream__()
    stream = _Stream.from_address(_pointer_of(capsule, b"arrow_array_stream"))
    schema = _Schema()
    stream.get_schema(ctypes.addressof(stream), ctypes.addressof(schema))
    is_views = schema.format == STRING_VIEWS
    schema.release(ctypes.addressof(schema))
    if not is_views:
        raise TypeError(f"a column of type {column.dtype} has no string views")
    while True:
        array = _Array()
        stream.get_next(ctypes.addressof(stream), ctypes.addressof(array))
        if not array.release:
            return
        try:
            yield _views(array)
        finally:
            array.release(ctypes.addressof(array))


def _views(array: Any) -> Views:
    offset, length = array.offset, array.length
    valid = np.empty(0, np.uint8)
    if array.buffers[0] and array.null_count:
        valid = _at(array.buffers[0], (offset + length + 7) // 8, ctypes.c_uint8)
    words = np.empty(0, np.uint64)
    if length:
        words = _at(array.buffers[1], WORDS_A_VIEW * (offset + length), ctypes.c_uint64)
    return Views(words.reshape(-1, WORDS_A_VIEW)[offset:], valid, offset)


def _at(address: int, size: int, kind: Any) -> Array:
    return np.ctypeslib.as_array(ctypes.cast(address, ctypes.POINTER(kind)), shape=(size,))
