"""A part that fails costs itself alone; a refused headline, all that rests on departures."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import polars as pl
import pytest

from trajectories.config.sections.hazards import HazardsConfig, ModelsConfig
from trajectories.config.sections.sensitivity import HistoriesConfig
from trajectories.hazards.checks.selection_curve import selection_curve
from trajectories.hazards.description import after_changes as aftermath
from trajectories.hazards.description import changes_and_exits as describe
from trajectories.hazards.designs import families as designs
from trajectories.hazards.designs.support import Support
from trajectories.hazards.headline import appendix, estimates, models
from trajectories.hazards.headline import competing_exits as competing
from trajectories.hazards.headline.estimates import estimate_tables
from trajectories.hazards.parts import Parts
from trajectories.histories.month_states import MonthStates
from trajectories.histories.tables import history_tables
from trajectories.survival.discrete_time import wild_bootstrap as bootstrap
from trajectories.survival.discrete_time.fit import fit_hazard
from trajectories.survival.discrete_time.wild_bootstrap import wild_bootstrap
from trajectories.survival.errors import NotEstimableError

MODELS = ModelsConfig(
    adjustment=("C(duration_band)", "C(municipality)"),
    min_departures=5,
    min_clusters=2,
    frailty=True,
    timing_of_events=True,
    timing_starts=2,
    subdistribution_exits=("job",),
)
TABLES = (
    "models",
    "ever_changed",
    "exits",
    "hazard_by_duration",
    "cumulative_incidence",
    "exit_months",
    "after_changes",
    "mechanisms",
    "job_risks",
    "designs",
    "event_study",
    "event_tests",
    "lead_bounds",
    "randomisation",
    "verdict",
    "incidence_bands",
    "subdistribution",
    "timing_of_events",
    "notes",
)


def tables_of(inputs: dict[str, Any], rules: ModelsConfig = MODELS) -> dict[str, pl.DataFrame]:
    rest = {name: frame for name, frame in inputs.items() if name != "panel"}
    return estimate_tables(inputs["panel"], **rest, section=HazardsConfig(models=rules))


def stub(made: Any) -> Callable[..., Any]:
    return lambda *_, **__: made


@pytest.fixture
def quick(monkeypatch, inputs) -> None:
    """What costs seconds gives its first result at once: parts are looked at, not their numbers."""
    known = tables_of(inputs, MODELS.model_copy(update={"designs": False, "frailty": False}))
    around = [known[name] for name in ("event_study", "event_tests", "event_study")]
    study = estimates.stacked.EventStudy(*around)
    one_by_one = known["subdistribution"].to_dicts()
    notes = known["notes"].head(0)
    for module, name, made in (
        (estimates, "fit_models", (known["models"], notes)),
        (estimates, "job_risks", known["job_risks"]),
        (estimates.stacked, "event_study", study),
        (estimates, "lead_bounds", known["lead_bounds"]),
        (estimates, "randomised_checks", known["randomisation"]),
        (designs, "subgroups", []),
        (appendix, "incidence_bands", known["incidence_bands"]),
        (appendix, "timing_of_events", None),
        (appendix, "timing_table", known["timing_of_events"]),
        (appendix, "sentence", "Timing."),
        (competing, "_of_exit", one_by_one),
    ):
        monkeypatch.setattr(module, name, stub(made))
    monkeypatch.setattr(designs, "FAMILIES", (designs.shape,))


PARTS: dict[str, tuple[ModuleType, str, set[str], str]] = {
    "ever_changed": (describe, "ever_changed", {"ever_changed"}, "ever_changed"),
    "exits": (describe, "exits", {"exits"}, "exits"),
    "hazard": (describe, "hazard_by_duration", {"hazard_by_duration"}, "hazard_by_duration"),
    "incidence": (describe, "incidence_curves", {"cumulative_incidence"}, "cumulative_incidence"),
    "exit_months": (describe, "exit_months", set(), "exit_months"),
    "after": (aftermath, "after_changes", {"after_changes"}, "after_changes"),
    "mechanisms": (aftermath, "mechanisms", {"mechanisms"}, "mechanisms"),
    "balance": (aftermath, "balance", set(), "balance"),
    "risks": (estimates, "job_risks", {"job_risks"}, "risks"),
    "designs": (estimates, "prepare", {"designs"}, "designs"),
    "study": (
        estimates.stacked,
        "event_study",
        {"event_study", "event_tests", "lead_bounds"},
        "event_study",
    ),
    "leads": (estimates, "lead_bounds", {"lead_bounds"}, "lead_bounds"),
    "drawn": (estimates, "randomised_checks", {"randomisation"}, "randomisation"),
    "verdict": (estimates.verdicts, "verdict", {"verdict"}, "verdict"),
    "bands": (appendix, "incidence_bands", {"incidence_bands"}, "incidence_bands"),
    "subdistribution": (competing, "_of_exit", {"subdistribution"}, "subdistribution"),
    "timing": (appendix, "timing_of_events", {"timing_of_events"}, "timing"),
}
"""Part: where it is called, its function, the tables that it costs, and its code."""

ERRORS = (NotEstimableError("The injected failure.", reason="events"), np.linalg.LinAlgError())


def failing(error: Exception) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.mark.usefixtures("quick")
def test_each_part_costs_its_own_tables_alone(monkeypatch, inputs):
    whole = set(tables_of(inputs))
    assert whole == set(TABLES)
    for number, (module, name, lost, code) in enumerate(PARTS.values()):
        error = ERRORS[number % 2]
        with monkeypatch.context() as patched:
            patched.setattr(module, name, failing(error))
            tables = tables_of(inputs)
        notes = dict(tables["notes"].iter_rows())
        assert whole - set(tables) == lost, name
        reason = "_events" if isinstance(error, NotEstimableError) else ""
        assert f"{code}_refused{reason}" in notes, name


def test_each_design_costs_its_own_rows_alone(monkeypatch, inputs):
    """The rows of the others are there whatever family fails, while it is planned or fitted."""

    def family(name: str, *, fails: str = "") -> Callable[..., Any]:
        def one() -> list[dict[str, Any]]:
            if fails == "fitted":
                raise NotEstimableError("The injected failure.")
            return [{"family": name, "design": name, "term": name}]

        def works(_: object) -> Any:
            if fails == "planned":
                raise NotEstimableError("The injected failure.")
            yield name, one

        works.__name__ = name
        return works

    made: Any = type("Made", (), {"notes": [], "rules": MODELS})()
    monkeypatch.setattr(designs, "subgroups", stub([]))
    names = [one.__name__ for one in designs.FAMILIES]
    assert len(names) == len(set(names)) > 8
    for broken in names:
        for when in ("planned", "fitted"):
            families = tuple(family(n, fails=when if n == broken else "") for n in names)
            monkeypatch.setattr(designs, "FAMILIES", families)
            parts = Parts()
            found = designs.fit_designs(made, parts)
            assert found["family"].to_list() == [name for name in names if name != broken]
            assert [code for code, _ in parts.notes] == [f"{broken}_refused"]


@pytest.mark.parametrize(
    ("broken", "kept"),
    [
        ("departures_total", {"association"}),
        ("departures_given_other", {"departures_total", "association"}),
        ("association", {"departures_total", "departures_given_other"}),
        ("bootstrap", {"departures_total", "departures_given_other", "association"}),
        ("frailty", {"departures_total", "departures_given_other", "association"}),
    ],
)
def test_a_model_that_fails_leaves_the_others(monkeypatch, inputs, broken, kept):
    """The association stands without the headline, and the headline without its bootstrap."""
    whole = models._fitted

    def one(panel: Any, model: Any, rules: Any) -> Any:
        if model.name == broken:
            raise ERRORS[0]
        return whole(panel, model, rules)

    fail = failing(ERRORS[0])
    monkeypatch.setattr(models, "_fitted", one)
    monkeypatch.setattr(models, "_with_frailty", fail)
    monkeypatch.setattr(models, "wild_bootstrap", fail)
    rules = MODELS.model_copy(
        update={
            "wild_bootstrap": "always" if broken == "bootstrap" else "never",
            "frailty": broken == "frailty",
        }
    )
    table, notes = models.fit_models(
        inputs["panel"], inputs["exposures"], lag_months=1, rules=rules
    )
    assert set(table["model"]) == kept
    assert f"{broken}_refused_events" in set(notes["code"])


def test_a_bug_is_no_refusal():
    with pytest.raises(ZeroDivisionError):
        Parts().attempt("part", "Part", lambda: 1 // 0, 0)


def test_the_bootstrap_says_where_its_restricted_model_has_no_maximum(monkeypatch, inputs):
    fit = fit_hazard(
        inputs["panel"], terms=["C(duration_band)", "listed_departures"], cluster="cluster"
    )
    monkeypatch.setattr(bootstrap, "solve", stub(None))
    with pytest.raises(NotEstimableError, match="restricted model is singular"):
        wild_bootstrap(fit, "listed_departures", "cluster", draws=9)


REFUSALS = ({"min_departures": 10_000}, {"min_clusters": 1_000})


@pytest.mark.parametrize("lack", REFUSALS)
def test_a_refused_headline_refuses_all_that_rests_on_departures(inputs, lack):
    """No table of the stage holds an estimate of departures, in whatever row or column."""
    rules = MODELS.model_copy(update=lack | {"timing_of_events": False})
    tables = tables_of(inputs, rules)
    gone = ("balance", "job_risks", "designs", "event_study", "event_tests", "verdict")
    assert not set(gone) & set(tables)
    for name, table in tables.items():
        if name == "notes":
            continue
        words = table.select(pl.col(pl.String)).unpivot()["value"].drop_nulls().unique()
        # How the cases were handed over says nothing of what came of it.
        told = [word for word in words if "departure" in word and name != "mechanisms"]
        assert told == [], name
        assert not {"departures", "listed_departures"} & {
            column for column in table.columns if table[column].null_count() < table.height
        }, name


def test_histories_and_the_selection_curve_heed_it(inputs, run):
    section = HazardsConfig(
        models=MODELS.model_copy(update={"min_clusters": 1_000}),
        histories=HistoriesConfig(most_types=2, sample=200),
    )
    support = Support.of(inputs["panel"], inputs["exposures"], lag_months=1, rules=section.models)
    assert support.refused(section.models)
    months = MonthStates.of([pl.read_parquet(run / "months" / "person_months.parquet")])
    arguments = (inputs["panel"], inputs["changes"], inputs["exposures"], months)
    terms = [
        set(
            history_tables(*arguments, section=section, by_departure=given)["history_models"][
                "term"
            ]
        )
        for given in (True, False)
    ]
    assert any("departures" in term for term in terms[0])
    assert len(terms[1]) > 0
    assert not any("departures" in term for term in terms[1])
    rules = section.sensitivity.model_copy(update={"draws": 1, "selection_strengths": (1.0, 2.0)})
    curve = selection_curve(*arguments[:2], rules=rules, models=section.models, by_departure=False)
    assert curve["departures"].null_count() == curve.height > 0
    assert curve["association"].null_count() == 0
