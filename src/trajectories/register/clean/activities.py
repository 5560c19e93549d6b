"""Activities that benefit codes do not show: internships, wage subsidies and courses."""

import numpy as np
import polars as pl

from trajectories.notebook.checked_frames import Kind, checked_frame
from trajectories.register.clean.overlaps import resolve
from trajectories.register.clean.sort import sort_by_content

DAYS = ("person", "start", "end")


def set_activities(spells: pl.DataFrame, activities: pl.DataFrame) -> pl.DataFrame:
    """Override the activity of benefit spells on the days of recorded activities.

    Args:
        spells: person, start, end, activity and further columns; sorted, without overlaps.
        activities: person, activity, start, end; without overlaps. Days outside spells are
            ignored, since a state without a benefit has no activity.

    Returns:
        The same columns and days; spells are split where an activity begins or ends.

    Raises:
        UserError: a table lacks a column, or a person or day is missing.
    """
    columns: dict[str, Kind] = {"person": "whole", "start": "day", "end": "day"}
    columns["activity"] = "label"
    spells = checked_frame(spells, "spells", columns, may_miss=["activity"])
    activities = checked_frame(activities, "activities", columns)
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
    # An activity takes precedence on the days it shares with a spell.
    rows = pl.concat([spells.with_columns(_rank=1), met.with_columns(_rank=0)])
    persons = int(np.max(spells["person"].to_numpy())) + 1
    ordered = sort_by_content(rows, ("_rank", *payload), persons=persons)
    numbered = ordered.with_row_index("row").with_columns(lost=pl.lit(0))
    resolved = resolve(numbered, payload=payload, rank=ordered["_rank"].to_numpy())
    return resolved.intervals.select(spells.columns)
