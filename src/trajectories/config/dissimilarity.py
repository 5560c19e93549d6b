"""The section `dissimilarity`: how unlike two state sequences are."""

from typing import Literal

from pydantic import Field, model_validator

from trajectories.config._base import Section


class MeasureConfig(Section):
    """One dissimilarity measure and its options."""

    measure: Literal["om", "lcs", "ham", "dhd"] = Field(
        "om",
        description=(
            "`om` optimal matching, `lcs` longest common subsequence, `ham` Hamming, "
            "`dhd` dynamic Hamming."
        ),
    )
    costs: Literal["default", "constant", "trate", "future", "indels", "indelslog"] = Field(
        "default",
        description=(
            "Substitution costs: `default` is the measure's own (om: 2, ham: 1, dhd: time-varying "
            "transition rates); `trate` and `future` come from transition rates, `indels` and "
            "`indelslog` from the states' shares. `lcs` and `dhd` take `default` alone."
        ),
    )
    cval: float | None = Field(
        None,
        gt=0,
        description=(
            "Cost from which transition rates are taken away, or the constant cost; "
            "null is 2 (1 for `ham` with `constant`)."
        ),
    )
    indel: float | None = Field(
        None,
        gt=0,
        description="Cost of an insertion or deletion; null is what the costs bring with them.",
    )
    normalise: Literal["none", "auto", "maxlength", "gmean", "maxdist", "yujianbo"] = Field(
        "none", description="Normalisation; `auto` takes what suits the measure."
    )
    dtype: Literal["float64", "float32"] = Field(
        "float64", description="Precision of the distances; `float32` halves memory and time."
    )

    @model_validator(mode="after")
    def _costs_fit(self) -> "MeasureConfig":
        if self.measure in ("lcs", "dhd") and self.costs != "default":
            raise ValueError(f"costs must be `default` for `{self.measure}`, which has its own")
        if self.costs == "default" and self.cval is not None:
            raise ValueError("cval needs costs `constant` or `trate`")
        if self.costs in ("future", "indels", "indelslog") and self.cval is not None:
            raise ValueError(f"cval does not belong to costs `{self.costs}`")
        if self.measure != "om" and self.indel is not None:
            raise ValueError(f"indel belongs to `om`, not to `{self.measure}`")
        return self


class DissimilarityConfig(Section):
    """Which measures are computed, and which one the typology takes."""

    measures: dict[str, MeasureConfig] = Field(
        {
            "om": MeasureConfig(measure="om", costs="trate"),
            "ham": MeasureConfig(measure="ham"),
        },
        min_length=1,
        description="Measures by name; the name is the folder of the results.",
    )
    main: str = Field("om", description="Name of the measure on which the typology is built.")
    largest_gib: float = Field(
        4.0,
        gt=0,
        description="Largest matrix of distances that may be written for one measure, in GiB.",
    )

    @model_validator(mode="after")
    def _main_is_a_measure(self) -> "DissimilarityConfig":
        if self.main not in self.measures:
            names = ", ".join(self.measures)
            raise ValueError(f"main is `{self.main}`, which is none of the measures ({names})")
        return self
