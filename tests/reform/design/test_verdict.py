import numpy as np
import polars as pl
import pytest

from trajectories.reform.design.contrasts import CONTRAST_SCHEMA
from trajectories.reform.design.pre_trends import PreTrends
from trajectories.reform.design.verdict import design_verdict, may_say_effect

CONTRAST = pl.DataFrame(
    [{"touched_before": 0.2, "estimate": 0.05, "se": 0.01}], schema=CONTRAST_SCHEMA
)
QUIET = PreTrends(5, 0.4, 0.0, 0.0005, -0.001, 0.001)
PLACEBOS = pl.DataFrame({"estimate": [0.01, -0.012, 0.0, 0.005], "se": [0.01] * 4})
BOUNDS = pl.DataFrame({"low": [0.02, 0.01], "high": [0.08, 0.09]})


def _words(
    contrast: pl.DataFrame = CONTRAST,
    tested: PreTrends = QUIET,
    placebos: pl.DataFrame = PLACEBOS,
    bounds: pl.DataFrame = BOUNDS,
) -> dict[str, str]:
    found = design_verdict(contrast, tested, placebos, bounds, steps_between=7)
    return dict(found.select("check", "verdict").iter_rows())


def test_a_quiet_past_a_large_contrast_and_tight_bounds_support() -> None:
    assert set(_words().values()) == {"supported"}


@pytest.mark.parametrize(
    ("tested", "word"),
    [
        (PreTrends(5, 0.04, 0.0, 0.0005, -0.001, 0.001), "contradicted"),
        (PreTrends(5, 0.4, 0.0, 0.005, -0.01, 0.01), "silent"),
        (PreTrends(0, *(np.nan,) * 5), "silent"),
    ],
)
def test_earlier_trends(tested: PreTrends, word: str) -> None:
    assert _words(tested=tested)["pre_trends"] == word
    found = design_verdict(CONTRAST, tested, PLACEBOS, BOUNDS, steps_between=7)
    assert may_say_effect(found) == (word != "contradicted" and tested.steps > 0)


def test_placebos() -> None:
    noisy = PLACEBOS.with_columns(estimate=pl.col("estimate") * 5)
    assert _words(placebos=noisy)["placebos"] == "contradicted"
    assert _words(placebos=PLACEBOS.head(3))["placebos"] == "silent"
    small = CONTRAST.with_columns(estimate=pl.lit(0.011))
    assert _words(small)["placebos"] == "silent"
    empty = design_verdict(CONTRAST, QUIET, PLACEBOS.clear(), BOUNDS, steps_between=7)
    assert empty.filter(pl.col("check") == "placebos")["low"].item() is None


def test_placebos_on_the_ratio_scale_are_judged_by_logarithms() -> None:
    ratios = pl.DataFrame({"estimate": [0.9, 1.1, 1.0, 1.05], "se": [0.2] * 4})
    contrast = CONTRAST.with_columns(estimate=pl.lit(0.5))
    found = design_verdict(contrast, QUIET, ratios, BOUNDS, steps_between=7, scale="ratio")
    row = found.filter(pl.col("check") == "placebos").row(0, named=True)
    assert row["verdict"] == "supported"
    assert row["p_value"] > 0.9


def test_bounds() -> None:
    wide = BOUNDS.with_columns(low=pl.lit(-0.1))
    assert _words(bounds=wide)["smoothness"] == "silent"
    assert _words(bounds=BOUNDS.clear())["smoothness"] == "silent"
