"""The gate of the estimators: whatever a frame holds, numbers of its clean rows or one sentence."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trajectories.config.sections.durations import DurationsConfig
from trajectories.errors import UserError
from trajectories.hazards.durations import fit_durations, person_periods, survival
from trajectories.survival.cox.model import fit_cox
from trajectories.survival.cox.proportional_hazards_test import proportional_hazards_test
from trajectories.survival.cox.subdistribution import fine_gray
from trajectories.survival.cox.summary import concordance, joint_tests
from trajectories.survival.curves import cumulative_hazard, restricted_mean, survival_quantiles
from trajectories.survival.discrete_time.fit import fit_hazard
from trajectories.survival.discrete_time.fixed_effects import fit_within
from trajectories.survival.life_tables import cumulative_incidence, kaplan_meier, life_table
from trajectories.survival.parametric import fit_parametric
from trajectories.survival.usable import require_usable

TERMS = ["x", "C(g)"]
RULES = DurationsConfig(path="d.csv", time="time", event="event", terms=("x",), group="g")


def cox(frame: pl.DataFrame, **more: Any) -> list[Any]:
    fit = fit_cox(frame, stop="time", event="event", terms=TERMS, **more)
    tests = [] if more.get("ties") == "exact" else [*proportional_hazards_test(fit)["chi2"]]
    return [
        *fit.table["coef"],
        *fit.table["se"],
        concordance(fit),
        *joint_tests(fit)["chi2"],
        *tests,
    ]


def parametric(frame: pl.DataFrame, **more: Any) -> list[Any]:
    fit = fit_parametric(frame, stop="time", event="event", terms=TERMS, **more)
    return [*fit.table["coef"], *fit.table["se"]]


def hazard(frame: pl.DataFrame, **more: Any) -> list[Any]:
    fit = fit_hazard(frame, event="event", terms=TERMS, **more)
    return [*fit.table["coef"], *fit.table["se"]]


def from_file(frame: pl.DataFrame) -> list[Any]:
    fit = fit_durations(person_periods(frame, RULES), RULES)
    return [*fit.table["coef"], *survival(frame, RULES)["estimate"]]


def curve(make: Callable[..., pl.DataFrame], **more: Any) -> Callable[[pl.DataFrame], list[Any]]:
    return lambda frame: make(frame, **more)["estimate"].to_list()


ESTIMATORS: dict[str, Callable[[pl.DataFrame], list[Any]]] = {
    "cox": cox,
    "cox, exact ties": lambda f: cox(f, ties="exact"),
    "cox, everything": lambda f: cox(
        f, entry="entry", strata="layer", weight="w", cluster="person"
    ),
    "fine-gray": lambda f: [*fine_gray(f.drop("entry"), terms=TERMS).table["coef"]],
    "fine-gray, weights estimated": lambda f: [
        *fine_gray(f.drop("entry"), terms=TERMS, weights="estimated").table["se"]
    ],
    "weibull": lambda f: parametric(f, cluster="person", entry="entry", weight="w"),
    "exponential": lambda f: parametric(f, distribution="exponential"),
    "hazard": lambda f: hazard(f, cluster="person"),
    "hazard, jackknife": lambda f: hazard(f, cluster="layer", variance="crv3"),
    "hazard, weights": lambda f: hazard(f, weight="w", cluster="person"),
    "hazard, frailty": lambda f: hazard(f, frailty="gamma", cluster=None),
    "within": lambda f: [
        *fit_within(f, within="layer", event="event", terms=["x"], cluster="person").table["coef"]
    ],
    "durations": lambda f: from_file(f.drop("person", strict=False)),
    "incidence": curve(cumulative_incidence, by="g"),
    "life table": lambda f: life_table(f, by="g")["at_risk"].to_list(),
    "kaplan-meier": curve(kaplan_meier, by="g"),
    "cumulative hazard": curve(cumulative_hazard),
    "quantiles": curve(survival_quantiles, by="g"),
    "restricted mean": curve(restricted_mean),
}


def attempted(name: str, frame: pl.DataFrame) -> list[Any] | str:
    """The estimator's numbers, or its sentence."""
    try:
        return ESTIMATORS[name](frame)
    except UserError as error:
        return str(error)


