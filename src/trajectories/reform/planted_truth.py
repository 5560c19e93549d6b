"""What a simulated register planted as its reform, by intervention."""

from collections.abc import Mapping
from typing import Any

import polars as pl

OUTCOMES = {
    "exits to job": "exit_job",
    "exits to education": "exit_education",
    "exits to flexjob unemployment": "exit_flexjob",
    "entries to an activity": "entry_activity",
    "months under another code": "other_code",
    "months under another readiness": "other_readiness",
}
TYPE = "type "
NO_TYPE = "none"
NUMBERS = (
    *("touched_before", "touched_after", "touched_without"),
    *("effect", "effect_comparison", "difference_in_differences"),
)
SCHEMA = {"outcome": pl.String, **dict.fromkeys(NUMBERS, pl.Float64)}


def planted_table(truth: Mapping[str, Any]) -> pl.DataFrame:
    """Tabulate the effects of the planted reform.

    Args:
        truth: the entry `reform` of the simulator's `truth.json`.

    Returns:
        outcome ("exit_job" and "entry_activity", monthly; "other_code" and "other_readiness",
        shares of months on support that have a new label alone; "type_long_passive", a share of
        persons), touched_before and touched_after (as simulated), touched_without (after, the same
        persons without the reform),
        effect (touched_after − touched_without), effect_comparison (the same of the others),
        difference_in_differences (what the touched's change exceeds the others' by, trends of
        their own included); exits, entries and labels first.
    """
    rows = []
    for key in (*OUTCOMES, *sorted(name for name in truth if name.startswith(TYPE))):
        if key not in truth or key == TYPE + NO_TYPE:
            continue
        told = truth[key]
        rows.append(
            {
                "outcome": OUTCOMES.get(key, key.replace(" ", "_")),
                "touched_before": told["with"]["touched"]["before"],
                "touched_after": told["with"]["touched"]["after"],
                "touched_without": told["without"]["touched"]["after"],
                "effect": told["effect"]["touched"],
                "effect_comparison": told["effect"]["others"],
                "difference_in_differences": told["difference_in_differences"],
            }
        )
    return pl.DataFrame(rows, schema=SCHEMA)
