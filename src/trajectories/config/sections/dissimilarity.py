"""The section `dissimilarity`: how unlike two state sequences are."""

from typing import Annotated, Any, Final, Literal, get_args

from pydantic import Field, field_validator, model_validator

from trajectories.config.names import Label, MeasureName, State
from trajectories.config.section import Section
from trajectories.config.sections.channels import (
    SERIES,
    ChannelConfig,
    ChannelName,
    SeriesMeasure,
    SeriesName,
    SourcesConfig,
)

Measure = Literal[
    "om",
    "omloc",
    "omslen",
    "omspell",
    "omstran",
    "twed",
    "ham",
    "dhd",
    "lcs",
    "lcp",
    "rlcp",
    "nms",
    "nmsmst",
    "svrspell",
    "chi2",
    "euclid",
]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Link = Literal["mean", "gmean"]
TransIndel = Literal["constant", "prob", "subcost"]
Configured = Literal[Measure, SeriesMeasure]
CostMethod = Literal[
    "default", "constant", "trate", "future", "indels", "indelslog", "features", "custom"
]

TAKES: Final[dict[str, tuple[str, ...]]] = {
    "omloc": ("expcost", "context"),
    "omslen": ("link", "h"),
    "omspell": ("expcost", "tpow"),
    "omstran": ("otto", "transindel", "previous", "add_column"),
    "twed": ("nu", "h", "origin"),
    "nms": ("kweights", "prox"),
    "nmsmst": ("kweights", "tpow"),
    "svrspell": ("kweights", "prox", "tpow"),
    "chi2": ("breaks", "step", "overlap"),
    "euclid": ("breaks", "step", "overlap"),
}
"""The options of each measure; the others have none."""

EDIT = ("om", "omloc", "omslen", "omspell", "omstran", "twed")
POSITIONAL = ("ham", "dhd")
WITH_CHANNELS = (*EDIT, "ham")
"""The measures whose costs may add up over channels."""


