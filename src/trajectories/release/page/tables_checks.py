"""The report's tables of checks: the verdict, risks, designs, balance, what follows a change."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from trajectories.release.page.cells import (
    count,
    digits_of,
    interval,
    plain,
    points_and_interval,
    share,
)
from trajectories.release.page.html import Cell, HtmlTable, text
from trajectories.release.page.verdict_words import judged
from trajectories.release.store import Tables
from trajectories.release.study import listed, months
from trajectories.release.style import Style

UNTESTED = (
    "not tested (too few teams in some group)",
    "not tested (one group alone)",
    "not tested (the model has no estimate)",
)
"""Terms of designs that say why the groups of a grouping are not compared."""
EQUALITY = ("equal in all groups", "equal in all bands", *UNTESTED)
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
        for check, word, why in judged(tables["verdict"], style.study)
    ]
    return HtmlTable(
        "Hvad hver prøve siger om hovedtallet: modsagt, kan ikke afgøres (data kunne ikke have "
        "vist det) eller støttet."
        if danish
        else "What each check says about the headline: contradicted, inconclusive (the data could "
        "not have shown it) or supported.",
        ["Prøve", "Dom", "Hvorfor"] if danish else ["Check", "Verdict", "Why"],
        rows,
        "Er hovedtallet rigtigt, siger en prøve, der bygger på en test, alligevel modsagt i "
        "omkring ét af tyve studier; mindst én af flere prøver gør det oftere."
        if danish
        else "Where the headline is right, a check that rests on a test still says contradicted in "
        "about one study in twenty; at least one of several checks does so more often.",
    )


def job_risks(tables: Tables, style: Style) -> HtmlTable:
    """The risk of a job with a departure and without."""
    rows = []
    for row in tables["job_risks"].iter_rows(named=True):
        rows.append(
            [
                Cell(str(row["time"]), number=True),
                share(style, row["risk_none"], tables["job_risks"]["risk_none"]),
                share(style, row["risk_departure"], tables["job_risks"]["risk_departure"]),
                points_and_interval(style, row),
                count(style, row["persons"]),
            ]
        )
    study = style.study.english
    last = max(tables["job_risks"]["time"].to_list())
    return HtmlTable(
        f"Share that has {study.reached} within some months of time zero: a departure in month "
        f"{study.departure_month}, and none (g-computation; other exits compete, all other events "
        "follow their observed pattern).",
        ["Months", "No departure", "Departure", "Difference, percentage points", "Persons"],
        rows,
        f"Persons whose courses begin at least {months(last)} before the data end, in places and "
        "half-years for which the models know the hazard; other courses cannot be followed to the "
        "last horizon.",
    )


def _p_value(style: Style, value: float | None) -> Cell:
    if value is not None and value < LEAST_P:
        return Cell(f"< {style.plain(LEAST_P)}", number=True)
    return plain(style, value)


def designs(tables: Tables, style: Style) -> HtmlTable:
    """Designs beside the headline, without the specification curve, which is a figure."""
    table = tables["designs"].filter(pl.col("family") != "specification")
    families = table["family"].unique(maintain_order=True).to_list()
    rows = []
    for row in table.iter_rows(named=True):
        test = row["term"] in EQUALITY
        nothing = Cell("–", number=True)
        rows.append(
            [
                text(row["family"].capitalize()),
                text(f"{_design(row, style)}: {_term(row['term'], style)}"),
                nothing if test else Cell(digits_of(style, row["hazard_ratio"], 3), number=True),
                nothing if test else interval(style, row["low"], row["high"]),
                nothing if row["term"] in UNTESTED else _p_value(style, row["p_value"]),
                nothing if row["p_corrected"] is None else _p_value(style, row["p_corrected"]),
                count(style, row["events"]),
                count(style, row["clusters"]),
            ]
        )
    return HtmlTable(
        f"Other designs, all of {style.study.english.exit} unless they say otherwise: "
        f"{listed([name.replace('_', ' ') for name in families])}.",
        [
            "Family",
            "Term",
            style.study.ratios,
            "95 % interval",
            "p",
            "p, corrected",
            "Events",
            "Teams",
        ],
        rows,
        "Intervals and tests are clustered by municipality and first team with t(G−1), G being the "
        "number of teams in the last column; for a subgroup, an exit or a test of constancy, those "
        "in which a client whose caseworker left has the exit. Jackknife standard errors for "
        "subgroups and, where they can be computed, for constancy, the placebo, the negative "
        "control, attrition and later changes, else the sandwich. The p-values of equality over "
        "groups are corrected for their number (Holm); exits and tests of constancy have a second, "
        "corrected p-value; the others are not corrected.",
    )


def _design(row: Mapping[str, Any], style: Style) -> str:
    """A design's name; an exit by its label."""
    return style.word(row["design"]) if row["family"] == "exits" else str(row["design"])


