"""Dated changes and their causes."""

import polars as pl
import pytest

from hazards.registers import LAST_DAY, assignments, day, intervals, list_of, office, persons
from trajectories.caseworkers.changes import CAUSES, CaseworkerChanges, caseworker_changes
from trajectories.config.sections.changes import ChangesConfig

RULES = ChangesConfig(youth_ages=(25, 30))


def changed(rows: list[tuple], **arguments: object) -> CaseworkerChanges:
    return caseworker_changes(assignments(rows), last_day=LAST_DAY, **arguments)


def causes(found: CaseworkerChanges, person: int) -> list[str]:
    return found.changes.filter(pl.col("person") == person)["cause"].to_list()


def test_clients_of_a_leaver_change_by_departure():
    found = changed(office())
    assert found.changes.height == 6
    assert found.changes.filter(pl.col("person") == 3).to_dicts() == [
        {
            "person": 3,
            "date": day("2010-06-16"),
            "month": day("2010-06-01"),
            "cause": "departure",
            "from_caseworker": 1,
            "to_caseworker": 2,
            "from_team": "A",
            "to_team": "A",
            "from_municipality": 751,
            "to_municipality": 751,
            "gap_days": 0,
        }
    ]
    assert found.changes.schema["cause"] == pl.Enum(CAUSES)


def test_who_had_no_caseworker_when_the_list_ended_passes_with_it():
    rows = office()
    rows[0] = (0, 1, "2009-01-01", "2010-05-20")
    assert causes(changed(rows), 0) == ["departure"]
    rows[6] = (0, 2, "2010-06-30", "2012-12-31")
    assert causes(changed(rows), 0) == ["other"]


def test_who_moved_weeks_before_an_end_at_once_moved_for_another_reason():
    rows = office()
    rows[0] = (0, 1, "2009-01-01", "2010-05-20")
    rows[6] = (0, 8, "2010-05-21", "2012-12-31")
    assert causes(changed(rows), 0) == ["other"]


def test_gradual_hand_over_is_departure_over_its_weeks():
    rows = []
    for client, month in enumerate(("04", "05", "06", "06")):
        rows.append((client, 1, "2009-01-01", f"2010-{month}-1{client}"))
        rows.append((client, 2 + client, f"2010-{month}-1{client + 1}", "2012-12-31"))
    rows += [(9, 1, "2009-01-01", "2010-06-14")]
    found = changed(rows, rules=RULES.model_copy(update={"at_once_days": 1}))
    assert found.changes["cause"].to_list() == ["departure"] * 4


def test_absence_and_return():
    found = changed(office(back="2010-10-01"))
    assert causes(found, 2) == ["absence", "return"]


def test_cover_of_one_client_is_absence_and_return():
    rows = [
        (1, 7, "2009-01-01", "2010-03-31"),
        (1, 8, "2010-04-01", "2010-06-30"),
        (1, 7, "2010-07-01", "2012-12-31"),
    ]
    assert causes(changed(rows), 1) == ["absence", "return"]
    short = RULES.model_copy(update={"absence_months": 2})
    assert causes(changed(rows, rules=short), 1) == ["other", "other"]


def test_a_reason_of_request_decides():
    rows = office()
    rows[6] = (0, 2, "2010-06-16", "2012-12-31", "A", 751, "Request")
    assert causes(changed(rows), 0) == ["request"]
    other = RULES.model_copy(update={"request_reasons": ("wish",)})
    assert causes(changed(rows, rules=other), 0) == ["departure"]


def test_another_municipality_is_a_move():
    rows = [(1, 7, "2009-01-01", "2010-03-31"), (1, 8, "2010-04-01", "2012-12-31", "A", 657)]
    assert causes(changed(rows), 1) == ["municipality_move"]


TEAMS = [
    (1, 7, "2009-01-01", "2010-03-31", "young", 751),
    (1, 8, "2010-04-01", "2012-12-31", "adult", 751),
]


def test_another_team_is_a_team_switch():
    assert causes(changed(TEAMS), 1) == ["team_switch"]


@pytest.mark.parametrize(
    ("turned", "cause"),
    [("2010-03-01", "visitation"), ("2010-05-02", "visitation"), ("2010-05-03", "team_switch")],
)
def test_a_readiness_that_changes_nearby_is_a_visitation(turned, cause):
    eve = str(day(turned) - (day("2010-01-02") - day("2010-01-01")))
    readiness = intervals(
        [(1, "activity_ready", "2009-01-01", eve), (1, "job_ready", turned, "2012-12-31")],
        "readiness",
    )
    assert causes(changed(TEAMS, readiness=readiness), 1) == [cause]


def test_a_readiness_that_only_begins_anew_is_no_visitation():
    readiness = intervals(
        [
            (1, "activity_ready", "2009-01-01", "2010-03-31"),
            (1, "activity_ready", "2010-04-01", "2012-12-31"),
        ],
        "readiness",
    )
    assert causes(changed(TEAMS, readiness=readiness), 1) == ["team_switch"]


