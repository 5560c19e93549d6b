"""What a simulated register planted as its reform, next to what the comparison finds."""

from collections.abc import Callable, Mapping
from typing import Any

from trajectories.reform.planted_truth import NUMBERS
from trajectories.release.gate.spec import Estimate, TableSpec
from trajectories.release.gate.vocabulary import NAME, one_of
from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.reform.design import change, spread
from trajectories.release.style import Style
from trajectories.release.tables import Cell, HtmlTable, Tables, number, text
from trajectories.words import _

NOT_ESTIMATED = Cell("–", number=True)


def view(tables: Tables, style: Style) -> HtmlTable:
    """Planted effects, and the contrast of the design where it estimates one."""
    found = {}
    if "design" in tables:
        found = {row["outcome"]: row for row in tables["design"].iter_rows(named=True)}

    def estimated(outcome: str) -> Cell:
        if outcome not in found:
            return NOT_ESTIMATED
        return spread(style, found[outcome], ("estimate", "low", "high"))

    def points(value: float | None) -> Cell:
        if value is None:
            return NOT_ESTIMATED
        # What is less than a hundredth of a point is no effect, of either sign.
        return number(style.number(0.0 if abs(value) < 5e-5 else 100 * value, 2))

    columns: dict[str, Callable[[Mapping[str, Any]], Cell]] = {
        _("Planted for"): lambda row: text(style.word(row["outcome"])),
        _("Touched, before → after, per cent"): lambda row: change(
            style, row["touched_before"], row["touched_after"]
        ),
        _("After, without the reform"): lambda row: change_of_one(style, row["touched_without"]),
        _("Planted effect, points"): lambda row: points(row["effect"]),
        _("Change beyond the others'"): lambda row: points(row["difference_in_differences"]),
    }
    title = _("Simulated register: what was planted as the reform.")
    note = _(
        "The planted effect compares the same persons with the reform and without it, over all "
        "months after it; exits are monthly, types are shares of persons, new labels alone are "
        "shares of months on social assistance. The change beyond the others' includes trends of "
        "their own."
    )
    found_of_it = _("Without a comparison group no contrast is estimated.")
    if found:
        columns[_("Estimated contrast")] = lambda row: estimated(row["outcome"])
        title = _("Simulated register: what was planted as the reform, and what was found of it.")
        found_of_it = _(
            "The estimate covers a shorter time, and clusters are not the planted types, so that "
            "shares of types have no estimate."
        )
    return HtmlTable.of(
        title, tables["planted_reform"], columns, f"{style.say(note)} {style.say(found_of_it)}"
    )


def change_of_one(style: Style, value: float | None) -> Cell:
    """Write a share as a percentage with the digits of the changes next to it."""
    if value is None:
        return Cell("", withheld=True)
    return number(style.number(100 * value, 1 if value >= 0.1 else 2))


OUTPUT = Output(
    table=TableSpec(
        stage="reform",
        name="planted_reform",
        sensitivity="moderate",
        row=_("what a simulated register planted as the effect of its reform"),
        dims=("outcome",),
        estimates=tuple(Estimate(name) for name in NUMBERS),
        texts={"outcome": one_of(NAME)},
    ),
    view=View(
        view,
        reading=_("The interval of an estimate should hold the planted effect."),
    ),
)
