"""Clients on leavers' lists, compared with clients of their colleagues."""

import polars as pl

from trajectories.release.gate.derive import guarded_by
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.phrases import level
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables, p_value, plain, share, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """Leavers' clients beside others at the list date."""
    # Bands by their first number, 3–5 before 12–23, within the order of the characteristics.
    listed = tables["balance"].with_columns(
        place=pl.col("characteristic").rle_id(),
        band=pl.col("level").str.extract(r"^(\d+)").cast(pl.Int64),
    )
    return HtmlTable.of(
        style.say(
            _(
                "Clients on leavers' lists {list_months} before the leaver's last month, "
                "compared with clients of colleagues in the same team and month."
            ),
            list_months=lambda to: to.months(to.list_months),
        ),
        listed.sort("place", "band", maintain_order=True),
        {
            _("Characteristic"): lambda row: text(style.word(row["characteristic"])),
            _("Level"): lambda row: text(level(style, row["characteristic"], row["level"])),
            _("On a list"): lambda row: share(
                style, row["listed_share"], tables["balance"]["listed_share"]
            ),
            _("Others"): lambda row: share(
                style, row["others_share"], tables["balance"]["others_share"]
            ),
            _("Standardised difference"): lambda row: plain(style, row["standardised_difference"]),
            "p": lambda row: p_value(style, row["p_value"]),
        },
        _(
            "p-value for no difference, treating the choice of leavers within each team as random "
            "(t(G−1), clustered by team); not corrected for the number of levels."
        ),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="hazards",
        name="balance",
        sensitivity="high",
        row=_("clients with one characteristic on leavers' lists, and of their colleagues"),
        dims=("characteristic", "level"),
        links=(
            cells("listed", of="clients of leavers", by=("level@characteristic",)),
            cells("others", of="clients of colleagues", by=("level@characteristic",)),
            cells(
                "from_caseworkers",
                of="caseworkers who lost clients",
                some=("characteristic", "level"),
                within="listed",
            ),
            cells(
                "other_caseworkers",
                of="colleagues of leavers",
                some=("characteristic", "level"),
                within="others",
            ),
        ),
        counts=(
            Count("listed", "persons", guards=True),
            Count("others", "persons", guards=True),
            Count("from_caseworkers", "caseworkers", guards=True),
            Count("other_caseworkers", "caseworkers", guards=True),
        ),
        estimates=tuple(
            Estimate(name)
            for name in ("listed_share", "others_share", "standardised_difference", "p_value")
        ),
        derived=(
            guarded_by(
                "listed_share", "others_share", "standardised_difference", denominator="listed"
            ),
        ),
    ),
    view=View(
        view,
        reading=_(
            "Differences near zero say that the leavers' clients resembled those of their "
            "colleagues."
        ),
    ),
)
