"""Changes of caseworker in the months up to an exit, and in matched months."""

from functools import partial

from matplotlib.figure import Figure

from trajectories.release.gate.derive import ratio, wilson_interval
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.declared import CASEWORKERS, caseworkers
from trajectories.release.outputs.phrases import share_or_withheld
from trajectories.release.study import Study
from trajectories.release.style import ACCENT, CONTRAST, DASHES, Size, Style, light_grid, new_figure
from trajectories.release.tables import Tables
from trajectories.words import _


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the share with a change in the months up to an exit and in matched months."""
    table = tables["exit_months"].sort("lag")
    figure = new_figure(size, 2.5)
    axes = figure.subplots()
    for name, colour, marker, shift in (
        ("exit", CONTRAST, "D", -0.07),
        ("matched", ACCENT, "o", 0.07),
    ):
        share = f"{name}_share"
        part = table.drop_nulls(share)
        x = part["lag"].to_numpy() + shift
        axes.vlines(x, part[f"{share}_low"], part[f"{share}_high"], color=colour, linewidth=1.3)
        axes.plot(
            x,
            part[share],
            color=colour,
            marker=marker,
            linestyle="-" if name == "exit" else DASHES[1],
            linewidth=0.9,
            markerfacecolor=colour if name == "exit" else "#ffffff",
            label=style.word(f"{name}_months"),
        )
    lags = table["lag"].to_list()
    labels = [style.word("exit_month") if lag == 0 else f"{lag}".replace("-", "−") for lag in lags]
    axes.set_xticks(lags, labels)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(style.percent_ticks())
    axes.set(xlabel=style.word("months_before_exit"), ylabel=style.word("share_with_change"))
    light_grid(axes, "y")
    figure.legend(loc="outside lower center", ncols=2)
    return figure


def caption(tables: Tables, style: Style) -> str:
    """Name the exit and the lag of the models."""
    return style.say(
        _(
            "Share with a caseworker change in the month of {exit} and the months before it, "
            "against matched months at risk. The models use a lag of {lag_months}."
        ),
        lag_months=lambda to: to.months(to.lag_months),
    )


def alt(tables: Tables, style: Style) -> str:
    """Say both shares of each month."""
    parts = []
    for row in tables["exit_months"].sort("lag", descending=True).iter_rows(named=True):
        earlier = partial(Study.months, number=-row["lag"])
        month = style.say(_("{months} earlier") if row["lag"] else _("exit month"), months=earlier)
        shares = [
            share_or_withheld(style, row["exit_share"]),
            share_or_withheld(style, row["matched_share"]),
        ]
        parts.append(
            style.say(
                _("{month}: {share} against {matched}"),
                month=month,
                share=shares[0],
                matched=shares[1],
            )
        )
    return style.say(_("Two lines with intervals: {parts}."), parts="; ".join(parts))


OUTPUT = Output(
    table=TableSpec(
        stage="hazards",
        name="exit_months",
        sensitivity="high",
        row=_("changes in the months up to an exit, and in matched months at risk without one"),
        dims=("lag",),
        links=(
            cells("exit_months", of="months of exits", some=("lag",)),
            cells("exit_changes", of="changes before exits", some=("lag",), within="exit_months"),
            cells("matched_months", of="matched months", some=("lag",)),
            cells(
                "matched_changes",
                of="changes in matched months",
                some=("lag",),
                within="matched_months",
            ),
            *caseworkers("lag"),
        ),
        counts=(
            Count("exit_months", "months", guards=True),
            Count("exit_changes", "events"),
            Count("matched_months", "months", guards=True),
            Count("matched_changes", "events"),
            *CASEWORKERS,
        ),
        derived=(
            ratio("exit_share", "exit_changes", "exit_months"),
            wilson_interval("exit_share", "exit_changes", "exit_months"),
            ratio("matched_share", "matched_changes", "matched_months"),
            wilson_interval("matched_share", "matched_changes", "matched_months"),
        ),
        added=(
            "exit_share",
            "exit_share_low",
            "exit_share_high",
            "matched_share",
            "matched_share_low",
            "matched_share_high",
        ),
    ),
    figure=Drawing(
        reading=_(
            "Where the lines part near the exit, the registration may follow the exit and not"
            " the other way round."
        ),
        draw=draw,
        needs=("exit_share",),
        caption=caption,
        alt=alt,
    ),
)
