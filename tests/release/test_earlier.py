"""What stands of earlier releases, against the sets of persons behind each number."""

import itertools
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trajectories.release import PRESETS, Count, Estimate, TableSpec
from trajectories.release.certificate.checker import check_certificate
from trajectories.release.certificate.record import certificate
from trajectories.release.certificate.witnesses import Search
from trajectories.release.earlier.comparison import Earlier, stand
from trajectories.release.earlier.counterparts import counterparts
from trajectories.release.earlier.published import Published, hash_of, published
from trajectories.release.gate.links import cells
from trajectories.release.gate.protect import Release, protect_all
from trajectories.release.gate.standing import Standing

RULES = PRESETS["default"]
MONTHS = 6
MOST = {"months": float(MONTHS), "windows": 1.0, "events": 2.0, "caseworkers": 40.0}
PERSONS = Count("persons", "persons", guards=True)


def _spec(name: str, dims: tuple[str, ...], *counts: Count, **more: object) -> TableSpec:
    links = tuple(
        cells(one.name, of=f"{one.unit}", by=dims, overlap=one.unit == "persons")
        for one in counts
        if one.unit != "weight"
    )
    return TableSpec("stage", name, "high", "a cell", dims, links=links, counts=counts, **more)  # type: ignore[arg-type]


BY_AGE = _spec("by_age", ("age",), PERSONS)
BY_STATE = _spec("by_state", ("age", "state"), PERSONS, Count("months", "months"))
BY_PLACE = _spec("by_place", ("place",), PERSONS, estimates=(Estimate("mean"),))
ALL = _spec("whole", ("group",), PERSONS, Count("months", "months"))
CHANGES = _spec(
    "changes",
    ("place",),
    Count("changes", "events"),
    PERSONS,
    Count("caseworkers", "caseworkers", guards=True),
)
SPECS = {spec.name: spec for spec in (BY_AGE, BY_STATE, BY_PLACE, ALL, CHANGES)}


def people(number: int, seed: int) -> pl.DataFrame:
    """Person, age, place, caseworker, state and months in it."""
    draw = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "person": np.arange(number),
            "years": draw.integers(26, 36, number),
            "place": draw.choice(["p", "q", "r"], number, p=[0.5, 0.4, 0.1]),
            "state": draw.choice(["job", "edu", "ill"], number, p=[0.5, 0.4, 0.1]),
            "months": draw.integers(1, MONTHS + 1, number),
            "caseworker": draw.integers(0, 12, number),
            "changes": draw.integers(0, 3, number),
        }
    )


def tables(frame: pl.DataFrame, split: int = 30) -> dict[str, tuple[pl.DataFrame, TableSpec]]:
    aged = frame.with_columns(
        group=pl.lit("all"),
        age=pl.when(pl.col("years") < split)
        .then(pl.lit(f"under {split}"))
        .otherwise(pl.lit(f"{split} and over")),
    )
    made = {}
    for name, spec in SPECS.items():
        counted = {
            "persons": pl.col("person").n_unique().cast(pl.Int64),
            "months": pl.col("months").sum(),
            "changes": pl.col("changes").sum(),
            "caseworkers": pl.col("caseworker").n_unique().cast(pl.Int64),
            "mean": pl.col("months").mean(),
        }
        columns = [*(c.name for c in spec.counts), *(e.name for e in spec.estimates)]
        some = [counted[column].alias(column) for column in columns]
        rows = aged.filter(pl.col("changes") > 0) if name == "changes" else aged
        made[name] = (
            rows.group_by(spec.dims).agg(some).sort(spec.dims),
            spec,
        )
    return made


def behind(frame: pl.DataFrame, split: int, key: dict[str, str], name: str) -> dict[int, tuple]:
    """The persons behind a row, with what each adds to it."""
    chosen = frame if name != "changes" else frame.filter(pl.col("changes") > 0)
    if "age" in key:
        young = pl.col("years") < split
        chosen = chosen.filter(young if key["age"].startswith("under") else ~young)
    for column in {"place", "state"} & {*key}:
        chosen = chosen.filter(pl.col(column) == key[column])
    return {row[0]: row for row in chosen.select("person", "months", "changes").rows()}