def clean(rows: int = 60, seed: int = 1) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=rows)
    time = np.ceil(rng.exponential(6 * np.exp(-0.4 * x))) + 1
    exits = rng.integers(0, 3, rows)
    return pl.DataFrame(
        {
            "person": np.arange(rows),
            "time": time,
            "entry": np.zeros(rows),
            "event": (exits == 1).astype(int),
            "exit": exits,
            "x": x,
            "g": rng.choice(["a", "b"], rows),
            "layer": rng.integers(0, 3, rows),
            "w": rng.integers(1, 4, rows).astype(float),
        }
    )


FRAME = clean()
HOLES = [None, float("nan"), float("inf"), -float("inf"), -1.0, 0.0, 2.0, 0.5, 1e9]
COLUMNS = ["time", "entry", "event", "exit", "x", "g", "layer", "w", "person"]


def spoilt(column: str, value: Any, places: list[int]) -> pl.DataFrame:
    kept = FRAME.schema[column]
    dtype = pl.String if kept == pl.String else (pl.Float64 if value is not None else kept)
    new = FRAME[column].cast(dtype).to_list()
    for place in places:
        new[place] = str(value) if dtype == pl.String and value is not None else value
    return FRAME.with_columns(pl.Series(column, new, dtype=dtype))


def test_clean_rows_give_numbers():
    for name, estimate in ESTIMATORS.items():
        assert np.isfinite([v for v in estimate(FRAME) if v is not None]).all(), name


def test_a_coefficient_that_runs_to_infinity_on_flat_ground_is_no_estimate():
    alone = FRAME.with_columns(g=pl.Series(["late", *FRAME["g"].to_list()[1:]]))
    said = attempted("cox, exact ties", alone)
    assert said == "The partial likelihood has no maximum: C(g)[T.late] diverges."


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    column=st.sampled_from(COLUMNS),
    value=st.sampled_from(HOLES),
    places=st.lists(st.integers(0, 59), min_size=1, max_size=60, unique=True),
)
@pytest.mark.parametrize("name", ESTIMATORS)
def test_whatever_a_column_holds_gives_numbers_or_one_sentence(name, column, value, places):
    found = attempted(name, spoilt(column, value, places))
    if isinstance(found, str):
        assert found.endswith(".")
        assert "\n" not in found
    elif value is None or (not np.isfinite(value) and column != "g"):
        # Nothing missing is used: the column is none of the estimator's, or its rows are left out.
        left = FRAME.with_row_index().filter(~pl.col("index").is_in(places)).drop("index")
        used = ESTIMATORS[name](left if (name, column) == ("within", "layer") else FRAME)
        np.testing.assert_array_equal(np.array(found, float), np.array(used, float))
    else:
        assert not np.isinf(np.array(found, float)).any()


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize(
    "frame",
    [
        FRAME.clear(),
        FRAME.head(1),
        FRAME.head(2),
        FRAME.with_columns(g=pl.lit("a"), x=pl.lit(1.0)),
        FRAME.with_columns(person=pl.lit(1), layer=pl.lit(1)),
        FRAME.with_columns(layer=pl.col("person")),
        FRAME.with_columns(event=pl.lit(0), exit=pl.lit(0)),
        FRAME.with_columns(event=pl.lit(1), exit=pl.lit(1)),
        FRAME.with_columns(pl.col("event", "exit").cast(pl.String)),
        FRAME.with_columns(pl.col("time").cast(pl.String)),
        FRAME.with_columns(g=pl.lit(None)),
        FRAME.with_columns(x=pl.concat_list("x")),
        FRAME.with_columns(event=pl.col("event") == 1, x=pl.col("x") > 0),
        FRAME.with_columns(w=pl.lit(0.0)),
        FRAME.drop("time"),
        FRAME.drop("event", "exit"),
        FRAME.drop("person"),
        FRAME.drop("x"),
    ],
    ids=range(18),
)
def test_frames_of_other_shapes_give_numbers_or_one_sentence(name, frame):
    found = attempted(name, frame)
    assert not isinstance(found, str) or (found.endswith(".") and "\n" not in found)


