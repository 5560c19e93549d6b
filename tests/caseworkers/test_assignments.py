"""Hand-overs of clients, and recoded caseworker identifiers."""

import polars as pl

from hazards.registers import assignments, day, intervals, list_of
from trajectories.caseworkers.assignments import find_recodings, handovers, map_recodings
from trajectories.config.sections.changes import ChangesConfig

RULES = ChangesConfig()


def test_a_passing_is_dated_by_the_first_day_with_the_new_caseworker():
    rows = assignments(
        [
            (1, 7, "2010-01-01", "2010-03-10", "A", 751),
            (1, 8, "2010-03-16", "2010-06-30", "B", 657, "request"),
            (1, 8, "2010-07-01", "2010-12-31", "B", 657),
            (2, 8, "2010-01-01", "2010-12-31"),
        ]
    )
    assert handovers(rows, gap_days=92).to_dicts() == [
        {
            "person": 1,
            "date": day("2010-03-16"),
            "from_caseworker": 7,
            "to_caseworker": 8,
            "from_team": "A",
            "to_team": "B",
            "from_municipality": 751,
            "to_municipality": 657,
            "last_day": day("2010-03-10"),
            "gap_days": 5,
            "reason": "request",
        }
    ]


def test_too_long_a_gap_is_no_passing():
    rows = assignments([(1, 7, "2010-01-01", "2010-01-31"), (1, 8, "2010-02-11", "2010-12-31")])
    assert handovers(rows, gap_days=10).height == 1
    assert handovers(rows, gap_days=9).height == 0


def test_a_new_case_brings_no_passing():
    rows = assignments(
        [
            (1, 7, "2010-01-01", "2010-01-31"),
            (1, 8, "2010-02-03", "2010-12-31"),
            (2, 7, "2010-01-01", "2010-01-31"),
            (2, 8, "2010-02-03", "2010-12-31"),
        ]
    )
    cases = intervals(
        [
            (1, "2010-01-01", "2010-01-31"),
            (1, "2010-02-02", "2010-12-31"),
            (2, "2009-12-01", "2010-12-31"),
        ]
    )
    assert handovers(rows, gap_days=92, cases=cases)["person"].to_list() == [2]
    strange = handovers(rows, gap_days=92, cases=cases.filter(pl.col("person") == 1))
    assert strange["person"].to_list() == [2]


def renamed(*, towns: dict[int, int], on: str = "2011-01-01") -> pl.DataFrame:
    """Caseworkers 1–4 of two towns; those of some towns get identifiers 100 higher on one day."""
    rows = []
    eve = str(day(on) - (day("2010-01-02") - day("2010-01-01")))
    for caseworker in range(1, 9):
        town = 751 if caseworker <= 4 else 657
        clients = range(10 * caseworker, 10 * caseworker + 5)
        if caseworker <= 4 + 4 * (657 in towns) and town in towns:
            rows += list_of(caseworker, clients, "2010-01-01", eve, "A", town)
            rows += list_of(caseworker + 100, clients, on, "2012-12-31", "A", town)
        else:
            rows += list_of(caseworker, clients, "2010-01-01", "2012-12-31", "A", town)
    return assignments(rows)


def test_a_town_that_renames_its_caseworkers_is_found():
    found = find_recodings(renamed(towns={751: 1}), RULES)
    assert found.sort("caseworker").rows() == [
        (751, day("2011-01-01"), c, c + 100) for c in range(1, 5)
    ]


def test_one_successor_is_no_recoding():
    rows = list_of(1, range(5), "2010-01-01", "2010-12-31")
    rows += list_of(101, range(5), "2011-01-01", "2012-12-31")
    for caseworker in (2, 3, 4):
        clients = range(10 * caseworker, 10 * caseworker + 5)
        rows += list_of(caseworker, clients, "2010-01-01", "2012-12-31")
    assert find_recodings(assignments(rows), RULES).is_empty()


def test_few_of_many_caseworkers_are_no_recoding():
    few = renamed(towns={751: 1}).with_columns(municipality=pl.lit(751, pl.Int16))
    assert find_recodings(few, RULES).is_empty()


def test_clients_who_scatter_are_no_recoding():
    frame = renamed(towns={751: 1})
    scattered = frame.with_columns(
        caseworker=pl.when(pl.col("caseworker") > 100)
        .then(101 + (pl.col("person") % 4))
        .otherwise("caseworker")
        .cast(pl.UInt32)
    )
    assert find_recodings(scattered, RULES).is_empty()


def test_unknown_towns_can_be_renamed_too():
    frame = renamed(towns={751: 1}).with_columns(
        municipality=pl.when(pl.col("municipality") == 657).then("municipality")
    )
    assert find_recodings(frame, RULES).height == 4


def test_mapping_joins_what_a_recoding_split():
    frame = renamed(towns={751: 1})
    mapped = map_recodings(frame, find_recodings(frame, RULES))
    assert mapped.height == 40
    assert mapped["caseworker"].max() == 8
    assert handovers(mapped, gap_days=92).is_empty()
    first = mapped.row(0, named=True)
    assert (first["start"], first["end"]) == (day("2010-01-01"), day("2012-12-31"))


def test_twice_renamed_caseworkers_keep_their_first_identifier():
    frame = renamed(towns={751: 1}, on="2010-07-01")
    again = frame.filter(pl.col("caseworker") > 100).with_columns(
        start=pl.lit(day("2011-07-01")), caseworker=(pl.col("caseworker") + 100)
    )
    frame = pl.concat(
        [
            frame.with_columns(
                end=pl.when(pl.col("caseworker") > 100)
                .then(pl.lit(day("2011-06-30")))
                .otherwise("end")
            ),
            again,
        ]
    )
    found = find_recodings(frame, RULES)
    assert found.height == 8
    assert map_recodings(frame, found)["caseworker"].max() == 8


def test_without_recodings_nothing_is_mapped():
    frame = assignments([(2, 7, "2010-01-01", "2010-03-10"), (1, 7, "2010-01-01", "2010-03-10")])
    mapped = map_recodings(frame, find_recodings(frame, RULES))
    assert mapped["person"].to_list() == [1, 2]
