"""Bands of whole curves; subdistribution and cause-specific hazards."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from trajectories.config.sections.hazards import ModelsConfig
from trajectories.hazards.at_risk.episodes import EXITS
from trajectories.hazards.description.changes_and_exits import course_ends
from trajectories.hazards.headline import competing_exits as competing
from trajectories.hazards.headline.appendix import appendix, main_effects, sentence, timing_table
from trajectories.hazards.headline.competing_exits import (
    BAND_SCHEMA,
    incidence_bands,
    subdistribution,
)
from trajectories.hazards.headline.timing_of_events import TimingFit
from trajectories.hazards.parts import Parts
from trajectories.survival.cox.model import fit_cox
from trajectories.survival.cox.subdistribution import fine_gray

MONTHS = 15


def panel_of(number: int, seed: int, *, others: float = 0.02) -> pl.DataFrame:
    """Courses of at most 15 months that end by a job (0.06 a month) or otherwise."""
    draw = np.random.default_rng(seed)
    last = draw.integers(5, MONTHS + 1, number)
    job = draw.geometric(0.06, number)
    other = draw.geometric(others, number) if others else np.full(number, 999)
    end = np.minimum(np.minimum(job, other), last)
    kind = np.where(end == job, "job", np.where(end == other, "education", ""))
    kind = np.where((end == last) & (job > last) & (other > last), "", kind)
    ages = draw.choice(["18-29", "30+"], number)
    frame = pl.DataFrame(
        {
            "course": np.arange(number),
            "person": np.arange(number) // 2 * 2 // 2,
            "end": end,
            "kind": kind,
            "age_band": ages,
            "sex": draw.choice(["K", "M"], number),
        }
    )
    return (
        frame.with_columns(duration=pl.int_ranges(0, "end"))
        .explode("duration")
        .with_columns(
            month=pl.lit(dt.date(2010, 1, 1)).dt.offset_by(pl.format("{}mo", "duration")),
            exit=pl.when((pl.col("duration") == pl.col("end") - 1) & (pl.col("kind") != "")).then(
                "kind"
            ),
        )
    )


def test_a_band_is_the_quantile_of_a_loop_over_persons(monkeypatch):
    monkeypatch.setattr(competing, "EDGE", 5)
    panel = panel_of(160, 1)
    ends = course_ends(panel)
    found = incidence_bands(panel, seed=3)
    row = found.filter((pl.col("group") == "all") & (pl.col("exit") == "job")).row(0, named=True)

    times, ended = ends["time"].to_numpy(), ends["exit"].to_numpy()
    who = ends["person"].rank("dense").to_numpy() - 1

    def curve(weight: np.ndarray) -> np.ndarray:
        survival, share, values = 1.0, 0.0, []
        for time in range(1, times.max() + 1):
            at_risk = weight[who][times >= time].sum()
            out = [weight[who][(times == time) & (ended == kind)].sum() for kind in (1, 2)]
            share += survival * out[0] / at_risk
            survival *= 1 - sum(out) / at_risk
            values.append(share)
        return np.array(values)

    persons = who.max() + 1
    base = curve(np.ones(persons))
    # Influences by making a person weigh a little more, one at a time.
    slopes = (np.array([curve(1 + 1e-6 * one) for one in np.eye(persons)]) - base) / 1e-6
    usable = [
        i
        for i in range(len(base))
        if ((times <= i + 1) & (ended == 1)).sum() >= 5 and (times >= i + 1).sum() >= 5
    ]
    draws = np.random.default_rng(3).normal(size=(persons, competing.DRAWS))
    se = np.sqrt((slopes**2).sum(axis=0))
    largest = np.abs(slopes.T @ draws / se[:, None])[usable].max(axis=0)
    assert row["critical"] == pytest.approx(np.quantile(largest, 0.95), rel=1e-4)
    assert (row["first_month"], row["last_month"]) == (usable[0] + 1, usable[-1] + 1)
    assert row["events"] == (ended == 1).sum()
    assert row["persons"] == persons


def test_the_band_holds_the_whole_curve_as_often_as_it_says():
    truth = {}
    survival, share = 1.0, 0.0
    for time in range(1, MONTHS + 1):
        share += survival * 0.06
        survival *= 1 - 0.06
        truth[time] = share
    held = 0
    runs = 60
    for seed in range(runs):
        ends = course_ends(panel_of(150, seed, others=0).with_columns(person="course"))
        part = ends.with_columns(age_band=pl.lit("all ages"))
        courses = competing.courses_of(part, np.array([1]))
        row = competing._bands("all", courses, part, seed)[0]
        inside = True
        for one in competing.steps(courses):
            if not row["first_month"] <= one.time <= row["last_month"]:
                continue
            se = competing.standard_errors(courses, one.influence)[0]
            f = one.incidence[0]
            power = row["critical"] * se / ((1 - f) * np.log(1 - f))
            low, high = sorted(1 - (1 - f) ** np.exp(s * power) for s in (1, -1))
            inside &= low <= truth[int(one.time)] <= high
        held += inside
    assert held / runs >= 0.85  # with 0.95 the chance of fewer is 0.001


def test_rare_exits_have_no_band():
    assert incidence_bands(panel_of(30, 2)).filter(pl.col("exit") == "education").is_empty()
    quiet = panel_of(30, 2).with_columns(exit=pl.lit(None, pl.String))
    found = incidence_bands(quiet)
    assert found.is_empty()
    assert dict(found.schema) == BAND_SCHEMA


def test_subdistributions_stand_beside_the_cause_specific_ratios():
    panel = panel_of(400, 5)
    parts = Parts()
    found = subdistribution(panel, ("job", "flexjob"), parts)
    assert [code.partition("_refused")[0] for code, _ in parts.notes] == ["subdistribution"]
    assert found["term"].to_list() == ["age 30+ against 18-29", "sex M against K"]
    ends = course_ends(panel).join(panel.select("course", "sex").unique(), on="course")
    terms = ["C(age_band)", "C(sex)"]
    one = fine_gray(ends, terms=terms, exit_number=EXITS.index("job") + 1)
    two = fit_cox(
        ends.with_columns(e=(pl.col("exit") == 1).cast(pl.Int8)),
        stop="time",
        event="e",
        terms=terms,
        cluster="person",
    )
    assert found["subdistribution"].to_list() == pytest.approx(one.table["hazard_ratio"].to_list())
    assert found["cause_specific_high"].to_list() == pytest.approx(two.table["high"].to_list())
    old = ends.filter(pl.col("age_band") == "30+")
    assert found.row(0, named=True)["persons"] == old["person"].n_unique()
    assert found.row(0, named=True)["events"] == (old["exit"] == 1).sum()
    alike = panel.with_columns(age_band=pl.lit("18-29"), sex=pl.lit("K"))
    assert subdistribution(alike, ("job",), Parts()).is_empty()


def test_terms_of_the_appendix_are_main_effects_without_teams():
    assert main_effects(["C(band)", "C(place)*C(half)", "C(team_first)", "x"]) == [
        "C(band)",
        "C(place)",
        "C(half)",
    ]


def test_an_indefinite_information_gives_no_interval():
    fit = TimingFit(
        -0.2,
        float("nan"),
        -0.4,
        np.array([-10.0, -9.0]),
        np.array([0.1, -0.2]),
        0.5,
        3.0,
        -1.0,
        9,
        5,
        4,
        parameters=2,
    )
    sides = {"changed_from": [1, 1, None], "changed_to": [2, 3, None]}
    table = timing_table(fit, pl.DataFrame({"person": [1, 2, 3], **sides}))
    assert table.select("persons", "from_caseworkers", "to_caseworkers").row(0) == (3, 1, 2)
    assert table["residual_degrees"].to_list() == [1, 1]
    assert table["se"].to_list() == [None, None]
    assert table["low"].to_list() == [None, None]
    assert table["hazard_ratio"].to_list() == pytest.approx([np.exp(-0.4), np.exp(-0.2)])
    assert table.row(1, named=True)["lowest"] == pytest.approx(np.exp(-0.2))
    assert "50% of 2 starts" in sentence(fit)


def test_an_empty_panel_and_one_without_changes():
    panel = panel_of(60, 4).with_columns(
        changes=pl.lit(0), job=(pl.col("exit") == "job").fill_null(value=False).cast(pl.Int8)
    )
    rules = ModelsConfig(adjustment=("C(sex)",), timing_of_events=True)
    parts = Parts()
    assert appendix(panel.clear(), rules, parts) == {}
    assert parts.notes == []
    tables = appendix(panel, rules, parts)
    assert tables["timing_of_events"].is_empty()
    assert any(code.startswith("timing_refused") for code, _ in parts.notes)
    off = rules.model_copy(update={"timing_of_events": False, "subdistribution_exits": ()})
    quiet = Parts()
    appendix(panel, off, quiet)
    assert quiet.notes == []


def test_multipliers_of_some_persons_at_a_time_make_the_same_band(monkeypatch):
    panel = panel_of(160, 1)
    whole = incidence_bands(panel, seed=3)
    monkeypatch.setattr(competing, "PERSONS_AT_ONCE", 7)
    assert incidence_bands(panel, seed=3).equals(whole)


def test_of_very_many_persons_some_are_drawn_and_a_note_says_so(monkeypatch):
    panel, parts = panel_of(400, 1), Parts()
    persons = panel["person"].n_unique()
    whole = competing.subdistribution(panel, ("job",), parts)
    assert parts.notes == []
    monkeypatch.setattr(competing, "MOST_PERSONS", persons - 20)
    part = competing.subdistribution(panel, ("job",), parts)
    assert [code for code, _ in parts.notes] == ["subdistribution_sample"]
    assert part["persons"].sum() < whole["persons"].sum()
    ratio = part["subdistribution"].to_numpy() / whole["subdistribution"].to_numpy()
    np.testing.assert_allclose(ratio, 1, atol=0.15)
    assert competing.subdistribution(panel, ("job",), parts).equals(part)
