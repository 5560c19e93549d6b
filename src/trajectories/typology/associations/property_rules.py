"""Clusters that a rule defines, beside those of the typology."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from trajectories.arrays import Ints
from trajectories.discrepancy.splits import MOST_LEVELS
from trajectories.sequences import StateSequences
from trajectories.typology.agreement import NamedPartition, agreement
from trajectories.typology.associations.analysed import Analysed
from trajectories.typology.properties.monothetic_clusters import property_clusters
from trajectories.typology.properties.sequence_properties import Property, sequence_properties
from trajectories.typology.tables import persons_by


def rules_table(
    sample: Analysed,
    seqs: StateSequences,
    person: Ints,
    labels: Ints,
    *,
    properties: Sequence[Property],
    min_share: float,
) -> pl.DataFrame:
    """Return clusters by rules, as many as the typology has, or as many as there are.

    The tree is grown on the sample, and its rules place all windows.

    Args:
        sample: the sample with its distances.
        seqs: all windows.
        person: (n,) persons.
        labels: (n,) the typology's clusters, from 0.
        properties: what rules may ask for; states of a month only where there are few enough for
            a tree to divide.
        min_share: least share of the sample's weight in a cluster.

    Returns:
        cluster (from 1), rule, windows, persons, weight; r2 (share of the sample's discrepancy
        between these clusters) and ari (agreement with the typology over all windows), the same in
        every row.
    """
    states = len(seqs.alphabet) + seqs.has_missing
    asked = [name for name in properties if name != "state" or states <= MOST_LEVELS]
    if not asked:
        return pl.DataFrame()
    found = property_clusters(
        seqs[sample.rows],
        sample.d,
        sample.weights,
        properties=asked,
        min_size=min_share,
    )
    k = min(int(labels.max()) + 1, found.most)
    rules = found.rules(k)
    unique = seqs.unique()
    place = found.assign(sequence_properties(unique.sequences, asked), k)[unique.inverse]
    whole = found.tree.nodes.row(0, named=True)
    alike = agreement([(NamedPartition("typology", labels), NamedPartition("rules", place))])
    within = float((rules["n"] * rules["discrepancy"]).sum())
    total = whole["n"] * whole["discrepancy"]
    return pl.DataFrame(
        {
            "cluster": np.arange(1, k + 1, dtype=np.int16),
            "rule": rules["rule"],
            "windows": np.bincount(place, minlength=k),
            "persons": persons_by(person, place, k),
            "weight": np.bincount(place, seqs.weights, k),
            "r2": np.full(k, 1 - within / total if total else np.nan),
            "ari": np.full(k, alike["ari"][0]),
        }
    ).fill_nan(None)
