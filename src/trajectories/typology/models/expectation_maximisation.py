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
MANY_ROWS = 20_000  # above it a step takes long enough for leaps to be worth their trouble
LEAP_AFTER = 3
RARE = 0.5  # cases that are added to each count for the length of a step

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
    leaping: bool | None = None,
) -> Ascent:
    """Alternate maximisation and expectation until the log-likelihood has converged.

    Stops where Aitken's estimate of the limit is within `tolerance` of the log-likelihood before
    the last (McNicholas et al. 2010), or where the log-likelihood no longer rises.

    Leaping, every three steps are followed by one that goes on in their direction (`leapt`), which
    is taken back if it does not raise the log-likelihood. Steps are then fewer by far where rows
    are many and types overlap. The log-likelihood has then converged if steps after the last leap
    say so and this leap raised it by less than `tolerance`, or was taken back.

    Args:
        rows: the distinct rows.
        memberships: (u, components) to begin with; the first step is a maximisation.
        maximise: the model's maximisation step.
        gate: how proportions follow from covariates.
        tolerance: in units of the log-likelihood.
        team: threads that share the rows.
        most_iterations: iterations after which the algorithm stops anyway.
        leaping: whether to leap; None for where rows are many.
    """
    if leaping is None:
        leaping = len(rows) > MANY_ROWS
    trace: list[float] = []
    prior = None
    posterior = np.array(memberships, np.float64, order="C")
    here = Sums(expected_counts(rows, posterior, team), expected_sizes(rows, posterior))
    path: list[Sums] = []
    landing: Sums | None = None
    since = 0  # the first iteration after the last leap
    level = True  # whether that leap gained nothing to speak of, or was taken back
    while True:
        prior = gate.fit(here.sizes, prior)
        found = expectation(rows, maximise(here.counts), prior.log, posterior, team)
        if landing is not None:
            if found.loglik <= trace[-1]:
                here, landing, level = landing, None, True
                continue
            level = found.loglik - trace[-1] < tolerance
            since, landing = len(trace), None
        trace.append(found.loglik)
        if (level and _converged(trace[since:], tolerance)) or len(trace) == most_iterations:
            return Ascent(here.counts, prior, posterior, tuple(trace))
        path.append(here)
        here = found.sums
        if leaping and len(path) == LEAP_AFTER:
            landing, here = here, leapt(path[-2], path[-1], here)
            path = []


class Sums(NamedTuple):
    """What parameters are made from.

    Attributes:
        counts: (features, components) expected counts.
        sizes: (patterns, components) expected numbers of cases.
    """

    counts: Floats
    sizes: Floats


class Expected(NamedTuple):
    """What a step of expectation finds.

    Attributes:
        loglik: weighted log-likelihood of the parameters with which it was made.
        sums: from which the next parameters are made.
    """

    loglik: float
    sums: Sums


def leapt(before: Sums, between: Sums, after: Sums) -> Sums:
    """Go on from two steps in their direction, as far as their lengths promise.

    Squared extrapolation of Varadhan & Roland (2008, eq. 7 and scheme S3), with lengths measured as
    Pearson's chi-squared does, so that what is rare counts as well. What a leap would take to zero
    or below stays where the last step left it.
    """
    steps = [b - a for a, b in zip(before, between, strict=True)]
    bends = [c - 2 * b + a for a, b, c in zip(before, between, after, strict=True)]
    way, bend = (
        sum(float((part**2 / (c + RARE)).sum()) for part, c in zip(own, after, strict=True))
        for own in (steps, bends)
    )
    # A leap of length 1 is the second step itself.
    length = max(1.0, float(np.sqrt(way / bend))) if bend > 0 else 1.0
    ahead = [
        a + 2 * length * s + length**2 * b for a, s, b in zip(before, steps, bends, strict=True)
    ]
    return Sums(*(np.where(new > 0, new, c) for new, c in zip(ahead, after, strict=True)))


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
    return Expected(float(logliks.sum()), Sums(counts.sum(axis=0), sizes.sum(axis=0)))


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