class MeasureConfig(Section):
    """One dissimilarity measure and its options."""

    measure: Configured = "om"
    """`om` optimal matching, `omloc` localised, `omslen` by spell length, `omspell` of spells,
    `omstran` of transitions; `twed` time-warp edit distance; `ham` Hamming, `dhd` dynamic Hamming;
    `lcs`, `lcp`, `rlcp` longest common subsequence, prefix, suffix; `nms`, `nmsmst`, `svrspell`
    common subsequences; `chi2`, `euclid` distributions of states; `dtw`, `softdtw` (soft) dynamic
    time warping of `series`."""
    channels: dict[ChannelName, ChannelConfig] = Field({})
    """Channels compared at once instead of the states, each with `weight`, `costs`, `cval`, `lag`
    and `indel`; their costs add up. `state`, `benefit` and `readiness` are those of the month's
    state, `activity` that of most days, `employment` the band of hours. For edit distances and
    `ham`."""
    series: SeriesName | None = None
    """`dtw`, `softdtw`: the numbers compared, `hours` of work a month or `degree` of employment,
    from 0 to 1; it must be given."""
    gamma: float | None = Field(None, gt=0)
    """`softdtw`: smoothness in squared units of the series, near 0 it is squared `dtw`; it must be
    given."""
    costs: CostMethod = "default"
    """Substitution costs: `default` is the measure's own (2, `ham`: 1, `dhd`: time-varying
    transition rates); `trate` and `future` come from transition rates, `indels` and `indelslog`
    from the states' shares, `features` from `state_features`, `custom` from `custom`. Measures
    without costs take `default` alone."""
    cval: float | None = Field(None, gt=0)
    """Cost from which transition rates are taken away, or the constant cost; null is 2 (1 for `ham`
    with `constant`, 4 for time-varying rates of `both` sides)."""
    lag: int = Field(1, ge=1, le=599)
    """Months between the two states of a transition rate."""
    time_varying: bool = False
    """Whether costs vary with the month; for `ham` and `dhd` alone."""
    transition: Literal["previous", "next", "both"] = "both"
    """Side of the month from which time-varying rates are taken."""
    state_features: dict[State, list[float]] = Field({})
    """Numbers that describe each state, as many for each (costs `features`)."""
    custom: dict[State, dict[State, NotNegative]] = Field({})
    """Substitution costs of every pair of states, each pair under one of its two states (costs
    `custom`)."""
    indel: float | None = Field(None, gt=0)
    """Cost of an insertion or deletion; null is what the costs bring with them."""
    indels: dict[State, NotNegative] = Field({})
    """Cost of inserting or deleting each state, all of them, instead of `indel`."""
    normalise: Literal["none", "auto", "maxlength", "gmean", "maxdist", "yujianbo"] = "none"
    """Normalisation; `auto` takes what suits the measure."""
    dtype: Literal["float64", "float32"] = "float64"
    """Precision of the distances; `float32` halves memory and time."""
    expcost: float | None = Field(None, ge=0)
    """`omloc`: cost of an indel as a share of the largest substitution cost; `omspell`: cost of one
    month more or less in a spell; null is 0.5."""
    context: float | None = Field(None, ge=0)
    """`omloc`: weight of the neighbours; null is 1 − 2 · expcost."""
    tpow: float | None = None
    """Exponent of durations of spells; null is 1."""
    link: Link | None = None
    """`omslen`: how two spells' lengths enter a substitution; null is `mean`."""
    h: float | None = Field(None, ge=0)
    """`omslen`: exponent by which months of longer spells count less; `twed`: cost of an indel
    beside the change of state; null is 0.5."""
    nu: float | None = Field(None, gt=0)
    """`twed`: cost of a shift by one month; it must be given."""
    origin: int | None = Field(None, ge=0, le=255)
    """`twed`: place in the alphabet of the state before every sequence; null is 1."""
    otto: float | None = Field(None, ge=0, le=1)
    """`omstran`: weight of states against transitions; it must be given."""
    transindel: TransIndel | None = None
    """`omstran`: what the indel of a transition costs; null is `constant`."""
    previous: bool | None = None
    """`omstran`: whether the transition into a month counts; null is false."""
    add_column: bool | None = None
    """`omstran`: whether the last month counts; null is true."""
    kweights: list[float] | None = None
    """Weight of each length of common subsequence; null is 1 for all."""
    prox: list[list[float]] | None = None
    """Proximity of two states, a row each; null is 1 to itself and 0 to others."""
    breaks: list[tuple[int, int]] | None = None
    """`chi2`, `euclid`: first and last month of each interval; null cuts by step."""
    step: int | None = Field(None, ge=1, le=600)
    """`chi2`, `euclid`: months of an interval; null is 1."""
    overlap: bool | None = None
    """`chi2`, `euclid`: whether intervals overlap by half; null is false."""

    def options(self) -> dict[str, Any]:
        """Return the measure's options that are set."""
        every = {name for names in TAKES.values() for name in names}
        return {name: value for name in sorted(every) if (value := getattr(self, name)) is not None}

    @model_validator(mode="after")
    def _inputs_fit(self) -> "MeasureConfig":
        if self.channels:
            if self.measure not in WITH_CHANNELS:
                known = ", ".join(WITH_CHANNELS)
                raise ValueError(f"channels belong to {known}, not to `{self.measure}`")
            if self.costs != "default" or self.indel is not None or self.lag != 1:
                raise ValueError("with channels, costs, lag and indel are set for each channel")
            if not any(channel.weight for channel in self.channels.values()):
                raise ValueError("at least one of the channels needs a weight above 0")
        if (self.measure in SERIES) != (self.series is not None):
            raise ValueError("series and the measures `dtw` and `softdtw` need each other")
        if (self.measure == "softdtw") != (self.gamma is not None):
            raise ValueError("gamma and the measure `softdtw` need each other")
        if self.measure in SERIES and self.normalise != "none":
            raise ValueError(f"`{self.measure}` has no normalisation, so normalise must be none")
        return self

    @model_validator(mode="after")
    def _costs_fit(self) -> "MeasureConfig":
        if self.measure not in (*EDIT, *POSITIONAL) and self.costs != "default":
            raise ValueError(f"costs must be `default` for `{self.measure}`, which has its own")
        if self.cval is not None and self.costs not in ("constant", "trate"):
            reason = "needs costs" if self.costs == "default" else "does not belong to costs"
            named = "`constant` or `trate`" if self.costs == "default" else f"`{self.costs}`"
            raise ValueError(f"cval {reason} {named}")
        if self.measure not in EDIT and self.indel is not None:
            raise ValueError(f"indel belongs to edit distances, not to `{self.measure}`")
        if self.time_varying and self.measure not in POSITIONAL:
            raise ValueError(f"time_varying belongs to `ham` and `dhd`, not to `{self.measure}`")
        if (self.costs == "features") != bool(self.state_features):
            raise ValueError("costs `features` and state_features need each other")
        if (self.costs == "custom") != bool(self.custom):
            raise ValueError("costs `custom` and the table custom need each other")
        if self.indels and (self.measure not in EDIT or self.indel is not None or self.channels):
            raise ValueError(
                "indels belong to edit distances of states, where indel is null, and to no others"
            )
        return self

    @model_validator(mode="after")
    def _options_fit(self) -> "MeasureConfig":
        takes = TAKES.get(self.measure, ())
        for name in self.options():
            if name not in takes:
                known = ", ".join(takes) or "no options"
                raise ValueError(f"{name} does not belong to `{self.measure}`, which has {known}")
        for measure, name in (("twed", "nu"), ("omstran", "otto")):
            if self.measure == measure and getattr(self, name) is None:
                raise ValueError(f"{name} must be given for `{measure}`")
        return self


