"""Numbers and choices that a user hands to a function, checked with a sentence that names them."""

from collections.abc import Collection
from difflib import get_close_matches
from numbers import Integral, Real
from typing import Any

import numpy as np

from trajectories.arrays import Array


def whole_number(value: object, name: str, *, least: int | None = None) -> int:
    """Return a whole number.

    Raises:
        ValueError: it is a Boolean, a text, a fraction or below `least`.
    """
    if isinstance(value, Integral) and not isinstance(value, bool | np.bool_):
        found = int(value)
        if least is None or found >= least:
            return found
    bound = "" if least is None else f" from {least} on"
    raise ValueError(f"{name} is {value!r}: give a whole number{bound}.")


def finite_number(value: object, name: str, *, least: float | None = None) -> float:
    """Return a number.

    Raises:
        ValueError: it is a Boolean, a text, not finite or below `least`.
    """
    if isinstance(value, Real) and not isinstance(value, bool | np.bool_):
        found = float(value)
        if np.isfinite(found) and (least is None or found >= least):
            return found
    bound = "" if least is None else f" from {least:g} on"
    raise ValueError(f"{name} is {value!r}: give a number{bound}.")


def one_of(value: object, name: str, allowed: Collection[str]) -> None:
    """Refuse what is not among the words allowed.

    Raises:
        ValueError: it is another word, or no text.
    """
    if isinstance(value, str) and value in allowed:
        return
    close = get_close_matches(value.lower(), allowed, n=1) if isinstance(value, str) else []
    hint = f"; did you mean {close[0]!r}?" if close else "."
    raise ValueError(f"{name} is {value!r}: give one of {', '.join(allowed)}{hint}")


def texts_in(values: object, name: str) -> list[str]:
    """Return a list of texts.

    Raises:
        ValueError: they are one text, whose letters would be taken for names, or not all texts.
    """
    if isinstance(values, str):
        raise ValueError(f"{name} is {values!r}: give a list, such as [{values!r}].")
    found = list(values) if isinstance(values, Collection) else None
    if found is None or not all(isinstance(one, str) for one in found):
        raise ValueError(f"{name} must be a list of texts, not {values!r}.")
    return found


def unmasked(values: Any, name: str) -> Array:
    """Return values as an array.

    Raises:
        ValueError: some are masked, which a plain array would forget, or rows differ in length.
    """
    if np.ma.is_masked(values):
        raise ValueError(f"{name} has masked values: fill or drop them.")
    try:
        return np.asarray(values)
    except ValueError:
        raise ValueError(f"{name} has rows of different lengths: give a table.") from None
