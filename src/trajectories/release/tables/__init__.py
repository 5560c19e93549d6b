"""Released tables: by name as they come from the release, and as the report lays them out."""

import polars as pl

Tables = dict[str, pl.DataFrame]
"""Released tables by name."""
