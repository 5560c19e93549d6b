"""Localised optimal matching (Hollister 2009): preparation of its kernel."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from trajectories.arrays import Array, Floats, Ints
from trajectories.dissimilarity.alignment.localised_matching_kernels import (
    BEFORE,
    ROWS,
    fill_moves,
    move_block,
)
from trajectories.dissimilarity.alignment.meet_in_the_middle import Halves
from trajectories.dissimilarity.costs import Costs
from trajectories.dissimilarity.exact_sums.grid import Grid, common_unit
from trajectories.dissimilarity.expanded_alphabets import Codes, plain, with_previous
from trajectories.dissimilarity.lanes.blocks import (
    Place,
    States,
    first_uses,
    side_by_side,
)
from trajectories.dissimilarity.lanes.lanes_kernels import lane_count, scratch
from trajectories.dissimilarity.lanes.row_lanes_kernels import MOVES

NEVER: Final = 1e30
"""A cost too high for any cheapest path."""


@dataclass(frozen=True, eq=False)
class Tables:
    """Costs of the edit operations, by letters of the query and of the target.

    Attributes:
        aslant: one letter replaced by the other, float64 or float32 (letters, targets' letters).
        down: the query's letter deleted next to the target's, (letters, targets' letters).
        across: contribution of each of the query's two neighbouring letters to the cost of
            inserting the target's letter, (letters, targets' letters).
    """

    aslant: Array
    down: Array
    across: Array

    def rounded(self, dtype: np.dtype[Any]) -> "Tables":
        """Return the costs in a precision, row by row in memory."""
        parts = (self.aslant, self.down, self.across)
        return Tables(*(np.ascontiguousarray(part, dtype) for part in parts))


@dataclass(frozen=True, eq=False)
class Moves:
    """Cheapest paths between n queries and m targets.

    Attributes:
        queries: the number of queries.
        targets: the number of targets.
        lanes: the number of targets in a block.
        halves: trees of the queries' halves; second halves include the two letters before.
        opening: first letter of each query, (n,).
        uses: the first query in which each letter occurs, (letters,).
        codes: letters of the targets side by side, uint16 (blocks, L, lanes).
        tables: costs by letters, in the precision of the sums.
        unit: what a cost of 1 is worth.
        dtype: that precision.
    """

    queries: int
    targets: int
    lanes: int
    halves: Halves
    opening: Codes
    uses: Ints
    codes: Codes
    tables: Tables
    unit: float
    dtype: np.dtype[Any]

    @classmethod
    def of(
        cls,
        rows: Codes,
        columns: Codes,
        tables: Tables,
        unit: float,
        dtype: np.dtype[Any],
    ) -> "Moves":
        """Prepare the paths.

        Args:
            rows: letters of the queries, (n, L); lexicographic order is fastest.
            columns: letters of the targets, (m, L).
            tables: costs by letters.
            unit: what a cost of 1 is worth.
            dtype: float64 or float32, the precision of the sums.
        """
        length = rows.shape[1]
        half = length // 2
        # Backwards from the end to two letters before the middle; the first letter replaces
        # letters before the start.
        order = np.maximum(np.arange(length - 1, half - 3, -1), 0)
        lanes = lane_count(dtype)
        return cls(
            queries=len(rows),
            targets=len(columns),
            lanes=lanes,
            halves=Halves.of(rows[:, :half], rows[:, order], ROWS, beyond=2),
            opening=rows[:, 0].copy(),
            uses=first_uses(rows, len(tables.aslant)),
            codes=side_by_side(columns, lanes),
            tables=tables.rounded(dtype),
            unit=unit,
            dtype=dtype,
        )

    def fill(self, block: int, last: int, place: Place) -> None:
        """Write the distances of the queries before `last` to one block of targets."""
        length = self.codes.shape[1]
        columns = BEFORE + 1 + length
        tables = self.tables
        # One extra letter and row: kernels read beyond the last ones.
        shape = (len(tables.aslant) + 1, columns, MOVES, self.lanes)
        profile = scratch("profile", shape, self.dtype)
        fill_moves(
            tables.aslant,
            tables.down,
            tables.across,
            self.codes[block],
            self.uses,
            last,
            NEVER,
            profile,
        )
        begin = block * self.lanes
        move_block(
            self.halves.heads,
            self.opening,
            self.halves.tails,
            self.halves.tiles,
            self.halves.endings,
            last,
            profile,
            scratch("rows", (self.halves.slots * columns * self.lanes,), self.dtype),
            self.unit,
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
    beside: Floats,
    unit: float,
    dtype: np.dtype[Any],
) -> Moves:
    """Prepare localised optimal matching (Hollister 2009).

    Deleting or inserting a state costs `expcost` times the largest substitution cost, plus
    `context` times the mean cost of replacing it by its two neighbours in the other sequence.
    Before the first and after the last state, the nearest state is both neighbours.

    Args:
        queries: uint8 (n, L), none empty.
        targets: uint8 (m, L′), none empty.
        costs: costs of states in `unit`.
        beside: contribution of one of the two neighbours, the row's state, to the cost of inserting
            or deleting the column's, in `unit`, (a, a): half of what is above.
        unit: what a cost of 1 is worth.
        dtype: float64 or float32.
    """
    letters = with_previous(queries, targets, costs.states, None, _nothing)
    previous, state = np.divmod(letters.used, costs.states)
    cost = costs.substitution
    tables = Tables(
        aslant=_guarded(cost[:, state]),
        down=_guarded((beside[previous] + beside[state]).T),
        across=_guarded(beside[:, state]),
    )
    # Positions after the end cost nothing.
    tables.down[-1] = 0
    tables.across[:, -1] = 0
    rows = plain(queries, targets, costs).queries
    return Moves.of(rows, letters.targets, tables, unit, dtype)


def context_costs(
    substitution: Floats, expcost: float, context: float, most: float
) -> tuple[Costs, Floats, float]:
    """Return whole costs of states and of neighbours, as `localised` takes them, and their unit.

    Args:
        substitution: costs of states, float64 (a, a).
        expcost: cost of an indel as a share of the largest substitution cost.
        context: weight of the neighbours.
        most: bound of any sum of costs.
    """
    largest = float(substitution.max(initial=0))
    share = common_unit(np.unique([1.0, *(part for part in (expcost, context) if part > 0)]))
    if share is None:
        beside = (expcost * largest + context * substitution) / 2
        grid = Grid.of([substitution, beside], most)
        return grid.costs(Costs(substitution, 0.0)), grid.whole(beside), grid.unit
    # In units of half a share of the costs' own, products with shares are whole.
    grid = Grid.of([substitution], 2 * most / share)
    whole = grid.whole(substitution)
    shares = Grid(share)
    beside = shares.whole(expcost) * whole.max(initial=0) + shares.whole(context) * whole
    return Costs(shares.whole(2.0) * whole, 0.0), beside, grid.unit * share / 2


def _guarded(costs: Floats) -> Floats:
    """Add the letter for positions after the end, which matches nothing."""
    return np.pad(costs, ((0, 1), (0, 1)), constant_values=NEVER)


def _nothing(used: Ints) -> Floats:
    return np.zeros((len(used) + 1, len(used) + 1))
