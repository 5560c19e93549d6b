"""The model-based typologies beside the main one, and how far they agree with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl

from trajectories.arrays import Floats, Ints
from trajectories.config.sections.typology import MixturesConfig
from trajectories.sequences import StateSequences
from trajectories.typology.agreement import NamedPartition, agreement
from trajectories.typology.models.comparison import MARKOV, compare_models
from trajectories.typology.models.mixtures import Mixture
from trajectories.typology.models.partitions import MODEL_METHODS, fit_models, full_labels
from trajectories.typology.name_clusters import name_clusters
from trajectories.typology.tables import both_table
from trajectories.typology.validation.null_quality import in_order, sampled

MAIN = "typology"


@dataclass(frozen=True, eq=False)
class OtherTypology:
    """A model's types in their final order.

    Attributes:
        model: "medseq" or "markov_mixture".
        mixture: the fitted mixture, whose clusters are in another order.
        labels: (n,) most probable type of each sequence, 0…k−1, noise left aside.
        probabilities: (n, k) posterior probabilities; those of noise are apart.
        order: (k,) the mixture's cluster of each type.
        names: the types' names.
    """

    model: str
    mixture: Mixture
    labels: Ints
    probabilities: Floats
    order: Ints
    names: tuple[str, ...]


def other_typologies(
    seqs: StateSequences,
    group: pl.Series,
    k: int,
    settings: MixturesConfig,
    *,
    share: float,
    largest: int,
    seed: int,
    models: Sequence[str] = MODEL_METHODS,
) -> list[OtherTypology]:
    """Fit models with the group as covariate of the mixing proportions.

    A model that sees fewer different sequences than types is left out.

    Args:
        seqs: all sequences.
        group: (n,) group of each, such as the period.
        k: number of types of each.
        settings: how models are fitted.
        share: as in `name_clusters`.
        largest: as in `name_clusters`.
        seed: seed of the starts.
        models: which models are fitted; both by default.
    """
    gating = "group" if group.n_unique() > 1 else None
    data = pl.DataFrame({"group": group})
    found = []
    for model in models:
        fits = fit_models(seqs, model, [k], settings, seed, gating=gating, data=data)
        if k not in fits:
            continue
        mixture = fits[k]
        labels = full_labels(mixture, seqs)
        # A name needs a cluster's months; a type that is nobody's most probable one has none.
        order = np.arange(k)
        names = tuple("" for _ in range(k))
        if np.bincount(labels, seqs.weights, minlength=k).all():
            named = name_clusters(
                labels,
                order,
                seqs.states,
                [str(state) for state in seqs.alphabet],
                seqs.weights,
                share=share,
                largest=largest,
            )
            labels, order, names = named.labels, named.medoids, named.names
        found.append(
            OtherTypology(model, mixture, labels, mixture.memberships[:, order], order, names)
        )
    return found


def criteria_table(
    seqs: StateSequences, ks: Sequence[int], settings: MixturesConfig, *, seed: int
) -> pl.DataFrame:
    """Tabulate the criteria of both models on at most `settings.sample` sequences.

    Returns:
        model, k (with 1), loglik, df, bic, icl, dbs, sorted; without covariates.
    """
    few = sampled(in_order(seqs[np.flatnonzero(seqs.weights)]), settings.sample, seed)
    table = compare_models(
        few,
        sorted({1, *ks}),
        (settings.type, MARKOV),
        starts=settings.starts,
        tolerance=settings.tolerance,
        seed=seed,
    )
    markov = pl.col("model") == MARKOV
    return table.select(
        pl.when(markov).then(pl.lit("markov_mixture")).otherwise(pl.lit("medseq")).alias("model"),
        "k",
        "loglik",
        "df",
        "bic",
        "icl",
        pl.col("dbs").fill_nan(None),
    ).sort("model", "k")


def below_best(criteria: pl.DataFrame) -> pl.DataFrame:
    """Return model, k, dbs and how far BIC and ICL are below the model's best."""
    return criteria.select(
        "model",
        "k",
        "dbs",
        bic_below=pl.col("bic").max().over("model") - pl.col("bic"),
        icl_below=pl.col("icl").max().over("model") - pl.col("icl"),
    )


def model_agreement(main: Ints, others: Sequence[OtherTypology]) -> pl.DataFrame:
    """Return a, b, ari and ami of every pair of the main and the other typologies."""
    named = [NamedPartition(MAIN, main)]
    named += [NamedPartition(one.model, one.labels) for one in others]
    return agreement(list(combinations(named, 2)))


def cross_table(windows: pl.DataFrame, main: Ints, others: Sequence[OtherTypology]) -> pl.DataFrame:
    """Count windows and persons in each cluster and each model's type.

    Args:
        windows: person of each window.
        main: (n,) cluster of each window, 0…k−1.
        others: the other typologies.

    Returns:
        model, cluster (from 1), type (from 1), windows, persons; zeros too.
    """
    k = int(main.max()) + 1
    frames = [
        both_table(windows["person"], main, k, one.labels, len(one.order)).select(
            pl.lit(one.model).alias("model"), pl.all()
        )
        for one in others
    ]
    return pl.concat(frames) if frames else pl.DataFrame()


def certainty_table(
    windows: pl.DataFrame,
    probabilities: Mapping[str, Floats],
    names: Mapping[str, Sequence[str]],
    *,
    sure: float,
) -> pl.DataFrame:
    """Say by cluster how certain memberships are.

    Args:
        windows: person and weight of each window.
        probabilities: (n, k) of each source of probabilities: `fuzzy`, of the main clusters, and
            models, of their types.
        names: names of the clusters or types, by source.
        sure: probability from which a membership counts as sure.

    Returns:
        model, cluster (from 1; the most probable one), name, windows, persons, mean (largest
        probability, weighted), sure (weighted share of memberships of at least `sure`), fewer (the
        windows with such a membership, or those without if they are fewer).
    """
    frames = []
    for model, own in probabilities.items():
        frame = windows.select("person", "weight").with_columns(
            cluster=pl.Series(own.argmax(axis=1) + 1).cast(pl.Int16),
            largest=pl.Series(own.max(axis=1)),
        )
        mass = pl.col("weight").sum()
        frames.append(
            frame.group_by("cluster")
            .agg(
                windows=pl.len().cast(pl.Int64),
                persons=pl.col("person").n_unique().cast(pl.Int64),
                mean=(pl.col("largest") * pl.col("weight")).sum() / mass,
                sure=((pl.col("largest") >= sure) * pl.col("weight")).sum() / mass,
                fewer=pl.min_horizontal(
                    (pl.col("largest") >= sure).sum(), (pl.col("largest") < sure).sum()
                ).cast(pl.Int64),
            )
            .sort("cluster")
            .select(
                pl.lit(model).alias("model"),
                "cluster",
                pl.col("cluster")
                .cast(pl.Int64)
                .replace_strict(dict(enumerate(names[model], 1)), return_dtype=pl.String)
                .alias("name"),
                pl.exclude("cluster"),
            )
        )
    return pl.concat(frames).with_columns(pl.col("mean", "sure").fill_nan(None))
