"""The section `release`: disclosure control, language of the output, and who made it."""

from typing import Literal

from pydantic import Field

from trajectories.config._base import Section
from trajectories.config._names import Words


class ReleaseConfig(Section):
    """What may leave, and how it is shown."""

    preset: Literal["default", "opensafely", "strict"] = Field(
        "default",
        description="Disclosure rules: `default` withholds counts under 5 and rounds to 5, "
        "`opensafely` withholds up to 7 and rounds to 5, `strict` withholds under 10 and rounds "
        "to 10.",
    )
    threshold: int | None = Field(
        None,
        ge=5,
        le=1000,
        description="Smallest count that is published, where the preset's is not strict enough; "
        "null for the preset's.",
    )
    base: int | None = Field(
        None,
        ge=5,
        le=1000,
        description="Counts are rounded to multiples of this; null for the preset's.",
    )
    dominance: float = Field(
        0.85,
        gt=0,
        le=0.85,
        description="Largest share of a sum (hours) that its two largest contributors may hold.",
    )
    language: Literal["en", "da"] = Field(
        "en",
        description="Language of labels in figures and tables, of the report's summary and of its "
        "verdict; its other text is English.",
    )
    authors: list[Words] = Field(
        default_factory=list, description="Names printed under the report's title."
    )
    absent: dict[Literal["typology", "reform", "hazards"], Words] = Field(
        default_factory=dict,
        description="Why a stage is switched off, by stage (`reform`, `hazards`, `typology`), as "
        "the report shall print it.",
    )
