"""The responsible caseworker on a day, in registers that close assignments early."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hazards.registers import LAST_DAY, assignments, day, intervals, office, persons, spells
from trajectories.caseworkers.assignments import carry_forward, handovers, responsible_on
from trajectories.caseworkers.changes import CaseworkerChanges, caseworker_changes
from trajectories.caseworkers.exposures import with_placebo
from trajectories.config.sections.hazards import RiskConfig
from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.hazards.at_risk.episodes import assistance_stretches
from trajectories.hazards.at_risk.person_months import risk_set
from trajectories.hazards.description.after_changes import mechanisms
from trajectories.hazards.description.change_rates import caseloads
from trajectories.hazards.designs.stacked_departures import stack
from trajectories.simulator.cleaned_register import Cleaned, cleaned
from untyped import UNTYPED

ORIGIN = dt.date(2010, 1, 1)
SPAN = 60


def asked(rows: pl.DataFrame, person: int, *days: str) -> list[int | None]:
    """The caseworkers of a person on some days."""
    who = pl.Series([person] * len(days), dtype=pl.UInt32)
    return responsible_on(who, pl.Series([day(text) for text in days]), rows).to_list()


def test_the_last_caseworker_is_kept_up_to_the_gap():
    rows = assignments([(1, 7, "2010-01-01", "2010-01-31"), (1, 8, "2010-02-08", "2010-12-31")])
    kept = carry_forward(rows, gap_days=7)
    assert kept["responsible_until"].to_list() == [day("2010-02-07"), day("2011-01-07")]
    assert asked(kept, 1, "2010-01-31", "2010-02-07", "2010-02-08") == [7, 7, 8]
    assert asked(kept, 1, "2009-12-31", "2011-01-07", "2011-01-08") == [None, 8, None]
    # As long as the gap is no longer than allowed, it is a hand-over as well.
    assert handovers(rows, gap_days=7).height == 1
    short = carry_forward(rows, gap_days=6)
    assert asked(short, 1, "2010-02-06", "2010-02-07", "2010-02-08") == [7, None, 8]
    assert handovers(rows, gap_days=6).is_empty()


def test_the_end_of_the_case_ends_the_responsibility():
    rows = assignments([(1, 7, "2010-01-01", "2010-03-10"), (2, 7, "2010-01-01", "2010-03-10")])
    cases = intervals([(1, "2010-01-01", "2010-03-31"), (1, "2010-04-05", "2010-12-31")])
    kept = carry_forward(rows, gap_days=92, cases=cases)
    assert kept["responsible_until"].to_list() == [day("2010-03-31"), day("2010-03-10")]
    assert asked(kept, 1, "2010-03-31", "2010-04-06") == [7, None]


@given(
    stays=st.lists(
        st.tuples(st.integers(1, 3), st.integers(0, 12), st.integers(1, 9)), min_size=1, max_size=5
    ),
    breaks=st.lists(st.tuples(st.integers(1, 15), st.integers(1, 20)), max_size=3),
    gap=st.integers(0, 10),
)
def test_each_day_has_the_caseworker_that_a_search_backwards_finds(stays, breaks, gap):
    start, held = 0, []
    for caseworker, idle, length in stays:
        held.append((caseworker, start + idle, start + idle + length - 1))
        start += idle + length
    start, cases = 0, []
    for idle, length in breaks:
        cases.append((start + idle, start + idle + length - 1))
        start += idle + length

    def date(number: int) -> str:
        return str(ORIGIN + dt.timedelta(days=number))

    def expected(number: int) -> int | None:
        for back in range(gap + 1):
            day_before = number - back
            for caseworker, first, last in held:
                if first <= day_before <= last:
                    same = any(a <= day_before and number <= b for a, b in cases)
                    return caseworker if back == 0 or same else None
        return None

    rows = assignments([(5, worker, date(a), date(b)) for worker, a, b in held])
    kept = carry_forward(
        rows, gap_days=gap, cases=intervals((5, date(a), date(b)) for a, b in cases)
    )
    days = range(-1, SPAN)
    assert asked(kept, 5, *map(date, days)) == [expected(number) for number in days]


@pytest.fixture(scope="module")
def register() -> Cleaned:
    return cleaned(
        SimulatorConfig(persons=1500, office_persons=1500, seed=3, messy_share=0.0, **UNTYPED)
    )


def closed_early(register: Cleaned, days: int) -> Cleaned:
    """The register with the last assignment of each case closed some days before the benefit."""
    rows = register.assignments.sort("end")
    cases = assistance_stretches(register.spells, RiskConfig()).select("person", case_end="end")
    last = rows.join_asof(
        cases.sort("case_end"),
        left_on="end",
        right_on="case_end",
        by="person",
        strategy="forward",
        tolerance="1d",
        check_sortedness=False,
    )
    early = pl.max_horizontal("start", pl.col("end") - pl.duration(days=days))
    open_case = pl.col("case_end").is_null() | (pl.col("case_end") >= register.last_day)
    cut = last.with_columns(end=pl.when(open_case).then("end").otherwise(early))
    return register._replace(assignments=cut.drop("case_end").sort("person", "start"))


def followed(register: Cleaned) -> tuple[pl.DataFrame, CaseworkerChanges]:
    found = caseworker_changes(
        register.assignments,
        register.readiness,
        register.persons,
        assistance_stretches(register.spells, RiskConfig()),
        last_day=register.last_day,
    )
    made = risk_set(
        register.spells,
        register.employment,
        register.persons,
        found,
        months=register.months,
        readiness=register.readiness,
        first_day=register.first_day,
        last_day=register.last_day,
    )
    return made.panel, found


def test_assignments_that_end_before_the_benefit_change_nothing(register):
    """The case is the caseworker's until the benefit ends, whenever the assignment is closed."""
    early = closed_early(register, 20)
    assert (early.assignments["end"] != register.assignments["end"]).mean() > 0.2
    whole, full = followed(register)
    cut, closed = followed(early)
    assert whole.filter(pl.col("job") == 1)["caseworker"].null_count() == 0
    assert cut.equals(whole)
    assert closed.exposures.equals(full.exposures)
    departures = full.lists.filter(pl.col("kind").cast(pl.String) == "departure")
    marked = with_placebo(cut, departures)
    assert marked["leaves_next"].equals(with_placebo(whole, departures)["leaves_next"])


