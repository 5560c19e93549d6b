"""The best of many starts of a mixture."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from trajectories.arrays import Floats, Ints
from trajectories.parallel import Team
from trajectories.typology.models.expectation_maximisation import Ascent, ascend, expectation
from trajectories.typology.models.feature_rows import FeatureRows, sampled
from trajectories.typology.models.gating import Gate, Prior
from trajectories.typology.models.starting_centres import (
    Gap,
    nearest,
    split_and_merged,
    starting_centres,
)

LARGEST_SEARCH = 20_000  # cases of the sample on which starts compete where rows are more
FINALISTS = 3
SAME = 0.01  # log-likelihoods within this count as the same maximum
LOWEST_LOG = -30.0  # what the sample never showed is made possible for the others

ROUND = 10  # moves from the highest maxima that are tried before these may change
MOVE = "split and merge"

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
        starts: one row a start: start (its kind), loglik, iterations, and final_loglik with all
            cases where starts competed on a sample (null for those that did not go on).
        at_best: number of starts whose log-likelihood is within 0.01 of the highest.
        sample: number of cases on which the starts competed; None where it was all of them.
    """

    best: Ascent
    starts: pl.DataFrame
    at_best: int
    sample: int | None


def search(
    rows: FeatureRows,
    model: Model,
    gate: Gate,
    k: int,
    *,
    noise: bool,
    starts: int,
    seed: int,
    tolerance: float,
    team: Team,
) -> Search:
    """Run many starts and keep the best.

    Half of the starts are from centres (`starting_centres`); the others, in rounds of ten, move
    away from the three highest maxima so far (`split_and_merged`).

    Up to 20,000 distinct rows, every start runs to the end with all of them. Beyond, the starts
    compete on 20,000 cases drawn with probability proportional to weight, without covariates, and
    those at the three highest maxima go on with all.

    Args:
        rows: the distinct rows.
        model: the family of components.
        gate: how proportions follow from covariates.
        k: number of clusters, apart from noise.
        noise: whether the last component is noise.
        starts: number of starts.
        seed: seed of sample and starts.
        tolerance: see `ascend`.
        team: threads.
    """
    partial = len(rows) > LARGEST_SEARCH
    few = sampled(rows, LARGEST_SEARCH, [seed, 0]) if partial else rows
    few_gate = Gate(np.ones((1, 1)), gate.noise_apart) if partial else gate
    gap = model.gap(few)
    moves = starts // 2 if k > 1 else 0
    sets = starting_centres(gap, few.weights, k, starts - moves, seed) if k else [("noise", None)]
    kinds = [kind for kind, _ in sets] + [MOVE] * moves
    begins = [hard_memberships(len(few), k, gap, centres, noise=noise) for _, centres in sets]
    ended: list[Ascent] = []
    while begins:
        ended += _ascend_each(few, begins, model, few_gate, tolerance=tolerance, team=team)
        bases = [ended[i] for i in highest(ended)]
        # Rounds are of one size whatever the number of threads.
        begins = []
        for number in range(len(ended), min(len(ended) + ROUND, len(kinds))):
            base = bases[number % len(bases)]
            misfit = deviances(base.counts, model)
            key = [seed, 3, number]
            begins.append(split_and_merged(gap, few.weights, base.memberships, misfit, k, key))
    chosen = highest(ended)
    finals: list[float | None] = [None if partial else ascent.loglik for ascent in ended]
    best = ended[chosen[0]]
    if partial:
        further = [
            _carried_on(rows, ended[i], model, gate, tolerance=tolerance, team=team) for i in chosen
        ]
        for i, ascent in zip(chosen, further, strict=True):
            finals[i] = ascent.loglik
        best = max(further, key=lambda ascent: ascent.loglik)
    logliks = [ascent.loglik for ascent in ended]
    table = pl.DataFrame(
        {
            "start": kinds,
            "loglik": logliks,
            "iterations": [len(ascent.trace) for ascent in ended],
            "final_loglik": pl.Series(finals, dtype=pl.Float64),
        }
    )
    at_best = sum(loglik >= max(logliks) - SAME for loglik in logliks)
    return Search(best, table, at_best, LARGEST_SEARCH if partial else None)


def highest(ended: list[Ascent]) -> list[int]:
    """Return the positions of the ascents to the three highest different maxima, highest first."""
    found: list[int] = []
    for i in sorted(range(len(ended)), key=lambda i: -ended[i].loglik):
        if not found or ended[i].loglik < ended[found[-1]].loglik - SAME:
            found.append(i)
        if len(found) == FINALISTS:
            break
    return found


def _ascend_each(
    rows: FeatureRows,
    begins: list[Floats],
    model: Model,
    gate: Gate,
    *,
    tolerance: float,
    team: Team,
) -> list[Ascent]:
    """Run every start to its end, each by one thread."""
    found: dict[int, Ascent] = {}
    with Team(1) as alone:

        def work(i: int) -> None:
            found[i] = ascend(
                rows, begins[i], model.maximise, gate, tolerance=tolerance, team=alone
            )

        team.each(work, range(len(begins)))
    return [found[i] for i in range(len(begins))]


def _carried_on(
    rows: FeatureRows, ascent: Ascent, model: Model, gate: Gate, *, tolerance: float, team: Team
) -> Ascent:
    """Continue with all rows from where the sample's ascent ended."""
    log_density = np.maximum(model.maximise(ascent.counts), LOWEST_LOG)
    prior = Prior(np.repeat(ascent.prior.log, len(rows.pattern_start), axis=0), np.zeros((0, 0)))
    memberships = np.empty((len(rows), log_density.shape[1]))
    expectation(rows, log_density, prior.log, memberships, team)
    return ascend(rows, memberships, model.maximise, gate, tolerance=tolerance, team=team)


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