def release(
    frame: pl.DataFrame,
    *earlier: Published,
    split: int = 30,
    changed: int | None = None,
    same: bool = True,
) -> Release:
    compare = partial(
        stand,
        earlier=[Earlier(one, changed, same) for one in earlier],
        rules=RULES,
        most=MOST,
    )
    return protect_all(tables(frame, split), RULES, Search().untold, compare if earlier else None)


def shown(made: Release) -> dict[str, list[tuple]]:
    return {name: table.rows() for name, (table, _) in made.tables.items()}


def differences(one: Release, other: Release) -> Iterable[tuple[str, dict, str]]:
    """Table, row and column of the counts that two releases publish differently."""
    for name, spec in SPECS.items():
        first = {row[: len(spec.dims)]: row for row in one.tables[name][0].rows()}
        second = {row[: len(spec.dims)]: row for row in other.tables[name][0].rows()}
        for key in first.keys() & second.keys():
            for at, count in enumerate(spec.counts, start=len(spec.dims)):
                if first[key][at] != second[key][at]:
                    yield name, dict(zip(spec.dims, key, strict=True)), count.name


def test_an_attacker_who_knows_all_but_one_wins_without_the_register_and_not_with_it():
    everybody = people(120, 7)
    first = release(everybody)
    told = told_with_register = 0
    for victim in range(0, 120, 15):
        others = everybody.filter(pl.col("person") != victim)
        told += bool(list(differences(first, release(others))))
        again = release(others, published(first, "same"), changed=1)
        told_with_register += shown(again) != shown(first)
    assert told > 5
    assert told_with_register == 0


@settings(max_examples=15, deadline=None)
@given(
    st.integers(0, 10**6),
    st.integers(40, 160),
    st.integers(0, 14),
    st.sampled_from(["remove", "months", "place"]),
)
def test_every_published_difference_rests_on_as_many_persons_as_promised(seed, size, some, how):
    before = people(size, seed)
    chosen = np.random.default_rng(seed + 1).permutation(size)[:some].tolist()
    one = pl.col("person").is_in(chosen)
    after = {
        "remove": before.filter(~one),
        "months": before.with_columns(
            months=pl.when(one).then(MONTHS + 1 - pl.col("months")).otherwise("months")
        ),
        "place": before.with_columns(place=pl.when(one).then(pl.lit("p")).otherwise("place")),
    }[how]
    first = release(before)
    second = release(after, published(first, "x"))
    for name, key, column in differences(first, second):
        old, new = behind(before, 30, key, name), behind(after, 30, key, name)
        differ = {one for one in old.keys() | new.keys() if old.get(one) != new.get(one)}
        assert len(differ) >= RULES.threshold, (name, key, column)


@pytest.mark.parametrize("seed", range(12))
def test_the_certificate_holds_with_numbers_that_stand(seed):
    before = people(90, seed)
    first = release(before)
    search = Search()
    earlier = [Earlier(published(first, "x"), None, same=True)]
    compare = partial(stand, earlier=earlier, rules=RULES, most=MOST)
    exact = tables(before.filter(pl.col("person") % 9 != 0))
    made = protect_all(exact, RULES, search.untold, compare)
    assert made.view is not None
    assert made.view.standing.which.any()
    prepared = {name: (made.exact[name].frame, spec) for name, spec in SPECS.items()}
    written = certificate(made, prepared, search.values)
    files = {
        f"{SPECS[name].file}.csv": table.cast(pl.String) for name, (table, _) in made.tables.items()
    }
    assert list(check_certificate(written, files)) == []
    standing = written["standing"].pop()
    written["witnesses"] = np.array(written["witnesses"])
    written["standing"].append([standing[0], 0])
    written["witnesses"][:, standing[0]] += 50
    assert any("stand" in one for one in check_certificate(written, files))


