"""Tables of whole windows by group: mean times, frequent sequences, paths and events."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from trajectories.config.sections.sequences import InternshipConfig
from trajectories.sequences.convert.spells import distinct_states
from trajectories.sequences.convert.text_formats import to_sts
from trajectories.sequences.describe.cross_sections import mean_time
from trajectories.sequences.describe.frequencies import frequent_sequences, times_in_states
from trajectories.sequences.describe.internships import internship_counts, internships, outcomes
from trajectories.sequences.describe.matched_months import match_counts, matched_months
from trajectories.sequences.describe.representatives import relative_frequencies
from trajectories.sequences.events.event_sequences import EventSequences, event_names, to_events
from trajectories.sequences.events.subsequences import (
    discriminating_subsequences,
    frequent_subsequences,
    occurrences,
)
from trajectories.sequences.observation_windows import Windows
from trajectories.sequences.state_sequences import StateSequences

Groups = Iterator[tuple[str, pl.DataFrame, StateSequences]]


def by_group(cut: Windows) -> Groups:
    """Yield each group's name, windows and sequences, sorted by name."""
    for name in cut.frame["group"].unique().sort():
        rows = (cut.frame["group"] == name).to_numpy()
        yield name, cut.frame.filter(rows), cut.sequences[rows]


def mean_times(cut: Windows) -> pl.DataFrame:
    """Return the mean months in each state of each group, with its standard error.

    Returns:
        group, state, windows (that are ever in the state), persons (the same), total (windows of
        the group), mean_months (over all windows of the group), se.
    """
    parts = []
    for name, frame, seqs in by_group(cut):
        visits = times_in_states(seqs).to_numpy() > 0
        person = frame["person"]
        parts.append(
            mean_time(seqs).select(
                pl.lit(name).alias("group"),
                "state",
                pl.Series("windows", visits.sum(axis=0), dtype=pl.Int64),
                pl.Series(
                    "persons", [person.filter(row).n_unique() for row in visits.T], dtype=pl.Int64
                ),
                pl.lit(len(seqs), dtype=pl.Int64).alias("total"),
                mean_months="mean",
                se="se",
            )
        )
    return pl.concat(parts)


def common_sequences(cut: Windows, *, most: int) -> pl.DataFrame:
    """Return group, rank, sequence (SPS), windows, persons of the commonest sequences."""
    return pl.concat(
        _ranked(name, frame["person"].to_numpy(), seqs, most=most, column="sequence")
        for name, frame, seqs in by_group(cut)
    )


def common_paths(cut: Windows, *, most: int) -> pl.DataFrame:
    """Return group, rank, path (distinct successive states), windows, persons."""
    return pl.concat(
        _ranked(
            name, frame["person"].to_numpy(), distinct_states(seqs)[0], most=most, column="path"
        )
        for name, frame, seqs in by_group(cut)
    )


def event_subsequences(
    cut: Windows, *, min_share: float, max_events: int, most: int
) -> dict[str, pl.DataFrame]:
    """Return the commonest subsequences of changes, and those that differ most between groups.

    Returns:
        `event_subsequences`, with at least two changes of state, since the transitions show single
        ones; and `discriminating_subsequences`, those with the largest χ² of group × presence
        (weighted), including single changes, none if there is only one group. Both: subsequence,
        group, windows, persons (that contain it), total (windows of the group); every combination
        of group and subsequence, including zeros.
    """
    # The first change implies the first state, so beginnings are left out.
    changes = {
        pair: names if pair[0] != pair[1] else ()
        for pair, names in event_names(cut.sequences.alphabet).items()
    }
    events = to_events(cut.sequences, changes)
    found = frequent_subsequences(events, min_share=min_share, max_events=max_events)
    common = found.filter(pl.col("events") > 1)[:most]
    groups = cut.frame["group"]
    apart = found.clear()
    if groups.n_unique() > 1 and found.height:
        ranked = discriminating_subsequences(events, found, groups.to_numpy())
        best = ranked.select("subsequence", "statistic").drop_nulls()
        best = best.sort("statistic", descending=True, maintain_order=True)[:most]
        apart = best.join(found, on="subsequence", maintain_order="left")
    return {
        name: _by_group(cut, events, listed)
        for name, listed in (("event_subsequences", common), ("discriminating_subsequences", apart))
    }


