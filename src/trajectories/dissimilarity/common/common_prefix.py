"""Longest common prefixes and suffixes: preparation of their kernel."""

from dataclasses import dataclass

from trajectories.arrays import Ints
from trajectories.dissimilarity.common.common_prefix_kernels import prefix_block
from trajectories.dissimilarity.lanes.blocks import Place, States
from trajectories.dissimilarity.spells import backwards
from trajectories.sequences import VOID


@dataclass(frozen=True, eq=False)
class Prefixes:
    """Longest common prefixes of n queries with m targets.

    Attributes:
        rows: states of the queries in the order of comparison, uint8 (n, L).
        columns: the same of the targets, (m, L′).
        row_lengths: number of states of each query, (n,).
        column_lengths: the same of each target, (m,).
    """

    rows: States
    columns: States
    row_lengths: Ints
    column_lengths: Ints

    lanes = 256

    @classmethod
    def of(cls, queries: States, targets: States, *, from_end: bool) -> "Prefixes":
        """Prepare the comparison of uint8 (n, L) with (m, L′), from the last state on if asked."""
        lengths = [(part != VOID).sum(axis=1) for part in (queries, targets)]
        rows, columns = (
            backwards(part, length) if from_end else part
            for part, length in zip((queries, targets), lengths, strict=True)
        )
        return cls(rows, columns, *lengths)

    @property
    def queries(self) -> int:
        """Return the number of queries."""
        return len(self.rows)

    @property
    def targets(self) -> int:
        """Return the number of targets."""
        return len(self.columns)

    def fill(self, block: int, last: int, place: Place) -> None:
        """Write the distances of the queries before `last` to one block of targets."""
        begin = block * self.lanes
        prefix_block(
            self.rows,
            self.columns,
            self.row_lengths,
            self.column_lengths,
            place.offsets,
            begin,
            min(begin + self.lanes, self.targets),
            last,
            place.ahead,
            place.out,
        )