def test_a_change_of_enough_persons_is_published_anew():
    before = people(150, 3)
    first = release(before)
    after = before.filter((pl.col("person") % 3 > 0) | (pl.col("place") != "p"))
    made = release(after, published(first, "x"))
    rows = dict(made.tables["by_place"][0].select("place", "persons").rows())
    truth = dict(tables(after)["by_place"][0].select("place", "persons").rows())
    was = dict(first.tables["by_place"][0].select("place", "persons").rows())
    assert abs(rows["p"] - truth["p"]) < 5
    assert rows["p"] < was["p"] - 15
    assert rows["q"] == was["q"]
    assert {name: log.standing for name, (_, log) in made.tables.items()}["by_place"] == 0
    few = release(before.filter(pl.col("person") > 0), published(first, "x"))
    assert [log.standing for _, log in few.tables.values()] == [1, 1, 1, 1, 0]


def test_many_months_of_one_person_stand_and_some_of_many_do_not():
    before = people(150, 4).with_columns(months=pl.lit(1))
    first = release(before)
    one = before.with_columns(
        months=pl.when(pl.col("person") == 0).then(MONTHS).otherwise("months")
    )
    assert shown(release(one, published(first, "x"))) == shown(first)
    every = release(before.with_columns(months=pl.lit(2)), published(first, "x"))
    assert every.tables["whole"][0]["persons"].to_list() == [150]
    assert every.tables["whole"][0]["months"].to_list() == [300]


def test_a_number_never_lags_by_as_many_as_promised_however_slowly_it_drifts():
    frame = people(150, 5)
    earlier: list[Published] = []
    for last in range(149, 140, -1):
        made = release(frame, *earlier)
        earlier.append(published(made, "x"))
        exact = frame.height
        shown_now = made.tables["whole"][0]["persons"][0]
        assert abs(shown_now - exact) < RULES.threshold + RULES.base
        frame = frame.filter(pl.col("person") != last)


def test_a_boundary_that_moved_is_compared_with_what_it_was():
    before = people(120, 6)
    young = before.with_columns(years=pl.when(pl.col("person") < 3).then(30).otherwise(25))
    first = release(young)
    again = release(young, published(first, "x"), split=31, same=False)
    was = dict(first.tables["by_age"][0].rows())
    now = dict(again.tables["by_age"][0].rows())
    assert now == {"under 31": was["under 30"]} | (
        {"31 and over": was["30 and over"]} if "31 and over" in now else {}
    )


@pytest.mark.parametrize(
    ("changed", "same", "stands"),
    [(1, True, True), (1, False, True), (None, True, True), (0, False, False), (9, False, False)],
)
def test_estimates_stand_where_few_persons_or_nothing_but_persons_changed(changed, same, stands):
    before = people(200, 8)
    first = release(before)
    swapped = before.with_columns(months=pl.col("months") % MONTHS + 1)
    again = release(swapped, published(first, "x"), changed=changed, same=same)
    was = first.tables["by_place"][0]["mean"]
    assert (again.tables["by_place"][0]["mean"] == was).all() == stands


def possible_differences(one: Release, other: Release) -> set[int]:
    """What the difference of `p` may be: two parts and their sum, enumerated."""
    first, second = (made.tables["two"][0]["persons"].to_list() for made in (one, other))
    sums = [made.tables["sum"][0]["persons"].to_list()[0] for made in (one, other)]
    seen = set()
    assert first == second == [10, 10]
    assert sums[0] == 20
    for x, y in itertools.product(range(8, 13), repeat=2):
        for dx, dy in itertools.product(range(-4, 5), repeat=2):
            total, change = x + y + dx + dy, dx + dy
            anew = sums[1] is not None and 28 <= total <= 32 and change >= RULES.threshold
            if 18 <= x + y <= 22 and (sums[1] is None or anew):
                seen.add(dx)
    return seen


