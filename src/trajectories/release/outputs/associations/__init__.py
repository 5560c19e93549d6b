"""What covariates explain of courses, and typical courses: an annex of the typology."""

ORDER = (
    "discrepancy",
    "period_contrasts",
    "discrepancy_positions",
    "robust_associations",
    "property_clusters",
    "sequence_tree",
    "sequence_tree_states",
    "representative_sets",
    "representatives",
    "frequency_groups",
)
NEEDS_ONE_OF = ("discrepancy", "property_clusters")
