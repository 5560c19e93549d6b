"""Captions and alternative texts of the figures on changes, colleagues and selection."""

import polars as pl

from trajectories.release.captions_words import Row, from_to
from trajectories.release.model_rows import find
from trajectories.release.store import Tables
from trajectories.release.style import Style


def change_rates(tables: Tables, style: Style) -> tuple[str, str]:
    """Describe how often those at risk get a new caseworker."""
    months = tables["changes_by_month"].drop_nulls("rate").sort("rate")
    bands = tables["change_hazard"].drop_nulls("rate")
    caption = (
        "Changes of caseworker for each person-month at risk: left by calendar month, right by "
        "months at risk (the hazard of a change, with 95 % intervals)."
    )
    alt = "Points by month"
    if months.height:
        top = months.row(-1, named=True)
        alt += f"; highest in {top['month']} with {style.share(top['rate'])}"
    if bands.height:
        first, last = bands.row(0, named=True), bands.row(-1, named=True)
        alt += (
            f". By duration from {style.share(first['rate'])} (months {first['duration']}) to "
            f"{style.share(last['rate'])} (months {last['duration']})"
        )
    return caption, f"{alt}."


def after_changes(tables: Tables, style: Style) -> tuple[str, str]:
    """Describe what follows changes of each cause within a year."""
    study = style.study.english
    table = tables["after_changes"].filter(pl.col("outcome") == study.event).drop_nulls("share")
    parts = [
        f"{style.word(row['cause']).lower()} {style.percent(row['share'])}"
        for row in table.iter_rows(named=True)
    ]
    caption = (
        "What follows a change of caseworker within twelve months, by the cause known then; "
        "dashed, the share in matched months without a change (same calendar month, duration band "
        "and municipality). Descriptive: requests and visitations happen to those who do well or "
        "badly."
    )
    reached = f" {study.outcome.capitalize()}: {'; '.join(parts)}." if parts else ""
    return caption, f"Points by cause, one panel an outcome.{reached}"


def caseloads(tables: Tables, style: Style) -> tuple[str, str]:
    """Describe the clients of remaining colleagues around a departure."""
    table = tables["caseloads"].drop_nulls("mean_caseload")
    parts = [
        f"month {row['lag']}: {style.number(row['mean_caseload'], 0)}".replace("-", "−")
        for row in table.filter(pl.col("lag").is_in([-3, 0, 6])).iter_rows(named=True)
    ]
    caption = (
        "Mean number of clients of the leaver's colleagues of the same team, by month from the "
        "leaver's last; colleagues held a list three months before."
    )
    return caption, f"A line over 13 months; {', '.join(parts)}."


def selection_curve(tables: Tables, style: Style) -> tuple[str, str]:
    """Describe what selection alone makes of changes without an effect."""
    table = tables["selection_curve"].drop_nulls("association")
    found = find(tables["models"], "association", "changes") if "models" in tables else None
    known = found is not None and found["hazard_ratio"] is not None
    band = "The band is the association found, with its 95 % interval; the" if known else "The"

    def span(first: Row, last: Row) -> str:
        return (
            f"{style.word(first['selective'])}: from {style.number(first['association'], 2)} at "
            f"strength {first['strength']} to {style.number(last['association'], 2)} at "
            f"{last['strength']}"
        )

    at_random = _departures(table, style)
    caption = (
        "The selection curve: the association that this analysis would find in registers like this "
        "one in which changes of caseworker do nothing, but happen more often to persons with poor "
        "chances. Strength 3 is three times as often at one standard deviation below the mean. "
        f"{band} number of changes is the same at every strength.{at_random}"
    )
    return caption, f"Lines by strength: {from_to(table, 'selective', span)}."


def _departures(table: pl.DataFrame, style: Style) -> str:
    """Say which ratio the curve gives departures, which are drawn at random in it."""
    ratios = sorted(style.number(value, 2) for value in set(table["departures"].drop_nulls()))
    if not ratios:
        return ""
    span = ratios[0] if ratios[0] == ratios[-1] else f"from {ratios[0]} to {ratios[-1]}"
    return (
        " Departures are drawn at random in these registers and do nothing: what the model finds "
        f"for them is {span}, where 1 would be right."
    )
