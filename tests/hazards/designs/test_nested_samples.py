"""What lies between two published samples is counted, and few in between are not published."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trajectories.config.sections.hazards import ModelsConfig
from trajectories.hazards.designs.nested_samples import OUT, beside_smaller, between, smallest
from trajectories.hazards.designs.rows import DESIGN_SCHEMA, prepare
from trajectories.hazards.designs.specification_curve import municipalities
from trajectories.hazards.designs.subgroups import subgroups
from trajectories.hazards.parts import Parts
from trajectories.release import PRESETS, protect
from trajectories.release.outputs.registry import SPECS

RULES = ModelsConfig(adjustment=("C(duration_band)",))
SMALL = 999

cells = st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans(), st.booleans()), max_size=9)


def rows(flags: list[tuple[int, bool]]) -> pl.DataFrame:
    """Months at risk of three persons from (number, event)."""
    return pl.DataFrame(
        [(i % 3, i % 3, dt.date(2010 + i // 3, 1, 1), i % 2, int(hit)) for i, hit in flags],
        schema={
            "person": pl.UInt32,
            "course": pl.UInt32,
            "month": pl.Date,
            "caseworker": pl.UInt32,
            "job": pl.Int8,
        },
        orient="row",
    )


@settings(max_examples=80, deadline=None)
@given(cells)
def test_what_lies_between_two_samples_is_that_of_a_loop(made):
    one = [(i, hit) for i, (here, hit, _, _) in enumerate(made) if here]
    other = [(i, hit) for i, (_, _, here, hit) in enumerate(made) if here]
    apart = set(one) ^ set(other)
    found = between(rows(one), rows(other), event="job")
    months = {i for i, _ in apart}
    if not months:
        assert found == dict.fromkeys(OUT)
        return
    assert found == {
        "out_persons": len({i % 3 for i in months}),
        "out_events": len({i for i, hit in apart if hit}),
        "out_caseworkers": len({i % 2 for i in months}),
    }


pairs = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(sorted)


@given(st.lists(pairs, min_size=1, max_size=7), st.sampled_from((5, 8, 10)))
def test_groups_that_are_not_shown_are_together_large_enough(sizes, threshold):
    """Of persons and of their events, of which there are no more than persons."""
    groups = {str(i): {"persons": n, "events": hits} for i, (hits, n) in enumerate(sizes)}
    out = beside_smaller(groups)
    shown = {
        name
        for name, group in groups.items()
        if min(group.values()) >= threshold
        and all(n is None or n >= threshold for n in out[name].values())
    }
    hidden = [group for name, group in groups.items() if name not in shown]
    if shown and hidden:
        assert sum(group["persons"] for group in hidden) >= threshold
        assert sum(group["events"] for group in hidden) >= threshold
    for name, group in groups.items():
        # The largest goes only where the smaller ones are few together.
        if group["events"] == max(hits for hits, _ in sizes) >= threshold and name not in shown:
            assert min(n for n in out[name].values() if n is not None) < threshold
    least = smallest(groups.values())
    assert least["out_events"] == min(hits for hits, _ in sizes)
    assert least["out_persons"] == min(n for _, n in sizes)


@pytest.fixture
def with_a_small_municipality(inputs):
    """The register, with a municipality of two whose caseworker had left and one whose had not."""
    hits = inputs["panel"].filter(pl.col("job") == 1).sort("person")
    met = pl.col("listed_departures") > 0
    few = [*hits.filter(met)["person"].head(2), *hits.filter(~met)["person"].head(1)]
    assert len(set(few)) == 3
    # Two large ones beside it, in both of which the clients of leavers found jobs.
    large = (pl.col("municipality") < 700).cast(pl.Int16)
    place = pl.when(pl.col("person").is_in(few)).then(SMALL).otherwise(large)
    panel = inputs["panel"].with_columns(place.cast(pl.Int16).alias("municipality"))
    departures = inputs["lists"].filter(pl.col("kind").cast(pl.String) == "departure")
    return prepare(
        panel, inputs["changes"], inputs["exposures"], departures, rules=RULES, lag_months=1
    )


def released(found: list[dict]) -> pl.DataFrame:
    """What the gate lets pass where caseworkers, of whom this office has few, are many."""
    many = {name: pl.lit(50) for name in ("from_caseworkers", "to_caseworkers")}
    exact = pl.DataFrame(found, schema=DESIGN_SCHEMA).with_columns(**many)
    published, _ = protect(exact, SPECS["designs"], PRESETS["default"])
    return published.filter(pl.col("hazard_ratio").is_not_null())


def test_a_municipality_of_three_is_not_told_by_its_absence(with_a_small_municipality):
    made = with_a_small_municipality
    found = [row for _, one in municipalities(made) for row in one()]
    shown = released(found)
    assert shown.height >= 2
    assert f"without {SMALL}" not in shown["design"].to_list()


def test_a_municipality_of_three_is_not_told_by_all_the_others(with_a_small_municipality):
    """The whole without the one shown group would be it: that group goes too."""
    found = subgroups(with_a_small_municipality, Parts())
    mine = [row for row in found if row["design"] == "municipality"]
    given = [row for row in mine if row.get("hazard_ratio") is not None]
    assert [row["out_persons"] for row in given] == [3]
    assert released(mine).is_empty()
    unguarded = [row | dict.fromkeys(OUT) for row in given]
    assert released(unguarded)["persons"][0] > 500
