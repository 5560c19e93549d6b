"""What tables declare of their counts, and the identities between tables that follow."""

import numpy as np
import polars as pl
import pytest

from trajectories.release import PRESETS, Count, TableSpec, Total
from trajectories.release.gate.layout import lay_out
from trajectories.release.gate.links import Apart, Cells, cells
from trajectories.release.gate.protect import protect_all
from trajectories.release.outputs.registry import SPECS

RULES = PRESETS["default"]


@pytest.mark.parametrize("name", sorted(SPECS))
def test_every_counted_column_says_what_it_counts(name):
    spec = SPECS[name]
    weights = {count.name for count in spec.counts if count.unit == "weight"}
    counted = {count.name for count in spec.counts}
    counted |= {total.name for total in spec.totals if total.count not in weights}
    declared = {column for link in spec.links for column in link.columns}
    assert declared == counted - weights


@pytest.mark.parametrize("name", sorted(SPECS))
def test_a_declaration_names_columns_of_its_table(name):
    spec = SPECS[name]
    for link in spec.links:
        if isinstance(link, Apart):
            assert len(link.why) > 10
        else:
            coordinates = (*link.coordinates, *link.other_coordinates)
            named = {one.column for one in coordinates} | set(link.some)
            named |= {one.index for one in coordinates if one.index is not None}
            assert named <= {*spec.dims, *spec.values, *spec.internal}
            counted = {count.name for count in spec.counts} | {one.name for one in spec.totals}
            assert link.within is None or link.within in counted
            assert len(link.columns) == 1 or not link.by


def test_only_what_counts_nobody_stands_apart():
    """No count of persons, windows, events or caseworkers is left out of the identities."""
    apart = {
        (spec.name, column)
        for spec in SPECS.values()
        for link in spec.links
        if isinstance(link, Apart)
        for column in link.columns
    }
    units = {(spec.name, c.name): c.unit for spec in SPECS.values() for c in spec.counts}
    persons = {key for key in apart if units[key] not in ("other", "rows")}
    assert persons == {
        ("window_accounting", "windows"),
        *((name, c) for name in ("cumulative_incidence", "kaplan_meier") for c in LIFE),
    }


LIFE = ("at_risk", "events")


def table(name: str, *links: Cells, dims: tuple[str, ...], **more: object) -> TableSpec:
    return TableSpec(
        stage="stage",
        name=name,
        sensitivity="high",
        row="a cell",
        dims=dims,
        links=links,
        counts=(Count("n", "persons"),),
        **more,  # type: ignore[arg-type]
    )


BY_TWO = table("two", cells("n", of="all", by=("a", "b")), dims=("a", "b"))
BY_ONE = table("one", cells("n", of="all", by=("a",)), dims=("a",))
BY_OTHER = table("other", cells("n", of="all", by=("b",)), dims=("b",))


def crossed(counts: list[list[int]]) -> pl.DataFrame:
    array = np.array(counts)
    return pl.DataFrame(
        {
            "a": ["pqr"[a] for a in range(array.shape[0]) for _ in range(array.shape[1])],
            "b": list("xyz"[: array.shape[1]]) * array.shape[0],
            "n": array.ravel(),
        }
    )


def summed(frame: pl.DataFrame, by: str) -> pl.DataFrame:
    return frame.group_by(by, maintain_order=True).agg(pl.col("n").sum())


def equations(**tables: tuple[pl.DataFrame, TableSpec]) -> set[tuple[str, tuple[str, ...]]]:
    """The equations whose numbers all stand in tables, by label."""
    system = lay_out(tables)
    found = set()
    for number, whole in enumerate(system.wholes.tolist()):
        parts = system.parts[system.parts[:, 0] == number, 1].tolist()
        if max([*parts, whole]) < system.named:
            labels = tuple(sorted(system.labels[part] for part in parts))
            found.add((system.labels[whole], labels))
    return found


def test_a_table_with_fewer_dimensions_is_the_margin_of_another():
    fine = crossed([[5, 1], [7, 9]])
    assert equations(two=(fine, BY_TWO), one=(summed(fine, "a"), BY_ONE)) == {
        ("all a=p", ("all a=p b=x", "all a=p b=y")),
        ("all a=q", ("all a=q b=x", "all a=q b=y")),
    }


