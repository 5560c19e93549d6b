"""Support of the departure estimates: departures met, and clusters with exposed events."""

from dataclasses import dataclass

import polars as pl

from trajectories.config.sections.hazards import HazardsConfig, ModelsConfig
from trajectories.hazards.designs.rows import CLUSTER, EXPOSURE
from trajectories.hazards.parts import Parts
from trajectories.hazards.thresholds import FEW_CLUSTERS

HEADLINE = "headline"
"""The part whose refusal refuses everything that depends on departures."""


def departures_met(panel: pl.DataFrame, exposures: pl.DataFrame, *, lag_months: int) -> int:
    """The number of distinct departures that the person-months at risk were exposed to."""
    exposed = panel.filter(pl.col(EXPOSURE) > 0).select("person", "month")
    met = (
        exposures.lazy()
        .with_columns(counts_from=pl.col("month").dt.offset_by(f"{lag_months}mo"))
        .drop("month")
        .join(exposed.lazy(), on="person")
        .filter(pl.col("month") >= pl.col("counts_from"))
        .select(pl.col("list").n_unique())
        .collect()
    )
    return int(met.item())


def clusters_with_exposed_events(rows: pl.DataFrame, event: str) -> int:
    """The number of clusters in which an exposed person has the event.

    Only these show how the estimate varies between clusters: a team that nobody left adds to the
    number of clusters but not to the information on departures.
    """
    return rows.filter((pl.col(EXPOSURE) > 0) & (pl.col(event) == 1))[CLUSTER].n_unique()


def clusters_of_interval(clusters: int, exposed: int) -> int:
    """The G of the t(G−1) interval of a departure estimate.

    If few clusters have exposed events, G counts only these: clusters without them carry no
    information on how the effect varies.
    """
    return min(clusters, exposed) if exposed < FEW_CLUSTERS else clusters


@dataclass(frozen=True)
class Support:
    """The support of the headline.

    Attributes:
        departures: departures met by the person-months at risk.
        clusters: clusters in which an exposed person has the event.
    """

    departures: int
    clusters: int

    @classmethod
    def of(
        cls, panel: pl.DataFrame, exposures: pl.DataFrame, *, lag_months: int, rules: ModelsConfig
    ) -> "Support":
        """Count the support of a panel's departure estimates."""
        return cls(
            departures_met(panel, exposures, lag_months=lag_months),
            clusters_with_exposed_events(panel, rules.event) if panel.height else 0,
        )

    def refused(self, rules: ModelsConfig, parts: Parts | None = None) -> bool:
        """Whether no departure estimates are given because of too few departures or clusters."""
        if self.departures < rules.min_departures:
            reason, lack = (
                "",
                (
                    f"the risk set met {self.departures} departures, fewer than the "
                    f"{rules.min_departures} that the configuration asks for."
                ),
            )
        elif 0 < self.clusters < rules.min_clusters:  # without any the model says so itself
            reason, lack = (
                "clusters",
                (
                    f"those whose caseworker left have the exit in {self.clusters} clusters "
                    f"(municipality and first team), fewer than the {rules.min_clusters} with "
                    "which an interval holds (hazards.models.min_clusters)."
                ),
            )
        else:
            return False
        if parts is not None:
            parts.refuse(
                HEADLINE, f"The effect of a leaving caseworker is not given: {lack}", reason
            )
        return True


def rests_on_enough(panel: pl.DataFrame, exposures: pl.DataFrame, section: HazardsConfig) -> bool:
    """Whether the panel met departures enough for anything to be estimated of them."""
    rules, lag = section.models, section.risk.lag_months
    return not Support.of(panel, exposures, lag_months=lag, rules=rules).refused(rules)
