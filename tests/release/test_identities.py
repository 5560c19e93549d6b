"""Sums between published numbers: an attacker with exact integer bounds against the gate."""

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from trajectories.config.sections.release import PRESET_COUNTS, ReleaseConfig, tells_too_much
from trajectories.release import PRESETS, Rules, protect
from trajectories.release.gate.bounds import propagated
from trajectories.release.gate.derive import with_floats
from trajectories.release.gate.layout import lay_out
from trajectories.release.gate.protect import protect_all
from trajectories.release.gate.rounding import publish_counts
from trajectories.release.outputs.registry import SPECS, spec_for

from .fakes import all_tables
from .plausible import plausible_table

RULES = PRESETS["default"]
LEAST_WIDTH = RULES.width
SEAM = spec_for("seam")
COUNTS = ("count_at_event", "count_other", "from_count_at_event", "from_count_other")


def seam(young: np.ndarray, old: np.ndarray) -> pl.DataFrame:
    """A seam of one event from exact (from, to) counts of two ages, with its rows of all ages."""
    states = [f"S{i}" for i in range(len(young))]
    frames = []
    for age, counts in (("under 30", young), ("30 and over", old), ("all", young + old)):
        frames.append(
            pl.DataFrame(
                {
                    "event": "reform",
                    "age": age,
                    "from_state": np.repeat(states, len(states)),
                    "to_state": states * len(states),
                    "months_compared": 6,
                    "count_at_event": counts.ravel(),
                    "count_other": counts.ravel() * 6,
                    "from_count_at_event": np.repeat(counts.sum(axis=1), len(states)),
                    "from_count_other": np.repeat(counts.sum(axis=1) * 6, len(states)),
                }
            )
        )
    return pl.concat(frames)


def rounded_alone(table: pl.DataFrame) -> pl.DataFrame:
    """Every number rounded and withheld by itself: the gate without its sums."""
    for name in COUNTS:
        table = with_floats(table, **{name: publish_counts(table[name].cast(pl.Float64), RULES)})
    small = pl.col("from_count_at_event").is_null() | pl.col("from_count_other").is_null()
    return table.with_columns(
        pl.when(small).then(None).otherwise(pl.col(c)).alias(c) for c in COUNTS
    )


class Attacker:
    """Integer bounds of every count of a seam from what was published of it, by HiGHS."""

    def __init__(
        self, exact: pl.DataFrame, published: pl.DataFrame, count: str, total: str
    ) -> None:
        keys = ["age", "from_state", "to_state"]
        cells = exact.select(*keys, pl.col(count).alias("exact"), pl.col(total).alias("from"))
        seen = published.select(*keys, pl.col(count).alias("shown"), pl.col(total).alias("sum"))
        self.cells = cells.join(seen, on=keys, how="left", maintain_order="left")
        self.place = {row: i for i, row in enumerate(self.cells.select(keys).iter_rows())}
        self.ages, self.states = ("under 30", "30 and over"), sorted(set(exact["from_state"]))

    def system(self) -> tuple[LinearConstraint, Bounds]:
        n = self.cells.height
        low, high = np.zeros(n), np.full(n, np.inf)
        for i, (shown, exact) in enumerate(self.cells.select("shown", "exact").iter_rows()):
            if shown is not None:
                low[i], high[i] = max(RULES.threshold, shown - 2), shown + 2
            elif exact < RULES.threshold:
                high[i] = RULES.threshold - 1
        rows, least, most = [], [], []
        for source in self.states:
            for target in self.states:
                row = np.zeros(n)
                row[self.place["all", source, target]] = -1
                for age in self.ages:
                    row[self.place[age, source, target]] = 1
                rows, least, most = [*rows, row], [*least, 0], [*most, 0]
            for age in (*self.ages, "all"):
                row = np.zeros(n)
                members = [self.place[age, source, target] for target in self.states]
                row[members] = 1
                sums = self.cells["sum"].gather(members).drop_nulls()
                if len(sums):
                    rows.append(row)
                    least.append(max(RULES.threshold, sums[0] - 2))
                    most.append(sums[0] + 2)
        return LinearConstraint(np.array(rows), least, most), Bounds(low, high)

    def widths(self) -> dict[int, float]:
        """The width of what is known of each withheld small count."""
        constraint, bounds = self.system()
        found = {}
        for i, (shown, exact) in enumerate(self.cells.select("shown", "exact").iter_rows()):
            if shown is not None or exact >= RULES.threshold:
                continue
            ends = []
            for sign in (1, -1):
                c = np.zeros(self.cells.height)
                c[i] = sign
                solved = milp(c, constraints=constraint, bounds=bounds, integrality=np.ones(len(c)))
                assert solved.status == 0
                ends.append(sign * solved.fun)
            found[i] = round(ends[1] - ends[0])
        return found


