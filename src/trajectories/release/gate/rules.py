"""The rules of the disclosure gate and their presets."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from trajectories.config.sections.release import PRESET_COUNTS
from trajectories.notebook.checked_values import finite_number, whole_number
from trajectories.release.speaker import Speaker
from trajectories.words import _

LEAST = {"base": 1, "step_events": 1, "width": 0, "significant_digits": 1}
"""The least number that each rule may hold."""


@dataclass(frozen=True)
class Rules:
    """What a number must satisfy before it may leave.

    Attributes:
        name: the preset's name, printed in the report.
        threshold: the smallest count that is published; smaller counts, zeros among them unless
            they are structural, are withheld.
        base: published counts are rounded to multiples of this.
        dominance: the largest share of a sum that its two largest contributors may hold.
        step_events: events that a step of a life table waits for.
        width: a withheld count may be any of at least so many and one whole numbers, whatever
            follows from all that is published.
        least_degrees: residual degrees of freedom that a published model must have.
        significant_digits: significant digits of coefficients.
        origins: states in which every window begins, which everybody knows; none where windows
            may begin in any.
        ladder: the largest share of small counts with which a table that has coarser forms is
            released as it is.
        pooled: state to what coarser forms pool it into.
        exact: no rule is applied; the exact twin that stays in `private/` is made with it.
    """

    name: str
    threshold: int
    base: int
    dominance: float = 0.85
    step_events: int = 5
    width: int = 3
    least_degrees: float = 10
    significant_digits: int = 3
    origins: tuple[str, ...] = ()
    ladder: float = 0.5
    pooled: Mapping[str, str] = field(default_factory=dict, hash=False)
    exact: bool = False

    def __post_init__(self) -> None:
        """Check the rules.

        Raises:
            ValueError: a number is none, or so small that the rule would protect nothing.
        """
        whole_number(self.threshold, "threshold", least=0 if self.exact else 1)
        for name, least in LEAST.items():
            whole_number(getattr(self, name), name, least=least)
        if finite_number(self.dominance, "dominance", least=0) > 1:
            raise ValueError(f"dominance is {self.dominance!r}: give a share from 0 to 1.")

    def sentence(self, speaker: Speaker) -> str:
        """Say the rules in one sentence for the report, in the language of the speaker."""
        return speaker.say(
            _(
                "Counts under {threshold}, zeros included unless they cannot be anything else, are "
                "withheld; all other counts are rounded to multiples of {base}, next to small "
                "counts not always to the nearest one; shares, means and curves are computed from "
                "the rounded counts; coefficients have {digits} significant digits."
            ),
            threshold=self.threshold,
            base=self.base,
            digits=self.significant_digits,
        )


# OpenSAFELY's policy: suppress counts up to and with 7, then round to the nearest 5.
PRESETS = {
    name: Rules(name, threshold=threshold, base=base, step_events=threshold)
    for name, (threshold, base) in PRESET_COUNTS.items()
}

EXACT = Rules(
    "exact",
    threshold=0,
    base=1,
    dominance=1.0,
    step_events=1,
    least_degrees=-math.inf,
    exact=True,
)
