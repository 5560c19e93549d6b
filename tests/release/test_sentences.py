"""Sentences, boxes and cells say what their tables hold, with the digits that these have."""

import datetime as dt
import re

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packages import settings_of as reform_settings
from trajectories.hazards.checks.lead_bounds import BOUND_SCHEMA
from trajectories.hazards.checks.randomised_checks import RANDOMISED_SCHEMA
from trajectories.hazards.designs.rows import DESIGN_SCHEMA
from trajectories.hazards.headline.estimates import name_unknown_places
from trajectories.hazards.headline.verdict import verdict
from trajectories.release.gate.protect import protect
from trajectories.release.gate.rules import PRESETS
from trajectories.release.headline import headline
from trajectories.release.outputs.exits import exits
from trajectories.release.outputs.provenance import record
from trajectories.release.outputs.reform import differences
from trajectories.release.outputs.registry import describe_figures, spec_for
from trajectories.release.page.summary import verdict_sentence
from trajectories.release.store import read_tables
from trajectories.release.study import Study, jobs_known
from trajectories.release.style import Style, read_style
from trajectories.release.tables import points_and_interval
from trajectories.sequences import Event, Reform, breaks_seen
from trajectories.sequences.calendar import month_of

from .conftest import STYLE

RULES = PRESETS["default"]


def style_of(language: str = "en", **settings: object) -> Style:
    return read_style(STYLE, language=language, simulated=False, settings=settings)


def published(name: str, **columns: list) -> pl.DataFrame:
    return protect(pl.DataFrame(columns), spec_for(name), RULES)[0]


def test_the_length_of_windows_is_never_rounded():
    table = published(
        "indicators",
        group=["after", "after"],
        indicator=["length", "transitions"],
        windows=[17, 17],
        mean=[12.0, 12.0],
        sd=[0.0, 3.1],
    )
    assert table["mean"].to_list() == [12.0, 10.0]


def test_months_under_the_only_regime_of_a_period_are_never_rounded():
    table = published(
        "regime_months",
        group=["after", "after", "during", "during"],
        regime=["before", "in_force", "before", "in_force"],
        windows=[17, 17, 17, 17],
        mean_months=[0.0, 12.0, 5.4, 6.6],
    )
    assert table["mean_months"].to_list() == [0.0, 12.0, 5.0, 7.0]


@pytest.mark.parametrize(
    ("persons", "shown"), [(12_000, "−2.6 (−4.3 to −0.9)"), (2_400, ""), (60, "")]
)
def test_an_interval_keeps_its_digits_or_is_not_shown(persons, shown):
    numbers = {"difference": [-0.026], "se": [0.0087], "low": [-0.043], "high": [-0.009]}
    keys = {"age": ["all"], "contrast": ["during - before"], "cluster": [1]}
    tables = {
        "differences": published(
            "differences", **keys, persons=[60], group_persons=[persons], **numbers
        ),
        "clusters": pl.DataFrame({"cluster": [1], "name": ["JOB"]}),
    }
    ((_, cell),) = differences.view(tables, style_of()).rows
    assert (cell.text, cell.withheld) == (shown, not shown)


@given(st.floats(-0.3, 0.3), st.floats(0, 0.2), st.floats(0, 0.2), st.integers(0, 5))
def test_rounding_moves_no_shown_bound_by_more_than_a_tenth_of_the_width(value, below, above, d):
    exact = (value, value - below, value + above)
    row = dict(zip(("difference", "low", "high"), (round(one, d) for one in exact), strict=True))
    cell = points_and_interval(style_of(), row)
    if cell.withheld:
        # With two digits more than the width's first one, an interval is always shown.
        assert below + above < 6 * 10.0**-d or below + above < 6e-2
        return
    shown = [float(text.replace("−", "-")) for text in re.findall(r"−?[\d.]+", cell.text)]
    assert shown == pytest.approx([100 * row[name] for name in ("difference", "low", "high")])
    unit = 10.0 ** -len(re.findall(r"[\d.]+", cell.text)[1].partition(".")[2])
    assert shown[2] - shown[1] >= 5 * unit - 1e-6


def test_persons_are_all_that_were_used_whatever_the_reason():
    accounting = pl.DataFrame(
        {
            "table": ["persons"] * 3,
            "step": ["used", "used", "rejected"],
            "reason": ["as registered", "sex unknown", "twice"],
            "rows": [2_020, 980, 15],
        }
    )
    sizes = pl.DataFrame({"group": ["before", "after"], "persons": [700, 900]})
    assert headline({"accounting": accounting, "sizes": sizes})["persons"] == 3_000
    # A person can have windows in several periods: nothing tells how many there are.
    periods = {"sizes": sizes, "regime_months": sizes}
    assert headline(periods)["persons"] is None


