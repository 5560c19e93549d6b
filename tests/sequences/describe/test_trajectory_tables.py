"""Aggregates of whole courses against counting windows one by one; the verbs that write them."""

import datetime as dt
import json
from collections import Counter
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy import stats

from trajectories.commands.typology.courses import courses
from trajectories.commands.typology.picture import picture
from trajectories.sequences import (
    StateSequences,
    Windows,
    frequent_subsequences,
    occurrences,
    to_events,
)
from trajectories.sequences.describe.trajectory_tables import (
    cluster_stripes,
    common_paths,
    common_sequences,
    event_subsequences,
    mean_times,
)

ALPHABET = ("JOB", "SA", "SELF")
STYLE = Path(__file__).parents[3] / "config" / "style.yaml"


@pytest.fixture(scope="module")
def cut() -> Windows:
    """Forty windows of six months in two groups, two of one person."""
    rng = np.random.default_rng(8)
    states = np.repeat(rng.integers(0, 3, (40, 3)), 2, axis=1).astype(np.uint8)
    frame = pl.DataFrame(
        {
            "window": pl.Series(range(40), dtype=pl.UInt32),
            "person": pl.Series([n // 2 for n in range(40)], dtype=pl.UInt32),
            "group": ["before", "after", "after", "before"] * 10,
            "origin": [dt.date(2012 + n % 4, 1, 1) for n in range(40)],
            "weight": rng.integers(1, 3, 40).astype(float),
        }
    )
    seqs = StateSequences.from_array(states, ALPHABET, frame["weight"].to_numpy())
    return Windows(frame, seqs, pl.DataFrame())


def courses_of(cut: Windows, group: str) -> list[tuple[int, list[str]]]:
    """Person and states of each window of a group."""
    rows = zip(cut.frame["person"], cut.frame["group"], cut.sequences.labels(), strict=True)
    return [(person, list(states)) for person, name, states in rows if name == group]


def test_mean_times_count_those_who_are_ever_in_the_state(cut):
    rows = mean_times(cut).filter(pl.col("group") == "after").rows(named=True)
    weights = cut.frame.filter(pl.col("group") == "after")["weight"].to_numpy()
    own = courses_of(cut, "after")
    for row in rows:
        visitors = [person for person, states in own if row["state"] in states]
        assert (row["windows"], row["persons"]) == (len(visitors), len(set(visitors)))
        assert row["total"] == len(own)
        times = np.array([states.count(row["state"]) for _, states in own])
        mean = (weights * times).sum() / weights.sum()
        assert row["mean_months"] == pytest.approx(mean)


@pytest.mark.parametrize(("build", "column"), [(common_sequences, 2), (common_paths, 2)])
def test_common_courses_are_the_commonest(cut, build, column):
    made = build(cut, most=4)
    for group in ("after", "before"):
        texts = []
        for person, states in courses_of(cut, group):
            runs = [(state, len(list(run))) for state, run in groupby(states)]
            whole = build is common_sequences
            parts = [f"{state}/{n}" if whole else state for state, n in runs]
            texts.append((person, ("-" if whole else ">").join(parts)))
        counts = Counter(text for _, text in texts)
        rows = made.filter(pl.col("group") == group).rows()
        assert [row[1] for row in rows] == [1, 2, 3, 4]
        assert [row[3] for row in rows] == sorted(counts.values(), reverse=True)[:4]
        for row in rows:
            persons = {person for person, text in texts if text == row[column]}
            assert (row[3], row[4]) == (counts[row[column]], len(persons))


def test_event_subsequences_are_of_two_changes_or_more(cut):
    tables = event_subsequences(cut, min_share=0.01, max_events=3, most=5)
    made = tables["event_subsequences"]
    assert made.height > 0
    for text, group, windows, persons, total in made.rows():
        events = [event.split(">") for event in text.strip("()").split(")-(")]
        assert len(events) > 1
        found = []
        for person, states in courses_of(cut, group):
            changes = [[a, b] for a, b in pairwise(states) if a != b]
            left = iter(changes)
            if all(event in left for event in events):
                found.append(person)
        assert (windows, persons) == (len(found), len(set(found)))
        assert total == (cut.frame["group"] == group).sum()


def test_discriminating_subsequences_have_the_largest_chi_squared(cut):
    made = event_subsequences(cut, min_share=0.01, max_events=2, most=4)[
        "discriminating_subsequences"
    ]
    changes = to_events(
        cut.sequences,
        {
            (a, b): (f"{a}>{b}",) if a != b else ()
            for a in cut.sequences.alphabet
            for b in cut.sequences.alphabet
        },
    )
    every = frequent_subsequences(changes, min_share=0.01, max_events=2)
    group = cut.frame["group"].to_numpy()
    statistics = {}
    for text, brackets in every.select("subsequence", "brackets").rows():
        present = occurrences(changes, tuple(map(tuple, brackets))) > 0
        mass = cut.sequences.weights
        table = [
            [mass[(group == g) & (present == p)].sum() for g in ("after", "before")] for p in (0, 1)
        ]
        if np.sum(table, axis=1).all():
            statistics[text] = stats.chi2_contingency(table).statistic
    best = sorted(statistics.values(), reverse=True)[:4]
    names = made["subsequence"].unique(maintain_order=True)
    assert [statistics[name] for name in names] == pytest.approx(best)
    assert made.group_by("subsequence").len()["len"].to_list() == [2] * 4


def test_one_group_has_nothing_to_tell_apart(cut):
    alike = Windows(cut.frame.with_columns(group=pl.lit("all")), cut.sequences, pl.DataFrame())
    made = event_subsequences(alike, min_share=0.01, max_events=2, most=4)
    assert made["discriminating_subsequences"].is_empty()
    assert not made["event_subsequences"].is_empty()


def test_windows_without_changes_have_no_subsequences(cut):
    still = StateSequences.from_array([["SA"] * 6] * 40, ALPHABET)
    made = event_subsequences(
        Windows(cut.frame, still, pl.DataFrame()), min_share=0.5, max_events=2, most=5
    )
    assert all(table.is_empty() for table in made.values())


def test_stripes_are_made_within_clusters(cut):
    cluster = pl.Series([1, 2] * 20)
    made = cluster_stripes(cut.sequences, cluster, stripes=2, minimum=5)
    assert made.select("cluster", "size").unique().sort("cluster").rows() == [(1, 10), (2, 10)]
    assert made.height == 2 * 2 * 6


@pytest.fixture
def run(tmp_path: Path, cut: Windows) -> dict[str, Path]:
    """The files that the verbs read."""
    sequences, typology, register = (tmp_path / name for name in ("seq", "typ", "reg"))
    for folder in (sequences, typology, register):
        folder.mkdir()
    cut.frame.write_parquet(sequences / "windows.parquet")
    np.save(sequences / "states.npy", cut.sequences.states)
    (sequences / "alphabet.json").write_text(json.dumps({"alphabet": ALPHABET}))
    clusters = pl.Series([1, 2] * 20, dtype=pl.Int16)
    cut.frame.select("window", cluster=clusters).write_parquet(typology / "clusters.parquet")
    names = [{"cluster": 1, "name": "JOB"}, {"cluster": 2, "name": "SA"}]
    (typology / "clusters.json").write_text(json.dumps({"names": names}))
    person = pl.Series(range(20), dtype=pl.UInt32)
    day = cut.frame.group_by("person").agg(pl.col("origin").min()).sort("person")["origin"]
    pl.DataFrame(
        {"person": person, "activity": "internship_private", "start": day, "end": day}
    ).write_parquet(register / "spells.parquet")
    pl.DataFrame({"person": person, "sex": "K", "birth_date": dt.date(1980, 1, 1)}).write_parquet(
        register / "persons.parquet"
    )
    months = pl.DataFrame({"person": person}).join(
        pl.DataFrame(
            {"month": pl.date_range(dt.date(2012, 1, 1), dt.date(2016, 12, 1), "1mo", eager=True)}
        ),
        how="cross",
    )
    months.with_columns(
        benefit=pl.lit("kontanthjaelp"),
        state=pl.when(pl.col("person") < 5).then(pl.lit("JOB")).otherwise(pl.lit("SA")),
        municipality=pl.lit(751, pl.Int16),
    ).write_parquet(tmp_path / "months.parquet")
    (tmp_path / "config.yaml").write_text("sequences: {}\n")
    return {"config": tmp_path / "config.yaml", "sequences": sequences, "typology": typology}


def test_the_verb_writes_stripes_and_internships(run, tmp_path):
    out = tmp_path / "courses"
    inputs = {"register": tmp_path / "reg", "months": tmp_path / "months.parquet"}
    courses(**run, **inputs, out=out)
    assert {path.stem for path in (out / "tables").iterdir()} == {
        "stripes",
        "internships",
        "internship_places",
        "internship_matches",
    }
    by_cluster = pl.read_parquet(out / "tables" / "internships.parquet")
    by_place = pl.read_parquet(out / "tables" / "internship_places.parquet")
    for column in ("internships", "in_job"):
        assert by_cluster[column].sum() == by_place[column].sum() > 0
    assert by_place["municipality"].unique().to_list() == ["751"]
    assert out.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("activities", ["[]", "[course]"])
def test_without_internships_there_are_no_such_tables(run, tmp_path, activities):
    run["config"].write_text(f"sequences: {{internships: {{activities: {activities}}}}}\n")
    inputs = {"register": tmp_path / "reg", "months": tmp_path / "months.parquet"}
    courses(**run, **inputs, out=tmp_path / "courses")
    assert [path.stem for path in (tmp_path / "courses" / "tables").iterdir()] == ["stripes"]


def test_the_index_plot_is_a_private_picture(run, tmp_path):
    run["config"].write_text("sequences: {description: {index_rows: 10}}\n")
    drawn = tmp_path / "private" / "index_plot.png"
    picture(**run, style=STYLE, out=drawn.parent)
    assert drawn.read_bytes().startswith(b"\x89PNG")
    assert drawn.parent.stat().st_mode & 0o077 == 0
