"""Captions and alternative texts of the figures of checks."""

import polars as pl

from trajectories.release.figures.checks import AGAINST_OTHERS, LAST_LEAD
from trajectories.release.store import Tables
from trajectories.release.style import Style


def event_study(tables: Tables, style: Style) -> tuple[str, str]:
    """Describe the months around a departure."""
    table = tables["event_study"].filter(pl.col("contrast") == AGAINST_OTHERS)
    table = table.drop_nulls("hazard_ratio")
    parts = []
    for name, rows in (
        ("long before the departure", table.filter(pl.col("lag") <= LAST_LEAD)),
        ("from notice on", table.filter(pl.col("lag") > LAST_LEAD)),
    ):
        if rows.height:
            low, high = rows["hazard_ratio"].min(), rows["hazard_ratio"].max()
            parts.append(
                f"{name} from {style.number(float(str(low)), 2)} to "
                f"{style.number(float(str(high)), 2)}"
            )
    study = style.study.english
    caption = (
        f"Monthly {study.chance} of {study.outcome} among clients on a leaver's list, against "
        "clients of other teams in the same municipality and months, with 95 % intervals. Month 0 "
        "is the leaver's last; the shaded months −12 to −4 test whether the lists differed before "
        "anyone could know. Bars that reach the frame go beyond it."
    )
    return caption, f"Points with bars by month. {study.ratios}s {'; '.join(parts)}."


def specifications(tables: Tables, style: Style) -> tuple[str, str]:
    """Describe the specification curve."""
    table = tables["designs"].filter(pl.col("family") == "specification")
    table = table.drop_nulls("hazard_ratio")
    low, high = (float(str(v)) for v in (table["hazard_ratio"].min(), table["hazard_ratio"].max()))
    study = style.study.english
    caption = (
        f"The {study.ratio} of {study.outcome} for a departure under other lags, links, calendar "
        "control, covariates, samples and definitions of the outcome (specification curve), with "
        "95 % intervals."
    )
    alt = (
        f"{table.height} specifications; ratios from {style.number(low, 2)} to "
        f"{style.number(high, 2)}."
    )
    return caption, alt