def closing_office() -> tuple[CaseworkerChanges, pl.DataFrame]:
    """Client 0 of caseworker 1 gets a job in March; the benefit is paid to the month's end."""
    rows = office(leaves="2010-06-15", successor=8)
    rows[0] = (0, 1, "2009-01-01", "2010-03-10")
    del rows[6]
    benefit = [
        (client, "SA_NOTREADY", "2009-02-10", end, "activity_ready")
        for client in (*range(6), *range(10, 16), *range(20, 26))
        for end in ["2010-03-31" if client == 0 else "2011-11-30"]
    ]
    people = persons((client, "1981-03-01") for client in range(30))
    found = caseworker_changes(
        assignments(rows),
        cases=assistance_stretches(spells(benefit), RiskConfig()),
        last_day=LAST_DAY,
    )
    months = people.select("person", month=pl.lit(day("2010-03-01")), municipality=pl.lit(751))
    made = risk_set(
        spells(benefit),
        intervals([(0, "2010-03-11", "2011-12-31")]),
        people,
        found,
        months=months,
        first_day=dt.date(2008, 1, 1),
        last_day=LAST_DAY,
    )
    return found, made.panel


def test_who_gets_a_job_had_a_caseworker_on_the_eve():
    found, panel = closing_office()
    departures = found.lists.filter(pl.col("kind").cast(pl.String) == "departure")
    assert departures["caseworker"].to_list() == [1]
    leaving = with_placebo(panel, departures).filter((pl.col("person") == 0) & (pl.col("job") == 1))
    assert leaving.select("month", "caseworker", "leaves_next").rows() == [
        (day("2010-04-01"), 1, 1)
    ]
    # On the list's day, the eve of the exit, the client is still on the leaver's list.
    assert found.exposures.select("person", "list_day").rows() == [
        (client, day("2010-03-31")) for client in range(6)
    ]
    teams = pl.DataFrame({"caseworker": [1, 8, 9], "team": ["A", "B", "B"]}).cast(
        {"caseworker": pl.UInt32}
    )
    rows = stack(panel, found.exposures, departures, teams)
    exits = rows.filter((pl.col("person") == 0) & (pl.col("job") == 1))
    assert exits["event_month"].to_list() == ["-2"]


def test_caseloads_hold_clients_until_the_case_ends():
    found, _ = closing_office()
    leaver = found.lists.filter(pl.col("kind").cast(pl.String) == "departure").with_columns(
        caseworker=pl.lit(9, pl.UInt32), month=pl.lit(day("2010-06-01"))
    )
    loads = caseloads(found.assignments.filter(pl.col("caseworker") == 1), leaver)
    by_lag = dict(loads.select("lag", "mean_caseload").iter_rows())
    assert [by_lag[lag] for lag in (-4, -3, -2, -1)] == [6, 6, 5, 5]
    # Whoever comes to caseworker 1 on the last day of March is the seventh client.
    date = day("2010-03-31")
    arrival = found.changes.head(1).with_columns(
        person=pl.lit(99, pl.UInt32), date=pl.lit(date), to_caseworker=pl.lit(1, pl.UInt32)
    )
    came = assignments([(99, 1, "2010-03-31", "2010-12-31")])
    held = pl.concat([found.assignments, carry_forward(came, gap_days=92)])
    assert mechanisms(arrival, held)["mean_caseload"].item() == 7
