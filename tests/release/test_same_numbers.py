"""Numbers that tables share, and divisions of one population: the gate knows them as such."""

from itertools import product

import numpy as np
import polars as pl
import pytest

from trajectories.release import PRESETS
from trajectories.release.gate.layout import lay_out
from trajectories.release.gate.prepare import prepare
from trajectories.release.gate.protect import protect_all
from trajectories.release.outputs.registry import SPECS

RULES = PRESETS["default"]


def sides(counts: list[int], **columns: list[object]) -> pl.DataFrame:
    behind = dict.fromkeys(("from_caseworkers", "to_caseworkers"), 20)
    return pl.DataFrame({**columns, "changes": counts, "persons": counts, **behind})


@pytest.mark.parametrize("counts", [[12, 12, 14], [12, 17, 6, 3], [22, 7, 13, 4], [8, 8, 8]])
def test_what_is_moved_or_withheld_of_a_cause_is_so_of_its_hand_overs(counts):
    causes = ["departure", "absence", "request", "reorganisation"][: len(counts)]
    by_cause = sides(counts, cause=causes)
    mechanisms = by_cause.with_columns(
        waited=pl.col("changes"), mean_gap_days=0.0, mean_caseload=20.0, mean_tenure_months=12.0
    )
    tables = {"changes_by_cause": by_cause, "mechanisms": mechanisms}
    exact = {name: (table, SPECS[name]) for name, table in tables.items()}
    system = lay_out({name: (prepare(table, s, RULES), s) for name, (table, s) in exact.items()})
    for column in ("changes", "persons"):
        ids = [place.ids.tolist() for place in system.places if place.column == column]
        assert ids[0] == ids[1]
    released = protect_all(exact, RULES).tables
    shown = {name: released[name][0] for name in exact}
    both = shown["changes_by_cause"].join(shown["mechanisms"], on="cause", suffix="_after")
    assert both["changes"].equals(both["changes_after"], check_names=False)


@pytest.mark.parametrize(
    ("first", "second", "by"),
    [("sizes", "effective_sizes", "group"), ("modal_sequence", "hours", "cluster")],
)
def test_a_group_has_one_size_wherever_it_stands(first, second, by):
    values = {"group": ["before", "during"], "cluster": [1, 2]}[by]
    size = {"persons": [37, 52], "windows": [40, 60], "count": [30, 30], "position": 1}
    size["unique_sequences"] = [20, 20]
    tables = {}
    for name in (first, second):
        spec = SPECS[name]
        held = {
            c: v for c, v in size.items() if c in {*spec.dims, *(one.name for one in spec.counts)}
        }
        table = pl.DataFrame({by: values, **held})
        tables[name] = (prepare(table, spec, RULES), spec)
    system = lay_out(tables)
    ids = [place.ids.tolist() for place in system.places if place.column == "persons"]
    assert ids[0] == ids[1]


def test_clusters_found_in_other_states_are_others_even_where_they_are_as_large():
    ages, groups = ["all", "under 30", "30 and over"], ["before", "during"]
    own = np.array([[30, 40], [25, 15]])
    nearest = np.array([[30, 41], [25, 14]])

    def table(old: np.ndarray, young: np.ndarray, **other: str) -> pl.DataFrame:
        rows = [
            (age, group, cluster + 1, int(cells[cluster, number]))
            for age, cells in zip(ages, (old + young, young, old), strict=True)
            for number, group in enumerate(groups)
            for cluster in range(2)
        ]
        schema = ["age", "group", "cluster", "windows"]
        return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
            **{new: pl.col(name) for new, name in other.items()}
        )

    young = np.array([[10, 20], [30, 40]])
    tables = {
        "shares": (table(own, young, persons="windows"), SPECS["shares"]),
        "readiness": (table(nearest, young, windows_without="windows"), SPECS["readiness"]),
    }
    system = lay_out({n: (prepare(t, spec, RULES), spec) for n, (t, spec) in tables.items()})
    assert system.broken == {}


def possible(sexes: list[float | None], ready: float | None) -> set[int]:
    """List how many may be behind the dash, of small counts that complete the same persons."""
    women, men, rest = (
        range(100) if n is None else range(int(n) - 2, int(n) + 3) for n in (*sexes, ready)
    )
    left = {k + m - r for k, m, r in product(women, men, rest)}
    return left & {*range(RULES.threshold)}


def test_the_levels_of_each_characteristic_have_one_sum_that_no_table_shows():
    """8 and 8 are at least 16 persons; 12, published as 10, and a dash are at most these."""
    levels = {"sex": {"K": 8, "M": 8}, "readiness_now": {"ready": 12, "not_ready": 4}}
    rows = [(name, level, n) for name, held in levels.items() for level, n in held.items()]
    behind = dict.fromkeys(("from_caseworkers", "other_caseworkers"), 20)
    table = pl.DataFrame(rows, schema=["characteristic", "level", "listed"], orient="row")
    table = table.with_columns(
        others=pl.col("listed") * 10, **{name: pl.lit(n) for name, n in behind.items()}
    )
    exact = {"balance": (table, SPECS["balance"])}
    woman, man, ready, dash = protect_all(exact, RULES).tables["balance"][0]["listed"].to_list()
    assert dash is None
    assert possible([10, 10], 10) == {4}
    assert len(possible([woman, man], ready)) >= RULES.width + 1
