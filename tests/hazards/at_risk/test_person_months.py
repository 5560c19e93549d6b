"""The person-months at risk."""

import datetime as dt

import polars as pl
import pytest

from hazards.registers import LAST_DAY, assignments, day, intervals, office, persons, spells
from trajectories.caseworkers.changes import caseworker_changes
from trajectories.config.sections.hazards import RiskConfig
from trajectories.hazards.at_risk.person_months import NO_MUNICIPALITY, RiskSet, risk_set
from trajectories.survival.bands import UNKNOWN

FIRST_DAY = dt.date(2008, 1, 1)
RULES = RiskConfig()
READY = "activity_ready"
BENEFIT = [
    (person, "SA_NOTREADY", "2009-02-10", "2010-11-30", READY)
    for person in (*range(6), *range(10, 16), *range(20, 26))
]
JOBS = [(0, "2010-12-01", "2011-12-31")]
PEOPLE = [(person, "1981-03-01") for person in range(30)]


def months_of(people: list[tuple], municipality: int = 751) -> pl.DataFrame:
    every = pl.date_range(FIRST_DAY, LAST_DAY, "1mo", eager=True).alias("month").to_frame()
    return (
        persons(people)
        .select("person")
        .join(every, how="cross")
        .with_columns(municipality=pl.lit(municipality, pl.Int16))
    )


def risk(
    benefit: list[tuple] = BENEFIT,
    rows: list[tuple] | None = None,
    *,
    jobs: list[tuple] = JOBS,
    people: list[tuple] = PEOPLE,
    months: pl.DataFrame | None = None,
    readiness: pl.DataFrame | None = None,
    **changes: object,
) -> RiskSet:
    found = caseworker_changes(assignments(office() if rows is None else rows), last_day=LAST_DAY)
    return risk_set(
        spells(benefit),
        intervals(jobs),
        persons(people),
        found,
        months=months_of(people) if months is None else months,
        readiness=readiness,
        first_day=FIRST_DAY,
        last_day=LAST_DAY,
        rules=RULES.model_copy(update=changes),
    )


def of(result: RiskSet, person: int) -> pl.DataFrame:
    return result.panel.filter(pl.col("person") == person)


def test_risk_runs_from_the_first_eve_to_the_exit_s_month():
    mine = of(risk(), 0)
    assert (
        mine["month"].to_list()
        == pl.date_range(day("2009-03-01"), day("2010-12-01"), "1mo", eager=True).to_list()
    )
    assert mine["duration"].to_list() == list(range(22))
    assert mine["job"].sum() == mine["job"][-1] == 1
    assert mine["exit"].to_list() == [None] * 21 + ["job"]
    assert of(risk(), 1)["exit"][-1] == "self_support"
    assert of(risk(), 1)["self_support"].to_list() == [0] * 21 + [1]


def test_what_a_month_says_was_known_on_its_eve():
    first = of(risk(), 0).row(0, named=True)
    expected = {
        "duration_band": "0-2",
        "municipality": 751,
        "half_year": "2009H1",
        "calendar_month": 3,
        "age_band": "18-29",
        "sex": "K",
        "team_first": "A",
        "cluster": "751 A",
        "readiness_now": READY,
        "caseworker": 1,
        "changes": 0,
        "months_since_change": None,
    }
    assert {key: first[key] for key in expected} == expected
    assert of(risk(), 0)["duration_band"].unique(maintain_order=True).to_list() == [
        "0-2",
        "3-5",
        "6-11",
        "12-23",
    ]
    birthday = of(risk(), 0).filter(pl.col("age_band") == "30-39")["month"]
    assert birthday.is_empty()
    older = risk(people=[(person, "1980-03-01") for person in range(30)])
    assert of(older, 0).filter(pl.col("age_band") == "30-39")["month"][0] == day("2010-03-01")


@pytest.mark.parametrize(
    ("lag", "since"), [(0, "2010-06-01"), (1, "2010-07-01"), (3, "2010-09-01")]
)
def test_counts_hold_changes_before_the_month_with_the_lag(lag, since):
    mine = of(risk(lag_months=lag), 0)
    for count in ("changes", "departures", "listed_departures"):
        counted = mine.filter(pl.col(count) == 1)["month"]
        assert counted[0] == day(since), count
        assert mine[count].max() == 1
    assert mine["other_changes"].max() == 0
    assert mine.filter(pl.col("month") == day(since))["months_since_change"].item() == lag
    assert of(risk(lag_months=lag), 12)["changes"].max() == 0


def test_listed_departures_count_whatever_the_person_does():
    rows = office()
    rows[0] = (0, 1, "2009-01-01", "2010-05-10")
    rows[6] = (0, 8, "2010-05-11", "2012-12-31", "A", 751, "request")
    mine = of(risk(rows=rows), 0)
    last = mine.row(-1, named=True)
    assert (last["departures"], last["other_changes"], last["listed_departures"]) == (0, 1, 1)
    assert mine.filter(pl.col("listed_departures") == 1)["month"][0] == day("2010-07-01")
    assert mine.filter(pl.col("other_changes") == 1)["month"][0] == day("2010-06-01")


def test_lists_and_changes_of_an_earlier_course_do_not_count():
    twice = [*BENEFIT, (0, "SA_NOTREADY", "2011-02-01", "2012-03-31", READY)]
    mine = of(risk(benefit=twice, jobs=[]), 0)
    second = mine.filter(pl.col("month") > day("2011-01-01"))
    assert second["duration"][0] == 0
    assert second["changes"].max() == second["listed_departures"].max() == 0