def least_width(exact: pl.DataFrame, published: pl.DataFrame) -> float:
    widths = [
        width
        for count, total in (("count_at_event", "from_count_at_event"),)
        for width in Attacker(exact, published, count, total).widths().values()
    ]
    return min(widths, default=np.inf)


TWO_FOURS = seam(np.array([[40, 4], [9, 30]]), np.array([[25, 4], [11, 50]]))


def test_without_its_sums_the_gate_gives_four_and_four_away():
    assert least_width(TWO_FOURS, rounded_alone(TWO_FOURS)) == 0


def test_two_fours_cannot_be_told_from_their_sum():
    published, _ = protect(TWO_FOURS, SEAM, RULES)
    assert least_width(TWO_FOURS, published) >= LEAST_WIDTH
    whole = published.filter(pl.col("age") == "all", pl.col("from_state") == "S0")
    assert whole.filter(pl.col("to_state") == "S1")["count_at_event"].to_list() in ([], [None])


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10_000), st.sampled_from([2, 3]))
def test_no_small_count_of_a_seam_is_bounded_more_tightly_than_promised(seed, size):
    rng = np.random.default_rng(seed)
    young, old = (rng.choice([0, 1, 3, 4, 4, 5, 7, 12, 30], (size, size)) for _ in range(2))
    exact = seam(young, old)
    published, _ = protect(exact, SEAM, RULES)
    assert least_width(exact, published) >= LEAST_WIDTH


def test_the_attack_on_rounding_alone_wins_often():
    won = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        young, old = (rng.choice([0, 1, 3, 4, 4, 5, 7, 12, 30], (2, 2)) for _ in range(2))
        exact = seam(young, old)
        won += least_width(exact, rounded_alone(exact)) < LEAST_WIDTH
    assert won > 10


def test_an_absent_row_is_no_zero():
    exact = seam(np.array([[40, 0, 3], [9, 30, 6], [20, 8, 9]]), np.full((3, 3), 20))
    published, _ = protect(exact, SEAM, RULES)
    keys = published.select("age", "from_state", "to_state").rows()
    # 3 × 6 = 18 months show the row of the three; neither a zero nor such a three stands alone.
    assert ("under 30", "S0", "S1") not in keys
    again = seam(np.array([[40, 0, 0], [9, 30, 6], [20, 8, 9]]), np.full((3, 3), 20))
    same, _ = protect(again, SEAM, RULES)
    assert ("under 30", "S0", "S2") not in same.select("age", "from_state", "to_state").rows()


COUNTED_BY_CATEGORY = (
    "exits",
    "hazard_by_duration",
    "changes_by_cause",
    "course_types",
    "after_types",
    "after_changes",
    "mechanisms",
    "incidence_bands",
)


@pytest.mark.parametrize("name", COUNTED_BY_CATEGORY)
def test_a_category_with_few_is_as_absent_as_one_with_none(name):
    spec = SPECS[name]
    table = next(tables[name] for tables in all_tables().values() if name in tables)
    missing = table.slice(1)
    few = table.with_columns(
        pl.when(pl.int_range(pl.len()) == 0).then(2).otherwise(pl.col(c.name)).alias(c.name)
        for c in spec.counts
    )
    dims = [protect(one, spec, RULES)[0].select(spec.dims) for one in (missing, few)]
    assert dims[0].height
    assert dims[0].equals(dims[1])


def test_propagation_finds_what_integer_programs_find():
    exact = TWO_FOURS.sort(SEAM.dims)
    system = lay_out({"seam": (exact, SEAM)})
    ids_of = {place.column: place.ids for place in system.places}
    low, high = np.zeros(system.size), np.full(system.size, np.inf)
    shown = rounded_alone(exact)
    for name in COUNTS:
        for i, (value, true) in enumerate(zip(shown[name], exact[name], strict=True)):
            v = ids_of[name][i]
            low[v], high[v] = (max(5, value - 2), value + 2) if value is not None else (0, 4)
            assert low[v] <= true <= high[v]
    low, high = propagated(low, high, system)
    ids = ids_of["count_at_event"]
    for row, (age, source, target) in enumerate(
        exact.select("age", "from_state", "to_state").rows()
    ):
        if (source, target) == ("S0", "S1") and age != "all":
            assert (low[ids[row]], high[ids[row]]) == (4, 4)


