"""The section `register.dream`: how a wide weekly register names its columns, and what a job is."""

import re
from typing import Literal, Self

from pydantic import Field, model_validator

from trajectories.config.names import Pattern, Registered
from trajectories.config.section import Section

Unit = Literal["week", "month", "quarter", "year", "always"]
YEARS = ("{YYYY}", "{YY}")
FINER: dict[str, Unit] = {"{WW}": "week", "{MM}": "month", "{Q}": "quarter"}


def unit_of_pattern(text: str) -> Unit:
    """Return the length of the period that a pattern of column names names.

    Args:
        text: with {YYYY} or {YY} and at most one of {WW}, {MM} and {Q}, or without a placeholder.

    Returns:
        week, month, quarter or year; `always` without a placeholder.

    Raises:
        ValueError: a placeholder is unknown, occurs twice, or does not go with the others.
    """
    found = re.findall(r"\{[^}]*\}", text)
    years = [name for name in found if name in YEARS]
    finer = [name for name in found if name in FINER]
    fits = len(found) == len(years) + len(finer) and len(years) <= 1 and len(finer) <= len(years)
    if not fits:
        raise ValueError(
            f"the column pattern {text!r} must hold one of {{YYYY}} and {{YY}} with at most one of "
            "{MM}, {WW} and {Q}, or no placeholder"
        )
    if finer:
        return FINER[finer[0]]
    return "year" if years else "always"


class DreamConfig(Section):
    """The wide weekly register: one row a person, one column a week."""

    weeks: Pattern = "y_{YY}{WW}"
    """Pattern of the weekly columns: {YYYY} or {YY} (91 to 99 are of the 1900s) and {WW}; `*` fits
    any text."""
    industry: Pattern | None = "branche_{YYYY}_{MM}"
    """Pattern of the columns with an industry code, which tell months in work; {MM}, {Q}, {WW} or
    the year alone; null where there are none."""
    municipality: Pattern | None = "nykom_{YYYY}_{MM}"
    """Pattern of the columns with the municipality; without a placeholder one column holds for all
    weeks; null where there are none."""
    visitation: Pattern | None = "visit*{Q}kv{YYYY}"
    """Pattern of the columns with the visitation group, by quarter; their values are those of
    `readiness`, after `readiness_map`; null where there are none."""
    blank: list[Registered] = Field(default_factory=list)
    """Cells of a weekly register that mean nothing registered, besides empty ones and the words
    that mean a missing value; zeros are no industry in any case."""
    job_min_weeks: int = Field(4, ge=1, le=52)
    """Fewest consecutive weeks without a benefit in months with an industry code that count as a
    job."""
    job_gap_weeks: int = Field(0, ge=0, le=52)
    """Longest break in weeks, without a benefit and without an industry code, that does not
    interrupt a job (0 = none)."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if unit_of_pattern(self.weeks) != "week":
            raise ValueError("weeks must hold {WW} and one of {YYYY} and {YY}")
        if self.industry and unit_of_pattern(self.industry) == "always":
            raise ValueError("industry must hold one of {YYYY} and {YY}")
        if self.municipality:
            unit_of_pattern(self.municipality)
        if self.visitation and unit_of_pattern(self.visitation) == "always":
            raise ValueError("visitation must hold one of {YYYY} and {YY}")
        return self