@pytest.mark.parametrize("name", [n for n in ESTIMATORS if n not in ("within", "life table")])
def test_missing_values_are_counted_and_nothing_is_dropped_in_silence(name):
    for value in (None, float("nan")):
        frame = spoilt("x", value, [3, 4, 5])
        if "C(g)" in TERMS and name in ("kaplan-meier", "incidence", "quantiles"):
            frame = spoilt("g", None, [3, 4, 5])
        elif name in ("cumulative hazard", "restricted mean"):
            frame = spoilt("time", value, [3, 4, 5])
        with pytest.raises(UserError, match="is empty in 3 "):
            ESTIMATORS[name](frame)


@pytest.mark.parametrize("name", ["cox", "weibull", "exponential", "hazard", "durations"])
def test_a_status_of_1_and_2_is_refused(name):
    frame = FRAME.with_columns(event=pl.col("event") + 1)
    dead = int(FRAME["event"].sum())
    with pytest.raises(UserError, match=f"'event' is neither 0 nor 1 in {dead} "):
        ESTIMATORS[name](frame)


@pytest.mark.parametrize("name", ["cox, everything", "weibull", "hazard", "within"])
def test_one_cluster_is_refused(name):
    with pytest.raises(UserError, match="lie in one cluster"):
        ESTIMATORS[name](FRAME.with_columns(person=pl.lit(7)))


@pytest.mark.parametrize("name", ["cox, everything", "weibull", "hazard, weights"])
@pytest.mark.parametrize("scale", [1e-9, 1 / 60, 3.0, 1e7])
def test_the_scale_of_weights_does_not_matter(name, scale):
    plain = ESTIMATORS[name](FRAME)
    scaled = ESTIMATORS[name](FRAME.with_columns(pl.col("w") * scale))
    if name == "cox, everything":
        # Likelihood ratio, score and the model's Wald test grow with the weights, as in R.
        plain, scaled = plain[:5], scaled[:5]
    np.testing.assert_allclose(scaled, plain, rtol=1e-7)


@pytest.mark.parametrize("name", ["cox, everything", "weibull", "hazard, weights"])
def test_rows_of_weight_0_count_nothing(name):
    idle = FRAME["person"].is_in([3, 8, 21, 40])
    assert FRAME.filter(idle)["event"].sum() > 0
    frame = FRAME.with_columns(w=pl.when(idle).then(0.0).otherwise("w"))
    np.testing.assert_allclose(
        ESTIMATORS[name](frame)[:4], ESTIMATORS[name](FRAME.filter(~idle))[:4], rtol=1e-9
    )


def test_single_rows_as_strata_get_a_sentence():
    with pytest.raises(UserError, match="No term differs between rows that are at risk together"):
        fit_cox(
            FRAME.with_columns(layer=pl.col("person")),
            stop="time",
            event="event",
            terms=["x"],
            strata="layer",
        )


def test_a_term_constant_within_strata_is_left_out_with_a_note():
    frame = FRAME.with_columns(tall=(pl.col("layer") == 1).cast(pl.Float64))
    options = {"stop": "time", "event": "event", "strata": "layer"}
    fit = fit_cox(frame, terms=["x", "tall"], **options)
    assert fit.table["term"].to_list() == ["x"]
    assert "The term tall does not differ between rows at risk together" in fit.notes[0]
    alone = fit_cox(frame, terms=["x"], **options)
    np.testing.assert_allclose(fit.table["coef"], alone.table["coef"], rtol=1e-12)


