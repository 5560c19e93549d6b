"""Channels that a measure compares at once, and how the register makes them."""

from typing import Final, Literal

from pydantic import Field, model_validator

from trajectories.config.names import Words
from trajectories.config.section import Section

ChannelName = Literal["state", "benefit", "readiness", "activity", "employment"]
SeriesMeasure = Literal["dtw", "softdtw"]
SeriesName = Literal["hours", "degree"]
ChannelCosts = Literal["constant", "trate", "future", "indels", "indelslog"]

SERIES: Final = ("dtw", "softdtw")
"""The measures of numeric series."""


class ChannelConfig(Section):
    """One channel of a measure: its weight and its costs."""

    weight: float = Field(1.0, ge=0, allow_inf_nan=False)
    """Factor of the channel's costs."""
    costs: ChannelCosts = "trate"
    """Substitution costs of the channel's values: a constant, or from their transition rates or
    shares, as those of states."""
    cval: float | None = Field(None, gt=0)
    """Cost that `trate` starts from, or the constant cost; null is 2."""
    lag: int = Field(1, ge=1, le=599)
    """Months between the two values of a transition rate."""
    indel: float | None = Field(None, gt=0)
    """Cost of an insertion or deletion; null is what the costs bring with them."""

    @model_validator(mode="after")
    def _cval_fits(self) -> "ChannelConfig":
        if self.cval is not None and self.costs not in ("constant", "trate"):
            raise ValueError(f"cval does not belong to costs `{self.costs}`")
        return self


class SourcesConfig(Section):
    """How the register makes channels and series, for measures that ask for them."""

    employment_bands: dict[Words, float] = Field({"part_time": 1.0, "full_time": 30.0})
    """Values of the channel `employment`: the least hours a week, over the month, from which each
    holds; months below all of them are `none`."""
    missing_weekly_hours: float = Field(37.0, gt=0, le=168)
    """Weekly hours of an employment spell that registers none."""
    full_time_hours: float = Field(37.0, gt=0, le=168)
    """Weekly hours that are a `degree` of employment of 1."""
    least_share: float = Field(0.001, ge=0, lt=0.5)
    """Values of `benefit`, `readiness` and `activity` that fill less than this share of all months
    become one value, `other`."""

    @model_validator(mode="after")
    def _bands_fit(self) -> "SourcesConfig":
        bands = self.employment_bands
        if not bands or min(bands.values()) <= 0 or len(set(bands.values())) < len(bands):
            raise ValueError(
                "employment_bands must name at least one band, each from another number of hours "
                "above 0"
            )
        if "none" in bands:
            raise ValueError("employment_bands names `none`, which is what lies below all bands")
        return self