def _by_group(cut: Windows, events: EventSequences, listed: pl.DataFrame) -> pl.DataFrame:
    """Count the windows of each group that contain each of some subsequences."""
    rows = []
    for text, brackets in listed.select("subsequence", "brackets").rows():
        present = occurrences(events, tuple(tuple(bracket) for bracket in brackets)) > 0
        frame = cut.frame.filter(present)
        for group in cut.frame["group"].unique().sort():
            mine = frame.filter(pl.col("group") == group)
            total = int((cut.frame["group"] == group).sum())
            rows.append((text, group, len(mine), mine["person"].n_unique(), total))
    counts = dict.fromkeys(("windows", "persons", "total"), pl.Int64)
    schema = {"subsequence": pl.String, "group": pl.String, **counts}
    return pl.DataFrame(rows, schema=schema, orient="row")


def cluster_stripes(
    seqs: StateSequences, cluster: pl.Series, *, stripes: int, minimum: int
) -> pl.DataFrame:
    """Return cluster, stripe, position, state, count, size of the relative-frequency groups."""
    return pl.concat(
        relative_frequencies(
            seqs[(cluster == number).to_numpy()], stripes=stripes, minimum=minimum
        ).select(pl.lit(int(number), dtype=pl.Int64).alias("cluster"), pl.all())
        for number in cluster.unique().sort()
    )


def internship_tables(
    spells: pl.DataFrame,
    person_months: pl.DataFrame,
    persons: pl.DataFrame,
    windows: pl.DataFrame,
    *,
    among: pl.Series,
    settings: InternshipConfig,
    job_state: str,
    length_months: int,
) -> dict[str, pl.DataFrame]:
    """Count internships and those followed by paid work, by cluster, municipality and activity.

    Args:
        spells: the register's benefit spells.
        person_months: the state of each person in each month: of those with an internship and of
            those in `among`.
        persons: person, sex, birth_date.
        windows: window, person, group, origin, cluster.
        among: the persons among whom some without an internship are looked for.
        settings: which activities are internships, and how long they are followed.
        job_state: the state of a month in paid work.
        length_months: the length of a window.
    """
    found = internships(spells, activities=settings.activities, gap_days=settings.gap_days)
    within = settings.within_months
    followed = outcomes(found, person_months, job_state=job_state, within_months=within)
    matched = matched_months(
        found,
        person_months,
        persons,
        among=among,
        job_state=job_state,
        within_months=within,
        seed=settings.seed,
    )
    counted = internship_counts(followed, windows, length_months=length_months)
    return counted | {
        "internship_matches": match_counts(matched, windows, length_months=length_months)
    }


def _ranked(
    group: str, person: np.ndarray, seqs: StateSequences, *, most: int, column: str
) -> pl.DataFrame:
    """Return the commonest sequences of a group with the windows and persons behind each."""
    plain = StateSequences(seqs.states, seqs.alphabet, np.ones(len(seqs)))
    top = frequent_sequences(plain, most=most)
    unique = plain.unique()
    rows = []
    for rank, (text, row, windows) in enumerate(top.select("sequence", "row", "count").rows(), 1):
        same = unique.inverse == unique.inverse[row]
        name = to_sts(seqs[row], separator=">")[0] if column == "path" else text
        rows.append((group, rank, name, windows, len(np.unique(person[same]))))
    counts = dict.fromkeys(("windows", "persons"), pl.Int64)
    schema = {"group": pl.String, "rank": pl.Int64, column: pl.String, **counts}
    return pl.DataFrame(rows, schema=schema, orient="row")