def test_risks_have_the_horizons_and_the_outcome_of_the_run():
    risks = pl.DataFrame(
        {
            "time": [9, 12],
            "difference": [-0.017, -0.026],
            "low": [-0.024, -0.039],
            "high": [-0.009, -0.014],
        }
    )
    found = headline({"job_risks": risks}, event="education")
    assert [row["months"] for row in found["risk_differences"]] == [9, 12]
    assert found["risk_differences"][0] == {"months": 9, "points": -1.7, "ci": [-2.4, -0.9]}
    assert found["job_risk_difference_12m_pp"] is None
    assert headline({"job_risks": risks})["job_risk_difference_12m_pp"] == -2.6


def test_exits_are_courses_and_add_up_to_them():
    table = published("exits", exit=["job", "censored"], courses=[120, 80], persons=[100, 75])
    shown = exits.view({"exits": table}, style_of())
    assert [cell.text for cell in shown.rows[0]] == ["Ordinary job", "120", "60\u202f%", "100"]
    assert shown.head[1:] == ["Courses", "Share of courses", "Persons"]


VERDICTS = ["silent"] * 7 + ["supported"] * 4


def test_the_summary_says_how_many_checks_could_not_tell():
    tables = {"verdict": pl.DataFrame({"check": range(11), "verdict": VERDICTS})}
    text = verdict_sentence(tables, style_of())
    assert "of 11 checks 7 could not tell, 4 supported it and 0 contradicted it" in text
    assert "not proof of an effect" in text
    danish = verdict_sentence(tables, style_of("da"))
    assert "Af 11 prøver kunne 7 ikke afgøre det, 4 støttede tallet, og 0 modsagde det" in danish
    assert "made no checks" in verdict_sentence({}, style_of())


def test_record_says_of_confounding_what_the_e_value_says(synthetic):
    tables = dict(read_tables(synthetic.release / "tables"))
    row = {"check": "unmeasured", "verdict": "silent", "reason": "unmeasured", "subject": None}
    row |= {"months": None, "e_value": 1.64, "e_value_bound": 1.38}
    tables["verdict"] = pl.DataFrame([row])
    table = record.view(tables, style_of())
    (answer,) = [answer.text for item, answer, _ in table.rows if item.text.startswith("19.1")]
    assert "Unmeasured confounding: An unmeasured cause would have to be associated" in answer
    assert "risk ratio of 1.64" in answer
    assert "Checks of the headline: of 1 checks 1 inconclusive" in answer


def design(family: str, name: str, ratio: float) -> dict:
    row = dict.fromkeys(DESIGN_SCHEMA) | {"family": family, "design": name, "term": "departures"}
    return row | {"hazard_ratio": ratio, "low": ratio - 0.1, "high": ratio + 0.1, "persons": 900}


def test_the_range_of_specifications_is_that_of_the_figure():
    rows = [
        design("specification", "headline", 0.79),
        design("specification", "calendar month", 0.77),
        design("specification", "jobs of 6 months or more", 0.84),
        design("other outcome", "job or education", 0.94),
    ]
    designs = pl.DataFrame(rows, schema=DESIGN_SCHEMA)
    model = {"model": "departures_total", "term": "departures", "variance": "a"}
    models = pl.DataFrame([model | {"hazard_ratio": 0.79, "low": 0.7, "high": 0.89, "persons": 9}])
    models = models.with_columns(
        pl.lit(None, pl.Int64).alias(name)
        for name in ("events", "from_caseworkers", "to_caseworkers")
    )
    found = verdict(
        models=models,
        designs=designs,
        tests=pl.DataFrame(schema={"test": pl.String}),
        balanced=pl.DataFrame(),
        exit_months=pl.DataFrame(schema={"lag": pl.Int64}),
        randomised=pl.DataFrame(schema=RANDOMISED_SCHEMA),
        bounds=pl.DataFrame(schema=BOUND_SCHEMA),
        lag_months=1,
    ).filter(pl.col("check") == "specifications")
    described = describe_figures({"designs": designs}, style_of())
    assert found.select("low", "high").row(0) == (0.77, 0.84)
    assert described[0]["alt"] == "3 specifications; ratios from 0.77 to 0.84."


@pytest.mark.parametrize(
    ("ratios", "said"), [([0.962, 0.962], "for them is 0.96,"), ([0.96, 1.01], "0.96 to 1.01")]
)
def test_what_the_selection_curve_finds_for_departures_is_read_from_it(ratios, said):
    curve = pl.DataFrame(
        {
            "selective": ["requests"] * 2,
            "strength": ["1", "2"],
            "association": [1.0, 0.9],
            "departures": ratios,
        }
    )
    (figure,) = describe_figures({"selection_curve": curve}, style_of())
    assert said in figure["caption"]
    assert "stays at 1" not in figure["caption"]


def test_shares_in_alternative_texts_have_the_digits_of_the_table():
    table = pl.DataFrame(
        {"group": ["all"], "from_state": ["UI"], "to_state": ["JOB"], "rate": [0.13]}
    )
    (figure,) = describe_figures({"transitions": table}, style_of())
    assert "13\u202f%" in figure["alt"]