def test_small_differences_do_not_follow_from_a_sum_that_moved(monkeypatch):
    two = TableSpec(
        "stage",
        "two",
        "high",
        "a cell",
        ("place",),
        links=(cells("persons", of="all", by=("place",)),),
        counts=(PERSONS,),
    )
    whole = replace(two, name="sum", dims=("group",), links=(cells("persons", of="all"),))

    def made(number: int, *earlier: Published) -> Release:
        counted = {
            "two": (pl.DataFrame({"place": ["p", "q"], "persons": [number, number]}), two),
            "sum": (pl.DataFrame({"group": ["all"], "persons": [2 * number]}), whole),
        }
        known = [Earlier(one, None, same=True) for one in earlier]
        compare = partial(stand, earlier=known, rules=RULES, most={})
        return protect_all(counted, RULES, Search().untold, compare)

    first = made(11)
    assert len(possible_differences(first, made(15, published(first, "x")))) > RULES.width
    monkeypatch.setattr(Standing, "told", lambda *_: np.zeros(0, np.int64))
    assert len(possible_differences(first, made(15, published(first, "x")))) <= RULES.width


def test_differences_that_rest_on_few_caseworkers_stand():
    before = people(200, 9).with_columns(caseworker=pl.col("person") % 6)
    first = release(before)
    fewer = before.with_columns(
        changes=pl.when(pl.col("caseworker") == 0).then(0).otherwise("changes")
    )
    again = release(fewer, published(first, "x"))
    assert again.tables["changes"][0].equals(first.tables["changes"][0])


def test_numbers_are_compared_by_name_and_renamed_ones_by_size():
    old = [(("", "all"), ("age", "under 30")), (("", "all"), ("age", "30 and over"))]
    new = [(("", "all"), ("age", "31 and over")), (("", "all"), ("age", "under 31"))]
    size = np.array([40.0, 90.0])
    assert counterparts(new, old, size, size).tolist() == [1, 0]
    named = [(("", "all"), ("age", "old")), (("", "all"), ("age", "young"))]
    assert counterparts(new, named, size, np.array([88.0, 41.0])).tolist() == [1, 0]
    assert counterparts(old, old, size, size).tolist() == [0, 1]
    months = [(("", "all"), ("month", "2014-01"))], [(("", "all"), ("month", "2014-02"))]
    assert counterparts(*months, size[:1], size[:1]).tolist() == [-1]


def test_words_of_a_release_are_no_settings_of_its_numbers():
    plain = {"release": {"preset": "default"}, "reform": {"split_age": 30}}
    assert hash_of(plain) == hash_of(
        {"run": {"name": "other"}, **plain, "release": {"preset": "default", "language": "da"}}
    )
    assert hash_of(plain) != hash_of({**plain, "reform": {"split_age": 31}})


def test_a_row_whose_persons_were_withheld_beside_a_small_count_stays_withheld():
    """Of 5 + 0 = 5 no number can be moved: the 5 is withheld, and the mean of its row with it."""
    parts = replace(BY_PLACE, links=(cells("persons", of="all", by=("place",)),))
    whole = replace(_spec("whole", ("group",), PERSONS), links=(cells("persons", of="all"),))
    counted = {
        "by_place": (
            pl.DataFrame({"place": ["p", "q"], "persons": [5, 0], "mean": [2.0, 0.0]}),
            parts,
        ),
        "whole": (pl.DataFrame({"group": ["all"], "persons": [5]}), whole),
    }
    first = protect_all(counted, RULES, Search().untold)
    known = [Earlier(published(first, "x"), 0, same=True)]
    compare = partial(stand, earlier=known, rules=RULES, most={})
    again = protect_all(counted, RULES, Search().untold, compare)
    assert first.tables["by_place"][0].rows() == [("p", None, None), ("q", None, None)]
    assert shown(again) == shown(first)
    assert [log for _, log in again.tables.values()] == [log for _, log in first.tables.values()]
