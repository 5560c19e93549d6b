"""The best of many starts of a mixture."""

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from trajectories.arrays import Floats, Ints
from trajectories.parallel import Team
from trajectories.typology.models.expectation_maximisation import (
    MANY_ROWS,
    MOST_ITERATIONS,
    Ascent,
    ascend,
    expectation,
)
from trajectories.typology.models.feature_rows import FeatureRows, sampled
from trajectories.typology.models.gating import Gate
from trajectories.typology.models.starting_centres import (
    Centres,
    Gap,
    nearest,
    split,
    split_and_merged,
)

LARGEST_SEARCH = MANY_ROWS  # cases of the sample on which starts compete where rows are more
SHORT = 15  # iterations after which only the best starts go on (Biernacki, Celeux & Govaert 2003)
FINALISTS = 3
SAME = 0.01  # log-likelihoods within this count as the same maximum
LOWEST_LOG = -30.0  # what the sample never showed is made possible for the others

ROUND = 10  # moves from the highest maxima that are tried before these may change
MOVE = "split and merge"
SPLIT = "split of one fewer"

NOISE_LABEL = -1


class Model(Protocol):
    """A family of components: how to maximise, and which rows are alike."""

    def maximise(self, counts: Floats) -> Floats:
        """Return the log-densities (features, components) that maximise the likelihood."""

    def gap(self, rows: FeatureRows) -> Gap:
        """Return the function that measures the dissimilarity of all rows to one."""


@dataclass(frozen=True, eq=False)
class Search:
    """The best ascent, and how the others ended.

    Attributes:
        best: the ascent with the highest log-likelihood.
        starts: one row a start: start (its kind), loglik (where it was left, with the cases on
            which starts compete), iterations, and final_loglik with all cases (null for those that
            did not go on to their end).
        at_best: number of starts that went on and ended within 0.01 of the highest.
        sample: number of cases on which the starts competed; None where it was all of them.
    """

    best: Ascent
    starts: pl.DataFrame
    at_best: int
    sample: int | None


@dataclass
class Run:
    """A start: its kind, where it is by now, and whether it went on after its first steps."""

    kind: str
    ascent: Ascent
    ended: bool = False


class Searcher:
    """Looks for the best mixture of several numbers of clusters, from many starts each.

    Half of the starts are from centres (`Centres`); the others, in rounds of ten, move away from
    the three highest maxima so far (`split_and_merged`). Where one cluster fewer was fitted before,
    its clusters are split in two as further starts. Of each kind the best three after fifteen
    iterations go on to their end.

    Beyond 20,000 distinct rows, the starts compete on 20,000 cases drawn with probability
    proportional to weight, without covariates. Those at the three highest maxima take fifteen steps
    with all cases, and the best of them goes on to its end.
    """

    def __init__(
        self,
        rows: FeatureRows,
        model: Model,
        gate: Gate,
        *,
        noise: bool,
        starts: int,
        seed: int,
        tolerance: float,
        team: Team,
    ) -> None:
        """Prepare the search.

        Args:
            rows: the distinct rows.
            model: the family of components.
            gate: how proportions follow from covariates.
            noise: whether the last component is noise.
            starts: number of starts, apart from those from one cluster fewer.
            seed: seed of sample and starts.
            tolerance: see `ascend`.
            team: threads.
        """
        self.partial = len(rows) > LARGEST_SEARCH
        self.rows, self.model, self.gate, self.noise = rows, model, gate, noise
        self.few = sampled(rows, LARGEST_SEARCH, [seed, 0]) if self.partial else rows
        self.few_gate = Gate(np.ones((1, 1)), gate.noise_apart) if self.partial else gate
        self.gap = model.gap(self.few)
        self.centres = Centres(self.gap, self.few.weights, seed)
        self.starts, self.seed, self.tolerance, self.team = starts, seed, tolerance, team
        self.before: tuple[int, Ascent] | None = None

    def search(self, k: int) -> Search:
        """Run all starts of `k` clusters and keep the best.

        Raises:
            UserError: fewer than `k` different rows.
        """
        moves = self.starts // 2 if k > 1 else 0
        sets = self.centres.sets(k, self.starts - moves) if k else [("noise", None)]
        begins = [
            (kind, hard_memberships(len(self.few), k, self.gap, centres, noise=self.noise))
            for kind, centres in sets
        ]
        runs = self._climb(begins + self._splits(k))
        made = 0
        while made < moves:
            bases = [runs[i].ascent for i in self._highest(runs)]
            # Rounds are of one size whatever the number of threads.
            begins = []
            for number in range(made, min(made + ROUND, moves)):
                base = bases[number % len(bases)]
                misfit = deviances(base.counts, self.model)
                key = [self.seed, 3, number]
                moved = split_and_merged(
                    self.gap, self.few.weights, base.memberships, misfit, k, key
                )
                begins.append((MOVE, moved))
            runs += self._climb(begins)
            made += len(begins)
        return self._result(k, runs)

    def _climb(self, begins: list[tuple[str, Floats]]) -> list[Run]:
        """Take the first steps of each start, and let the best go on to the end."""
        most = SHORT if len(begins) > 1 else MOST_ITERATIONS
        first = self._each([memberships for _, memberships in begins], most=most)
        runs = [
            Run(kind, ascent, len(ascent.trace) < most)
            for (kind, _), ascent in zip(begins, first, strict=True)
        ]
        chosen = [i for i in highest([run.ascent for run in runs]) if not runs[i].ended]
        further = self._each([runs[i].ascent.memberships for i in chosen])
        for i, ascent in zip(chosen, further, strict=True):
            whole = replace(ascent, trace=runs[i].ascent.trace + ascent.trace)
            runs[i] = Run(runs[i].kind, whole, ended=True)
        return runs

    def _splits(self, k: int) -> list[tuple[str, Floats]]:
        """Return starts that split each of the clusters of one fewer."""
        if self.before is None or self.before[0] != k - 1:
            return []
        base = self.before[1]
        found = []
        for cluster in range(k - 1):
            key = [self.seed, 4, k, cluster]
            parts = split(self.gap, self.few.weights, base.memberships, cluster, key)
            if parts is not None:
                found.append((SPLIT, np.insert(base.memberships, k - 1, 0.0, axis=1)))
                found[-1][1][:, [cluster, k - 1]] = parts
        return found

    def _each(self, begins: list[Floats], *, most: int = MOST_ITERATIONS) -> list[Ascent]:
        """Run every start, each by one thread."""
        found: dict[int, Ascent] = {}
        with Team(1) as alone:

            def work(i: int) -> None:
                found[i] = ascend(
                    self.few,
                    begins[i],
                    self.model.maximise,
                    self.few_gate,
                    tolerance=self.tolerance,
                    team=alone,
                    most_iterations=most,
                )

            self.team.each(work, range(len(begins)))
        return [found[i] for i in range(len(begins))]

    def _highest(self, runs: list[Run]) -> list[int]:
        """Return the places of the runs at the three highest maxima, highest first."""
        ended = [i for i, run in enumerate(runs) if run.ended]
        return [ended[i] for i in highest([runs[i].ascent for i in ended])]

    def _result(self, k: int, runs: list[Run]) -> Search:
        chosen = self._highest(runs)
        finals = [run.ascent.loglik if run.ended and not self.partial else None for run in runs]
        best = runs[chosen[0]].ascent
        self.before = (k, best)
        if self.partial:
            further = [self._with_all(self._memberships(runs[i].ascent), SHORT) for i in chosen]
            foremost = max(range(len(chosen)), key=lambda i: further[i].loglik)
            best = self._with_all(further[foremost].memberships, MOST_ITERATIONS)
            finals[chosen[foremost]] = best.loglik
        logliks = [run.ascent.loglik for run in runs]
        table = pl.DataFrame(
            {
                "start": [run.kind for run in runs],
                "loglik": logliks,
                "iterations": [len(run.ascent.trace) for run in runs],
                "final_loglik": pl.Series(finals, dtype=pl.Float64),
            }
        )
        top = runs[chosen[0]].ascent.loglik - SAME
        at_best = sum(run.ended and run.ascent.loglik >= top for run in runs)
        return Search(best, table, at_best, LARGEST_SEARCH if self.partial else None)

    def _memberships(self, ascent: Ascent) -> Floats:
        """Return the memberships of all rows where the sample's ascent ended."""
        log_density = np.maximum(self.model.maximise(ascent.counts), LOWEST_LOG)
        prior = np.repeat(ascent.prior.log, len(self.rows.pattern_start), axis=0)
        memberships = np.empty((len(self.rows), log_density.shape[1]))
        expectation(self.rows, log_density, prior, memberships, self.team)
        return memberships

    def _with_all(self, memberships: Floats, most: int) -> Ascent:
        """Continue with all rows."""
        return ascend(
            self.rows,
            memberships,
            self.model.maximise,
            self.gate,
            tolerance=self.tolerance,
            team=self.team,
            most_iterations=most,
        )


