"""Those whom the reform touched against those whom it did not."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from trajectories.release.gate.derive import guarded_by, withheld_with
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.gate.vocabulary import NAME, one_of
from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.documents import REPORT
from trajectories.release.style import Style
from trajectories.release.tables import Cell, HtmlTable, Tables, number, p_value, points, text
from trajectories.words import _

OUTCOME = one_of(NAME)
"""`exit_job`, `cluster_1`: the number is a cluster's."""

MEANS = ("touched_before", "touched_after", "comparison_before", "comparison_after")
IN_SHARES = ("estimate", "low", "high", "trend_carried", "bounded_low", "bounded_high")
"""Shares and their differences: one person more moves them."""
NUMBERS = (
    *MEANS,
    *("estimate", "low", "high", "p_value"),
    *("pre_trend_p_value", "trend_carried", "placebo_p_value", "placebo_count"),
    *("bounded_low", "bounded_high", "breakdown"),
)


def outcome_word(style: Style, tables: Tables, outcome: str) -> str:
    """Name an outcome: an exit by its word, a cluster by number and name."""
    kind, _sep, rest = outcome.partition("_")
    if kind != "cluster":
        return style.word(outcome)
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    return f"{rest}  {style.cluster(names.get(int(rest)), short=True)}"


def change(style: Style, first: float | None, second: float | None) -> Cell:
    """Write two shares as percentages, the earlier first."""
    if first is None or second is None:
        return Cell("", withheld=True)
    decimals = points(pl.Series([first, second]))
    shown = [style.number(100 * value, decimals) for value in (first, second)]
    return number(" → ".join(shown))


def spread(style: Style, row: Mapping[str, Any], names: tuple[str, ...]) -> Cell:
    """Write an estimate with its interval, or an interval, in percentage points."""
    values = [row[name] for name in names]
    if None in values:
        return Cell("", withheld=True)
    decimals = points(pl.Series(values))
    shown = [style.number(100 * value, decimals) for value in values]
    if len(shown) == 2:
        return number(style.say(_("{low} to {high}"), low=shown[0], high=shown[1]))
    text = _("{value} ({low} to {high})")
    return number(style.say(text, value=shown[0], low=shown[1], high=shown[2]))


def view(tables: Tables, style: Style) -> HtmlTable:
    """The contrast of each outcome, and what the checks say."""
    return HtmlTable.of(
        _(
            "Change of those whom the reform touched minus change of the comparison group, "
            "percentage points (95 % interval), and three checks of the design."
        ),
        tables["design"],
        {
            _("Outcome"): lambda row: text(outcome_word(style, tables, row["outcome"])),
            _("Touched, before → after, per cent"): lambda row: change(
                style, row["touched_before"], row["touched_after"]
            ),
            _("Comparison group"): lambda row: change(
                style, row["comparison_before"], row["comparison_after"]
            ),
            _("Contrast"): lambda row: spread(style, row, ("estimate", "low", "high")),
            _("Earlier trends, p"): lambda row: p_value(style, row["pre_trend_p_value"]),
            _("Earlier trends"): lambda row: text(style.word(row["pre_trends"])),
            _("Placebo dates"): lambda row: text(style.word(row["placebos"])),
            _("If trends differ"): lambda row: text(style.word(row["smoothness"])),
            _("To be called"): lambda row: text(style.word(row["word"])),
        },
        _(
            "Exits are monthly. The checks ask whether the groups moved alike before, whether "
            "the contrast is larger than on dates without a reform, and whether it holds if the "
            "groups' trends may bend apart. A contrast is called an effect only where the test of "
            "earlier trends does not contradict."
        ),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="reform",
        name="design",
        sensitivity="moderate",
        row=_("the change of one outcome among those touched, minus that of the comparison group"),
        dims=("outcome",),
        values=("pre_trends", "placebos", "smoothness", "word"),
        links=(
            cells("persons_touched", of="persons touched", some=("outcome",)),
            cells("persons_comparison", of="persons of the comparison", some=("outcome",)),
        ),
        counts=(
            Count("persons_touched", "persons", guards=True),
            Count("persons_comparison", "persons", guards=True),
        ),
        estimates=tuple(Estimate(name) for name in NUMBERS),
        internal=("fewest_rows", *(f"{name}_fewer" for name in MEANS)),
        derived=(
            guarded_by(*MEANS, *IN_SHARES, denominator="fewest_rows"),
            *(withheld_with(name, f"{name}_fewer") for name in MEANS),
        ),
        texts={"outcome": OUTCOME},
    ),
    view=View(view, tables=("design", "clusters"), documents=REPORT),
)