def test_tables_with_rows_of_all_declare_what_these_are_sums_of():
    tables = {name: table for stage in all_tables().values() for name, table in stage.items()}
    assert {"shares", "relabelling", "seam", "incidence_bands"} <= set(tables)
    for name, table in tables.items():
        spec = SPECS[name]
        for dim in spec.dims:
            words = set(table[dim].cast(pl.String).drop_nulls()) & {"all", "any"}
            if words and any(c.unit != "other" for c in spec.counts) and spec.life_table is None:
                declared = {(whole.dimension, whole.value) for whole in spec.wholes}
                assert {(dim, word) for word in words} <= declared, name


def test_every_combination_of_threshold_and_base_tells_no_count():
    for threshold in range(5, 61):
        for base in range(5, 61):
            rules = Rules("tried", threshold=threshold, base=base)
            counts = np.arange(threshold, threshold + 10 * base)
            shown = publish_counts(counts, rules)
            inner = shown < shown[-1]
            values, sizes = np.unique(shown[inner], return_counts=True)
            wrong = values[0] == 0 or sizes.min() < 3
            assert tells_too_much(threshold, base) == wrong, (threshold, base)


@pytest.mark.parametrize(
    ("keys", "nearest"),
    [
        ({"threshold": 7}, "threshold: 8"),
        ({"threshold": 6}, "threshold: 5"),
        ({"threshold": 12}, "threshold: 13"),
        ({"base": 500}, "threshold: 250"),
        ({"preset": "opensafely", "threshold": 22}, "threshold: 23"),
    ],
)
def test_pairs_that_tell_too_much_are_refused_with_the_nearest_that_do_not(keys, nearest):
    with pytest.raises(ValueError, match=nearest):
        ReleaseConfig.model_validate(keys)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"width": 2}, "greater than or equal to 3"),
        ({"width": 5}, "under threshold 5 a count has only 5 values; write width: 4"),
        ({"preset": "opensafely", "width": 8}, "write width: 7 or a larger threshold"),
    ],
)
def test_a_width_that_is_too_small_or_cannot_be_kept_is_refused(keys, said):
    with pytest.raises(ValueError, match=said):
        ReleaseConfig.model_validate(keys)


def test_the_presets_pass():
    for name, pair in PRESET_COUNTS.items():
        assert ReleaseConfig.model_validate({"preset": name}).counts == pair


def test_sums_of_many_equations_are_withheld_last():
    states, positions, sizes = ("JOB", "SICK", "EDU"), range(1, 13), {1: 400, 2: 300}
    cells = pl.DataFrame(
        [
            {"cluster": cluster, "position": position, "state": state, "count": count}
            for cluster, size in sizes.items()
            for position in positions
            for state, count in zip(states, (size - 3, 2, 1), strict=True)
        ]
    ).with_columns(weight=pl.col("count").cast(pl.Float64))
    clusters = (
        plausible_table(SPECS["clusters"])
        .head(2)
        .with_columns(
            cluster=pl.Series(list(sizes), dtype=pl.Int64),
            **{name: pl.Series(list(sizes.values())) for name in ("windows", "persons")},
            weight=pl.Series([float(size) for size in sizes.values()]),
        )
    )
    tables = {"clusters": clusters, "cluster_states": cells}
    rounds = iter(range(3))

    def untold(view, gone):
        # One small number is said to be told three times: one, two and four more are withheld.
        small = np.flatnonzero(gone & view.counted & (view.system.exact < RULES.threshold))
        return (small[:1] if next(rounds, None) is not None else small[:0]), small[:0]

    made = protect_all(
        {name: (table, SPECS[name]) for name, table in tables.items()}, RULES, untold
    )
    assert next(rounds, None) is None
    assert made.tables["clusters"][0]["windows"].to_list() == list(sizes.values())
    assert made.tables["cluster_states"][0]["count"].null_count() > 2 * 2 * len(positions)
