"""Activities that the codes do not tell: internships, wage subsidies and courses."""

import numpy as np
import polars as pl

from trajectories.register.clean.overlaps import resolve
from trajectories.register.clean.sort import sort_by_content

DAYS = ("person", "start", "end")


def set_activities(spells: pl.DataFrame, activities: pl.DataFrame) -> pl.DataFrame:
    """Let activities override the activity of benefit spells on their days.

    Args:
        spells: person, start, end, activity and further columns; sorted, without overlaps.
        activities: person, activity, start, end; without overlaps. Days outside spells have no
            effect, since a state without a benefit has no activity.

    Returns:
        The same columns and days; a spell is cut where an activity begins or ends within it.
    """
    if activities.is_empty() or spells.is_empty():
        return spells
    theirs = activities.select(*DAYS, "activity")
    met = (
        spells.lazy()
        .join(theirs.lazy(), on="person", suffix="_of_activity")
        .filter(
            pl.col("start") <= pl.col("end_of_activity"),
            pl.col("end") >= pl.col("start_of_activity"),
        )
        .with_columns(
            start=pl.max_horizontal("start", "start_of_activity"),
            end=pl.min_horizontal("end", "end_of_activity"),
            activity=pl.col("activity_of_activity"),
        )
        .select(spells.columns)
        .collect()
    )
    payload = [name for name in spells.columns if name not in DAYS]
    # An activity holds the days that it shares with the spell around it.
    rows = pl.concat([spells.with_columns(_rank=1), met.with_columns(_rank=0)])
    persons = int(np.max(spells["person"].to_numpy())) + 1
    ordered = sort_by_content(rows, ("_rank", *payload), persons=persons)
    numbered = ordered.with_row_index("row").with_columns(lost=pl.lit(0))
    resolved = resolve(numbered, payload=payload, rank=ordered["_rank"].to_numpy())
    return resolved.intervals.select(spells.columns)
