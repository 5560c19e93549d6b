"""Groups of windows compared: before, during and after the reform, or any others."""

ORDER = (
    "shares",
    "differences",
    "adjusted_differences",
    "decomposition",
    "composition_balance",
    "effective_sizes",
    "adjusted_shares",
    "design",
    "planted_reform",
    "design_trends",
    "design_placebos",
    "relabelling",
    "seam",
    "readiness",
)
NEEDS_ONE_OF = ("shares",)