def test_logarithms_of_nothing_and_terms_that_cannot_be_read_get_a_sentence():
    frame = FRAME.with_columns(z=pl.col("layer").cast(pl.Float64))
    for terms, sentence in (
        (["np.log(z)"], "is not finite in some rows"),
        (["x +* g"], "cannot be read as a formula term"),
        (["C(x"], "cannot be read as a formula term"),
        (["x)"], "cannot be read as a formula term"),
        (["nothing(x)"], "The terms name 'nothing', which"),
    ):
        for fit in (
            lambda terms=terms: fit_cox(frame, stop="time", event="event", terms=terms),
            lambda terms=terms: fit_parametric(frame, stop="time", event="event", terms=terms),
            lambda terms=terms: fit_hazard(frame, event="event", terms=terms, cluster=None),
        ):
            with pytest.raises(UserError, match=sentence):
                fit()


def test_the_default_cluster_is_named_where_it_is_missing():
    with pytest.raises(UserError, match="no column 'person' to cluster by"):
        fit_hazard(FRAME.drop("person"), event="event", terms=["x"])


def test_no_value_stands_in_a_sentence():
    frame = FRAME.with_columns(time=pl.when(pl.col("person") == 4).then(-77.5).otherwise("time"))
    with pytest.raises(UserError, match="'time' is below 0 in 1 row at risk") as caught:
        require_usable(frame, "rows at risk", stop="time")
    assert "77" not in str(caught.value)


OPTIONS = {"stop": "time", "event": "event", "terms": ["x"]}


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda f: fit_hazard(f, event="event", terms=["x"], variance="crv2"), "variance 'crv2'"),
        (
            lambda f: fit_hazard(f, event="event", terms=["x"]).with_cluster(
                "layer", variance="CRV3"
            ),
            "variance 'CRV3' is unknown",
        ),
        (
            lambda f: fit_hazard(f, event="event", terms=["x"], cluster=("layer", "layer")),
            "'layer' is named twice",
        ),
        (lambda f: fine_gray(f.drop("entry"), terms=["x"], weights="some"), "weights 'some'"),
        (lambda f: fine_gray(f.drop("entry"), terms=["x"], censored="before"), "write after or"),
        (lambda f: fine_gray(f.drop("entry"), terms=["x"], exit_number=0), "numbered from 1"),
        (lambda f: fit_cox(f.lazy(), **OPTIONS), "LazyFrame; they must be a polars DataFrame"),
        (lambda f: fit_parametric(f.to_dict(), **OPTIONS), "dict; they must be a polars DataFr"),
        (lambda f: fit_cox(f, **OPTIONS | {"terms": [""]}), "A term is empty"),
        (lambda f: restricted_mean(f, until=float("nan")), "finite number above 0"),
        (lambda f: restricted_mean(f, until=float("inf")), "finite number above 0"),
        (
            lambda f: fit_cox(f.with_columns(x=pl.lit(float("inf"))), **OPTIONS),
            "'x' is infinite in 60 rows at risk",
        ),
        *(
            (lambda f, c=c, by=by: c(f, by=by), f"a column '{by}' of their own")
            for c in (kaplan_meier, cumulative_incidence, cumulative_hazard, survival_quantiles)
            for by in ("time", "exit", "at_risk", "events", "estimate")
        ),
    ],
)
def test_options_and_names_that_mean_nothing_get_a_sentence(call, sentence):
    with pytest.raises(UserError, match=re.escape(sentence)):
        call(FRAME)


@pytest.mark.parametrize("fit", [fit_cox, fit_parametric])
@pytest.mark.parametrize("weight", [0.0, 1e-14])
def test_clusters_that_tell_nothing_are_none(fit, weight):
    frame = FRAME.with_columns(w=pl.when(pl.col("layer") == 1).then(1.0).otherwise(weight))
    with pytest.raises(UserError, match="lies in one cluster"):
        fit(frame, **OPTIONS, weight="w", cluster="layer")