class DissimilarityConfig(Section):
    """Which measures are computed, and which one the typology takes."""

    measures: dict[Label, MeasureConfig] = Field(
        {
            "om": MeasureConfig(measure="om", costs="trate"),
            "ham": MeasureConfig(measure="ham"),
            "lcs": MeasureConfig(measure="lcs"),
            "omstran": MeasureConfig(measure="omstran", costs="constant", otto=0.3),
        },
        min_length=1,
    )
    """Measures by name; the name is the folder of the results."""
    main: MeasureName = "om"
    """Name of the measure on which the typology is built."""
    sources: SourcesConfig = SourcesConfig()
    """How the register makes `channels` and `series`, where a measure has them."""
    largest_gib: float = Field(4.0, gt=0)
    """Largest matrix of distances that is made for one measure, in GiB; above it the typology comes
    from samples (`typology.sampling`)."""

    tiles: int = Field(1, ge=1, le=10_000)
    """Jobs that a measure's distances are spread over, on a cluster or over processors; the result
    is the same."""

    def channels(self) -> list[ChannelName]:
        """Return the channels that any of the measures compares, each once."""
        used = {name for measure in self.measures.values() for name in measure.channels}
        return [name for name in get_args(ChannelName) if name in used]

    def series(self) -> list[SeriesName]:
        """Return the numeric series that any of the measures compares, each once."""
        used = {measure.series for measure in self.measures.values()}
        return [name for name in get_args(SeriesName) if name in used]

    @field_validator("measures", mode="before")
    @classmethod
    def _removed(cls, value: Any) -> Any:
        """A measure that an overlay sets to null is taken away from those of the default run."""
        if not isinstance(value, dict):
            return value
        return {name: measure for name, measure in value.items() if measure is not None}

    @model_validator(mode="after")
    def _main_is_a_measure(self) -> "DissimilarityConfig":
        if self.main not in self.measures:
            names = ", ".join(self.measures)
            raise ValueError(f"main is `{self.main}`, which is none of the measures ({names})")
        return self
