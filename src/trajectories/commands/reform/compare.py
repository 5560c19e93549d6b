"""`compare`: shares by period, their differences, and the relabelling checks."""

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import polars as pl

from trajectories import io
from trajectories.artefacts.channels import read_compared
from trajectories.artefacts.coverage import read_coverage
from trajectories.artefacts.medoids import read_medoids
from trajectories.artefacts.persons import scan
from trajectories.artefacts.tables import write_tables
from trajectories.artefacts.windows import read_windows, with_clusters
from trajectories.commands.reform.adjustment import adjusted, designed
from trajectories.commands.reform.readiness import readiness_table
from trajectories.config.section import read_section
from trajectories.config.sections.channels import SourcesConfig
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
from trajectories.reform.planted_truth import planted_table
from trajectories.reform.relabelled import Assign, Keys, renamed_persons
from trajectories.register.clean.activities import set_activities
from trajectories.register.codes.codelist import describe_codes, load_codelist
from trajectories.register.codes.relabelling import load_relabelling, undo_relabelling
from trajectories.sequences import Event, Sources
from trajectories.sequences.configured import build_months, cut_configured
from trajectories.sequences.months.channels import Compared
from trajectories.sequences.observation_windows import Windows
from trajectories.typology.nearest_medoid import Medoids, keys_of

PERSONS_AT_ONCE = 100_000
"""Most persons whose months are rebuilt at a time."""


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
    truth: Path | None = None,
) -> None:
    """Compare cluster shares between periods, with the relabelling checks.

    Writes to `out/tables`: shares, differences, seam, those of `adjusted` and `designed`;
    planted_reform, where the register is simulated; readiness, where states use it and the main
    measure compares states alone; relabelling, where
    values are known to have been renamed; and to `out` the hashes of the files read,
    `inputs.json`.

    Args:
        config: the run's configuration.
        register: folder of the cleaned register.
        months: the run's person-months.
        sequences: folder of the windows and their states.
        dissimilarity: folder of the main measure.
        typology: folder of the typology.
        out: the folder to write to.
        channels: folder of `trajectories channels`, where the main measure compares any.
        truth: the simulator's `truth.json`, where the register is simulated.
    """
    settings = read_section(config, "reform", ReformConfig)
    frame, states = read_windows(sequences)
    windows = with_clusters(frame, typology)
    age, level = settings.split_age, settings.confidence
    events = [
        Event(event.name, event.date)
        for event in read_section(config, "sequences", SequencesConfig).events or ()
    ]
    person_months = scan(months).select("person", "month", "state", "benefit").collect()
    persons = io.read_parquet(register / "persons.parquet")
    tables = {
        "shares": cluster_shares(windows, split_age=age, confidence=level),
        "differences": share_differences(windows, split_age=age, confidence=level),
        "seam": seam_table(
            person_months,
            persons,
            events,
            split_age=age,
            years_apart=settings.seam.years_apart,
            min_months=settings.seam.min_months,
        ),
        **adjusted(
            config,
            windows,
            states,
            sequences=sequences,
            dissimilarity=dissimilarity,
            typology=typology,
            channels=channels,
        ),
        **designed(config, windows, person_months, persons),
    }
    planted = None if truth is None else io.read_json(truth).get("reform")
    if planted and settings.packages:
        tables["planted_reform"] = planted_table(planted)
    relabelling = [Path(table) for table in settings.tables]
    medoids = read_medoids(dissimilarity, typology)
    lists = [Path(settings.readiness.states), Path(settings.readiness.alphabet)]
    with attested([*relabelling, *(lists if settings.readiness.enabled else [])], out):
        unready = readiness_table(
            config, register, windows, states, medoids, settings.readiness, split_age=age
        )
        if unready is not None:
            tables["readiness"] = unready
        if relabelling:
            keys = keys_of(states, read_compared(channels, medoids.options, dissimilarity.name))
            undone = undone_windows(config, register, relabelling, windows, keys, medoids)
            tables["relabelling"] = relabelling_table(windows, undone, split_age=age)
    write_tables(tables, out)


def undone_windows(
    config: Path,
    register: Path,
    relabelling: Sequence[Path],
    windows: pl.DataFrame,
    keys: Keys,
    medoids: Medoids,
) -> pl.DataFrame:
    """Rebuild the windows of a register in which the relabelling never happened.

    Only persons with a renamed value are rebuilt, from spells to clusters, some at a time.

    Returns:
        group, age, cluster: one row a window.
    """
    lists = read_section(config, "register", RegisterConfig)
    settings = read_section(config, "sequences", SequencesConfig)
    renamed = [load_relabelling(path) for path in relabelling]
    names = ("spells", "readiness", "persons", "employment", "activities")
    frames = {name: io.read_parquet(register / f"{name}.parquet") for name in names}
    changed = renamed_persons(frames["spells"], frames["readiness"], pl.concat(renamed))
    if changed.is_empty():
        return windows.select("group", pl.col("age", "cluster").cast(pl.Int64))
    sources = read_section(config, "dissimilarity", DissimilarityConfig).sources
    parts = -(-len(changed) // PERSONS_AT_ONCE)

    def rebuilt() -> Iterator[tuple[pl.DataFrame, Keys, Assign]]:
        for part in range(parts):
            # Shares of equal size, so that none is left without a window.
            first, last = (len(changed) * edge // parts for edge in (part, part + 1))
            some = changed[first:last].implode()
            theirs = {
                name: frame.filter(pl.col("person").is_in(some)) for name, frame in frames.items()
            }
            cut, undone = _undone(
                theirs, renamed, read_coverage(register), lists, settings, sources, medoids
            )
            yield (
                cut.frame,
                keys_of(cut.sequences, undone),
                partial(medoids.assign, cut.sequences, undone),
            )

    return reassigned(windows, keys, changed, rebuilt())


def _undone(
    tables: dict[str, pl.DataFrame],
    renamed: Sequence[pl.DataFrame],
    covered: tuple[dt.date, dt.date],
    lists: RegisterConfig,
    settings: SequencesConfig,
    sources: SourcesConfig,
    medoids: Medoids,
) -> tuple[Windows, Compared]:
    """The windows of some persons whose values are renamed back, and what is compared of them."""
    codelist = load_codelist(Path(lists.codelist))
    spells, visited = tables["spells"], tables["readiness"]
    for relabelling in renamed:
        spells = undo_relabelling(spells, relabelling, dimension="code")
        visited = undo_relabelling(visited, relabelling, dimension="readiness")
    own = spells.drop("benefit", "activity", "readiness", "group")
    spells = set_activities(
        describe_codes(own, codelist).select(spells.columns), tables["activities"]
    )
    person_months = build_months(
        spells,
        visited,
        persons=tables["persons"],
        employment=tables["employment"],
        covered=covered,
        settings=settings.month,
        lists=lists,
    )
    cut = cut_configured(person_months, tables["persons"], settings=settings)
    undone = medoids.compared(
        Sources(
            windows=cut.frame,
            states=cut.sequences,
            person_months=person_months,
            spells=spells,
            employment=tables["employment"],
            out_state=settings.month.out_state,
        ),
        sources,
    )
    return cut, undone
