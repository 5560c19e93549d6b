"""What estimates of a departure rest on: departures met, and clusters that hold the exposed."""

from dataclasses import dataclass

import polars as pl

from trajectories.config.sections.hazards import ModelsConfig
from trajectories.hazards.designs.rows import CLUSTER, EXPOSURE
from trajectories.hazards.parts import Parts

FEW_CLUSTERS = 20
"""With fewer clusters than this they are counted with care."""
HEADLINE = "headline"
"""The part whose refusal refuses everything that rests on departures."""


def departures_met(panel: pl.DataFrame, exposures: pl.DataFrame, *, lag_months: int) -> int:
    """How many different departures the person-months at risk were exposed to.

    Args:
        panel: person-months at risk, as `risk_set` gives them.
        exposures: who was on which leaver's list, as `caseworker_changes` gives them.
        lag_months: the lag of the panel's counts.
    """
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
    """In how many clusters somebody exposed has the event.

    They alone say how the estimate varies from cluster to cluster: a team that nobody left adds to
    the number of clusters and nothing to what is known of a departure.

    Args:
        rows: person-months.
        event: the column of events.
    """
    return rows.filter((pl.col(EXPOSURE) > 0) & (pl.col(event) == 1))[CLUSTER].n_unique()


def clusters_of_interval(clusters: int, exposed: int) -> int:
    """G of the t(G−1) that an interval of departures is made with.

    Where few clusters tell how the effect varies, it is they: those that nobody left, or in which
    no exposed person has the event, only seem to add to them.

    Args:
        clusters: clusters of the variance.
        exposed: clusters in which an exposed person has the event.
    """
    return min(clusters, exposed) if exposed < FEW_CLUSTERS else clusters


@dataclass(frozen=True)
class Support:
    """What the headline would rest on.

    Attributes:
        departures: departures that the person-months at risk met.
        clusters: clusters in which an exposed person has the event.
    """

    departures: int
    clusters: int

    @classmethod
    def of(
        cls, panel: pl.DataFrame, exposures: pl.DataFrame, *, lag_months: int, rules: ModelsConfig
    ) -> "Support":
        """Count what a panel's estimates of a departure rest on."""
        return cls(
            departures_met(panel, exposures, lag_months=lag_months),
            clusters_with_exposed_events(panel, rules.event) if panel.height else 0,
        )

    def refused(self, rules: ModelsConfig, parts: Parts | None = None) -> bool:
        """Whether nothing is estimated of departures, for there are too few, or too few clusters.

        Args:
            rules: the least numbers.
            parts: takes the note.
        """
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
