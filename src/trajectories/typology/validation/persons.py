"""Persons with their sequences, drawn anew for bootstrap replicates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.matrix.checked_distances import checked_weights


@dataclass(frozen=True)
class Persons:
    """Cases of persons, by the item (unique sequence) that each of them is.

    Attributes:
        item: (n,) the item of each case.
        weight: (n,) weights, with a mean of 1.
        person: (n,) number of each case's person, 0…count−1, in an order that depends on their
            cases alone.
        items: number of items.
        count: number of persons.
    """

    item: Ints
    weight: Floats
    person: Ints
    items: int
    count: int

    @classmethod
    def of(
        cls,
        items: int,
        weights: ArrayLike | None = None,
        item: ArrayLike | None = None,
        person: ArrayLike | None = None,
    ) -> "Persons":
        """Collect the cases with weight; by default each item is one case of its own person.

        Raises:
            ValueError: arrays of unequal lengths, an item that is not there, or bad weights.
        """
        places = np.arange(items) if item is None else np.asarray(item, dtype=np.int64)
        if places.ndim != 1 or (places.size and not 0 <= places.min() <= places.max() < items):
            raise ValueError(f"item must hold numbers of items, 0 to {items - 1}")
        masses = checked_weights(weights, places.size)
        owners = np.arange(places.size) if person is None else np.asarray(person)
        if owners.shape != places.shape:
            raise ValueError("item, weights and person must be of one length")
        counted = np.flatnonzero(masses)
        places, masses, owners = places[counted], masses[counted], owners[counted]
        number = np.unique(owners, return_inverse=True)[1].ravel()
        # Persons are sorted by a key of their cases; those with equal keys are alike.
        marks = np.random.default_rng(0).random(items)
        rank = np.argsort(np.argsort(np.bincount(number, masses * marks[places]), kind="stable"))
        scaled = masses * (masses.size / masses.sum())
        return cls(places, scaled, rank[number].astype(np.int64), items, int(rank.size))

    @property
    def total(self) -> float:
        """Return the weight of all cases."""
        return float(self.weight.sum())

    def draw(self, stream: np.random.Generator, draws: int) -> Floats:
        """Draw persons with replacement.

        Args:
            stream: the random generator.
            draws: number of draws.

        Returns:
            (items,) weight of each item: that of its cases, times how often their persons were
            drawn, scaled to the expected total of so many draws.
        """
        times = np.bincount(stream.integers(0, self.count, draws), minlength=self.count)
        found = np.bincount(self.item, self.weight * times[self.person], self.items)
        expected = self.total * draws / self.count
        scaled: Floats = found * (expected / found.sum())
        return scaled

    def subsample(self, stream: np.random.Generator, size: int, labels: Ints) -> Floats:
        """Draw cases without replacement, stratified by labels of the items, unweighted.

        Returns:
            (items,) number of cases drawn of each item.
        """
        strata = labels[self.item]
        sizes = np.bincount(strata)
        exact = size * sizes / sizes.sum()
        wanted = np.floor(exact).astype(np.int64)
        wanted[np.argsort(wanted - exact, kind="stable")[: size - wanted.sum()]] += 1
        # Cases in the order of their items: which of some equal ones is drawn does not matter.
        shuffled = np.argsort(self.item, kind="stable")[stream.permutation(self.item.size)]
        by_stratum = shuffled[np.argsort(strata[shuffled], kind="stable")]
        place = np.arange(by_stratum.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        drawn = by_stratum[place < np.repeat(wanted, sizes)]
        return np.bincount(self.item[drawn], minlength=self.items).astype(np.float64)
