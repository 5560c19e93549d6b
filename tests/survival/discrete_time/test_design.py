"""What the design leaves out, and how it names things."""

import numpy as np
import polars as pl
import pytest

from trajectories.errors import UserError
from trajectories.hazards import NotEstimableError, fit_hazard
from trajectories.survival.discrete_time.design import independent, used_columns

RNG = np.random.default_rng(5)


@pytest.fixture(scope="module")
def panel() -> pl.DataFrame:
    n = 4000
    frame = pl.DataFrame(
        {
            "person": np.arange(n) // 4,
            "band": pl.Series(RNG.choice(["low", "mid", "high"], n)).cast(
                pl.Enum(["low", "mid", "high", "unseen"])
            ),
            "town": RNG.integers(0, 3, n),
            "x.1": RNG.normal(size=n),
            "z": RNG.normal(size=n),
            "flag": RNG.random(n) < 0.3,
        }
    )
    return frame.with_columns(job=pl.Series((RNG.random(n) < 0.1).astype(np.int8)))


def terms_of(panel: pl.DataFrame, terms: list[str]) -> list[str]:
    return fit_hazard(panel, terms=terms).table["term"].to_list()


def test_levels_keep_the_order_of_an_enum(panel):
    assert terms_of(panel, ["C(band)"]) == ["Intercept", "C(band)[T.mid]", "C(band)[T.high]"]


def test_levels_of_text_and_numbers_are_sorted(panel):
    text = panel.with_columns(pl.col("band").cast(pl.String))
    assert terms_of(text, ["C(band)", "C(town)"]) == [
        "Intercept",
        "C(band)[T.low]",
        "C(band)[T.mid]",
        "C(town)[T.1]",
        "C(town)[T.2]",
    ]


def test_a_column_s_name_is_that_column_even_with_dots(panel):
    assert terms_of(panel, ["x.1", "C(town):x.1", "np.exp(x.1)"]) == [
        "Intercept",
        "x.1",
        "C(town)[T.1]:x.1",
        "C(town)[T.2]:x.1",
        "np.exp(x.1)",
    ]


@pytest.mark.parametrize("name", ["log", "C", "np", "scale", "lambda", "class"])
def test_a_column_may_have_the_name_of_a_function_or_of_a_word_of_python(panel, name):
    named = panel.rename({"z": name}).with_columns(w=pl.col("x.1").abs() + 1)
    terms = [name, "C(town)", "np.log(w)", f"I({name} * 2 + w**2)"]
    assert terms_of(named, terms)[:2] == ["Intercept", name]
    plain = fit_hazard(
        panel.with_columns(w=pl.col("x.1").abs() + 1),
        terms=["z", "C(town)", "np.log(w)", "I(z * 2 + w**2)"],
    )
    coef = fit_hazard(named, terms=terms).table["coef"]
    np.testing.assert_allclose(coef, plain.table["coef"], rtol=1e-9)


def test_powers_of_sums_and_functions_row_by_row_remain(panel):
    assert len(terms_of(panel, ["(C(town) + z)**2"])) == 6
    assert terms_of(panel, ["z", "I(z**2)", "np.maximum(z, 0)"])[2:] == [
        "I(z ** 2)",
        "np.maximum(z, 0)",
    ]


def test_interactions_span_what_r_spans(panel):
    names = terms_of(panel, ["C(band)*C(town)"])
    assert len(names) == 9
    assert "C(band)[T.high]:C(town)[T.2]" in names


def test_text_without_c_gets_a_sentence(panel):
    with pytest.raises(UserError, match=r"'band' is not a number: write the term as C\(band\)"):
        fit_hazard(panel, terms=["band"])


def test_constant_columns_are_left_out_and_said_so(panel):
    fit = fit_hazard(panel.with_columns(one=pl.lit(1)), terms=["one", "z"])
    assert fit.table["term"].to_list() == ["Intercept", "z"]
    assert fit.notes == ("The term one is constant and was left out.",)


def test_combinations_of_earlier_columns_are_left_out_and_said_so(panel):
    fit = fit_hazard(panel.with_columns(double=2 * pl.col("z") + 1), terms=["z", "double", "flag"])
    assert fit.table["term"].to_list() == ["Intercept", "z", "flag"]
    assert fit.notes == (
        "The term double is a combination of the terms before it and was left out.",
    )


