"""How the hand-over went, by the cause of the change."""

import polars as pl

from trajectories.release.gate.derive import ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.declared import CASEWORKERS, caseworkers
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables, count, plain, share, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
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
        _(
            "The hand-over: days without a caseworker, clients of the successor on "
            "the day of the change, months since the successor's first client."
        ),
        [
            _("Cause"),
            _("Changes"),
            _("A week or more without"),
            _("Days without"),
            _("Successor's clients"),
            _("Successor's months"),
        ],
        rows,
        _("A registered caseworker is not a meeting: whether anybody met is not in these data."),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="hazards",
        name="mechanisms",
        sensitivity="moderate",
        row=_("how the hand-over went in changes of one cause"),
        dims=("cause",),
        drop_small=("changes",),
        links=(
            cells("changes", of="changes", by=("cause",)),
            cells(
                "persons", of="persons with changes", by=("cause",), overlap=True, within="changes"
            ),
            cells("waited", of="changes with a wait", some=("cause",), within="changes"),
            *caseworkers("cause", within="changes"),
        ),
        counts=(
            Count("changes", "events"),
            Count("persons", "persons", guards=True),
            *CASEWORKERS,
            Count("waited", "events"),
        ),
        derived=(ratio("waited_share", "waited", "changes"),),
        added=("waited_share",),
        estimates=tuple(
            Estimate(name, supported_by="changes")
            for name in ("mean_gap_days", "mean_caseload", "mean_tenure_months")
        ),
    ),
    view=View(
        view,
        reading=_(
            "Many days without a caseworker, or many clients of the successor, are ways in "
            "which a departure may be felt."
        ),
    ),
)