@pytest.mark.parametrize(
    ("language", "label"),
    [("en", "No benefit, job not known"), ("da", "Ingen ydelse, job ukendt")],
)
def test_without_jobs_nobody_is_called_self_supporting(language, label):
    style = style_of(language)
    rows = pl.DataFrame({"table": ["spells"]})
    states = pl.DataFrame({"state": ["SELF", "SA_READY", "JOB"], "person_months": [90, 40, None]})
    assert not jobs_known({"accounting": rows, "person_months": states}, style.study)
    held = pl.DataFrame({"state": ["SELF", "JOB"], "person_months": [90, 40]})
    assert jobs_known({"accounting": rows, "person_months": held}, style.study)
    assert jobs_known({"accounting": pl.DataFrame({"table": ["employment"]})}, style.study)
    bare = style.without_jobs()
    assert bare.cluster("SELF") == bare.look("SELF").label == bare.word("self_support") == label
    assert style.cluster("SELF") != label


def test_an_unknown_municipality_is_called_unknown():
    rows = [
        design("subgroup", "municipality", 0.8) | {"term": "-1"},
        design("leave one out", "without -1", 0.8),
        design("subgroup", "months", 0.8) | {"term": "-1"},
    ]
    named = name_unknown_places(pl.DataFrame(rows, schema=DESIGN_SCHEMA))
    assert named.select("design", "term").rows() == [
        ("municipality", "unknown"),
        ("without unknown municipality", "departures"),
        ("months", "-1"),
    ]


@pytest.mark.parametrize(
    ("key", "english", "danish"),
    [
        ("under 27", "Under 27", "Under 27 år"),
        ("27 and over", "27 and over", "27 år og derover"),
        ("age 20-24", "Age 20–24", "20–24 år"),
        ("age 60+", "Age 60+", "60+ år"),
        ("age 50+", "Age 50 and over", "50 år og derover"),
    ],
)
def test_ages_of_every_configuration_have_labels(key, english, danish):
    assert (style_of().word(key), style_of("da").word(key)) == (english, danish)


def test_events_carry_the_labels_and_dates_of_the_run():
    label = {"en": "Law in force", "da": "Loven i kraft"}
    event = {"name": "in_force", "date": "2016-02-01", "role": "in_force", "source": "A"}
    settings = {"sequences": {"events": [event | {"label": label}]}}
    assert style_of(**settings).event("in_force") == "Law in force, February 2016"
    assert style_of("da", **settings).event("in_force") == "Loven i kraft, februar 2016"
    assert style_of(sequences={"events": [event]}).event("in_force") == "In force, February 2016"
    assert style_of(**reform_settings()).event("benefit_cap") == "Benefit cap, October 2016"
    assert style_of().event("benefit_cap") == "Benefit cap"


def test_a_reform_without_a_package_is_called_by_its_month():
    events = [{"name": "in_force", "date": "2016-02-01", "role": "in_force", "source": "A"}]
    settings = {"sequences": {"events": events}}
    assert Study(settings).reform == "the reform of February 2016"
    assert Study(settings, "da").reform == "reformen i februar 2016"
    assert Study().reform == "the reform"


@pytest.mark.parametrize(
    ("length", "before", "after"),
    [
        (
            24,
            "begin in January 2011 or earlier",
            "No window after the reform ends before Integration",
        ),
        (12, "begin in January 2012 or earlier", "begin in September 2014 or earlier"),
    ],
)
def test_clean_windows_follow_from_length_and_dates(length, before, after):
    settings = reform_settings()
    settings["sequences"]["window"] = {"length_months": length}
    study = Study(settings)
    assert before in study.clean_windows
    assert after in study.clean_windows


@pytest.mark.parametrize("length", [3, 12, 24])
def test_breaks_that_windows_can_contain_are_those_of_windows_tried_one_by_one(length):
    settings = reform_settings()
    settings["sequences"]["window"] = {"length_months": length}
    study = Study(settings)
    reform = Reform(agreement=dt.date(2013, 4, 18), in_force=dt.date(2014, 1, 1))
    origins = np.arange(month_of(dt.date(2005, 1, 1)), month_of(dt.date(2018, 1, 1)))
    events = [Event(name, date) for name, date in study.event_dates.items()]
    groups = pl.Series(reform.period_of(origins, length))
    seen = breaks_seen(groups, origins, length, events).filter(pl.col("windows") > 0)
    for period, told in (
        ("before", study.breaks_before),
        ("during", study.breaks_during),
        ("after", study.breaks_after),
    ):
        named = {event for event in study.event_dates if study._event_words(event) in told}
        assert named == set(seen.filter(group=period)["event"])


@pytest.mark.parametrize("event", ["job", "education", "job_loss"])
def test_every_outcome_has_words_in_both_languages(event):
    study = Study({"hazards": {"models": {"event": event}}})
    assert event.replace("_", " ") in study.outcome
    assert study.exit.endswith(study.outcome)
    assert Study(study.settings, "da").outcome
    assert study.english == study
