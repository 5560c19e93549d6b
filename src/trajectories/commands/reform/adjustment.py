"""The adjusted comparison and the comparison group, from the files of a run."""

from pathlib import Path

import numpy as np
import polars as pl

from trajectories import io
from trajectories.artefacts.distances import read_unique
from trajectories.commands.dissimilarity.matrix import read_space
from trajectories.config.section import read_section
from trajectories.config.sections.reform import ReformConfig
from trajectories.config.sections.sequences import SequencesConfig
from trajectories.config.sections.typology import TypologyConfig
from trajectories.reform.adjusted_tables import Adjustment, adjusted_tables
from trajectories.reform.ages import Ages, DesignGroups
from trajectories.reform.covariates import months_at_risk, with_covariates
from trajectories.reform.design.calendar import Calendar
from trajectories.reform.design_tables import CLUSTER, EXIT, Compared, design_tables
from trajectories.reform.resampling.reclustered import Typed
from trajectories.sequences import StateSequences
from trajectories.typology.models.partitions import MODEL_METHODS
from trajectories.typology.models.refit import Refit
from trajectories.typology.sampled_medoids.partitions import METHOD


def adjusted(
    config: Path,
    windows: pl.DataFrame,
    states: StateSequences,
    *,
    sequences: Path,
    dissimilarity: Path,
    typology: Path,
    channels: Path | None,
) -> dict[str, pl.DataFrame]:
    """Make the tables of the comparison among people of the same composition.

    Args:
        config: the run's configuration.
        windows: the windows with their clusters.
        states: their states.
        sequences: folder of the windows.
        dissimilarity: folder of the main measure.
        typology: folder of the typology.
        channels: folder of the channels, where the main measure compares any.
    """
    settings = read_section(config, "reform", ReformConfig)
    own = settings.adjustment
    if not own.enabled or windows["group"].n_unique() < 2:
        return {}
    unique, weights, item = read_unique(dissimilarity)
    chosen = io.read_json(typology / "clusters.json")
    by_model = chosen["method"] in MODEL_METHODS
    anew = None
    if by_model:
        section = read_section(config, "typology", TypologyConfig)
        own_labels = np.zeros(len(unique), np.int64)
        own_labels[item] = windows["cluster"].cast(pl.Int64).to_numpy() - 1
        drawn = StateSequences(unique, states.alphabet, weights)
        anew = Refit.of(
            drawn, own_labels, chosen["method"], section.models, seed=section.seed
        ).fitted
    typed = Typed(
        space=read_space(config, dissimilarity, sequences, channels),
        item=item,
        person=windows["person"].cast(pl.Int64).to_numpy(),
        weight=windows["weight"].cast(pl.Float64).to_numpy(),
        cluster=windows["cluster"].cast(pl.Int64).to_numpy() - 1,
        medoids=np.asarray(chosen["medoids"], dtype=np.int64),
        anew=anew,
    )
    recluster = by_model or chosen["method"] in ("pam", METHOD)
    how = "clustered and balanced anew" if recluster else "balanced anew, clusters as they are"
    print(f"    {own.replicates:,} samples of persons, {how}", flush=True)
    return adjusted_tables(
        with_covariates(windows, states),
        typed,
        Adjustment(
            covariates=own.covariates,
            target=own.target,
            replicates=own.replicates,
            candidates=own.candidates,
            seed=own.seed,
            confidence=settings.confidence,
            recluster=recluster,
        ),
    )


def designed(
    config: Path, windows: pl.DataFrame, months: pl.DataFrame, persons: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Make the tables of the comparison with those whom the reform did not touch.

    Args:
        config: the run's configuration.
        windows: the windows with their clusters.
        months: the person-months.
        persons: the register's persons.
    """
    settings = read_section(config, "reform", ReformConfig)
    sequences = read_section(config, "sequences", SequencesConfig)
    own = settings.design
    in_force, agreement = sequences.event("in_force"), sequences.event("agreement")
    groups = _groups(settings)
    if not own.enabled or sequences.group_by is not None or in_force is None or groups is None:
        return {}
    agreed, force = (agreement or in_force).date, in_force.date
    date = force.replace(day=1)
    waited = (date.year - agreed.year) * 12 + date.month - agreed.month
    at_risk = months_at_risk(
        months,
        persons,
        own.exits,
        states=sequences.window.origin_states,
        groups=groups,
    )
    reach = sequences.window.length_months - 1
    clusters = sorted(windows["cluster"].drop_nulls().unique().to_list())
    types = (
        windows.drop_nulls("age")
        .select(
            "person",
            pl.col("origin").dt.month_start().alias("month"),
            groups.told(pl.col("age")).alias("touched"),
            "weight",
            *((pl.col("cluster") == c).alias(f"{CLUSTER}_{c}") for c in clusters),
        )
        .drop_nulls("touched")
    )
    return design_tables(
        [
            Compared(
                at_risk,
                {f"{EXIT}_{name}": name for name in own.exits},
                Calendar(date, waited, own.span_months, own.step_months),
            ),
            Compared(
                types,
                {f"{CLUSTER}_{c}": f"{CLUSTER}_{c}" for c in clusters},
                Calendar(date, waited + reach, own.span_months, own.window_step_months),
                gap_months=0,
            ),
        ],
        shown_months=own.shown_months,
        bounds=own.bounds,
        confidence=settings.confidence,
    )


def _groups(settings: ReformConfig) -> DesignGroups | None:
    """Return whom the reform touched and whom it left alone, None where its package has not both.

    Where several reforms are studied, the first is the one that defines the periods.
    """
    if not settings.packages:
        return None
    touched, comparison = settings.packages[0].touched, settings.packages[0].comparison
    if touched is None or comparison is None:
        return None
    return DesignGroups(*(Ages(one.from_age, one.under_age) for one in (touched, comparison)))
