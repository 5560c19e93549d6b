"""State sequences in the formats STS, SPS and SRS (shifted replicates)."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from trajectories.sequences.coding import MISSING, VOID, State, code, require_length
from trajectories.sequences.convert.spells import spell_rows
from trajectories.sequences.state_sequences import StateSequences

BRACKETS = re.compile(r"\((.+?),(\d+)\)(?:-|$)")
SLASH = re.compile(r"(.+?)/(\d+)(?:-|$)")


def to_sts(seqs: StateSequences, *, separator: str = "-", missing: str = "*") -> list[str]:
    """Return each sequence as the names of its states, one a position.

    Args:
        seqs: the sequences.
        separator: the text between two positions.
        missing: the name of a missing position. Void positions are left out.
    """
    letters = _letters(seqs, missing)
    return [
        separator.join(letters[row[:length]])
        for row, length in zip(seqs.states, seqs.lengths, strict=True)
    ]


def from_sts(
    texts: Iterable[str],
    alphabet: Sequence[State],
    weights: npt.ArrayLike | None = None,
    *,
    separator: str = "-",
    missing: str = "*",
) -> StateSequences:
    """Parse the texts of `to_sts`; an empty text or None is an empty sequence.

    Raises:
        ValueError: a state is not in the alphabet.
    """
    return _padded(
        [text.split(separator) if text else [] for text in _texts(texts)],
        alphabet,
        weights,
        missing,
    )


def to_sps(
    seqs: StateSequences, *, form: str = "({state},{duration})", missing: str = "*"
) -> list[str]:
    """Return each sequence as text with the state and duration of its spells (SPS).

    Args:
        seqs: the sequences.
        form: format of a spell; `"{state}/{duration}"` is the other common one.
        missing: the name of missing positions, which form spells like states.
    """
    letters = _letters(seqs, missing)
    whole = seqs.with_missing_state(missing) if seqs.has_missing else seqs
    spells = spell_rows(whole)
    written = [
        form.format(state=letters[MISSING if place == len(seqs.alphabet) else place], duration=time)
        for place, time in zip(spells.state, spells.duration, strict=True)
    ]
    ends = spells.offset.tolist()
    return ["-".join(written[a:b]) for a, b in pairwise(ends)]


def from_sps(
    texts: Iterable[str],
    alphabet: Sequence[State],
    weights: npt.ArrayLike | None = None,
    *,
    missing: str = "*",
) -> StateSequences:
    """Parse texts of spells such as `(EM,4)-(TR,2)` or `EM/4-TR/2`.

    Raises:
        ValueError: a text is not of this form, or a state is not in the alphabet.
    """
    rows = []
    for text in _texts(texts):
        spell = BRACKETS if text.startswith("(") else SLASH
        row: list[str] = []
        place = 0
        while place < len(text):
            found = spell.match(text, place)
            if found is None:
                raise ValueError(f"{text[place:]!r} does not begin with a spell like (A,3) or A/3")
            require_length(len(row) + int(found[2]))
            row += [found[1]] * int(found[2])
            place = found.end()
        rows.append(row)
    return _padded(rows, alphabet, weights, missing)


def to_shifted(seqs: StateSequences) -> pl.DataFrame:
    """Return each sequence as seen from each of its positions, as R's SRS format.

    Returns:
        One row per sequence and position: sequence (from 0), position (from 1), and one column a
        distance in time, T-(L − 1) … T-1, T; null before the first position.
    """
    n, length = len(seqs), seqs.length
    padded = np.full((n, 2 * length - 1), None, dtype=object)
    padded[:, length - 1 :] = seqs.labels()
    views = np.lib.stride_tricks.sliding_window_view(padded, length, axis=1)
    flat = views.reshape(n * length, length)
    names = [f"T-{length - 1 - t}" if t < length - 1 else "T" for t in range(length)]
    index = {
        "sequence": np.repeat(np.arange(n), length),
        "position": np.tile(np.arange(1, length + 1), n),
    }
    return pl.DataFrame(index).with_columns(
        pl.Series(name, flat[:, t].tolist(), dtype=pl.String) for t, name in enumerate(names)
    )


def _texts(texts: Iterable[str]) -> Iterable[str]:
    """Return the texts after checking that they are some, and each of them is one."""
    if isinstance(texts, str):
        raise ValueError("the sequences are one text: give a list of texts, one a sequence")
    for place, text in enumerate(texts):
        if text is not None and not isinstance(text, str):
            raise ValueError(f"sequence {place + 1} is a {type(text).__name__}, not a text")
        yield text or ""


def _letters(seqs: StateSequences, missing: str) -> npt.NDArray[np.object_]:
    """Return the name of each byte, object (256,)."""
    if missing in map(str, seqs.alphabet):
        raise ValueError(f"missing positions cannot be called {missing!r}, which is a state")
    letters = np.full(256, missing, dtype=object)
    letters[: len(seqs.alphabet)] = [str(state) for state in seqs.alphabet]
    return letters


def _padded(
    rows: list[list[str]], alphabet: Sequence[State], weights: npt.ArrayLike | None, missing: str
) -> StateSequences:
    """Return rows of names as sequences, void after the end of each."""
    letters = tuple(alphabet)
    lengths = np.array([len(row) for row in rows], dtype=np.int64)
    names = [None if name == missing else name for row in rows for name in row]
    places = {str(letter): letter for letter in letters}
    flat = np.array(
        [None if name is None else places.get(name, name) for name in names], dtype=object
    )
    states = np.full((len(rows), max(int(lengths.max(initial=0)), 1)), VOID, dtype=np.uint8)
    within = np.arange(states.shape[1]) < lengths[:, None]
    states[within] = code(flat, letters, by_position=False)
    mass = np.ones(len(rows)) if weights is None else np.array(weights, dtype=np.float64)
    return StateSequences(states, letters, mass)