REFORM = RULES.model_copy(update={"reform_from": day("2011-01-01"), "reform_to": day("2011-12-31")})


@pytest.mark.parametrize(
    ("birth", "team", "readiness", "cause"),
    [
        ("1985-06-01", "young", "activity_ready", "reform_assignment"),
        ("1985-06-01", "young", "job_ready", "other"),
        ("1985-06-01", "adult", "job_ready", "reform_assignment"),
        ("1975-06-01", "adult", "activity_ready", "team_switch"),
        (None, "young", "activity_ready", "other"),
    ],
)
def test_the_reform_s_assignment_of_the_young(birth, team, readiness, cause):
    rows = [
        (1, 7, "2009-01-01", "2011-03-31", "young", 751),
        (1, 8, "2011-04-01", "2012-12-31", team, 751),
    ]
    found = changed(
        rows,
        readiness=intervals([(1, readiness, "2009-01-01", "2012-12-31")], "readiness"),
        persons=persons([(1, birth)]),
        rules=REFORM,
    )
    assert causes(found, 1) == [cause]


def test_near_the_end_of_the_data_the_cause_is_undecided():
    rows = [(1, 7, "2009-01-01", "2012-10-31"), (1, 8, "2012-11-01", "2012-12-31")]
    assert causes(changed(rows), 1) == ["undecided"]
    assert causes(changed(office(leaves="2012-10-15")), 0) == ["undecided"]


def gradual() -> list[tuple]:
    """Caseworker 1 of the young team passes clients to another team over three months."""
    rows = []
    for client in range(6):
        until = f"2010-0{4 + client // 2}-1{client}"
        after = f"2010-0{4 + client // 2}-1{client + 1}"
        rows.append((client, 1, "2009-01-01", until, "young", 751))
        rows.append((client, 2 + client, after, "2012-12-31", "adult", 751))
    return rows


def test_a_gradual_hand_over_to_another_team_is_departure_but_at_a_youth_birthday():
    born = [(client, "1981-01-01") for client in range(5)] + [(5, "1980-06-20")]
    found = changed(gradual(), persons=persons(born), rules=RULES)
    assert [causes(found, client) for client in range(6)] == [["departure"]] * 5 + [["team_switch"]]
    without = changed(gradual(), persons=persons(born))
    assert [causes(without, client) for client in range(6)] == [["departure"]] * 6


def test_a_switch_of_team_and_back_is_cover():
    rows = [*TEAMS[:1], (1, 8, "2010-04-01", "2010-08-31", "adult", 751)]
    rows.append((1, 7, "2010-09-01", "2012-12-31", "young", 751))
    assert causes(changed(rows), 1) == ["absence", "return"]


def test_recodings_are_rows_but_no_changes():
    rows = []
    for caseworker in (1, 2, 3, 4):
        clients = range(10 * caseworker, 10 * caseworker + 5)
        rows += list_of(caseworker, clients, "2009-01-01", "2010-12-31")
        rows += list_of(caseworker + 100, clients, "2011-01-01", "2012-12-31")
    rows[0] = (10, 9, "2009-01-01", "2010-06-30")
    rows.append((10, 1, "2010-07-01", "2010-12-31"))
    found = changed(rows)
    assert found.changes["cause"].value_counts().sort("count").rows() == [
        ("other", 1),
        ("recoding", 20),
    ]
    assert found.recodings.height == 4
    assert found.lists.is_empty()


def test_a_new_case_is_no_change():
    rows = [(1, 7, "2009-01-01", "2010-03-31"), (1, 8, "2010-05-01", "2012-12-31")]
    cases = intervals([(1, "2009-01-01", "2010-03-31"), (1, "2010-05-01", "2012-12-31")])
    assert changed(rows, cases=cases).changes.is_empty()
    assert changed(rows).changes.height == 1


def test_exposure_is_being_on_the_list_months_before_whatever_follows():
    rows = office()
    # Client 0 moves away on request before the leaver's end; client 5 comes after the list's day.
    rows[0] = (0, 1, "2009-01-01", "2010-05-10")
    rows[6] = (0, 8, "2010-05-11", "2012-12-31", "A", 751, "request")
    rows[5] = (5, 1, "2010-04-15", "2010-06-15")
    exposures = changed(rows).exposures
    assert exposures["person"].to_list() == [0, 1, 2, 3, 4]
    assert exposures["list_day"].unique().to_list() == [day("2010-03-31")]
    assert exposures["month"].unique().to_list() == [day("2010-06-01")]
    assert exposures["caseworker"].unique().to_list() == [1]
    none = RULES.model_copy(update={"list_months": 0})
    assert changed(rows, rules=none).exposures.is_empty()
    late = RULES.model_copy(update={"list_months": 1})
    assert changed(rows, rules=late).exposures["person"].to_list() == [1, 2, 3, 4, 5]


def test_absences_expose_nobody():
    assert changed(office(back="2010-10-01")).exposures.is_empty()
