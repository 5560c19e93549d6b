"""Choice of the number of clusters by a rule fixed in advance, with its reason in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import polars as pl

from trajectories.arrays import Floats

Rule = Literal["validated", "rank_sum", "best", "fixed"]
BEST_WHEN_LOW = frozenset({"HC"})


@dataclass(frozen=True)
class Choice:
    """A chosen number of clusters.

    Attributes:
        k: the number of clusters.
        text: the rule and its outcome, in one to four sentences.
        continuum: whether no number of clusters is clearer than chance, so that the clusters only
            divide a continuum.
        unstable: the labels of the chosen k's clusters that are not found again.
    """

    k: int
    text: str
    continuum: bool = False
    unstable: tuple[int, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """What null models and the bootstrap say of each number of clusters.

    Attributes:
        p_value: by k, the largest over the null models.
        standardised: indices by k in standard deviations from the null's mean, of the null model
            from which they stand out least.
        jaccard: median Jaccard index of each cluster, by k.
        replicates: replicates of each null model.
        level: level of the test.
        threshold: smallest median Jaccard index of a stable cluster.
    """

    p_value: Mapping[int, float]
    standardised: Mapping[int, Mapping[str, float]]
    jaccard: Mapping[int, Sequence[float]]
    replicates: int
    level: float
    threshold: float

    def significant(self, k: int) -> bool:
        """Tell whether k clusters are clearer than chance."""
        return self.p_value[k] <= self.level

    def unstable(self, k: int) -> tuple[int, ...]:
        """Return the labels of the clusters that are not found again."""
        return tuple(c for c, own in enumerate(self.jaccard[k]) if not own >= self.threshold)


class TypesTest(NamedTuple):
    """A test of whether a mixture finds types where one model of all courses does not.

    Attributes:
        clear: whether the mixture gains more than in courses without types.
        replicates: replicates of each null model.
        level: level of the test.
    """

    clear: bool
    replicates: int
    level: float


def choose_k(
    quality: Mapping[int, Mapping[str, float]],
    smallest_share: Mapping[int, float],
    *,
    rule: Rule = "rank_sum",
    indices: Sequence[str] = ("ASW", "HC", "PBC", "CH"),
    minimum_share: float = 0.0,
    k: int | None = None,
    evidence: Evidence | None = None,
) -> Choice:
    """Choose the number of clusters by a rule.

    `rank_sum` and `best` consider only k whose smallest cluster has at least `minimum_share` of the
    weight, or all k if none has. Each index ranks them from 1, the best (mean ranks at ties,
    missing values last); the lowest sum of ranks wins, and the smaller k at a tie. `rank_sum`
    favours few clusters: CH falls with k, and HC too, whatever the data. `validated` takes only k
    that are significant against the null models, and of these the ones without a small cluster;
    k with stable clusters alone come before others, and ranks are those of the standardised
    indices. Where no k is significant, the smallest one stands for a continuum.

    Args:
        quality: indices by k.
        smallest_share: the smallest cluster's share of the weight, by k.
        rule: `validated` uses `evidence` and all `indices`, `rank_sum` all `indices`, `best` only
            the first, `fixed` uses `k`.
        indices: names of quality indices.
        minimum_share: smallest allowed share of a cluster.
        k: the number of clusters for the rule `fixed`.
        evidence: what null models and the bootstrap say, for the rule `validated`.

    Raises:
        ValueError: `fixed` with a `k` that is not in `quality`, or `validated` without evidence.
    """
    tried = sorted(quality)
    span = f"{tried[0]} to {tried[-1]}" if len(tried) > 1 else f"{tried[0]}"
    if rule == "fixed":
        if k is None or k not in quality:
            raise ValueError(f"k must be one of {span}, not {k}")
        return Choice(k, f"k = {k} was fixed in the configuration.")
    if rule == "validated":
        if evidence is None:
            raise ValueError("the rule `validated` needs evidence")
        return _validated(tried, span, smallest_share, evidence, indices, minimum_share)
    used = list(indices) if rule == "rank_sum" else [indices[0]]
    passing = [k for k in tried if smallest_share[k] >= minimum_share]
    eligible = passing or tried
    ranks = _rank_table(quality, eligible, used)
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


def one_group(k_min: int) -> Choice:
    """Return the choice of a single group, where not even `k_min` clusters can be made."""
    text = (
        f"The courses are too few or too alike to tell {k_min} types apart. They are described as "
        "one group."
    )
    return Choice(1, text, True)


def choose_by_model(
    criteria: Mapping[int, float],
    smallest_share: Mapping[int, float],
    *,
    criterion: Literal["bic", "icl"] = "bic",
    minimum_share: float = 0.0,
    test: TypesTest | None = None,
) -> Choice:
    """Choose the number of clusters by a criterion of a model.

    Only k whose smallest cluster has at least `minimum_share` of the weight take part, or all if
    none has. Where the model of one cluster is the best, the courses are one continuum.

    Args:
        criteria: the criterion by k, larger is better; with that of one cluster.
        smallest_share: the smallest cluster's share of the weight, by k.
        criterion: the criterion's name.
        minimum_share: smallest allowed share of a cluster.
        test: whether there are types at all; None where that was not tested.
    """
    tried = sorted(smallest_share)
    passing = [k for k in tried if smallest_share[k] >= minimum_share] or tried
    k = max(passing, key=lambda one: (criteria[one], -one))
    name = criterion.upper()
    first = f"One model of all courses was compared with mixtures of {_listed(tried)} types"
    if criteria[1] >= criteria[k]:
        text = (
            f"{first}. By {name} none describes the courses better than the one model. The courses "
            f"form one continuum without separate types. The {k} groups that are shown only divide "
            "it."
        )
        return Choice(k, text, True)
    if test is not None:
        against = (
            f"{first}, and what a mixture gains with what it gains in {test.replicates:,} sets of "
            "random courses that have no types"
        )
        if not test.clear:
            text = (
                f"{against}. It gains no more than chance would make it (level "
                f"{100 * test.level:g} %). The courses form one continuum without separate types. "
                f"The {tried[0]} groups that are shown only divide it."
            )
            return Choice(tried[0], text, True)
        first = f"{against}. It gains more (level {100 * test.level:g} %)"
    large = f"with at least {100 * minimum_share:g} % of the windows in every type"
    text = f"{first}. Of those {large}, k = {k} has the best {name}"
    if k == max(tried) and len(tried) > 1:
        text += ", the largest number that was tried: more types may be better still"
    return Choice(k, f"{text}.")


def _validated(
    tried: Sequence[int],
    span: str,
    smallest_share: Mapping[int, float],
    evidence: Evidence,
    indices: Sequence[str],
    minimum_share: float,
) -> Choice:
    first = (
        f"Each grouping into {span} types was compared with {evidence.replicates:,} sets of random "
        "courses that have no types"
    )
    clear = [k for k in tried if evidence.significant(k)]
    if not clear:
        k = tried[0]
        text = (
            f"{first}. None is clearer than chance would make it (level "
            f"{100 * evidence.level:g} %). The courses form one continuum without separate types. "
            f"The {k} groups that are shown only divide it."
        )
        return Choice(k, text, True, evidence.unstable(k))
    large = [k for k in clear if smallest_share[k] >= minimum_share] or clear
    stable = [k for k in large if not evidence.unstable(k)]
    pool = stable or large
    sums = _rank_table(evidence.standardised, pool, indices).sum(axis=0)
    k = pool[int(np.argmin(sums))]
    small = f"no type with less than {100 * minimum_share:g} % of the windows"
    found = "each type found again when the persons are drawn anew"
    if stable:
        second = f"Of these, {_listed(stable)} {_have(stable)} {small}, and {found}"
    elif smallest_share[k] >= minimum_share:
        second = f"Of these, {_listed(large)} {_have(large)} {small}, but none has {found}"
    else:
        second = f"Each of them has a type with less than {100 * minimum_share:g} % of the windows"
    text = (
        f"{first}. Clearer than chance would make them (level {100 * evidence.level:g} %): "
        f"{_listed(clear)}. {second}. Among these, k = {k} stands out most from chance by "
        f"{_listed(indices)} together."
    )
    return Choice(k, text, False, evidence.unstable(k))


def _have(ks: Sequence[int]) -> str:
    return "has" if len(ks) == 1 else "have"


def _rank_table(
    values: Mapping[int, Mapping[str, float]], ks: Sequence[int], indices: Sequence[str]
) -> Floats:
    """Rank numbers of clusters by each index, (indices, ks)."""
    return np.stack([_ranks([values[k][name] for k in ks], name) for name in indices])


def _ranks(values: Sequence[float], name: str) -> Floats:
    signed = np.array(values) if name in BEST_WHEN_LOW else -np.array(values)
    return pl.Series(np.nan_to_num(signed, nan=np.inf)).rank("average").to_numpy()


def _listed(words: Sequence[object]) -> str:
    *most, last = map(str, words)
    return f"{', '.join(most)} and {last}" if most else last
