"""Optimal matching of transitions (Studer & Ritschard 2016): letters are pairs of states."""

from dataclasses import dataclass

import numpy as np

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.costs import Costs
from trajectories.dissimilarity.exact_sums.grid import Grid
from trajectories.dissimilarity.expanded_alphabets import Letters, compact, saved
from trajectories.dissimilarity.lanes.blocks import States
from trajectories.sequences import VOID


@dataclass(frozen=True, eq=False)
class Transitions:
    """Costs of states and of transitions between them, in units.

    Attributes:
        substitution: weighted cost of replacing states, float64 (a, a).
        indel: weighted cost of a state's indel, (a,).
        change: cost of a transition's indel from the row's state to the column's, (a, a).
        unit: what a cost of 1 is worth.
        previous: whether letters include the preceding state.
        add_column: whether the last position, without a transition, has a letter.
    """

    substitution: Floats
    indel: Floats
    change: Floats
    unit: float
    previous: bool
    add_column: bool

    @classmethod
    def of(
        cls,
        costs: Costs,
        rates: Floats | None,
        transindel: str,
        otto: float,
        length: int,
        *,
        previous: bool,
        add_column: bool,
    ) -> "Transitions":
        """Compute the costs of states and transitions, as shares of the largest substitution cost.

        Args:
            costs: costs of states.
            rates: transition rates, (a, a), if `transindel` is "prob".
            transindel: the indel cost of a transition: "constant" 1; "prob" 1 minus its rate;
                "subcost" the substitution cost between its states, as a share of the largest.
            otto: weight of states against transitions, 0 to 1.
            length: largest number of positions of a sequence.
            previous: whether letters include the preceding state.
            add_column: whether the last position has a letter.
        """
        size = costs.states
        largest = float(costs.substitution.max()) or 1.0
        substitution = costs.substitution / largest
        indel = np.broadcast_to(costs.indel, size) / largest
        share = (1 - otto) * float(indel.max()) / (2 if previous else 1)
        if transindel == "constant":
            raw: Floats = 1 - np.eye(size)
        elif rates is not None:
            raw = 1 - rates
        else:
            raw = substitution
        if not previous:
            raw = raw * (1 - np.eye(size))
        change = share * raw
        most = 4 * length * (otto * (1 + float(indel.max())) + 4 * float(change.max()))
        added = [otto, otto * float(indel.max()), share]
        grid = Grid.of([otto * substitution, otto * indel, change], most, added=added)
        cost, removed = grid.edits(otto * substitution, otto * indel)
        return cls(cost, removed, grid.whole(change), grid.unit, previous, add_column)

    def letters(self, queries: States, targets: States) -> Letters:
        """Convert states, uint8 (n, L) and (m, L′), to letters."""
        codes = [self._codes(part) for part in (queries, targets)]
        return compact(codes, [part < 0 for part in codes], self._gains, self.unit)

    def largest(self, states: States) -> tuple[float, float]:
        """Return the largest indel and substitution cost among the letters of sequences."""
        codes = self._codes(states)
        used = np.unique(codes[codes >= 0])
        indel, substitution = self._costs(used)
        np.fill_diagonal(substitution, 0)
        largest = float(substitution.max(initial=0))
        return self.unit * float(indel.max(initial=0)), self.unit * largest

    def positions(self, lengths: Ints) -> Ints:
        """Return the number of letters of sequences of given lengths."""
        if self.add_column:
            return lengths
        return np.maximum(lengths - (2 if self.previous else 1), 0)

    def _codes(self, states: States) -> Ints:
        """Number each position's letter, −1 if there is none."""
        size = len(self.indel)
        known = states != VOID
        now = np.where(known, states, 0).astype(np.int64)
        after, there = np.roll(now, -1, axis=1), np.roll(known, -1, axis=1)
        there[:, -1:] = False
        after = np.where(there, after, now)
        code = now * size + after
        held = known if self.add_column else known & there
        if self.previous:
            before = np.roll(now, 1, axis=1)
            before[:, :1] = now[:, :1]
            code += before * size * size
        coded = np.where(held, code, -1)
        return coded[:, 1:] if self.previous and not self.add_column else coded

    def _costs(self, codes: Ints) -> tuple[Floats, Floats]:
        """Return letters' indels and substitution costs, the latter but for the diagonal."""
        size = len(self.indel)
        before, now, after = codes // size**2, codes // size % size, codes % size
        change = self.change[now, after]
        if self.previous:
            change = self.change[before, now] + change
        indel = self.indel[now] + change
        substitution = self.substitution[now[:, None], now]
        return indel, substitution + change[:, None] + change

    def _gains(self, codes: Ints) -> Floats:
        indel, substitution = self._costs(codes)
        np.fill_diagonal(substitution, 0)
        return saved(substitution, indel)