def test_a_number_of_two_tables_is_one_number():
    fine = crossed([[5, 1], [7, 9]])
    system = lay_out({"two": (fine, BY_TWO), "again": (fine.reverse(), BY_TWO)})
    assert system.named == 4
    assert sorted(system.places[0].ids) == sorted(system.places[1].ids)


def test_rows_of_all_are_sums_of_the_others():
    fine = crossed([[5, 1], [7, 9]])
    every = summed(fine, "b").select(pl.lit("all").alias("a"), "b", "n")
    assert ("all b=y", ("all a=p b=y", "all a=q b=y")) in equations(
        two=(pl.concat([fine, every]), BY_TWO)
    )


def test_two_divisions_of_the_same_persons_have_the_same_sum_in_no_table():
    fine = crossed([[5, 1], [7, 9]])
    system = lay_out({"one": (summed(fine, "a"), BY_ONE), "other": (summed(fine, "b"), BY_OTHER)})
    assert len(set(system.wholes.tolist())) == 1
    assert system.exact[system.wholes[0]] == 22


def test_months_add_up_to_years():
    months = table("months", cells("n", of="all", by=("month",)), dims=("month",))
    years = table("years", cells("n", of="all", by=("year",)), dims=("year",))
    fine = pl.DataFrame({"month": ["2013-11", "2013-12", "2014-01"], "n": [3, 4, 6]})
    coarse = pl.DataFrame({"year": ["2013", "2014"], "n": [7, 6]})
    assert ("all year=2013", ("all month=2013-11", "all month=2013-12")) in equations(
        months=(fine, months), years=(coarse, years)
    )


def test_the_states_of_every_month_add_up_to_all():
    by_month = table(
        "states",
        cells("n", of="all", by=("state@month",)),
        cells("total", of="all"),
        dims=("month", "state"),
        totals=(Total("total", "n", over=("state",)),),
    )
    frame = pl.DataFrame(
        {"month": [1, 1, 2, 2], "state": ["x", "y"] * 2, "n": [3, 9, 8, 4], "total": 12}
    )
    assert equations(states=(frame, by_month)) == {
        ("all", ("all state@month=1=x", "all state@month=1=y")),
        ("all", ("all state@month=2=x", "all state@month=2=y")),
    }


def test_sums_that_do_not_hold_are_named_and_bind_nothing():
    fine = crossed([[5, 1], [7, 9]])
    wrong = summed(fine, "a").with_columns(pl.col("n") + pl.Series([0, 1]))
    system = lay_out({"two": (fine, BY_TWO), "one": (wrong, BY_ONE)})
    assert len(system.wholes) == 1
    assert sum(system.broken.values()) == 1


def test_what_one_table_withholds_does_not_follow_from_another():
    # By itself each table is safe. Together 12, a dash and 16, shown as 10 and 15, leave 3 and 4.
    fine = crossed([[10, 4], [40, 30]])
    alone = protect_all({"two": (fine, BY_TWO)}, RULES).tables["two"][0]
    assert alone["n"].to_list() == [10, None, 40, 30]
    both = protect_all({"two": (fine, BY_TWO), "one": (summed(fine, "a"), BY_ONE)}, RULES)
    assert both.view is not None
    low, high = both.view.bounds(both.gone)
    hidden = both.gone[: both.view.system.named]
    assert hidden.sum() == 1
    assert (high - low)[: both.view.system.named][hidden] >= RULES.width


def test_clients_of_one_caseworker_are_withheld_in_every_table():
    counts = (Count("changes", "events"), Count("who", "caseworkers", guards=True))
    spec = TableSpec(
        stage="stage",
        name="by_cause",
        sensitivity="high",
        row="a cell",
        dims=("cause",),
        links=(
            cells("changes", of="changes", by=("cause",)),
            cells("who", of="caseworkers", some=("cause",)),
        ),
        counts=counts,
    )
    other = TableSpec(
        stage="stage",
        name="other",
        sensitivity="high",
        row="a cell",
        dims=("cause",),
        links=(cells("changes", of="changes", by=("cause",)),),
        counts=counts[:1],
    )
    frame = pl.DataFrame({"cause": ["left", "moved"], "changes": [38, 60], "who": [1, 9]})
    tables = {"by_cause": (frame, spec), "other": (frame.drop("who"), other)}
    made = protect_all(tables, RULES).tables
    assert made["by_cause"][0]["changes"].to_list() == [None, 60]
    assert made["other"][0]["changes"].to_list() == [None, 60]