def test_readiness_at_time_zero_decides_and_later_readiness_does_not():
    readiness = intervals(
        [
            (0, READY, "2009-02-20", "2009-06-30"),
            (0, "job_ready", "2009-07-01", "2012-12-31"),
            (1, "job_ready", "2009-02-10", "2012-12-31"),
        ],
        "readiness",
    )
    without = [(*row[:4], None) for row in BENEFIT]
    result = risk(benefit=without, readiness=readiness)
    assert result.panel["person"].unique().to_list() == [0]
    assert of(result, 0).height == 22
    assert of(result, 0)["readiness_now"].to_list() == [READY] * 5 + ["job_ready"] * 17
    current = risk(benefit=without, readiness=readiness, current_readiness_only=True)
    assert of(current, 0).height == 5
    reasons = dict(result.accounting.iter_rows())
    assert reasons == {
        "other readiness at time zero": 1,
        "readiness at time zero unknown": 16,
        "ended before its first whole month": 0,
        "followed": 1,
    }


def test_readiness_registered_too_late_is_unknown():
    readiness = intervals([(0, READY, "2009-03-14", "2012-12-31")], "readiness")
    without = [(*row[:4], None) for row in BENEFIT]
    assert risk(benefit=without, readiness=readiness).panel.is_empty()
    late = risk(benefit=without, readiness=readiness, readiness_within_days=32)
    assert of(late, 0)["readiness_now"].to_list()[:2] == [UNKNOWN, READY]


def test_the_table_overrides_the_code_s_readiness():
    readiness = intervals([(0, "job_ready", "2009-02-01", "2012-12-31")], "readiness")
    assert of(risk(readiness=readiness), 0).is_empty()


def test_the_stock_at_the_start_is_left_out_unless_asked_for():
    early = [(0, "SA_NOTREADY", "2008-01-01", "2010-11-30", READY)]
    assert risk(benefit=early).panel.is_empty()
    reasons = dict(risk(benefit=early).accounting.iter_rows())
    assert reasons["start not observed"] == 1
    stock = of(risk(benefit=early, starts="all"), 0)
    assert stock["month"][0] == day("2008-02-01")


def test_follow_up_ends_where_causes_are_no_longer_decided():
    long = [(*row[:3], "2012-12-31", READY) for row in BENEFIT]
    mine = of(risk(benefit=long), 1)
    assert mine["month"][-1] == day("2012-07-01")
    assert mine["exit"].null_count() == mine.height


def test_follow_up_ends_where_no_caseworker_is_seen():
    rows = [row for row in office() if row[0] != 1]
    rows.append((1, 1, "2009-01-01", "2009-08-15"))
    mine = of(risk(rows=rows), 1)
    assert mine["month"][-1] == day("2009-11-01")
    assert mine["exit"].null_count() == mine.height
    none = risk(rows=[row for row in office() if row[0] != 1])
    assert of(none, 1).is_empty()
    assert dict(none.accounting.iter_rows())["no caseworker observed"] == 1


def test_a_course_without_an_eve_is_counted():
    short = [(0, "SA_NOTREADY", "2009-02-03", "2009-02-20", READY)]
    result = risk(benefit=short)
    assert result.panel.is_empty()
    assert dict(result.accounting.iter_rows())["ended before its first whole month"] == 1


def test_pauses_are_not_at_risk_while_time_goes_on():
    benefit = [
        (0, "SA_NOTREADY", "2009-02-10", "2009-06-30", READY),
        (0, "SICK", "2009-07-01", "2009-10-31"),
        (0, "SA_NOTREADY", "2009-11-01", "2010-11-30", READY),
    ]
    paused = of(risk(benefit=benefit, pause=("sickness",)), 0)
    assert "sickness" not in paused.columns
    months = paused["month"].to_list()
    assert day("2009-07-01") in months
    assert day("2009-08-01") not in months
    assert day("2009-11-01") not in months
    assert paused.filter(pl.col("month") == day("2009-12-01"))["duration"].item() == 9
    assert paused["exit"].drop_nulls().to_list() == ["job"]
    plain = of(risk(benefit=benefit), 0)
    assert plain["sickness"].sum() == 1


def test_unknown_things_have_names():
    nobody = [(person, None, None) for person in range(30)]
    result = risk(
        people=nobody,
        months=months_of(PEOPLE).clear(),
        rows=[(*row[:4], None, None) for row in office()],
    )
    first = of(result, 0).row(0, named=True)
    assert (first["age_band"], first["sex"]) == (UNKNOWN, UNKNOWN)
    assert first["municipality"] == NO_MUNICIPALITY
    assert first["team_first"] == "caseworker 1"
    assert first["cluster"] == "-1 caseworker 1"


def test_one_band_is_enough():
    assert of(risk(duration_starts=(0,)), 0)["duration_band"].unique().to_list() == ["0+"]


def test_the_default_rules_are_those_of_the_configuration():
    found = caseworker_changes(assignments(office()), last_day=LAST_DAY)
    plain = risk_set(
        spells(BENEFIT),
        intervals(JOBS),
        persons(PEOPLE),
        found,
        months=months_of(PEOPLE),
        first_day=FIRST_DAY,
        last_day=LAST_DAY,
    )
    assert plain.panel.equals(risk().panel)
    assert plain.panel.sort("person", "month").equals(plain.panel)
