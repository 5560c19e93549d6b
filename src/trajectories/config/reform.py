"""The section `reform`: comparison of periods and the relabelling checks."""

from typing import Literal

from pydantic import Field, model_validator

from trajectories.config._base import Section


class SeamConfig(Section):
    """The seam test: state changes at a reform's date against the same months of other years."""

    events: tuple[str, ...] = Field(
        (),
        description="Names of `sequences.events` that are looked at; empty for all of them that "
        "the extract covers.",
    )
    clean: bool = Field(
        True,
        description="Whether the other years leave out months in which another of "
        "`sequences.events` falls; an event without such a year is compared with all others.",
    )


class ReformConfig(Section):
    """Shares of clusters by group, their differences, and the relabelling checks."""

    enabled: bool = Field(True, description="Whether groups are compared at all.")
    group_order: tuple[str, ...] = Field(
        ("before", "during", "after"),
        description="Groups from first to last; groups not named follow in alphabetical order. A "
        "contrast is a later group less an earlier one.",
    )
    age_split: int | None = Field(
        30,
        ge=16,
        le=100,
        description="Age at origin, in full years, that splits the persons in two beside the "
        "whole; null for the whole alone.",
    )
    confidence: float = Field(
        0.95, gt=0.5, lt=1, description="Coverage of the intervals of shares and differences."
    )
    relabelling: str | None = Field(
        "config/codelists/relabelling_2014.csv",
        description="Table of the relabelling that is undone (dimension, after, before, "
        "from_date); null for no relabelling check.",
    )
    counterexample: str | None = Field(
        "config/codelists/relabelling_2014_readiness.csv",
        description="A table that undoes more than names, which the check must see: its contrast "
        "is private and proves that the check is able to fail; null for none.",
    )
    seam: SeamConfig = Field(SeamConfig(), description="The seam test at the events.")
    interval: Literal["logit", "normal"] = Field(
        "logit",
        description="Intervals of shares on the logit scale, which stay within 0 and 1, or "
        "symmetric ones.",
    )

    @model_validator(mode="after")
    def _groups_once(self) -> "ReformConfig":
        if len(set(self.group_order)) < len(self.group_order):
            raise ValueError("group_order names a group twice")
        return self
