"""The section `release`: disclosure control, language of the output, and who made it."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from trajectories.config.names import Folder, Names, OptionalState, Words
from trajectories.config.section import Section

PRESET_COUNTS = {"default": (5, 5), "dst": (5, 5), "opensafely": (8, 5), "strict": (10, 10)}
"""Threshold and base of each preset."""
LEAST_VALUES = 3
"""Every published count stands for at least so many exact ones."""
PooledStates = Annotated[str, Field(pattern=r"^[^\W\d_][^\d%;>/+()=|]{0,39}$"), Names("label")]
"""A name that a released table may hold as that of a state."""


def tells_too_much(threshold: int, base: int) -> bool:
    """Whether the smallest published counts stand for 0 or for too few exact ones.

    Counts from the threshold are rounded to the nearest multiple of the base, halves up: with 7 and
    5 a published 5 can only be a 7, with 5 and 500 a count of 200 is published as 0.
    """
    first = (threshold + base // 2) // base * base
    highest = first + (base - 1) // 2
    return first == 0 or highest - threshold + 1 < LEAST_VALUES


class ReleaseConfig(Section):
    """What may leave, and how it is shown."""

    preset: Literal["default", "dst", "opensafely", "strict"] = "default"
    """Disclosure rules: `default` withholds counts under 5 and rounds to 5, `dst` does so too and
    lays the release out for the export of Statistics Denmark, `opensafely` withholds up to 7 and
    rounds to 5, `strict` withholds under 10 and rounds to 10."""
    threshold: int | None = Field(None, ge=5, le=1000)
    """Smallest count that is published, where the preset's is not strict enough; null for the
    preset's."""
    base: int | None = Field(None, ge=5, le=1000)
    """Counts are rounded to multiples of this; null for the preset's."""
    dominance: float = Field(0.85, gt=0, le=0.85)
    """Largest share of a sum (hours) that its two largest contributors may hold."""
    earlier: Folder = Field("data/releases", pattern=r"^[^{}]+$")
    """Folder of the project's register of releases, private: `register-release` notes there what
    was published, and every new release is compared with it. It must outlive runs: beside the data,
    not among the results, and with a copy."""
    width: int = Field(3, ge=3, le=999)
    """From all that is published, each withheld count may still be any of this many whole numbers
    and one: 3 leaves four of the five under a threshold of 5. It must be smaller than the
    threshold."""
    ladder: float = Field(0.5, ge=0, le=1)
    """Largest share of small counts with which a table is released as it is; with more it takes the
    first of its coarser forms that has fewer, or the last. 1 for no coarser forms."""
    pooled_states: dict[PooledStates, list[OptionalState]] = Field(
        default_factory=lambda: {
            "social assistance": ["SA_READY", "SA_PASSIVE", "SA_ACTIVE"],
            "other states": ["UI", "REHAB", "SICK", "FLEX", "PENSION", "SELF", "OUT"],
        }
    )
    """What states are pooled into where a table is released in a coarser form; those in none stay
    themselves. Names hold no digits."""
    language: Literal["en", "da"] = "en"
    """Language of figures, tables and documents."""
    figure_formats: list[Literal["png", "pdf", "slide"]] = Field(["png"])
    """Formats of the figures next to SVG, which the documents take: `png` (300 dpi) and `pdf` as
    wide as a page of a journal, `slide` (a PNG of 1,920 × 1,080 pixels with larger type)."""
    authors: list[Words] = Field(default_factory=list)
    """Names printed under the report's title."""
    absent: dict[Literal["typology", "reform", "hazards"], Words] = Field(default_factory=dict)
    """Why a stage is switched off, by stage (`reform`, `hazards`, `typology`), as the report shall
    print it."""

    @property
    def counts(self) -> tuple[int, int]:
        """Threshold and base: the preset's, or stricter ones."""
        threshold, base = PRESET_COUNTS[self.preset]
        return max(threshold, self.threshold or 0), max(base, self.base or 0)

    @property
    def pooled(self) -> dict[str, str]:
        """What each state is pooled into."""
        return {state: name for name, states in self.pooled_states.items() for state in states}

    @model_validator(mode="after")
    def _pooled_once(self) -> Self:
        states = [state for some in self.pooled_states.values() for state in some]
        twice = sorted({one for one in states if states.count(one) > 1})
        if twice:
            raise ValueError(
                f"pooled_states holds {twice[0]} twice: a state is pooled into one name"
            )
        within = sorted({*self.pooled_states} & {*states})
        if within:
            raise ValueError(f"pooled_states pools {within[0]} itself: give the pool another name")
        return self

    @model_validator(mode="after")
    def _check(self) -> Self:
        threshold, base = self.counts
        if self.width >= threshold:
            raise ValueError(
                f"width {self.width} cannot be kept: under threshold {threshold} a count has only "
                f"{threshold} values; write width: {threshold - 1} or a larger threshold"
            )
        if tells_too_much(threshold, base):
            least = PRESET_COUNTS[self.preset][0]
            allowed = [t for t in range(least, 2001) if not tells_too_much(t, base)]
            nearest = min(allowed, key=lambda other: (abs(other - threshold), other))
            raise ValueError(
                f"with threshold {threshold} and base {base} the smallest published counts tell "
                f"the exact ones, or are 0: write threshold: {nearest}"
            )
        return self
