"""Localised optimal matching and time-warp edit distance, made ready for their kernel."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from trajectories.dissimilarity._lanes import aligned, lane_count
from trajectories.dissimilarity.alignment_kernels import cut_passes
from trajectories.dissimilarity.blocks import Place, States, shared_beginnings, side_by_side
from trajectories.dissimilarity.costs import Costs, Floats
from trajectories.dissimilarity.letters import Codes
from trajectories.dissimilarity.moves_kernels import MOVES, fill_moves, move_block
from trajectories.sequences import VOID

ROWS: Final = 4
"""Query rows in registers at a time."""

NEVER: Final = 1e30
"""A cost that no cheapest path takes."""


@dataclass(frozen=True, eq=False)
class Tables:
    """What the moves cost, by letters of the query and of the target.

    Attributes:
        aslant: one letter replaced by the other, float64 (letters, letters).
        down: the query's letter deleted next to the target's, (letters, letters).
        across: the target's letter inserted next to the query's, (letters, letters).
        before: the query's letter deleted before the target's first one, (letters, letters).
    """

    aslant: Floats
    down: Floats
    across: Floats
    before: Floats


@dataclass(frozen=True, eq=False)
class Moves:
    """Cheapest paths between n queries and m targets.

    Attributes:
        queries: the number of queries.
        targets: the number of targets.
        lanes: the number of targets in a block.
        rows: letters of the queries, uint16 (n, L).
        passes: depth before and after each pass over query rows, and who needs it, int32 (p, 3).
        first: the passes of each query, int64 (n + 1,).
        origins: the letter whose costs across hold before each query's first letter, (n,).
        codes: letters of the targets side by side, uint16 (blocks, L, lanes).
        tables: costs by letters.
        slopes: what replacing costs more by how far apart positions lie, (2L + 1,), or None.
        dtype: precision of the sums.
    """

    queries: int
    targets: int
    lanes: int
    rows: Codes
    passes: npt.NDArray[np.int32]
    first: npt.NDArray[np.int64]
    origins: npt.NDArray[np.int64]
    codes: Codes
    tables: Tables
    slopes: npt.NDArray[Any] | None
    dtype: np.dtype[Any]

    @classmethod
    def of(
        cls,
        rows: Codes,
        columns: Codes,
        origins: npt.NDArray[np.int64],
        tables: Tables,
        dtype: np.dtype[Any],
        slope: float | None = None,
    ) -> "Moves":
        """Prepare the paths.

        Args:
            rows: letters of the queries, (n, L); lexicographic order is fastest.
            columns: letters of the targets, (m, L).
            origins: as the attribute.
            tables: costs by letters.
            dtype: float64 or float32, the precision of the sums.
            slope: what replacing costs more for each position that the letters lie apart.
        """
        n, length = rows.shape
        shared = shared_beginnings(rows)
        passes = np.empty((2 * n + int((length - shared).sum()) // ROWS, 3), np.int32)
        first = np.empty(n + 1, np.int64)
        count = cut_passes(shared, length, ROWS, np.arange(n), passes, first)
        lanes = lane_count(dtype)
        apart = np.abs(np.arange(-length, length + 1))
        return cls(
            queries=n,
            targets=len(columns),
            lanes=lanes,
            rows=rows,
            passes=passes[:count].copy(),
            first=first,
            origins=origins,
            codes=side_by_side(columns, lanes),
            tables=tables,
            slopes=None if slope is None else (slope * apart).astype(dtype),
            dtype=dtype,
        )

    def fill(self, block: int, last: int, place: Place) -> None:
        """Write the distances of the queries before `last` to one block of targets."""
        columns = self.codes.shape[1] + 1
        tables = self.tables
        profile = aligned((len(tables.aslant), columns, MOVES, self.lanes), self.dtype)
        fill_moves(
            tables.aslant, tables.down, tables.across, self.codes[block], tables.before, profile
        )
        begin = block * self.lanes
        move_block(
            self.rows,
            self.passes,
            self.first,
            last,
            profile,
            self.origins,
            self.slopes,
            aligned((columns * columns * self.lanes,), self.dtype),
            place.offsets,
            begin,
            min(begin + self.lanes, self.targets),
            place.ahead,
            place.out,
        )


def localised(
    queries: States,
    targets: States,
    costs: Costs,
    expcost: float,
    context: float,
    dtype: np.dtype[Any],
) -> Moves:
    """Prepare localised optimal matching (Hollister 2009).

    A state that is deleted or inserted costs `expcost` times the largest substitution cost, and
    `context` times its mean cost of replacement by its two neighbours in the other sequence. Before
    the first and after the last state the nearest one stands for both.

    Args:
        queries: uint8 (n, L), none empty.
        targets: uint8 (m, L′), none empty.
        costs: costs of states.
        expcost: cost of an indel as a share of the largest substitution cost.
        context: weight of the neighbours.
        dtype: float64 or float32.
    """
    rows, columns, letters = _pairs(queries, targets, costs.states, None)
    base = expcost * float(costs.substitution.max(initial=0))
    previous, state = letters
    cost = costs.substitution
    near = cost[previous[:, None], state] + cost[state[:, None], state]
    tables = _guarded(
        aslant=cost[state[:, None], state],
        down=base + context * near.T / 2,
        across=base + context * near / 2,
        before=None,
    )
    return Moves.of(rows, columns, rows[:, 0].astype(np.int64), tables, dtype)


def warped(
    queries: States,
    targets: States,
    costs: Costs,
    nu: float,
    h: float,
    indel: float,
    origin: int,
    dtype: np.dtype[Any],
) -> Moves:
    """Prepare time-warp edit distances (Marteau 2009).

    Args:
        queries: uint8 (n, L).
        targets: uint8 (m, L′).
        costs: costs of states.
        nu: stiffness: what a month's shift costs.
        h: what an indel costs beside the change of state that it removes.
        indel: cost of each state before the other sequence's first one.
        origin: the state that stands before every sequence's first.
        dtype: float64 or float32.
    """
    rows, columns, letters = _pairs(queries, targets, costs.states, origin)
    previous, state = letters
    cost = costs.substitution
    size = len(state)
    changed = cost[state, previous] + nu + h
    tables = _guarded(
        aslant=cost[state[:, None], state] + cost[previous[:, None], previous],
        down=np.repeat(changed[:, None], size, axis=1),
        across=np.repeat(changed[None], size, axis=0),
        before=indel,
    )
    origins = np.full(len(rows), size + 1)
    return Moves.of(rows, columns, origins, tables, dtype, 2 * nu)


def _pairs(
    queries: States, targets: States, states: int, origin: int | None
) -> tuple[Codes, Codes, tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Write each state together with the one before.

    Args:
        queries: uint8 (n, L).
        targets: uint8 (m, L′).
        states: number of states.
        origin: the state that stands before the first; the first itself where None.

    Returns:
        Letters of both, the number of letters standing for positions after the end; and the
        previous and the present state of each letter.
    """
    length = max(queries.shape[1], targets.shape[1], 1)
    coded = []
    for part in (queries, targets):
        padded = np.full((len(part), length), VOID, np.uint8)
        padded[:, : part.shape[1]] = part
        previous = np.empty_like(padded)
        previous[:, 1:] = padded[:, :-1]
        previous[:, 0] = padded[:, 0] if origin is None else origin
        pair = previous.astype(np.int64) * states + padded
        coded.append(np.where(padded == VOID, -1, pair))
    used = np.unique(np.concatenate([part.reshape(-1) for part in coded]))
    used = used[used >= 0]
    rows, columns = (
        np.where(part < 0, len(used), np.searchsorted(used, part)).astype(np.uint16)
        for part in coded
    )
    return rows, columns, (used // states, used % states)


def _guarded(aslant: Floats, down: Floats, across: Floats, before: float | None) -> Tables:
    """Add the letter after the end, which costs nothing to pass, and one for the start.

    Args:
        aslant: costs between letters.
        down: the same.
        across: the same.
        before: cost of a letter before the other sequence's first one; as `down`, and `across`
            from the query's first letter, where None.
    """
    size = len(aslant)
    padded = [np.full((size + 2, size + 2), NEVER) for _ in range(4)]
    for table, values in zip(padded, (aslant, down, across), strict=False):
        table[:size, :size] = values
    padded[3][:size] = padded[1][:size] if before is None else before
    padded[1][size] = padded[3][size] = 0
    padded[2][:, size] = 0
    padded[2][size + 1, :size] = NEVER if before is None else before
    if before is not None:
        # An empty target leaves the whole query to be deleted.
        padded[3][:size, size] = before
    return Tables(*padded)