NODES = TableSpec(
    stage="stage",
    name="nodes",
    sensitivity="high",
    row="a cluster",
    dims=("node",),
    links=(cells("n", of="all", by=("node@k",), also=("chosen:b",)),),
    counts=(Count("n", "persons", guards=True),),
    internal=("k", "chosen"),
)


def clusters_of_two_partitions() -> pl.DataFrame:
    """Two clusters of 12 and 21; of three, the first is the same and the second is divided."""
    return pl.DataFrame(
        {
            "node": [1, 2, 3, 4],
            "n": [12, 21, 17, 4],
            "k": ["2|3", "2", "3", "3"],
            "chosen": ["one", None, None, None],
        }
    )


def test_a_cell_of_several_divisions_is_one_number_in_each_of_them():
    whole = table("whole", cells("n", of="all"), dims=("a",))
    system = lay_out(
        {
            "nodes": (clusters_of_two_partitions().with_columns(chosen=pl.lit(None)), NODES),
            "whole": (pl.DataFrame({"a": ["x"], "n": [33]}), whole),
        }
    )
    named = range(system.named)
    assert [system.exact[number] for number in named] == [12, 21, 17, 4, 33]
    parts = {
        tuple(sorted(system.parts[system.parts[:, 0] == equation, 1].tolist()))
        for equation in range(len(system.wholes))
    }
    assert parts == {(0, 1), (0, 2, 3)}
    assert system.broken == {}


def test_a_number_is_that_of_the_other_table_that_knows_it():
    others = pl.DataFrame({"b": ["one", "two"], "n": [12, 21]})
    system = lay_out({"other": (others, BY_OTHER), "nodes": (clusters_of_two_partitions(), NODES)})
    places = {place.table: place.ids.tolist() for place in system.places}
    assert places["nodes"][0] == places["other"][0]
    assert places["nodes"][1] != places["other"][1]
    assert len(system.exact[: system.named]) == 5


def test_what_is_withheld_of_a_cluster_is_withheld_wherever_it_stands():
    """A cluster of 4 is withheld, and with it what it would follow from in the other partition."""
    others = pl.DataFrame({"b": ["one"], "n": [4]})
    nodes = clusters_of_two_partitions().with_columns(
        n=pl.Series([4, 29, 17, 12]),
    )
    released = protect_all({"other": (others, BY_OTHER), "nodes": (nodes, NODES)}, RULES)
    shown = {name: frame["n"].to_list() for name, (frame, _) in released.tables.items()}
    assert shown["other"] == [None]
    assert shown["nodes"][0] is None
    assert shown["nodes"][1:] == [30, 15, 10]


def test_rows_that_a_declaration_does_not_tell_apart_keep_their_own_counts():
    spec = TableSpec(
        "stage",
        "pairs",
        "high",
        "a pair",
        ("contrast", "cluster"),
        counts=(Count("persons", "persons", guards=True),),
        links=(cells("persons", of="persons of two groups", some=("contrast",)),),
    )
    table = pl.DataFrame(
        {"contrast": ["after"] * 4, "cluster": [1, 2, 3, 4], "persons": [200, 80, 160, 80]}
    )
    made = protect_all({"pairs": (table, spec)}, PRESETS["default"])
    assert made.tables["pairs"][0]["persons"].to_list() == [200, 80, 160, 80]


@pytest.mark.parametrize("name", ["differences", "robust_associations", "design_trends"])
def test_persons_of_comparisons_are_counted_row_by_row(name):
    spec = SPECS[name]
    assert all({*link.some} == {*spec.dims} for link in spec.links if isinstance(link, Cells))
