"""How sure memberships are, what goes with them, and what other typologies find."""

ORDER = (
    "cluster_map",
    "membership_certainty",
    "probable_shares",
    "membership_effects",
    "associations_kept",
    "model_agreement",
    "model_clusters",
    "model_criteria",
)
NEEDS_ONE_OF = ("membership_certainty",)
