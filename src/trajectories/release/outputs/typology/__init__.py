"""Clusters of like sequences."""

ORDER = (
    "quality",
    "quality_intervals",
    "null_quality",
    "stability",
    "samples",
    "clusters",
    "medoids",
    "modal_sequence",
    "cluster_states",
    "cluster_group_states",
    "stripes",
    "partition_states",
    "partitions",
    "agreement",
)
NEEDS_ONE_OF = ("clusters",)
