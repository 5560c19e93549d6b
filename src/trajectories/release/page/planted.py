"""What a simulated register planted, in the brief's plain words, next to what was found.

There are no sentences where the data are real.
"""

import re
from collections.abc import Mapping
from typing import Any

import polars as pl

from trajectories.release.page.brief import amount, span
from trajectories.release.style import Style
from trajectories.release.tables import Tables, points, told
from trajectories.words import _

TYPES = re.compile(r"planted types k=(\d+)")
EXITS = {
    "exit_job": _("find a job"),
    "exit_education": _("begin education"),
    "exit_flexjob": _("begin a flexjob"),
}
"""Exits whose chance a simulated reform may change."""
NO_EFFECT = 5e-5
"""A smaller effect on a monthly share is none, as in the annex."""
DIGITS = 2
"""Decimals of persons of every hundred and month."""


def types(headline: Mapping[str, Any], tables: Tables, style: Style) -> list[str]:
    """Say how many types were planted, and how well those that were found match them."""
    if "agreement" not in tables or headline["k"] in (None, 1):
        return []
    for other, match in tables["agreement"].select("b", "ari").iter_rows():
        planted = TYPES.fullmatch(other)
        if planted and match is not None:
            text = _(
                "Here we know the truth: the program made {planted} types. Ours match them by "
                "{match}, where 1 is in full and 0 is by chance."
            )
            return [style.say(text, planted=planted[1], match=style.number(match, DIGITS))]
    return []


def reform(tables: Tables, style: Style) -> list[str]:
    """Say what the reform was made to do to those whom it touched, and what was found of it."""
    if "planted_reform" not in tables:
        return []
    effects = {
        outcome: effect
        for outcome, effect in tables["planted_reform"].select("outcome", "effect").iter_rows()
        if effect is not None
    }
    moved = sum(max(0.0, effect) for name, effect in effects.items() if name.startswith("type_"))
    sentences = []
    if moved >= NO_EFFECT:
        text = _(
            "Here we know the truth: of every 100 whom the reform touched, it moved {moved} to "
            "another type."
        )
        sentences.append(style.say(text, moved=style.number(100 * moved, 1)))
    found = _found(tables, effects)
    if found is not None:
        text = _("It made {planted} of 100 {exit} each month. We found {found} ({span}).")
        if not sentences:
            text = _(
                "Here we know the truth of those whom the reform touched: it made {planted} of 100 "
                "{exit} each month. We found {found} ({span})."
            )
        low, high = 100 * found["low"], 100 * found["high"]
        left = pl.Series([found[name] for name in ("estimate", "low", "high")], dtype=pl.Float64)
        digits = min(DIGITS, points(left))
        sentences.append(
            style.say(
                text,
                planted=amount(100 * effects[found["outcome"]], DIGITS, style),
                exit=lambda to: to.say(EXITS[found["outcome"]]),
                found=amount(100 * found["estimate"], digits, style),
                span=span(low, high, digits, style),
            )
        )
    return sentences


def _found(tables: Tables, effects: Mapping[str, float]) -> Mapping[str, Any] | None:
    """Find the estimate of the exit that the reform was made to change most."""
    if "design" not in tables:
        return None
    rows = [
        row
        for row in tables["design"].drop_nulls(["estimate", "low", "high"]).iter_rows(named=True)
        if row["outcome"] in EXITS
        and abs(effects.get(row["outcome"], 0.0)) >= NO_EFFECT
        and told(row["low"], row["high"])
    ]
    return max(rows, key=lambda row: abs(effects[row["outcome"]]), default=None)
