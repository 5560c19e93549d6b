"""The report's tables of checks: the verdict, risks, designs, balance, what follows a change."""

import polars as pl

from trajectories.release.figures.style import Style
from trajectories.release.report.cells import count, digits_of, interval, plain, share
from trajectories.release.report.html import Cell, HtmlTable, text
from trajectories.release.report.verdict_words import judged
from trajectories.release.store import Tables

SHOWN_OUTCOMES = (
    "job",
    "education",
    "upgrade to job-ready",
    "entry to activation",
    "still on support",
)

LEAST_P = 0.001
"""A p-value below this is given as such."""


def verdict(tables: Tables, style: Style) -> HtmlTable:
    """Every check of the headline, what speaks against it first."""
    danish = style.language == "da"
    rows = [
        [text(check), text(style.word(word)), text(why)]
        for check, word, why in judged(tables["verdict"], style.language)
    ]
    return HtmlTable(
        "Hvad hver prøve siger om hovedtallet: modsagt, tavs (data kan ikke afgøre det) eller "
        "støttet."
        if danish
        else "What each check says of the headline: contradicted, silent (the data cannot tell) or "
        "supported.",
        ["Prøve", "Dom", "Hvorfor"] if danish else ["Check", "Verdict", "Why"],
        rows,
        "En prøve, der bygger på en test, siger ved en fejl modsagt i omkring ét af tyve studier "
        "med et rigtigt hovedtal; flere prøver tilsammen oftere."
        if danish
        else "A check that rests on a test says contradicted by mistake in about one of twenty "
        "studies whose headline is right; several checks together more often.",
    )


def job_risks(tables: Tables, style: Style) -> HtmlTable:
    """The risk of a job with a departure and without."""
    rows = []
    for row in tables["job_risks"].iter_rows(named=True):
        points = [
            None if row[name] is None else style.number(100 * row[name], 1)
            for name in ("difference", "low", "high")
        ]
        rows.append(
            [
                Cell(str(row["time"]), number=True),
                share(style, row["risk_none"], tables["job_risks"]["risk_none"]),
                share(style, row["risk_departure"], tables["job_risks"]["risk_departure"]),
                Cell("", withheld=True)
                if None in points
                else Cell(f"{points[0]} ({points[1]} to {points[2]})", number=True),
                count(style, row["persons"]),
            ]
        )
    return HtmlTable(
        "Share with a job within some months of time zero: a departure in the third month, and "
        "none (g-computation; other exits compete, all else as it comes).",
        ["Months", "No departure", "Departure", "Difference, percentage points", "Persons"],
        rows,
    )


def _p_value(style: Style, value: float | None) -> Cell:
    if value is not None and value < LEAST_P:
        return Cell(f"< {style.plain(LEAST_P)}", number=True)
    return plain(style, value)


def designs(tables: Tables, style: Style) -> HtmlTable:
    """Designs beside the headline, without the specification curve, which is a figure."""
    table = tables["designs"].filter(pl.col("family") != "specification")
    rows = []
    for row in table.iter_rows(named=True):
        test = row["term"] == "equal in all groups"
        nothing = Cell("–", number=True)
        rows.append(
            [
                text(row["family"].capitalize()),
                text(f"{row['design']}: {style.word(row['term'])}"),
                nothing if test else Cell(digits_of(style, row["hazard_ratio"], 3), number=True),
                nothing if test else interval(style, row["low"], row["high"]),
                _p_value(style, row["p_value"]),
                count(style, row["events"]),
            ]
        )
    return HtmlTable(
        "Other designs: shape, causes, placebo, exits, subgroups, one municipality left out.",
        ["Family", "Term", "Hazard ratio", "95 % interval", "p", "Events"],
        rows,
        "Intervals and tests by municipality and first team with t(G−1): the jackknife for the "
        "placebo, the negative control, attrition and later changes where it can be made, else the "
        "sandwich; tests of equality over groups are corrected for their number (Holm).",
    )


def balance(tables: Tables, style: Style) -> HtmlTable:
    """Leavers' clients beside others at the list date."""
    # Bands by their first number, 3–5 before 12–23, within the order of the characteristics.
    listed = tables["balance"].with_columns(
        place=pl.col("characteristic").rle_id(),
        band=pl.col("level").str.extract(r"^(\d+)").cast(pl.Int64),
    )
    rows = [
        [
            text(style.word(row["characteristic"])),
            text(style.word(row["level"])),
            share(style, row["listed_share"], tables["balance"]["listed_share"]),
            share(style, row["others_share"], tables["balance"]["others_share"]),
            plain(style, row["standardised_difference"]),
            _p_value(style, row["p_value"]),
        ]
        for row in listed.sort("place", "band", maintain_order=True).iter_rows(named=True)
    ]
    return HtmlTable(
        "Clients on leavers' lists three months before the leaver's last, beside clients of "
        "colleagues in the same team and month.",
        ["Characteristic", "Level", "On a list", "Others", "Standardised difference", "p"],
        rows,
        "p of no difference, if each team's leavers were drawn by lot (t(G−1), teams as clusters); "
        "not corrected for the number of levels.",
    )


def after_changes(tables: Tables, style: Style) -> HtmlTable:
    """What follows a change within twelve months, by cause."""
    table = tables["after_changes"]
    found = {(row["cause"], row["outcome"]): row for row in table.iter_rows(named=True)}
    rows = []
    for cause in style.arrange(table["cause"]):
        cells = [text(style.word(cause))]
        for outcome in SHOWN_OUTCOMES:
            value = found.get((cause, outcome), {}).get("share")
            # Causes differ much in number, and so in the digits that their shares support.
            cells.append(share(style, value, pl.Series([value], dtype=pl.Float64)))
        rows.append(cells)
    return HtmlTable(
        "What follows a change of caseworker within twelve months, by the cause known then.",
        ["Cause", *(style.word(outcome).capitalize() for outcome in SHOWN_OUTCOMES)],
        rows,
        "Descriptive. Upgrades among those not job-ready, activation among those passive; a change "
        "put down to a visitation comes with a new readiness by definition.",
    )


def mechanisms(tables: Tables, style: Style) -> HtmlTable:
    """How hand-overs went."""
    names = ("mean_gap_days", "mean_caseload", "mean_tenure_months")
    rows = [
        [
            text(style.word(row["cause"])),
            count(style, row["changes"]),
            share(style, row["waited_share"], pl.Series([row["waited_share"]], dtype=pl.Float64)),
            *(plain(style, row[name]) for name in names),
        ]
        for row in tables["mechanisms"].iter_rows(named=True)
    ]
    return HtmlTable(
        "How the hand-over went: days without a caseworker, clients of the successor on that day, "
        "months since the successor's first client.",
        [
            "Cause",
            "Changes",
            "A week or more without",
            "Days without",
            "Successor's clients",
            "Successor's months",
        ],
        rows,
        "A registered caseworker is not a meeting: whether anybody met is not in these data.",
    )
