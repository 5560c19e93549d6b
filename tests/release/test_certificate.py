"""The certificate of a release: what its checker confirms, and the violations that it finds."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from trajectories.errors import UserError
from trajectories.release import PRESETS
from trajectories.release.certificate.checker import check_certificate
from trajectories.release.certificate.record import certificate
from trajectories.release.certificate.witnesses import Search
from trajectories.release.gate.protect import protect_all

from .test_links import BY_ONE, BY_OTHER, BY_TWO, crossed, summed

RULES = PRESETS["default"]
Made = tuple[dict[str, Any], dict[str, pl.DataFrame]]


def certified(counts: list[list[int]]) -> Made:
    """Certificate and released tables (as text) of a table, its margins and its total."""
    fine = crossed(counts)
    tables = {
        "two": (fine, BY_TWO),
        "one": (summed(fine, "a"), BY_ONE),
        "other": (summed(fine, "b"), BY_OTHER),
    }
    search = Search()
    made = protect_all(tables, RULES, search.untold)
    prepared = {name: (made.exact[name].frame, spec) for name, (_, spec) in tables.items()}
    written = json.loads(json.dumps(certificate(made, prepared, search.values)))
    published = {
        f"{spec.file}.csv": made.tables[name][0].cast(pl.String)
        for name, (_, spec) in tables.items()
    }
    return written, published


COUNTS = [[40, 3, 22], [12, 31, 1], [8, 60, 17]]


def test_the_checker_confirms_what_the_gate_certifies():
    assert list(check_certificate(*certified(COUNTS))) == []


@pytest.mark.parametrize("seed", range(25))
def test_every_certificate_of_the_gate_is_confirmed(seed):
    rng = np.random.default_rng(seed)
    counts = rng.choice([0, 1, 2, 3, 4, 4, 5, 6, 7, 12, 30, 41], (3, 3)).tolist()
    assert list(check_certificate(*certified(counts))) == []


@pytest.mark.parametrize(
    "counts", [[[4, 1], [4, 1]], [[4, 3], [2, 2]], [[4, 1], [4, 3]], [[2, 3], [1, 4]]]
)
def test_a_register_of_few_persons_is_released_and_not_refused(counts):
    assert list(check_certificate(*certified(counts))) == []


def test_a_sum_of_zeros_that_everybody_knows_is_no_withheld_number():
    # Nobody of p is in x or y: the dash of p can only be a zero, as everybody knows.
    fine = crossed([[0, 0], [31, 22]])
    spec = replace(BY_TWO, structural=pl.col("a") == "p")
    tables = {"two": (fine, spec), "one": (summed(fine, "a"), BY_ONE)}
    made = protect_all(tables, RULES, Search().untold)
    assert made.tables["two"][0]["n"].to_list() == [0, 0, 30, 20]
    assert made.tables["one"][0]["n"].to_list() == [None, 55]


def test_what_can_be_told_whatever_is_withheld_is_refused_with_the_tables():
    def nothing_helps(view, gone):
        return np.flatnonzero(view.counted)[:1], np.zeros(0, np.int64)

    fine = crossed(COUNTS)
    tables = {"two": (fine, BY_TWO), "one": (summed(fine, "a"), BY_ONE)}
    with pytest.raises(UserError, match="in the tables two: leave one of them out"):
        protect_all(tables, RULES, nothing_helps)


def test_twice_as_much_is_withheld_each_time_that_a_number_can_still_be_told():
    withheld = []

    def told_until_all_is_gone(view, gone):
        withheld.append(int(gone[: view.system.named].sum()))
        shown = view.counted & ~gone
        return np.flatnonzero(view.counted)[: int(shown.any())], np.zeros(0, np.int64)

    fine = crossed([[40, 31, 22], [12, 31, 19], [18, 60, 17]])
    tables = {
        "two": (fine, BY_TWO),
        "one": (summed(fine, "a"), BY_ONE),
        "other": (summed(fine, "b"), BY_OTHER),
    }
    made = protect_all(tables, RULES, told_until_all_is_gone)
    assert withheld == [0, 1, 3, 7, 15]
    assert all(table["n"].null_count() == table.height for table, _ in made.tables.values())


def _alter(table: str, column: str, value: str | None) -> Callable[[Made], None]:
    def plant(made: Made) -> None:
        frame = made[1][table]
        first = pl.int_range(pl.len()) == frame[column].is_not_null().arg_max()
        made[1][table] = frame.with_columns(
            pl.when(first).then(pl.lit(value)).otherwise(pl.col(column)).alias(column)
        )

    return plant


def _witnesses(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Made], None]:
    def plant(made: Made) -> None:
        made[0]["witnesses"] = change(np.array(made[0]["witnesses"])).tolist()

    return plant


def _set(key: str, value: object) -> Callable[[Made], None]:
    def plant(made: Made) -> None:
        made[0][key] = value

    return plant


def _show_a_small_count(made: Made) -> None:
    frame = made[1]["stage_two.csv"]
    made[1]["stage_two.csv"] = frame.with_columns(pl.col("n").fill_null("5"))


def _foreign_row(made: Made) -> None:
    frame = made[1]["stage_two.csv"]
    more = frame.head(1).with_columns(a=pl.lit("zz"))
    made[1]["stage_two.csv"] = pl.concat([frame, more])


def _without_identity(made: Made) -> None:
    made[0]["equations"][0][1:] = made[0]["equations"][0][1:-1]


VIOLATIONS: dict[str, tuple[Callable[[Made], None], str]] = {
    "no witness": (_set("witnesses", []), "no witnesses"),
    "one witness alone": (_witnesses(lambda w: w[:1]), "more closely than promised"),
    "a width of two": (_set("rules", {"threshold": 5, "base": 5, "width": 2}), "width of 2"),
    "a negative count": (_witnesses(lambda w: w - 9), "negative"),
    "counts that do not add up": (_witnesses(lambda w: w + 1), "identities"),
    "a lost part": (_without_identity, "identities"),
    "an altered number": (_alter("stage_two.csv", "n", "45"), "round to"),
    "an altered margin": (_alter("stage_one.csv", "n", "90"), "round to"),
    "a small count shown": (_show_a_small_count, "under the threshold"),
    "a foreign row": (_foreign_row, "does not cover"),
    "a small count called large": (_set("small", []), "small count where a large one"),
    "a lost column": (
        lambda made: made[1].update({"stage_one.csv": made[1]["stage_one.csv"].drop("n")}),
        "lacks the column",
    ),
}


@pytest.mark.parametrize("name", VIOLATIONS)
def test_a_planted_violation_is_found(name):
    plant, words = VIOLATIONS[name]
    made = copy.deepcopy(certified(COUNTS))
    plant(made)
    found = list(check_certificate(*made))
    assert any(words in sentence for sentence in found), found


def test_the_checker_knows_neither_gate_nor_solver():
    from trajectories.release.certificate import checker

    source = checker.__loader__.get_source(checker.__name__)
    assert "release.gate" not in source
    assert "scipy" not in source
