"""Choice of the number of clusters by a rule fixed in advance, with its reason in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from trajectories.arrays import Floats

Rule = Literal["rank_sum", "best", "fixed"]
BEST_WHEN_LOW = frozenset({"HC"})


@dataclass(frozen=True)
class Choice:
    """A chosen number of clusters.

    Attributes:
        k: the number of clusters.
        text: the rule and its outcome, in one or two sentences.
    """

    k: int
    text: str


def choose_k(
    quality: Mapping[int, Mapping[str, float]],
    smallest_share: Mapping[int, float],
    *,
    rule: Rule = "rank_sum",
    indices: Sequence[str] = ("ASW", "HC", "PBC", "CH"),
    minimum_share: float = 0.0,
    k: int | None = None,
) -> Choice:
    """Choose the number of clusters by a rule.

    `rank_sum` and `best` consider only k whose smallest cluster has at least `minimum_share` of the
    weight, or all k if none has. Each index ranks them from 1, the best (mean ranks at ties,
    missing values last); the lowest sum of ranks wins, and the smaller k at a tie.

    Args:
        quality: indices by k.
        smallest_share: the smallest cluster's share of the weight, by k.
        rule: `rank_sum` uses all `indices`, `best` only the first, `fixed` uses `k`.
        indices: names of quality indices.
        minimum_share: smallest allowed share of a cluster.
        k: the number of clusters for the rule `fixed`.

    Raises:
        ValueError: `fixed` with a `k` that is not in `quality`.
    """
    tried = sorted(quality)
    span = f"{tried[0]} to {tried[-1]}" if len(tried) > 1 else f"{tried[0]}"
    if rule == "fixed":
        if k is None or k not in quality:
            raise ValueError(f"k must be one of {span}, not {k}")
        return Choice(k, f"k = {k} was fixed in the configuration.")
    used = list(indices) if rule == "rank_sum" else [indices[0]]
    passing = [k for k in tried if smallest_share[k] >= minimum_share]
    eligible = passing or tried
    ranks = np.stack([_ranks([quality[k][name] for k in eligible], name) for name in used])
    sums = ranks.sum(axis=0)
    order = np.argsort(sums, kind="stable")
    winner = eligible[order[0]]
    who = (
        f"Of k = {span}, those with at least {100 * minimum_share:g} % of the windows' weight in "
        f"every cluster took part ({_listed(passing)})"
        if passing
        else f"No k of {span} had at least {100 * minimum_share:g} % of the windows' weight in "
        "every cluster, so all took part"
    )
    if rule == "best":
        end = "lowest" if used[0] in BEST_WHEN_LOW else "highest"
        value = quality[winner][used[0]]
        return Choice(winner, f"{who}; k = {winner} has the {end} {used[0]} ({value:.3f}).")
    detail = ", ".join(
        f"{name} {rank:g}" for name, rank in zip(used, ranks[:, order[0]], strict=True)
    )
    text = (
        f"{who}; k = {winner} has the lowest sum of ranks over {_listed(used)}: "
        f"{sums[order[0]]:g} ({detail}; rank 1 is best)"
    )
    if len(eligible) > 1:
        text += f", followed by k = {eligible[order[1]]} with {sums[order[1]]:g}"
    return Choice(winner, f"{text}.")


def _ranks(values: Sequence[float], name: str) -> Floats:
    signed = np.array(values) if name in BEST_WHEN_LOW else -np.array(values)
    return pl.Series(np.nan_to_num(signed, nan=np.inf)).rank("average").to_numpy()


def _listed(words: Sequence[object]) -> str:
    *most, last = map(str, words)
    return f"{', '.join(most)} and {last}" if most else last