def _term(term: str, style: Style) -> str:
    """A term's name; states in the name of a type of course by their labels."""
    return style.word(style.cluster(term, short=True))


def randomisation(tables: Tables, style: Style) -> HtmlTable:
    """The tests with leavers drawn again within team and month."""
    rows = []
    for row in tables["randomisation"].iter_rows(named=True):
        corrected = row["p_corrected"]
        rows.append(
            [
                text(row["kind"].capitalize()),
                text(style.word(row["test"])),
                plain(style, row["statistic"]),
                count(style, row["degrees"]),
                _p_value(style, row["p_value"]),
                Cell("–", number=True) if corrected is None else _p_value(style, corrected),
                count(style, row["departures"]),
                count(style, row["caseworkers"]),
            ]
        )
    return HtmlTable(
        "Randomisation tests: the leavers of each team and month are drawn again among the "
        "caseworkers of the team.",
        ["Test", "Of", "Statistic", "Degrees", "p", "p, corrected", "Departures", "Caseworkers"],
        rows,
        "p-value for no difference, treating the choice of leavers within each team and month as "
        "random. The statistic is the score of the exposure in standard deviations; for balance it "
        "is the squared distance of all characteristics together (Hansen and Bowers). The p-values "
        "of unrelated exits are corrected for their number as well (Holm).",
    )


def lead_bounds(tables: Tables, style: Style) -> HtmlTable:
    """The year after a departure, bounded by the leads."""
    rows = []
    for row in tables["lead_bounds"].iter_rows(named=True):
        at = row["bound"] == "breakdown"
        nothing = Cell("–", number=True)
        rows.append(
            [
                text(row["contrast"].capitalize()),
                text("reaches 1" if at else row["bound"].capitalize()),
                plain(style, row["relative"]),
                nothing if at else interval(style, row["set_low"], row["set_high"]),
                nothing if at else interval(style, row["low"], row["high"]),
            ]
        )
    return HtmlTable(
        f"Bounds of the {style.study.ratio} in the year after a departure, if other differences "
        "between the clients are at most so many times as large as before it.",
        ["Contrast", "Other differences", "Times", "Bounds", "95 % interval"],
        rows,
        "Against other clients: in each quarter after, at most so many times the largest "
        "difference of the months −12 to −4. Against the same list before: from quarter to quarter "
        "a change of at most so many times the largest change between neighbouring quarters before "
        "(relative magnitudes, Rambachan and Roth).",
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
        f"Clients on leavers' lists {months(style.study.list_months)} before the leaver's last "
        "month, compared with clients of colleagues in the same team and month.",
        ["Characteristic", "Level", "On a list", "Others", "Standardised difference", "p"],
        rows,
        "p-value for no difference, treating the choice of leavers within each team as random "
        "(t(G−1), clustered by team); not corrected for the number of levels.",
    )


def after_changes(tables: Tables, style: Style) -> HtmlTable:
    """What follows a change within twelve months, by cause."""
    table = tables["after_changes"]
    outcomes = tuple(dict.fromkeys((style.study.event, *SHOWN_OUTCOMES)))
    found = {(row["cause"], row["outcome"]): row for row in table.iter_rows(named=True)}
    rows = []
    for cause in style.arrange(table["cause"]):
        cells = [text(style.word(cause))]
        for outcome in outcomes:
            value = found.get((cause, outcome), {}).get("share")
            # Causes differ much in number, and so in the digits that their shares support.
            cells.append(share(style, value, pl.Series([value], dtype=pl.Float64)))
        rows.append(cells)
    return HtmlTable(
        "What follows a change of caseworker within twelve months, by the cause known then.",
        ["Cause", *(style.word(outcome).capitalize() for outcome in outcomes)],
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
        "The hand-over: days without a caseworker, clients of the successor on the day of the "
        "change, months since the successor's first client.",
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
