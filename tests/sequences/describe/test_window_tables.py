"""Aggregate tables against counting windows one by one."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from trajectories.sequences import Reform, StateSequences, Windows, indicators, windows
from trajectories.sequences.calendar import first_day, month_of
from trajectories.sequences.describe.window_tables import (
    indicator_means,
    month_counts,
    regime_means,
    tables,
)

COUNTS = ["windows", "persons"]
ALPHABET = ["JOB", "SA_READY", "SELF"]


@pytest.fixture(scope="module")
def months() -> pl.DataFrame:
    """Random person-months, 2010-01 to 2017-06."""
    rng = np.random.default_rng(11)
    start = month_of(dt.date(2010, 1, 1))
    return pl.DataFrame(
        [
            (person, first_day(start + t), str(rng.choice(ALPHABET)), 657)
            for person in range(30)
            for t in range(90)
        ],
        schema={
            "person": pl.UInt32,
            "month": pl.Date,
            "state": pl.Enum(ALPHABET),
            "municipality": pl.Int16,
        },
        orient="row",
    )


@pytest.fixture(scope="module")
def cut(months) -> Windows:
    """Weighted windows over all three periods; several a person."""
    mass = np.random.default_rng(12).integers(1, 4, 30)
    persons = pl.DataFrame(
        {"person": range(30), "mass": mass, "sex": ["K"] * 30},
        schema_overrides={"person": pl.UInt32},
    ).with_columns(birth_date=pl.lit(dt.date(1980, 1, 1)))
    return windows(
        months,
        persons=persons,
        length_months=6,
        reform=Reform(agreement=dt.date(2013, 4, 18), in_force=dt.date(2014, 1, 1)),
        weight="mass",
        origin_states=["SA_READY"],
        months_without=2,
    )


@pytest.fixture(scope="module")
def made(cut, months) -> dict[str, pl.DataFrame]:
    return tables(cut, months)


def members(cut: Windows, group: str) -> list[int]:
    return [row for row, name in enumerate(cut.frame["group"]) if name == group]


def test_every_table_of_the_contract_is_there_with_its_columns(made):
    assert {name: table.columns for name, table in made.items()} == {
        "person_months": ["state", "person_months", "persons"],
        "window_accounting": ["reason", "windows"],
        "sizes": ["group", "windows", "persons", "unique_sequences"],
        "state_distribution": ["group", "position", "state", "count", "weight"],
        "transitions": ["group", "from_state", "to_state", "transitions", "persons"],
        "indicators": ["group", "indicator", "windows", "mean", "sd"],
        "regime_months": ["group", "regime", "windows", "mean_months"],
        "mean_times": ["group", "state", *COUNTS, "total", "mean_months", "se"],
        "common_sequences": ["group", "rank", "sequence", *COUNTS],
        "common_paths": ["group", "rank", "path", *COUNTS],
        "event_subsequences": ["subsequence", "group", *COUNTS, "total"],
        "discriminating_subsequences": ["subsequence", "group", *COUNTS, "total"],
    }
    assert made["sizes"]["group"].to_list() == ["after", "before", "during"]


def test_person_months_count_months_and_persons_of_every_state(months):
    known = [state for state in ALPHABET if state != "JOB"]
    some = months.filter(pl.col("state").is_in(known), pl.col("person") < 3)
    assert month_counts(some).rows() == [
        (state, len(rows), rows["person"].n_unique())
        for state in ALPHABET
        for rows in [some.filter(pl.col("state") == state)]
    ]


def test_sizes_count_windows_persons_and_unique_sequences(cut, made):
    for group, n, people, unique in made["sizes"].iter_rows():
        rows = members(cut, group)
        assert n == len(rows)
        assert people == len({cut.frame["person"][row] for row in rows})
        assert unique == len({bytes(cut.sequences.states[row]) for row in rows})
    assert made["sizes"]["persons"].sum() < made["sizes"]["windows"].sum()


def test_state_counts_and_weights(cut, made):
    assert len(made["state_distribution"]) == 3 * 6 * 3
    for group, position, state, count, weight in made["state_distribution"].iter_rows():
        place = ALPHABET.index(state)
        rows = [
            row for row in members(cut, group) if cut.sequences.states[row, position - 1] == place
        ]
        assert count == len(rows)
        assert weight == sum(cut.sequences.weights[row] for row in rows)


def test_transitions_count_pairs_of_months_and_persons(cut, made):
    assert len(made["transitions"]) == 3 * 9
    for group, start, end, count, people in made["transitions"].iter_rows():
        pair = [ALPHABET.index(start), ALPHABET.index(end)]
        held = [
            (cut.frame["person"][row], t)
            for row in members(cut, group)
            for t in range(5)
            if cut.sequences.states[row, t : t + 2].tolist() == pair
        ]
        assert count == len(held)
        assert people == len({person for person, _ in held})


def test_indicators_are_weighted_means_with_the_population_spread(cut, made):
    values = indicators(cut.sequences)
    for group, indicator, n, mean, sd in made["indicators"].iter_rows():
        rows = members(cut, group)
        copies = np.repeat(
            values[indicator].to_numpy()[rows], cut.sequences.weights[rows].astype(int)
        )
        assert n == len(rows)
        np.testing.assert_allclose((mean, sd), (copies.mean(), copies.std()), rtol=1e-12)


def test_regime_months_are_weighted_means(cut, made):
    for group, regime, n, mean in made["regime_months"].iter_rows():
        rows = members(cut, group)
        values = cut.frame[f"regime_{regime}"].to_numpy()[rows]
        assert n == len(rows)
        assert mean == pytest.approx(np.average(values, weights=cut.sequences.weights[rows]))
    totals = made["regime_months"].group_by("group").agg(pl.col("mean_months").sum())
    assert totals["mean_months"].to_list() == pytest.approx([6.0] * 3)


def test_groups_that_are_no_periods_have_no_regimes(cut):
    frame = cut.frame.drop([name for name in cut.frame.columns if name.startswith("regime_")])
    table = regime_means(Windows(frame, cut.sequences, cut.accounting))
    assert table.is_empty()
    assert table.columns == ["group", "regime", "windows", "mean_months"]


def test_windows_of_weight_zero_have_no_means(cut):
    weightless = StateSequences(
        cut.sequences.states, cut.sequences.alphabet, np.zeros(len(cut.sequences))
    )
    table = indicator_means(Windows(cut.frame, weightless, cut.accounting))
    assert table["mean"].is_nan().all()


def test_the_spread_of_equal_values_is_exactly_zero(cut):
    weights = np.random.default_rng(1).random(len(cut.frame)) + 0.1
    weighted = StateSequences.from_array(cut.sequences.states, ALPHABET, weights)
    odd = Windows(cut.frame, weighted, cut.accounting)
    lengths = indicator_means(odd).filter(pl.col("indicator") == "length")
    assert lengths.select("mean", "sd").rows() == [(6.0, 0.0)] * 3