def test_levels_without_events_are_left_out_and_change_nothing_else(panel):
    quiet = panel.with_columns(
        job=pl.when(pl.col("town") == 0).then(0).otherwise("job").cast(pl.Int8)
    )
    fit = fit_hazard(quiet, terms=["C(town)", "z"])
    rest = fit_hazard(panel.filter(pl.col("town") != 0), terms=["C(town)", "z"])
    assert fit.table.equals(rest.table)
    rows = panel.filter(pl.col("town") == 0).height
    assert fit.notes == (
        f"C(town): 1 of its groups hold no event (or nothing but events); their {rows} "
        "person-months tell nothing about the other coefficients and were left out.",
    )
    assert fit.n == panel.height - rows


def test_separation_of_crossed_levels_is_found(panel):
    crossed = (pl.col("town") == 1) & (pl.col("band") == "low")
    quiet = panel.with_columns(job=pl.when(crossed).then(0).otherwise("job").cast(pl.Int8))
    fit = fit_hazard(quiet, terms=["C(town)*C(band)", "z"])
    assert fit.table.height == 9
    assert fit.notes[0].startswith("C(town):C(band): 1 of its groups")
    assert fit.notes[1].endswith("is a combination of the terms before it and was left out.")


def test_separation_by_a_number_gets_a_sentence(panel):
    split = panel.with_columns(job=(pl.col("z") > 0.5).cast(pl.Int8))
    with pytest.raises(NotEstimableError, match="separated by Intercept, z;"):
        fit_hazard(split, terms=["z"])


def test_an_exposure_without_events_gets_a_sentence(panel):
    quiet = panel.with_columns(job=pl.when("flag").then(0).otherwise("job").cast(pl.Int8))
    with pytest.raises(NotEstimableError, match="separated by flag; leave these terms out"):
        fit_hazard(quiet, terms=["flag", "C(town)"])


def test_no_events_nothing_but_events_or_nobody_gets_a_sentence(panel):
    for job, sentence in ((0, "There is no event"), (1, "There is nothing but events")):
        with pytest.raises(NotEstimableError, match=sentence):
            fit_hazard(panel.with_columns(job=pl.lit(job)), terms=["z"])
    with pytest.raises(NotEstimableError, match="no person-month at risk"):
        fit_hazard(panel.clear(), terms=["z"])


def test_events_that_only_separated_levels_hold_get_a_sentence(panel):
    only = panel.with_columns(job=(pl.col("town") == 0).cast(pl.Int8))
    with pytest.raises(NotEstimableError, match="Every group of the categorical terms"):
        fit_hazard(only, terms=["C(town)"])


def test_independent_columns_are_those_that_qr_finds():
    base = RNG.normal(size=(50, 4))
    x = np.column_stack([base[:, 0], base[:, 1], base[:, 0] + base[:, 1], base[:, 2], base[:, 0]])
    keep, aliased = independent(x.T @ x, list(range(5)))
    assert (keep, aliased) == ([0, 1, 3], [2, 4])


def test_a_cluster_that_alone_holds_a_level_has_no_jackknife_variance_there(panel):
    lonely = panel.with_columns(
        cluster=pl.col("person") % 10,
        level=pl.when(pl.col("person") % 10 == 0).then(1).otherwise(0),
    )
    fit = fit_hazard(lonely, terms=["level", "z"], cluster="cluster", variance="crv3")
    se = dict(fit.table.select("term", "se").iter_rows())
    assert np.isnan(se["level"])
    assert se["z"] > 0


@pytest.mark.parametrize("term", ["0", "1", "-1", " - 1", "x - 1", "0 + x", "x + 0"])
def test_a_term_that_moves_the_constant_is_refused(term):
    with pytest.raises(UserError, match="adds or drops a constant"):
        used_columns([term], ["x"])


def test_a_number_within_a_function_or_a_name_is_no_constant():
    for term in ("I(x - 1)", "log(x + 1)", "C(g)", "x1 + x0", "I(x / 10)"):
        used_columns([term], ["x", "g", "x1", "x0"])
