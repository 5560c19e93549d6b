"""The report's tables of the appendix: competing exits, and timing of events."""

import polars as pl

from trajectories.release.page.cells import count, digits_of, interval, plain
from trajectories.release.page.html import Cell, HtmlTable, text
from trajectories.release.store import Tables
from trajectories.release.style import Style


def _ratio(style: Style, value: float | None) -> Cell:
    if value is None:
        return Cell("", withheld=True)
    return Cell(digits_of(style, value, 3), number=True)


def subdistribution(tables: Tables, style: Style) -> HtmlTable:
    """Hazards of an exit and of its subdistribution, by what is known at time zero."""
    rows = []
    for row in tables["subdistribution"].iter_rows(named=True):
        cells = [text(style.word(row["exit"])), text(row["term"])]
        for name in ("cause_specific", "subdistribution"):
            cells.append(_ratio(style, row[name]))
            cells.append(interval(style, row[f"{name}_low"], row[f"{name}_high"]))
        rows.append([*cells, count(style, row["events"])])
    return HtmlTable(
        "Hazard ratios of an exit among those who have not left, and subdistribution hazard ratios "
        "(Fine and Gray), by age and sex at time zero.",
        [
            "Exit",
            "Term",
            "Hazard ratio",
            "95 % interval",
            "Subdistribution ratio",
            "95 % interval",
            "Events",
        ],
        rows,
        "The subdistribution ratio compares the share that has ever left by the exit, other exits "
        "competing. Departures happen during follow-up and are not part of this model. Sandwich "
        "standard errors by person.",
    )


def timing_of_events(tables: Tables, style: Style) -> HtmlTable:
    """The first change and the exit, with and without shared unobserved factors."""
    rows = []
    for row in tables["timing_of_events"].iter_rows(named=True):
        nothing = Cell("–", number=True)
        alone = row["starts"] is None
        rows.append(
            [
                text(row["model"].capitalize()),
                _ratio(style, row["hazard_ratio"]),
                nothing if row["low"] is None else interval(style, row["low"], row["high"]),
                nothing if alone else plain(style, row["starts"]),
                nothing if alone else plain(style, row["share_at_maximum"]),
                nothing if alone else interval(style, row["lowest"], row["highest"]),
                nothing if alone else plain(style, row["likelihood_gain"]),
                count(style, row["changes"]),
            ]
        )
    return HtmlTable(
        "Timing of events (Abbring and Van den Berg 2003): the first change of any cause and the "
        "exit, in a model of both.",
        [
            "Model",
            "Hazard ratio of a first change",
            "95 % interval",
            "Starts",
            "Share at the best maximum",
            "Lowest and highest of the starts",
            "Gain in log-likelihood",
            "First changes",
        ],
        rows,
        "Fragile: it needs changes that nobody foresees, and factors that are proportional, "
        "constant and unrelated to the covariates at the start. Where few starts reach the best "
        "maximum, or the gain is small, the data say little about the factors.",
    )


def incidence_bands(tables: Tables, style: Style) -> HtmlTable:
    """How much wider than pointwise intervals the bands of whole curves are."""
    table = tables["incidence_bands"].filter(pl.col("group") == "all")
    rows = [
        [
            text(style.word(row["exit"])),
            plain(style, row["critical"]),
            plain(style, row["first_month"]),
            plain(style, row["last_month"]),
            count(style, row["events"]),
        ]
        for row in table.iter_rows(named=True)
    ]
    return HtmlTable(
        "Half-width, in standard errors, of a 95 % band that covers the whole curve of cumulative "
        "incidence; pointwise intervals have 1.96.",
        ["Exit", "Half-width", "From month", "To month", "Events"],
        rows,
        "Equal-precision bands on the complementary log-log scale, by normal multipliers over "
        "persons.",
    )
