"""The number of clusters: a rule fixed before the data are seen, and its reason in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from trajectories.typology.distances import Floats

Rule = Literal["rank_sum", "best", "fixed"]
BEST_WHEN_LOW = frozenset({"HC"})


@dataclass(frozen=True)
class Choice:
    """A chosen number of clusters.

    Attributes:
        k: the number of clusters.
        text: the rule and how it came out, one or two sentences.
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

    Only the k whose smallest cluster holds `minimum_share` of the weight take part in `rank_sum`
    and `best`; where none does, all do. Each index ranks them from the best, 1, on (mean ranks at
    ties, a missing value last); the lowest sum of ranks wins, the smaller k at a tie.

    Args:
        quality: indices by k.
        smallest_share: share of the smallest cluster in the weight by k.
        rule: `rank_sum` takes all `indices`, `best` the first alone, `fixed` takes `k`.
        indices: names of quality indices.
        minimum_share: smallest share a cluster may have.
        k: the number of clusters of the rule `fixed`.

    Raises:
        ValueError: `fixed` without a `k` that `quality` holds.
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
