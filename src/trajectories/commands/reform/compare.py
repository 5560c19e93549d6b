"""`compare`: shares by period, their differences, and the relabelling checks."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from trajectories import io
from trajectories.artefacts.channels import read_compared
from trajectories.artefacts.coverage import read_coverage
from trajectories.artefacts.medoids import read_medoids
from trajectories.artefacts.tables import write_tables
from trajectories.artefacts.windows import read_windows, with_clusters
from trajectories.config.section import read_section
from trajectories.config.sections.dissimilarity import DissimilarityConfig
from trajectories.config.sections.reform import ReformConfig
from trajectories.config.sections.register import RegisterConfig
from trajectories.config.sections.sequences import SequencesConfig
from trajectories.inputs import attested
from trajectories.reform import (
    cluster_shares,
    reassigned,
    relabelling_table,
    seam_table,
    share_differences,
)
from trajectories.reform.relabelled import renamed_persons
from trajectories.register.clean.activities import set_activities
from trajectories.register.codes.codelist import describe_codes, load_codelist
from trajectories.register.codes.relabelling import load_relabelling, undo_relabelling
from trajectories.sequences import Event, Sources
from trajectories.sequences.configured import build_months, cut_configured
from trajectories.typology.nearest_medoid import Medoids, keys_of


def compare(
    *,
    config: Path,
    register: Path,
    months: Path,
    sequences: Path,
    dissimilarity: Path,
    typology: Path,
    out: Path,
    channels: Path | None = None,
) -> None:
    """Compare cluster shares between periods, with the relabelling checks.

    Writes to `out/tables`: shares, differences, seam and, where a relabelling is configured,
    relabelling; and to `out` the hash of its file, `inputs.json`.

    Args:
        config: the run's configuration.
        register: folder of the cleaned register.
        months: the run's person-months.
        sequences: folder of the windows and their states.
        dissimilarity: folder of the main measure.
        typology: folder of the typology.
        out: the folder to write to.
        channels: folder of `trajectories channels`, where the main measure compares any.
    """
    settings = read_section(config, "reform", ReformConfig)
    frame, states = read_windows(sequences)
    windows = with_clusters(frame, typology)
    age, level = settings.split_age, settings.confidence
    events = [
        Event(event.name, event.date)
        for event in read_section(config, "sequences", SequencesConfig).events
    ]
    tables = {
        "shares": cluster_shares(windows, split_age=age, confidence=level),
        "differences": share_differences(windows, split_age=age, confidence=level),
        "seam": seam_table(
            io.read_parquet(months),
            io.read_parquet(register / "persons.parquet"),
            events,
            split_age=age,
            years_apart=settings.seam.years_apart,
            min_months=settings.seam.min_months,
        ),
    }
    relabelling = None if settings.relabelling is None else Path(settings.relabelling)
    with attested([] if relabelling is None else [relabelling], out):
        if relabelling is not None:
            medoids = read_medoids(dissimilarity, typology)
            keys = keys_of(states, read_compared(channels, medoids.options, dissimilarity.name))
            undone = undone_windows(config, register, relabelling, windows, keys, medoids)
            tables["relabelling"] = relabelling_table(windows, undone, split_age=age)
    write_tables(tables, out)


def undone_windows(
    config: Path,
    register: Path,
    relabelling: Path,
    windows: pl.DataFrame,
    keys: npt.NDArray[np.uint8],
    medoids: Medoids,
) -> pl.DataFrame:
    """Rebuild the windows of a register in which the relabelling never happened.

    Only persons with a renamed value are rebuilt, from spells to clusters.

    Returns:
        group, age, cluster: one row a window.
    """
    lists = read_section(config, "register", RegisterConfig)
    settings = read_section(config, "sequences", SequencesConfig)
    table = load_relabelling(relabelling)
    names = ("spells", "readiness", "persons", "employment", "activities")
    frames = {name: io.read_parquet(register / f"{name}.parquet") for name in names}
    changed = renamed_persons(frames["spells"], frames["readiness"], table)
    if changed.is_empty():
        return windows.select("group", pl.col("age", "cluster").cast(pl.Int64))
    theirs = {
        name: frame.filter(pl.col("person").is_in(changed.implode()))
        for name, frame in frames.items()
    }
    codelist = load_codelist(Path(lists.codelist))
    spells = undo_relabelling(theirs["spells"], table, dimension="code")
    own = spells.drop("benefit", "activity", "readiness", "group")
    theirs["spells"] = set_activities(
        describe_codes(own, codelist).select(spells.columns), theirs["activities"]
    )
    person_months = build_months(
        theirs["spells"],
        undo_relabelling(theirs["readiness"], table, dimension="readiness"),
        persons=theirs["persons"],
        employment=theirs["employment"],
        covered=read_coverage(register),
        settings=settings.month,
        lists=lists,
    )
    cut = cut_configured(person_months, theirs["persons"], settings=settings)
    undone = medoids.compared(
        Sources(
            windows=cut.frame,
            states=cut.sequences,
            person_months=person_months,
            spells=theirs["spells"],
            employment=theirs["employment"],
            out_state=settings.month.out_state,
        ),
        read_section(config, "dissimilarity", DissimilarityConfig).sources,
    )
    return reassigned(
        windows,
        keys,
        cut.frame,
        keys_of(cut.sequences, undone),
        changed,
        lambda rows: medoids.assign(cut.sequences, undone, rows),
    )
