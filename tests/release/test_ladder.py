"""Small registers get coarser tables: which form is chosen, what it holds, that nobody gains."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from release.plausible import plausible_table
from trajectories.config.sections.release import ReleaseConfig
from trajectories.release.certificate.checker import check_certificate
from trajectories.release.certificate.record import certificate
from trajectories.release.certificate.witnesses import Search
from trajectories.release.gate.links import cells
from trajectories.release.gate.protect import Release, protect_all
from trajectories.release.gate.rules import PRESETS
from trajectories.release.gate.spec import Count, TableSpec
from trajectories.release.ladder.choice import Tables, choose
from trajectories.release.ladder.forms import LEFT_OUT, POOLED_STATES
from trajectories.release.outputs.declared import states_by_month
from trajectories.release.outputs.registry import SPECS

POOLED = {"SA_READY": "assistance", "SA_ACTIVE": "assistance", "UI": "others"}
STATES = ("JOB", *POOLED)
RULES = replace(PRESETS["default"], pooled=POOLED)
BY_STATE = states_by_month("typology", "states", "windows", ("cluster",), of="windows")
BY_BOTH = states_by_month(
    "typology", "both", "windows", ("cluster", "group"), ladder=(POOLED_STATES, LEFT_OUT)
)
BY_GROUP = states_by_month("sequences", "groups", "windows", ("group",), ladder=())
SIZES = TableSpec(
    stage="reform",
    name="sizes",
    sensitivity="high",
    row="windows",
    dims=("cluster", "group"),
    links=(cells("count", of="windows", by=("cluster", "group")),),
    counts=(Count("count", "windows", guards=True),),
)


def table(counts: Mapping[tuple[int, int, str], int]) -> pl.DataFrame:
    """A table by cluster, month and state, weights equal to counts."""
    rows = [
        {"cluster": c, "position": p, "state": s, "count": n, "weight": float(n)}
        for (c, p, s), n in counts.items()
    ]
    return pl.DataFrame(rows)


def counted(seed: int, mean: float) -> dict[tuple[int, int, str], int]:
    draw = np.random.default_rng(seed)
    keys = [(c, p, s) for c in (1, 2) for p in (2, 3) for s in STATES]
    return {key: int(draw.poisson(mean)) for key in keys}


@pytest.mark.parametrize(("mean", "form"), [(30.0, ""), (2.0, "states are pooled")])
def test_a_table_of_small_counts_is_pooled(mean: float, form: str) -> None:
    handed = {"states": (table(counted(1, mean)), BY_STATE)}
    chosen, finer = choose(handed, RULES)
    assert chosen["states"][1].form == form
    assert len(finer) == bool(form)


@pytest.mark.parametrize("seed", range(5))
def test_the_share_of_small_counts_decides(seed: int) -> None:
    counts = counted(seed, 5.0)
    # count and weight go with a small row
    share = sum(n < RULES.threshold for n in counts.values()) / len(counts)
    for ladder, form in ((share, ""), (share - 1e-9, "states are pooled")):
        chosen, _ = choose({"states": (table(counts), BY_STATE)}, replace(RULES, ladder=ladder))
        assert chosen["states"][1].form == form


@pytest.mark.parametrize("seed", range(5))
def test_pooled_counts_are_sums(seed: int) -> None:
    counts = counted(seed, 4.0)
    sums: Counter[tuple[int, int, str]] = Counter()
    for (cluster, position, state), n in counts.items():
        sums[cluster, position, POOLED.get(state, state)] += n
    chosen, _ = choose({"states": (table(counts), BY_STATE)}, replace(RULES, ladder=0.0))
    frame, _ = chosen["states"]
    found = {(c, p, s): n for c, p, s, n, _ in frame.iter_rows()}
    assert found == dict(sums)
    assert (frame["count"] == frame["weight"]).all()


def test_the_coarsest_form_is_taken_where_none_has_few_small_counts() -> None:
    frame = table(counted(1, 0.3)).with_columns(group=pl.lit("before"))
    chosen, finer = choose({"both": (frame, BY_BOTH)}, RULES)
    assert chosen["both"][0].is_empty()
    assert chosen["both"][1].form == "left out"
    assert finer["both, finest"][0].height == frame.height


def test_a_form_that_changes_nothing_is_passed_over() -> None:
    handed = {"states": (table(counted(1, 0.3)), BY_STATE)}
    chosen, finer = choose(handed, replace(RULES, pooled={}))
    assert chosen["states"][1].form == ""
    assert not finer


@pytest.mark.parametrize("name", [name for name, spec in SPECS.items() if spec.ladder])
def test_every_form_of_a_declared_table_passes_the_gate(name: str) -> None:
    spec = SPECS[name]
    rules = replace(PRESETS["default"], pooled=ReleaseConfig().pooled, ladder=-1.0)
    for steps in range(1, len(spec.ladder) + 1):
        shorter = replace(spec, ladder=spec.ladder[:steps])
        chosen, finer = choose({name: (plausible_table(shorter), shorter)}, rules)
        if chosen[name][1].form:
            released, log = protect_all(chosen, rules, finer=finer).tables[name]
            assert list(released.columns) == list(dict.fromkeys(spec.published))
            assert log.form == chosen[name][1].form


def ring(seed: int) -> tuple[np.ndarray, Tables]:
    """Counts by cluster, group and state of one month, and the four tables made of them.

    Rounding alone tells of the first cluster that its last state holds 2 to 4 of 38 to 42.
    """
    draw = np.random.default_rng(seed)
    exact = draw.poisson(draw.gamma(1.0, 5.0, (2, 2, len(STATES))))
    exact[0] = [[6, 6, 6, 2], [6, 6, 6, 2]]
    rows = [
        {"cluster": c + 1, "group": "ab"[g], "position": 2, "state": STATES[s], "count": int(n)}
        for (c, g, s), n in np.ndenumerate(exact)
    ]
    frame = pl.DataFrame(rows).with_columns(weight=pl.col("count").cast(pl.Float64))
    sums = [pl.col("count").sum(), pl.col("weight").sum()]

    def by(*names: str) -> pl.DataFrame:
        return frame.group_by(names, maintain_order=True).agg(sums)

    return exact, {
        "both": (frame, BY_BOTH),
        "groups": (by("group", "position", "state"), BY_GROUP),
        "states": (by("cluster", "position", "state"), replace(BY_STATE, ladder=())),
        "sizes": (by("cluster", "group").drop("weight"), SIZES),
    }


Sum = tuple[np.ndarray, float | None, int]


def sums_of(release: Release) -> Iterator[Sum]:
    """Each released count: which cells it sums, what is shown, and the exact number."""
    for name, (published, _) in release.tables.items():
        one = release.exact[name]
        columns = ["count", "total"] if "total" in published.columns else ["count"]
        for column in columns:
            for row, number in zip(published.iter_rows(named=True), one.frame[column], strict=True):
                cells_of = np.zeros((2, 2, len(STATES)))
                c = slice(None) if "cluster" not in row else row["cluster"] - 1
                g = slice(None) if "group" not in row else "ab".index(row["group"])
                every = column == "total" or "state" not in row
                cells_of[c, g] = [every or row["state"] in (s, POOLED.get(s, s)) for s in STATES]
                yield cells_of.ravel(), row[column], int(number)


def told(found: list[Sum]) -> int:
    """Count withheld small numbers that an attacker with integer programs bounds too tightly."""
    low = [max(5, shown - 2) if shown is not None else 0 for _, shown, _ in found]
    high = [
        shown + 2 if shown is not None else 4 if number < 5 else np.inf
        for _, shown, number in found
    ]
    matrix = np.array([which for which, _, _ in found])
    near = 0
    for which, shown, number in found:
        if shown is None and number < 5:
            ends = [
                milp(
                    sign * which,
                    constraints=LinearConstraint(matrix, low, high),
                    integrality=np.ones(matrix.shape[1]),
                    bounds=Bounds(0, np.inf),
                )
                for sign in (1, -1)
            ]
            assert all(one.success for one in ends)
            near += -ends[1].fun - ends[0].fun < RULES.width - 1e-6
    return near


@pytest.mark.parametrize("seed", range(12))
def test_tables_around_a_coarser_one_tell_nothing(seed: int) -> None:
    _, handed = ring(seed)
    tables, finer = choose(handed, replace(RULES, ladder=0.0))
    search = Search()
    release = protect_all(tables, RULES, search.untold, finer=finer)
    assert tables["both"][1].form == "left out"
    assert told(list(sums_of(release))) == 0
    proof = certificate(
        release, {name: (one.frame, one.spec) for name, one in release.exact.items()}, search.values
    )
    files = {
        f"{one.spec.file}.csv": release.tables[name][0].select(pl.all().cast(pl.String))
        for name, one in release.exact.items()
    }
    assert list(check_certificate(proof, files)) == []


def test_the_attacker_wins_against_rounding_alone() -> None:
    _, handed = ring(0)
    tables, _ = choose(handed, replace(RULES, ladder=0.0))
    numbers = list(sums_of(protect_all(tables, RULES)))
    alone = [(which, None if n < 5 else (n + 2) // 5 * 5.0, n) for which, _, n in numbers]
    assert told(alone) > 0


def test_cells_that_nobody_sees_add_up_to_those_that_are_shown() -> None:
    exact, handed = ring(0)
    pooled = {"both": (handed["both"][0], replace(BY_BOTH, ladder=(POOLED_STATES,)))}
    tables, finer = choose(pooled, replace(RULES, ladder=-1.0))
    view = protect_all(tables, RULES, finer=finer).view
    assert view is not None
    system = view.system
    unseen = np.flatnonzero(system.parts[:, 1] >= system.named)
    assert len({*system.parts[unseen, 1].tolist()}) >= exact.size
    whole = system.wholes[system.parts[unseen, 0]]
    sums = np.zeros(system.size)
    np.add.at(sums, whole, system.exact[system.parts[unseen, 1]])
    shown = [n for n in set(whole.tolist()) if "pooled state" in system.labels[n]]
    assert len(shown) == tables["both"][0].height
    assert all(sums[n] == system.exact[n] for n in shown)


def between(seed: int) -> pl.DataFrame:
    """Transitions between four states, a few between most of them."""
    draw = np.random.default_rng(seed)
    pairs = [(a, b) for a in ("JOB", *STATES_OF_POOL) for b in ("JOB", *STATES_OF_POOL)]
    moved = draw.poisson(3.0, len(pairs)) + 40 * np.array([a == b for a, b in pairs])
    return pl.DataFrame(
        {
            "group": "g",
            "from_state": [a for a, _ in pairs],
            "to_state": [b for _, b in pairs],
            "transitions": moved,
            "persons": np.ceil(moved / 2).astype(np.int64),
        }
    )


STATES_OF_POOL = ("SA_READY", "SA_PASSIVE", "SA_ACTIVE")
OF_PEOPLE = ReleaseConfig().pooled


@pytest.mark.parametrize("seed", range(8))
def test_pooled_transitions_are_sums_and_rest_on_their_largest_part(seed: int) -> None:
    exact = between(seed)
    rules = replace(RULES, pooled=OF_PEOPLE, ladder=0.5)
    chosen, finer = choose({"transitions": (exact, SPECS["transitions"])}, rules)
    form, spec = chosen["transitions"]
    assert spec.form == "states are pooled"
    assert form["transitions"].sum() == exact["transitions"].sum()
    search = Search()
    made = protect_all(chosen, rules, search.untold, finer=finer)
    released, log = made.tables["transitions"]
    assert released["persons"].null_count() == released.height == 4
    assert log.cells == 4
    for a, b, shown in released.select("from_state", "to_state", "transitions").rows():
        parts = exact.filter(
            pl.col("from_state").replace(OF_PEOPLE) == a, pl.col("to_state").replace(OF_PEOPLE) == b
        )
        if shown is not None:
            assert parts["persons"].max() >= rules.threshold
            assert abs(shown - parts["transitions"].sum()) < rules.base
    assert made.view is not None
    assert not made.view.system.broken


def test_a_pooled_transition_of_few_persons_each_is_withheld() -> None:
    """Twelve transitions of nine persons, but no more than three known to be different ones."""
    exact = between(0).with_columns(
        pl.when(pl.col("from_state") == "JOB", pl.col("to_state") != "JOB")
        .then(pl.lit(4))
        .otherwise("transitions")
        .alias("transitions"),
        pl.when(pl.col("from_state") == "JOB", pl.col("to_state") != "JOB")
        .then(pl.lit(3))
        .otherwise("persons")
        .alias("persons"),
    )
    rules = replace(RULES, pooled=OF_PEOPLE, ladder=-1.0)
    chosen, finer = choose({"transitions": (exact, SPECS["transitions"])}, rules)
    released, _ = protect_all(chosen, rules, finer=finer).tables["transitions"]
    row = released.filter(pl.col("from_state") == "JOB", pl.col("to_state") != "JOB")
    assert row["transitions"].to_list() == [None]


def test_exits_by_municipality_become_those_of_all_together() -> None:
    few = pl.DataFrame(
        {
            "municipality": ["101", "147", "all"],
            "year": "2014",
            "exit": "all",
            "persons": [3, 2, 40],
            "exits": [3, 2, 45],
            "lasting": [1, 1, 30],
        }
    )
    chosen, finer = choose({"exits": (few, SPECS["municipality_exits"])}, RULES)
    assert chosen["exits"][0]["municipality"].to_list() == ["all"]
    assert finer["exits, finest"][0].height == 3
    many = few.with_columns(pl.col("persons", "exits", "lasting") + 20)
    assert choose({"exits": (many, SPECS["municipality_exits"])}, RULES)[0]["exits"][1].form == ""
