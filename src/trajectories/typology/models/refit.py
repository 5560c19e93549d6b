"""A mixture fitted anew to the same sequences with other weights, as the bootstrap draws them."""

from dataclasses import dataclass, replace

import numpy as np

from trajectories.arrays import Floats, Ints
from trajectories.config.sections.typology import MixturesConfig
from trajectories.errors import UserError
from trajectories.parallel import Team
from trajectories.sequences import StateSequences
from trajectories.typology.models.expectation_maximisation import Ascent, ascend
from trajectories.typology.models.feature_rows import CountedFeatures, FeatureRows, aggregate
from trajectories.typology.models.gating import Gate
from trajectories.typology.models.many_starts import Model, Searcher, given_start
from trajectories.typology.models.markov_chains import MarkovChains
from trajectories.typology.models.precision_types import ExponentialDistance

TOLERANCE = 1.0
"""How near the log-likelihood must be to its limit: labels of a replicate need no more."""


@dataclass(frozen=True, eq=False)
class Refit:
    """A mixture to be fitted anew.

    Attributes:
        rows: the distinct rows of all sequences; `inverse` is the row of each sequence.
        model: the family of components.
        start: (n,) the clusters of the fit, 0…k−1, from which each replicate starts.
        k: number of clusters, apart from noise.
        noise: whether the last component is noise.
        starts: further starts of each replicate; the highest likelihood is taken.
        seed: seed of the further starts.
    """

    rows: FeatureRows
    model: Model
    start: Ints
    k: int
    noise: bool
    starts: int
    seed: int

    @classmethod
    def of(
        cls,
        seqs: StateSequences,
        labels: Ints,
        method: str,
        settings: MixturesConfig,
        *,
        starts: int = 0,
        seed: int = 0,
    ) -> "Refit":
        """Prepare the sequences.

        Args:
            seqs: the n sequences; some have a weight above 0.
            labels: (n,) the clusters of the fit, 0…k−1.
            method: "medseq" or "markov_mixture".
            settings: precision type and phases.
            starts: further starts of each replicate.
            seed: their seed.
        """
        a, length = len(seqs.alphabet), seqs.length
        alike = np.zeros(len(seqs), np.int64)
        k = int(labels.max()) + 1
        if method == "medseq":
            model = ExponentialDistance(settings.type, length, a)
            offsets = np.arange(length, dtype=np.uint64) * np.uint64(a)
            rows = aggregate(seqs.states, offsets, length * a, alike, seqs.weights)
            return cls(rows, model, labels, k, model.noise, starts, seed)
        chains = MarkovChains(a, min(settings.phases, length - 1))
        codes, offsets = chains.code(seqs.states)
        rows = aggregate(codes, offsets, chains.features, alike, seqs.weights)
        return cls(rows, chains, labels, k, False, starts, seed)

    def labels(self, _: object, weights: Floats) -> Ints:
        """Return `fitted`, for callers that cluster by dissimilarities as well."""
        return self.fitted(weights)

    def fitted(self, weights: Floats) -> Ints:
        """Fit the mixture to sequences of other weights.

        Args:
            weights: (n,) weights; some are above 0.

        Returns:
            (n,) the most probable cluster, noise left aside; −1 where no sequence of the same row
            has weight. A cluster keeps its number where the replicate ended near the fit.
        """
        mass = np.bincount(self.rows.inverse, weights, len(self.rows)).astype(np.float64)
        kept = np.flatnonzero(mass)
        few = replace(
            self.rows,
            codes=self.rows.codes[kept],
            counted=CountedFeatures.of(self.rows.codes[kept], self.rows.offsets),
            pattern=np.zeros(kept.size, np.int64),
            pattern_start=np.zeros(1, np.int64),
            weights=mass[kept],
            counts=np.ones(kept.size, np.int64),
            size=int(mass.sum().round()),
            inverse=np.full(len(self.rows), -1, np.int64),
        )
        few.inverse[kept] = np.arange(kept.size)
        found = np.full(len(self.rows), -1, np.int64)
        found[kept] = self._best(few, weights).memberships[:, : self.k].argmax(axis=1)
        return found[self.rows.inverse]

    def _best(self, few: FeatureRows, weights: Floats) -> Ascent:
        gate = Gate(np.ones((1, 1)))
        ended = []
        with Team(1) as alone:
            drawn = np.flatnonzero(weights)
            if np.unique(self.start[drawn]).size == self.k:
                own = replace(few, inverse=few.inverse[self.rows.inverse[drawn]])
                begin = given_start(
                    self.start[drawn], own, self.k, weights[drawn], noise=self.noise
                )
                ended.append(
                    ascend(few, begin, self.model.maximise, gate, tolerance=TOLERANCE, team=alone)
                )
            if self.starts or not ended:
                searcher = Searcher(
                    few, self.model, gate, noise=self.noise, starts=max(self.starts, 1),
                    seed=self.seed, tolerance=TOLERANCE, team=alone,
                )  # fmt: skip
                try:
                    ended.append(searcher.search(self.k).best)
                except UserError:
                    # Fewer different sequences were drawn than there are clusters.
                    ended = ended or [_one(few, self.k + self.noise)]
        return max(ended, key=lambda ascent: ascent.loglik)


def _one(rows: FeatureRows, components: int) -> Ascent:
    """Return an ascent in which all rows belong to the first cluster."""
    memberships = np.zeros((len(rows), components))
    memberships[:, 0] = 1.0
    gate = Gate(np.ones((1, 1)))
    return Ascent(np.zeros((0, 0)), gate.fit(memberships.sum(axis=0)[None]), memberships, (0.0,))
