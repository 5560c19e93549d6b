"""Typologies: distances in, named clusters, medoids and quality indices out.

What trees, medoids and indices share lies here, next to the choice and the names of clusters.
"""

from typing import TYPE_CHECKING

from trajectories.lazy import lazily

if TYPE_CHECKING:
    from trajectories.typology.covariate_association import cluster_association
    from trajectories.typology.indices.quality_indices import quality
    from trajectories.typology.indices.silhouettes import silhouette
    from trajectories.typology.medoids.partition_around_medoids import Partition, pam
    from trajectories.typology.models.comparison import compare_models
    from trajectories.typology.models.exponential_distance import MedSeq, medseq
    from trajectories.typology.models.markov_chains import (
        MarkovMixture,
        markov_mixture,
        markov_mixtures,
    )
    from trajectories.typology.properties.monothetic_clusters import (
        PropertyClusters,
        property_clusters,
    )
    from trajectories.typology.properties.sequence_properties import sequence_properties
    from trajectories.typology.representative_sets.covering_set import (
        Representatives,
        representatives,
    )
    from trajectories.typology.representative_sets.relative_frequency import (
        FrequencyGroups,
        relative_frequency_groups,
    )
    from trajectories.typology.robust_associations.rarcat import Rarcat, rarcat
    from trajectories.typology.sampled_medoids.clara import ClaraPartition, clara
    from trajectories.typology.series.validated_kinds import SeriesTypology, series_typology
    from trajectories.typology.series.warped_kmeans import SeriesClusters, warped_kmeans
    from trajectories.typology.trees.linkage_tree import cut, linkage, ward
    from trajectories.typology.validation.bootstrap_quality import (
        BootstrapQuality,
        bootstrap_quality,
    )
    from trajectories.typology.validation.null_models import null_sequences
    from trajectories.typology.validation.null_quality import null_quality
    from trajectories.typology.validation.null_tests import NullQuality
    from trajectories.typology.validation.spread_over_orders import OrderSpread, order_spread
    from trajectories.typology.validation.stability import Stability, stability

__all__ = [
    "BootstrapQuality",
    "ClaraPartition",
    "FrequencyGroups",
    "MarkovMixture",
    "MedSeq",
    "NullQuality",
    "OrderSpread",
    "Partition",
    "PropertyClusters",
    "Rarcat",
    "Representatives",
    "SeriesClusters",
    "SeriesTypology",
    "Stability",
    "bootstrap_quality",
    "clara",
    "cluster_association",
    "compare_models",
    "cut",
    "linkage",
    "markov_mixture",
    "markov_mixtures",
    "medseq",
    "null_quality",
    "null_sequences",
    "order_spread",
    "pam",
    "property_clusters",
    "quality",
    "rarcat",
    "relative_frequency_groups",
    "representatives",
    "sequence_properties",
    "series_typology",
    "silhouette",
    "stability",
    "ward",
    "warped_kmeans",
]

__getattr__, __dir__ = lazily(__name__)
