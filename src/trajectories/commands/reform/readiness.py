"""The types of windows in states that do not use readiness."""

import warnings
from pathlib import Path

import numpy as np
import polars as pl

from trajectories.arrays import Ints
from trajectories.artefacts.coverage import read_coverage
from trajectories.artefacts.persons import person_chunks
from trajectories.config.section import read_section
from trajectories.config.sections.reform import ReadinessConfig
from trajectories.config.sections.register import RegisterConfig
from trajectories.config.sections.sequences import SequencesConfig
from trajectories.dissimilarity import CostsWarning, cross
from trajectories.dissimilarity.configured import recipe_of
from trajectories.errors import UserError
from trajectories.reform import relabelling_table
from trajectories.reform.without_readiness import recoded_medoids, states_of
from trajectories.register.codes.codelist import load_alphabet
from trajectories.sequences import StateSequences
from trajectories.sequences.configured import build_months
from trajectories.typology.nearest_medoid import Medoids

PERSONS_AT_ONCE = 50_000
"""Persons whose months are rebuilt at a time."""


def readiness_table(
    config: Path,
    register: Path,
    windows: pl.DataFrame,
    states: StateSequences,
    medoids: Medoids,
    rules: ReadinessConfig,
    *,
    split_age: int | None,
) -> pl.DataFrame | None:
    """Tabulate shares of types by period in states that use readiness and in states that do not.

    A window's type is that of the nearest medoid, in both alphabets.

    Returns:
        age, cluster, group, windows, windows_without, share_registered, share_without, difference;
        None where the run's own states do not use readiness or its main measure compares more than
        states.
    """
    lists = read_section(config, "register", RegisterConfig)
    more = medoids.options.channels or medoids.options.series
    if not rules.enabled or lists.states == rules.states or more:
        return None
    other = _other_states(config, register, windows, states.length, lists, rules)
    rows = np.arange(len(states))
    registered = medoids.assign(states, {}, rows)
    without = _nearest(states, other, medoids)
    columns = (pl.col("group"), pl.col("age").cast(pl.Int64))
    first, second = (
        windows.select(*columns, cluster=pl.Series(found)) for found in (registered, without)
    )
    return relabelling_table(first, second, split_age=split_age).rename(
        {"windows_undone": "windows_without", "share_undone": "share_without"}
    )


def _other_states(
    config: Path,
    register: Path,
    windows: pl.DataFrame,
    length: int,
    lists: RegisterConfig,
    rules: ReadinessConfig,
) -> StateSequences:
    """Build the states of the windows by the rules without readiness, some persons at a time."""
    month = read_section(config, "sequences", SequencesConfig).month
    held = load_alphabet(Path(rules.alphabet))
    order = tuple(state for state in month.order if state in held)
    other = lists.model_copy(update={"states": rules.states, "alphabet": rules.alphabet})
    covered = read_coverage(register)
    part_of = windows["person"].to_numpy() // PERSONS_AT_ONCE
    found = np.empty((windows.height, length), np.uint8)
    for part, chunk in enumerate(person_chunks(register, persons_at_once=PERSONS_AT_ONCE)):
        rows = np.flatnonzero(part_of == part)
        if not rows.size:
            continue
        here = windows[rows]
        theirs = {
            name: table.filter(pl.col("person").is_in(here["person"].unique().implode()))
            for name, table in chunk.items()
        }
        person_months = build_months(
            theirs["spells"],
            theirs["readiness"],
            persons=theirs["persons"],
            employment=theirs["employment"],
            covered=covered,
            settings=month.model_copy(update={"order": order}),
            lists=other,
        )
        found[rows] = states_of(person_months, here, length)
    return StateSequences(found, tuple(held), windows["weight"].to_numpy())


def _nearest(states: StateSequences, other: StateSequences, medoids: Medoids) -> Ints:
    options = medoids.options
    references = StateSequences(
        recoded_medoids(states.states, medoids.held["states"], other.states),
        other.alphabet,
        np.ones(len(medoids.held["states"])),
    )
    try:
        recipe = recipe_of(options, other)
    except ValueError as error:
        raise UserError(
            f"reform.readiness: {error}: set reform.readiness.enabled to false, or give costs "
            "that fit its states as well."
        ) from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CostsWarning)
        found = cross(
            other,
            references,
            options.measure,  # type: ignore[arg-type]
            recipe.costs,
            normalise=medoids.normalisation,  # type: ignore[arg-type]
            **options.options(),
        )
    return np.asarray(found.argmin(axis=1) + 1, dtype=np.int64)
