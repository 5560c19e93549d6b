"""Courses around months at risk: against naive constructions, and with planted truth."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from trajectories.config.sections.hazards import HazardsConfig, ModelsConfig
from trajectories.config.sections.sensitivity import HistoriesConfig
from trajectories.histories.after_changes import after_types, landmarks
from trajectories.histories.month_states import MonthStates
from trajectories.histories.tables import history_tables
from trajectories.histories.windows import Types, find_types, type_tables
from trajectories.release.outputs.registry import spec_for
from trajectories.survival.errors import NotEstimableError

LETTERS = ["JOB", "PASSIVE", "ACTIVE"]
START = dt.date(2010, 1, 1)


def month(number: int) -> dt.date:
    return dt.date(2010 + number // 12, number % 12 + 1, 1)


def months_of(courses: dict[int, list[str]], first: int = 0) -> pl.DataFrame:
    rows = [
        (person, month(first + i), state)
        for person, states in courses.items()
        for i, state in enumerate(states)
    ]
    schema = {"person": pl.UInt32, "month": pl.Date, "state": pl.Enum(LETTERS)}
    return pl.DataFrame(rows, schema=schema, orient="row")


@pytest.mark.parametrize("offset", [0, -3, 2])
def test_windows_hold_the_months_asked_for(offset):
    rng = np.random.default_rng(1)
    courses = {p: list(rng.choice(LETTERS, size=rng.integers(1, 9))) for p in (0, 1, 5)}
    months = months_of(courses)
    rows = pl.DataFrame(
        {
            "person": [p for p in (0, 1, 2, 5) for _ in range(9)],
            "month": [month(i) for i in range(9)] * 4,
        },
        schema={"person": pl.UInt32, "month": pl.Date},
    )
    shuffled = MonthStates.of([months.sample(fraction=1, shuffle=True, seed=1)])
    states, seen = shuffled.windows_at(rows, length=3, offset=offset)
    for i, (person, when) in enumerate(rows.iter_rows()):
        at = (when.year - 2010) * 12 + when.month - 1 + offset
        own = courses.get(person, [])
        whole = at >= 0 and at + 3 <= len(own)
        assert seen[i] == whole
        if whole:
            assert [LETTERS[code] for code in states[i]] == own[at : at + 3]
    _, none = MonthStates.of([months.clear()]).windows_at(rows, length=3, offset=offset)
    assert not none.any()
    apart = MonthStates.of(months.filter(pl.col("person") == p) for p in (0, 1, 2, 5))
    for name in ("code", "key", "start"):
        assert np.array_equal(getattr(apart, name), getattr(shuffled, name))
    eve = rows.with_columns(apart.states_at(rows, offset=-1))
    before = months.with_columns(pl.col("month").dt.offset_by("1mo"))
    assert eve.equals(rows.join(before, on=["person", "month"], how="left", maintain_order="left"))


def test_a_gap_in_a_person_s_months_is_in_no_window():
    months = months_of({3: ["JOB"] * 9}).filter(pl.col("month") != month(4))
    rows = pl.DataFrame({"person": [3] * 9, "month": [month(i) for i in range(9)]})
    _, seen = MonthStates.of([months]).windows_at(rows, length=3, offset=0)
    assert np.flatnonzero(seen).tolist() == [0, 1, 5, 6]


def test_persons_ascend_from_part_to_part():
    months = months_of({3: ["JOB"] * 9})
    with pytest.raises(ValueError, match="ascend"):
        MonthStates.of([months, months])


def courses_of_three_kinds(n: int) -> np.ndarray:
    rng = np.random.default_rng(2)
    kind = np.arange(n) % 3
    return np.where(rng.random((n, 8)) < 0.08, rng.integers(0, 3, (n, 8)), kind[:, None]).astype(
        np.uint8
    )


def test_types_are_found_again_and_a_sample_is_enough():
    states = courses_of_three_kinds(600)
    whole = find_types(states, LETTERS, ks=range(2, 5), sample=1000, seed=1)
    part = find_types(states, LETTERS, ks=range(2, 5), sample=150, seed=1)
    assert set(whole.names) == set(LETTERS)
    truth = np.arange(600) % 3
    for types in (whole, part):
        found = np.array([LETTERS.index(name.split(" ")[0]) for name in types.names])[types.labels]
        assert (found == truth).mean() > 0.97
    only = find_types(states, LETTERS, ks=(2,), sample=1000, seed=1, sought=truth > 0)
    assert len(only.names) == 2
    assert "JOB" not in only.names
    with pytest.raises(NotEstimableError, match="fewer than three different courses"):
        find_types(states[:2], LETTERS, ks=(2,), sample=10, seed=1)


def test_types_are_counted_by_month():
    states = np.array([[0, 0], [0, 1], [2, 2]], dtype=np.uint8)
    types = Types(np.array([0, 0, 1]), ("JOB", "ACTIVE"))
    rows = pl.DataFrame({"person": [7, 7, 9]})
    sizes, by_month = type_tables("kind", states, types, rows, LETTERS)
    assert sizes.rows() == [
        ("kind", 1, "JOB", 2, 1, None, None),
        ("kind", 2, "ACTIVE", 1, 1, None, None),
    ]
    assert by_month.select("cluster", "position", "state", "count").rows() == [
        (1, 1, "JOB", 2),
        (1, 2, "JOB", 1),
        (1, 2, "PASSIVE", 1),
        (2, 1, "ACTIVE", 1),
        (2, 2, "ACTIVE", 1),
    ]
    changed = rows.with_columns(from_caseworker=pl.Series([1, 2, 2]), to_caseworker=3)
    sizes, by_month = type_tables("kind", states, types, changed, LETTERS)
    assert sizes.select("from_caseworkers", "to_caseworkers").rows() == [(2, 1), (1, 1)]
    behind = by_month.select("cluster", "position", "state", "from_caseworkers").rows()
    assert behind == [
        (1, 1, "JOB", 2),
        (1, 2, "JOB", 1),
        (1, 2, "PASSIVE", 1),
        (2, 1, "ACTIVE", 1),
        (2, 2, "ACTIVE", 1),
    ]


def landmark_rows(n: int, seed: int, effect: float = 0.0) -> tuple[pl.DataFrame, np.ndarray]:
    """Months with and without changes, in which a change makes type 0 likelier by `effect`."""
    rng = np.random.default_rng(seed)
    place = rng.integers(0, 3, n)
    cause = np.where(rng.random(n) < 0.1 + 0.1 * place, "departure", None)
    chance = 0.2 + 0.15 * place + effect * (cause == "departure")
    rows = pl.DataFrame(
        {
            "person": rng.integers(0, n // 4, n).astype(np.uint32),
            "month": [START] * n,
            "duration_band": ["3-5"] * n,
            "municipality": place.astype(np.int16),
            "state": ["PASSIVE"] * n,
            "cluster": rng.integers(0, 12, n).astype(str),
            "cause": pl.Series(cause.tolist(), dtype=pl.String),
            "from_caseworker": place,
            "to_caseworker": place % 2,
        }
    )
    return rows, np.where(rng.random(n) < chance, 0, 1)


def test_shares_after_a_change_are_those_of_a_loop():
    rows, types = landmark_rows(900, 3)
    found = after_types(rows, types, 2).filter(cause="departure", cluster=1).row(0, named=True)
    cause, place, cluster = (rows[name].to_list() for name in ("cause", "municipality", "cluster"))
    changed = [i for i in range(900) if cause[i]]
    usual = {
        p: np.mean([types[i] == 0 for i in range(900) if not cause[i] and place[i] == p])
        for p in (0, 1, 2)
    }
    matched = np.mean([usual[place[i]] for i in changed])
    share = np.mean([types[i] == 0 for i in changed])
    assert found["matched_share"] == pytest.approx(matched)
    assert found["difference"] == pytest.approx(share - matched)
    assert found["events"] == sum(types[i] == 0 for i in changed)
    assert found["persons"] == len({rows["person"][i] for i in changed if types[i] == 0})
    assert found["matched"] == 900 - len(changed)
    assert (found["from_caseworkers"], found["to_caseworkers"]) == (3, 2)
    # The influence of each cluster, one row after the other.
    n_changed = {p: sum(place[i] == p for i in changed) for p in (0, 1, 2)}
    n_quiet = {p: sum(place[i] == p and not cause[i] for i in range(900)) for p in (0, 1, 2)}
    sums = dict.fromkeys(set(cluster), 0.0)
    for i in range(900):
        left = (types[i] == 0) - usual[place[i]]
        if cause[i]:
            sums[cluster[i]] += (left - (share - matched)) / len(changed)
        else:
            sums[cluster[i]] -= n_changed[place[i]] / n_quiet[place[i]] * left / len(changed)
    se = (12 / 11 * sum(value**2 for value in sums.values())) ** 0.5
    assert found["high"] - found["difference"] == pytest.approx(2.2009851601 * se)


def test_the_planted_difference_is_covered():
    hits = 0
    for seed in range(40):
        rows, types = landmark_rows(1500, seed, effect=0.12)
        row = after_types(rows, types, 2).filter(cause="any change", cluster=1).row(0, named=True)
        hits += row["low"] <= 0.12 <= row["high"]
    assert 34 <= hits <= 40


def test_few_changes_are_not_compared():
    rows, types = landmark_rows(60, 1)
    assert after_types(rows.head(40), types[:40], 2).is_empty()


def test_the_change_of_the_month_before_marks_a_landmark():
    panel = pl.DataFrame(
        {"person": [1, 1, 1], "month": [month(i) for i in range(3)], "duration": [0, 1, 2]},
        schema_overrides={"person": pl.UInt32},
    )
    changes = pl.DataFrame(
        {
            "person": [1, 1, 1],
            "month": [month(0), month(1), month(1)],
            "cause": ["request", "recoding", "departure"],
            "from_caseworker": [5, 6, 6],
            "to_caseworker": [6, 9, 7],
        },
        schema_overrides={"person": pl.UInt32},
    )
    found = landmarks(panel, changes).select("cause", "from_caseworker", "to_caseworker")
    assert found.rows() == [("request", 5, 6), ("departure", 6, 7)]


def simulated(n: int, log_ratio: float) -> tuple[pl.DataFrame, ...]:
    """Passive persons who leave to jobs or activation; a departure multiplies the way to jobs."""
    rng = np.random.default_rng(4)
    panel, courses, changes = [], {}, []
    for person in range(n):
        leaves = int(rng.integers(2, 20)) if person % 2 else 99
        course, at = ["PASSIVE"] * 6, None
        for i in range(6, 30):
            exposed = int(i > leaves + 6)
            if at is None:
                panel.append((person, person, month(i), i - 6, exposed, str(person % 20)))
                ways = 0.03 * np.exp(log_ratio * exposed), 0.05
                draw = rng.random()
                at = "JOB" if draw < ways[0] else "ACTIVE" if draw < sum(ways) else None
            course.append(at or "PASSIVE")
        tail = [at or "PASSIVE"] * 6
        # Some of the courses come back, so that they are not all alike.
        courses[person] = course + (tail if rng.random() < 0.8 else [*tail[:2], *["PASSIVE"] * 4])
        if at is not None and rng.random() < 0.2:
            last = next(i for i in range(6, 30) if course[i] == at)
            courses[person][last + 2] = "PASSIVE"
        if leaves < 24:
            lost, taken = person % 7, 7 + person % 6
            changes.append((person, month(leaves + 6), "departure", lost, taken))
    frame = pl.DataFrame(
        panel,
        schema={
            "person": pl.UInt32,
            "course": pl.UInt32,
            "month": pl.Date,
            "duration": pl.Int16,
            "listed_departures": pl.Int16,
            "cluster": pl.String,
        },
        orient="row",
    )
    jobs = {(p, month(i)) for p, c in courses.items() for i, s in enumerate(c) if s == "JOB"}
    keys = list(frame.select("person", "month").iter_rows())
    frame = frame.with_columns(
        changes=pl.col("listed_departures"),
        municipality=pl.lit(1, pl.Int16),
        duration_band=pl.lit("all"),
        job=pl.Series([int(key in jobs) for key in keys], dtype=pl.Int8),
    )
    schema = {
        "person": pl.UInt32,
        "month": pl.Date,
        "cause": pl.String,
        "from_caseworker": pl.UInt32,
        "to_caseworker": pl.UInt32,
    }
    dated = pl.DataFrame(changes, schema=schema, orient="row").with_columns(date="month")
    lists = dated.select(
        "person",
        "month",
        pl.col("from_caseworker").alias("list"),
        pl.col("from_caseworker").alias("caseworker"),
        pl.col("month").dt.offset_by("-2mo").alias("list_day"),
    )
    return frame, dated, lists, months_of(courses)


SECTION = HazardsConfig(
    histories=HistoriesConfig(after_months=4, before_months=6, most_types=3),
    models=ModelsConfig(adjustment=("duration",)),
)


def test_the_planted_way_is_found_and_the_others_are_not():
    panel, changes, lists, months = simulated(1500, np.log(2))
    tables = history_tables(panel, changes, lists, MonthStates.of([months]), section=SECTION)
    for name, table in tables.items():
        assert set(table.columns) <= spec_for(name).known, name
    models = tables["history_models"].filter(family="transition to a course", term="departures")
    ratio = {row["design"].split(" ")[1]: row for row in models.iter_rows(named=True)}
    assert ratio["JOB"]["low"] < 2 < ratio["JOB"]["high"]
    assert ratio["JOB"]["low"] > 1.4
    assert ratio["ACTIVE"]["low"] < 1 < ratio["ACTIVE"]["high"]
    names = dict(
        tables["course_types"]
        .filter(kind="after leaving a state")
        .select("name", "windows")
        .iter_rows()
    )
    moved = panel.join(months, on=["person", "month"])["state"].cast(pl.String)
    assert names["JOB"] == (moved == "JOB").sum()
    after = tables["after_types"].filter(cause="departure")
    assert after["events"].sum() > 100
    assert after.select("from_caseworkers", "to_caseworkers").unique().rows() == [(7, 3)]
    behind = tables["history_models"].filter(family="transition to a course")
    assert behind.select("from_caseworkers", "to_caseworkers").unique().rows() == [(7, 3)]
    # Everybody was passive for long: there is no history that could differ.
    assert "fewer than three different" in tables["history_notes"]["sentence"][0]
    assert set(tables["history_notes"]["code"]) == {"histories_refused"}


def test_the_course_so_far_looks_back_and_not_ahead():
    panel, changes, lists, months = simulated(600, 0.0)
    rng = np.random.default_rng(5)
    # Half had spent their six months before in activation, and find jobs twice as fast.
    active = set(range(0, 600, 2))
    before = pl.col("month") < month(6)
    early = pl.col("person").is_in(active) & before
    noise = pl.Series(rng.random(months.height) < 0.1)
    months = months.with_columns(
        state=pl.when(early)
        .then(pl.lit("ACTIVE"))
        .when(before & noise)
        .then(pl.lit("JOB"))
        .otherwise(pl.col("state"))
        .cast(pl.Enum(LETTERS))
    )
    panel = panel.filter(pl.col("duration") == 0).with_columns(
        job=pl.Series(
            [int(rng.random() < (0.5 if p in active else 0.2)) for p in range(600)], dtype=pl.Int8
        ),
        listed_departures=pl.Series(rng.integers(0, 2, 600), dtype=pl.Int16),
    )
    section = SECTION.model_copy(update={"models": ModelsConfig(adjustment=())})
    tables = history_tables(panel, changes, lists, MonthStates.of([months]), section=section)
    rows = tables["history_models"].filter(family="course so far")
    typed = rows.filter(~pl.col("term").str.starts_with("departures"))
    assert typed.height >= 1
    slow = typed.filter(pl.col("term").str.contains("PASSIVE"))
    base_is_active = "ACTIVE" in rows["design"][0]
    ratio = slow["hazard_ratio"][0] if base_is_active else 1 / typed["hazard_ratio"][0]
    truth = np.log(1 - 0.2) / np.log(1 - 0.5)
    assert ratio == pytest.approx(truth, rel=0.3)
