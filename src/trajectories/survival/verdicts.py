"""The words of a verdict, and from where on a number speaks: the same for every check."""

CONTRADICTED, SILENT, SUPPORTED = "contradicted", "silent", "supported"
LEAST_P = 0.05
"""A p-value below this shows a difference."""
NEAR_ONE = 0.1
"""A ratio whose interval lies within this share of 1, either way, shows none."""
