"""Model-based typologies compared by their criteria."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import polars as pl

from trajectories.sequences import StateSequences
from trajectories.typology.models.exponential_distance import medseq
from trajectories.typology.models.markov_chains import markov_mixtures
from trajectories.typology.models.mixtures import Mixture

MARKOV = "markov"


def compare_models(
    seqs: StateSequences,
    ks: Iterable[int],
    models: Sequence[str] = ("UU", "UUN", MARKOV),
    **options: Any,
) -> pl.DataFrame:
    """Fit models of several kinds and numbers of clusters, and tabulate their criteria.

    Numbers of clusters above that of different sequences are left out; for chains sequences are
    alike that move equally often from each state to each.

    The models give probabilities of the same sequences, so that their BIC can be compared, if no
    position is missing.

    Args:
        seqs: the sequences.
        ks: numbers of clusters, noise apart.
        models: precision types of `medseq`, and "markov" for `markov_mixtures`.
        options: arguments that both take: weights, gating, data, starts, seed, tolerance, threads.

    Returns:
        model, k, loglik, df, bic, icl, dbs, smallest_proportion (of a cluster), starts,
        starts_at_best; one row a fit, the highest BIC first.

    Raises:
        ValueError: an unknown model, and what the functions raise.
    """
    rows = []
    tried = sorted(set(ks))
    different = len(seqs.unique().sequences)
    chains = markov_mixtures(seqs, tried, **options) if MARKOV in models else {}
    for k in tried:
        for model in models:
            if k > different or (model == MARKOV and k not in chains):
                continue
            fit: Mixture = (
                chains[k] if model == MARKOV else medseq(seqs, k, model, **options)  # type: ignore[arg-type]
            )
            rows.append(
                {
                    "model": model,
                    "k": k,
                    "loglik": fit.loglik,
                    "df": fit.df,
                    "bic": fit.bic,
                    "icl": fit.icl,
                    "dbs": fit.dbs,
                    "smallest_proportion": float(np.min(fit.proportions, initial=1.0)),
                    "starts": fit.starts.height,
                    "starts_at_best": fit.starts_at_best,
                }
            )
    return pl.DataFrame(rows).sort("bic", descending=True, maintain_order=True)
