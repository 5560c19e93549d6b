"""`memberships`: how sure memberships are, what goes with them, and other typologies."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

from trajectories import io
from trajectories.arrays import Floats, Ints
from trajectories.artefacts.channels import read_compared
from trajectories.artefacts.distances import read_unique
from trajectories.artefacts.medoids import read_medoids
from trajectories.artefacts.tables import write_tables
from trajectories.artefacts.windows import POSTERIOR, read_windows, with_clusters
from trajectories.commands.dissimilarity.matrix import read_space
from trajectories.config.section import read_section
from trajectories.config.sections.typology import TypologyConfig
from trajectories.errors import UserError
from trajectories.reform.composition import group_order
from trajectories.reform.probable_shares import probable_shares
from trajectories.sequences import StateSequences
from trajectories.typology.compared_levels import compared_levels
from trajectories.typology.memberships.multinomial_effects import multinomial_effects
from trajectories.typology.memberships.other_typologies import (
    OtherTypology,
    below_best,
    certainty_table,
    criteria_table,
    cross_table,
    model_agreement,
    other_typologies,
)
from trajectories.typology.memberships.sampled_courses import (
    associations_kept,
    map_table,
    sample_windows,
    square_among,
)
from trajectories.typology.models.gating import independent
from trajectories.typology.models.partitions import MODEL_METHODS
from trajectories.typology.sampled_medoids.fuzzy import memberships as fuzzy_memberships

FUZZY = "fuzzy"


def memberships(
    *,
    config: Path,
    sequences: Path,
    distances: Path,
    typology: Path,
    out: Path,
    channels: Path | None = None,
) -> None:
    """Say how sure memberships are, what goes with them, and what two models find.

    A covariate of which others tell as much, as the group where it is a characteristic, takes no
    part in the regression of memberships.

    Args:
        config: the run's configuration.
        sequences: folder of the windows and their states.
        distances: folder of the main measure.
        typology: folder of the typology.
        out: folder to write: `memberships.parquet` (window, model, cluster, probability) and
            `tables`.
        channels: folder of `trajectories channels`, where the main measure compares any.

    Raises:
        UserError: the typology is one group, or a covariate is no column of the windows.
    """
    section = read_section(config, "typology", TypologyConfig)
    settings = section.memberships
    frame, seqs = read_windows(sequences)
    windows = with_clusters(frame, typology).with_columns(
        age_band=_age_bands(frame["age"], settings.age_cuts)
    )
    label = windows["cluster"].to_numpy().astype(np.int64) - 1
    about = io.read_json(typology / "clusters.json")
    k = int(about["k"])
    if k == 1:
        raise UserError("The typology is one group of all courses: every membership is certain.")
    _, _, inverse = read_unique(distances)
    if about["method"] in MODEL_METHODS:
        main, own = str(about["method"]), _posterior(typology)
    else:
        to_medoids = _to_medoids(distances, typology, channels, seqs, inverse)
        main, own = FUZZY, fuzzy_memberships(to_medoids, settings.fuzziness)
    probabilities = {main: own}
    names = {main: [str(entry["name"]) for entry in about["names"]]}
    tables = {"probable_shares": probable_shares(windows, own)}
    if section.models.enabled:
        others = _models(seqs, windows, k, section, [one for one in MODEL_METHODS if one != main])
        probabilities |= {one.model: one.probabilities for one in others}
        names |= {one.model: list(one.names) for one in others}
        ks = range(section.k_min, section.k_max + 1)
        criteria = criteria_table(seqs, ks, section.models, seed=section.seed)
        if about["criteria"]:
            # Those of the typology itself are known of all windows.
            known = pl.DataFrame(about["criteria"]).with_columns(model=pl.lit(main))
            criteria = pl.concat(
                [criteria.filter(pl.col("model") != main), known], how="diagonal_relaxed"
            ).sort("model", "k")
        tables["model_criteria"] = below_best(criteria)
        tables["model_agreement"] = model_agreement(label, others)
        tables["model_clusters"] = cross_table(windows, label, others)
    tables["membership_certainty"] = certainty_table(
        windows, probabilities, names, sure=settings.sure
    )
    varying = _varying(windows, settings.covariates)
    complete = windows.drop_nulls(varying)
    used = independent(complete, varying)
    for name in varying:
        if name not in used:
            print(f"    {name} took no part: others of the covariates tell as much", flush=True)
    if used:
        factors = pl.DataFrame([_factor(complete[name]) for name in used])
        effects = multinomial_effects(
            complete["cluster"].to_numpy(),
            factors,
            used,
            complete["weight"].to_numpy(),
            person=complete["person"].to_numpy(),
            replicates=settings.replicates,
            seed=section.seed,
        )
        tables["membership_effects"] = _by_level(
            effects, factors, complete["cluster"].to_numpy(), complete["person"].to_numpy()
        )
    rows = sample_windows(windows["weight"].to_numpy(), settings.sample, section.seed)
    space = read_space(config, distances, sequences, channels)
    square = square_among(space.among, inverse[rows])
    tables["cluster_map"] = map_table(square, label[rows], windows["person"].to_numpy()[rows])
    held = windows[rows].with_row_index("place").drop_nulls(varying)
    kept = held["place"].to_numpy()
    tables["associations_kept"] = associations_kept(
        square[np.ix_(kept, kept)],
        label[rows][kept],
        {name: held[name].cast(pl.String) for name in varying},
    )
    write_tables({name: table for name, table in tables.items() if table.height}, out)
    io.write_parquet(_long(windows["window"], probabilities), out / "memberships.parquet")


def _posterior(typology: Path) -> Floats:
    """Return the probabilities of the model's clusters, noise left aside."""
    found = io.read_array(typology / POSTERIOR).astype(np.float64)
    total = found.sum(axis=1, keepdims=True)
    # A row that is noise for sure belongs to all alike.
    shares: Floats = np.where(total > 0, found / np.where(total > 0, total, 1), 1 / found.shape[1])
    return shares