def highest(ended: list[Ascent]) -> list[int]:
    """Return the positions of the ascents to the three highest different maxima, highest first."""
    found: list[int] = []
    for i in sorted(range(len(ended)), key=lambda i: -ended[i].loglik):
        if not found or ended[i].loglik < ended[found[-1]].loglik - SAME:
            found.append(i)
        if len(found) == FINALISTS:
            break
    return found


def deviances(counts: Floats, model: Model) -> Floats:
    """Return minus the expected log-density of each component's rows."""
    log_density = np.maximum(model.maximise(counts), LOWEST_LOG)
    total: Floats = -(counts * log_density).sum(axis=0)
    return total


def hard_memberships(count: int, k: int, gap: Gap, centres: Ints | None, *, noise: bool) -> Floats:
    """Return memberships of the nearest centre; a noise component takes 1/(k + 1) of each row."""
    memberships = np.zeros((count, k + noise))
    if centres is not None:
        memberships[np.arange(count), nearest(gap, centres)] = 1.0
    if noise:
        memberships *= 1 - 1 / (k + 1)
        memberships[:, -1] = 1 / (k + 1)
    return memberships


def given_start(
    labels: ArrayLike, rows: FeatureRows, k: int, weights: Floats, *, noise: bool
) -> Floats:
    """Return the memberships (u, components) of a start given as one label a case.

    Labels may be any k values; clusters take their order. With a noise component, −1 is noise.

    Raises:
        ValueError: not one label a case, or not k different ones.
    """
    given = np.asarray(labels)
    if given.shape != (len(rows.inverse),):
        raise ValueError(f"start must hold {len(rows.inverse)} labels, not {given.shape}")
    is_noise = (given == NOISE_LABEL) & noise
    values, codes = np.unique(given[~is_noise], return_inverse=True)
    if values.size != k:
        raise ValueError(f"start must hold {k} different labels, not {values.size}")
    position = np.full(len(given), k)
    position[~is_noise] = codes
    # Cases of weight 0 say where a row begins only if the row has no other.
    mass = np.where(rows.counts[rows.inverse] > 0, weights, 1.0)
    by_row = np.zeros((len(rows), k + 1))
    np.add.at(by_row, (rows.inverse, position), mass)
    by_row /= by_row.sum(axis=1, keepdims=True)
    if not noise:
        return by_row[:, :k]
    by_row[:, :k] *= 1 - 1 / (k + 1)
    by_row[:, k] += by_row[:, :k].sum(axis=1) / k if k else 0.0
    return by_row
