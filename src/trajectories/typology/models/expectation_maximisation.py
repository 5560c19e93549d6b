"""Expectation-maximisation for mixtures of independent features, from given memberships."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from trajectories.arrays import Floats
from trajectories.parallel import Team
from trajectories.typology.models import mixture_kernels as kernels
from trajectories.typology.models.feature_rows import FeatureRows
from trajectories.typology.models.gating import Gate, Prior

BLOCK_ROWS = 8192  # fixed, so that sums do not depend on the number of threads
MOST_ITERATIONS = 10_000

Maximise = Callable[[Floats], Floats]
"""From the expected counts (features, components) to the log-densities of the features."""


@dataclass(frozen=True, eq=False)
class Ascent:
    """Where one start of the algorithm ended.

    Attributes:
        counts: (features, components) expected counts that the last parameters maximise.
        prior: the proportions of the last step.
        memberships: (u, components) posterior probabilities under the last parameters.
        trace: log-likelihood of each iteration.
    """

    counts: Floats
    prior: Prior
    memberships: Floats
    trace: tuple[float, ...]

    @property
    def loglik(self) -> float:
        """Return the last log-likelihood."""
        return self.trace[-1]


def ascend(
    rows: FeatureRows,
    memberships: Floats,
    maximise: Maximise,
    gate: Gate,
    *,
    tolerance: float,
    team: Team,
    most_iterations: int = MOST_ITERATIONS,
) -> Ascent:
    """Alternate maximisation and expectation until the log-likelihood has converged.

    Stops where Aitken's estimate of the limit is within `tolerance` of the log-likelihood before
    the last (McNicholas et al. 2010), or where the log-likelihood no longer rises.

    Args:
        rows: the distinct rows.
        memberships: (u, components) to begin with; the first step is a maximisation.
        maximise: the model's maximisation step.
        gate: how proportions follow from covariates.
        tolerance: in units of the log-likelihood.
        team: threads that share the rows.
        most_iterations: iterations after which the algorithm stops anyway.
    """
    trace: list[float] = []
    prior = None
    posterior = np.array(memberships, np.float64, order="C")
    counts, sizes = expected_counts(rows, posterior, team), expected_sizes(rows, posterior)
    while True:
        prior = gate.fit(sizes, prior)
        found = expectation(rows, maximise(counts), prior.log, posterior, team)
        trace.append(found.loglik)
        if _converged(trace, tolerance) or len(trace) == most_iterations:
            return Ascent(counts, prior, posterior, tuple(trace))
        counts, sizes = found.counts, found.sizes


class Expected(NamedTuple):
    """What a step of expectation finds.

    Attributes:
        loglik: weighted log-likelihood.
        counts: (features, components) expected counts.
        sizes: (patterns, components) expected numbers of cases.
    """

    loglik: float
    counts: Floats
    sizes: Floats


def expectation(
    rows: FeatureRows, log_density: Floats, log_prior: Floats, memberships: Floats, team: Team
) -> Expected:
    """Fill the posterior probabilities, and count by them."""
    edges = _blocks(len(rows))
    logliks = np.zeros(len(edges))
    counts = np.zeros((len(edges), *log_density.shape))
    sizes = np.zeros((len(edges), *log_prior.shape))

    def work(block: int) -> None:
        logliks[block] = kernels.step(
            *edges[block],
            *rows.counted,
            rows.pattern,
            rows.weights,
            log_density,
            log_prior,
            memberships,
            counts[block],
            sizes[block],
        )

    team.each(work, range(len(edges)))
    return Expected(float(logliks.sum()), counts.sum(axis=0), sizes.sum(axis=0))


def expected_counts(rows: FeatureRows, memberships: Floats, team: Team) -> Floats:
    """Return the (features, components) sums of weight times membership."""
    edges = _blocks(len(rows))
    parts = np.zeros((len(edges), rows.features, memberships.shape[1]))

    def work(block: int) -> None:
        kernels.tally(*edges[block], *rows.counted, rows.weights, memberships, parts[block])

    team.each(work, range(len(edges)))
    total: Floats = parts.sum(axis=0)
    return total


def expected_sizes(rows: FeatureRows, memberships: Floats) -> Floats:
    """Return the (patterns, components) sums of weight times membership."""
    sums: Floats = np.add.reduceat(rows.weights[:, None] * memberships, rows.pattern_start, axis=0)
    return sums


def _blocks(count: int) -> list[tuple[int, int]]:
    """Return first row and end of each block."""
    return [(begin, min(begin + BLOCK_ROWS, count)) for begin in range(0, count, BLOCK_ROWS)]


def _converged(trace: list[float], tolerance: float) -> bool:
    if len(trace) < 2:
        return False
    gain = trace[-1] - trace[-2]
    if gain <= 0:
        return True
    before = trace[-2] - trace[-3] if len(trace) > 2 else np.inf
    rate = gain / before
    return bool(rate < 1 and gain / (1 - rate) < tolerance)