def _models(
    seqs: StateSequences,
    windows: pl.DataFrame,
    k: int,
    section: TypologyConfig,
    models: Sequence[str],
) -> list[OtherTypology]:
    return other_typologies(
        seqs,
        windows["group"],
        k,
        section.models,
        models=models,
        share=section.names.share,
        largest=section.names.states,
        seed=section.seed,
    )


def _age_bands(age: pl.Series, cuts: tuple[int, ...]) -> pl.Series:
    """Return "under 30", "30 to 44", "45 and over"; null where the age is."""
    names = [f"under {cuts[0]}"]
    names += [f"{low} to {high - 1}" for low, high in pairwise(cuts)]
    names.append(f"{cuts[-1]} and over")
    # The youngest come first among the levels.
    return age.cut(list(cuts), labels=names, left_closed=True).cast(pl.Enum(names))


def _factor(values: pl.Series) -> pl.Series:
    """Return a covariate as a factor: periods in the order of time, the earliest first."""
    if values.name == "group":
        return values.cast(pl.Enum(group_order(values)))
    return values if isinstance(values.dtype, pl.Enum) else values.cast(pl.String)


def _by_level(
    effects: pl.DataFrame, factors: pl.DataFrame, cluster: Ints, person: Ints
) -> pl.DataFrame:
    """Split the term, as formulaic writes it, into covariate, level and the level against it.

    To these come the persons behind each, as `compared_levels` counts them.
    """
    first = {name: str(factors[name].unique().sort()[0]) for name in factors.columns}
    term = pl.col("term").str.extract_groups(r"^(?<covariate>\w+)\[T\.(?<level>.*)\]$")
    split = effects.with_columns(term.alias("parts")).unnest("parts").drop("term")
    behind = pl.concat(
        compared_levels(factors[name], cluster, person, base).with_columns(covariate=pl.lit(name))
        for name, base in first.items()
    )
    return split.with_columns(
        against=pl.col("covariate").replace_strict(first, return_dtype=pl.String)
    ).join(behind, on=["cluster", "covariate", "level"], how="left", maintain_order="left")


def _to_medoids(
    distances: Path, typology: Path, channels: Path | None, seqs: StateSequences, inverse: Ints
) -> Floats:
    """Return the distances of all windows to the medoids, computed once for equal ones."""
    medoids = read_medoids(distances, typology)
    inputs = read_compared(channels, medoids.options, distances.name)
    first = np.unique(inverse, return_index=True)[1]
    found = medoids.distances(seqs, inputs, first.astype(np.int64))
    return np.asarray(found, dtype=np.float64)[inverse]


def _varying(windows: pl.DataFrame, names: tuple[str, ...]) -> list[str]:
    """Return the covariates that take several values."""
    for name in names:
        if name not in windows.columns:
            raise UserError(f"typology.memberships.covariates: windows have no column {name}")
    return [name for name in names if windows[name].drop_nulls().n_unique() > 1]


def _long(window: pl.Series, probabilities: dict[str, Floats]) -> pl.DataFrame:
    frames = [
        pl.DataFrame(
            {
                "window": np.repeat(window.to_numpy(), own.shape[1]),
                "model": [model] * own.size,
                "cluster": np.tile(np.arange(1, own.shape[1] + 1, dtype=np.int16), len(own)),
                "probability": own.ravel().astype(np.float32),
            }
        )
        for model, own in probabilities.items()
    ]
    return pl.concat(frames).with_columns(pl.col("model").cast(pl.Categorical))
