"""The headline within groups: the interaction, and the test that all groups are alike."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from scipy import stats

from trajectories.config.hazards import ModelsConfig
from trajectories.hazards.design_rows import Ingredients, prepare
from trajectories.hazards.fit import fit_hazard
from trajectories.hazards.subgroups import SUBGROUPS, subgroups

MODELS = ModelsConfig(adjustment=("C(duration_band)", "C(municipality)"))


def prepared(inputs: dict[str, pl.DataFrame], rules: ModelsConfig = MODELS) -> Ingredients:
    departures = inputs["lists"].filter(pl.col("kind").cast(pl.String) == "departure")
    first = (inputs[name] for name in ("panel", "changes", "exposures"))
    return prepare(*first, departures, rules=rules, lag_months=1)


def test_subgroups_are_the_interaction(inputs):
    made = prepared(inputs)
    rows, notes = subgroups(made)
    # Two or three teams a municipality tell too little of how far their effects may differ.
    places = [row["term"] for row in rows if row["design"] == "municipality"]
    assert len(places) > 2
    assert "equal in all groups" not in places
    assert ("subgroups_refused", "By municipality: too few clusters to test all groups.") in notes
    sex = {row["term"]: row for row in rows if row["design"] == "sex"}
    apart = fit_hazard(
        made.panel,
        terms=[*MODELS.adjustment, "C(sex)", "C(sex):listed_departures"],
        cluster="cluster",
    )
    coef = dict(apart.table.select("term", "coef").iter_rows())
    assert sex["K"]["coef"] == pytest.approx(coef["C(sex)[K]:listed_departures"])
    assert sex["equal in all groups"]["coef"] is None


def test_groups_are_held_equal_by_the_clusters_that_tell(inputs):
    """One grouping of two: the square of the difference over its variance, by F with 1 and G−1."""
    made = prepared(inputs, MODELS.model_copy(update={"adjustment": ("C(half_year)",)}))
    panel = made.panel.drop([name for name in SUBGROUPS if name != "sex"], strict=False)
    rows, _ = subgroups(replace(made, panel=panel))
    found = {row["term"]: row for row in rows}
    assert {row["design"] for row in rows} == {"sex"}
    fit = fit_hazard(
        panel, terms=["C(half_year)", "C(sex)", "C(sex):listed_departures"], cluster="cluster"
    )
    terms = [f"C(sex)[{sex}]:listed_departures" for sex in "KM"]
    places = [fit.table["term"].to_list().index(term) for term in terms]
    one, other = fit.table["coef"].to_numpy()[places]
    variance = np.array([1, -1]) @ fit.vcov[np.ix_(places, places)] @ np.array([1, -1])
    hit = panel.filter((pl.col("listed_departures") > 0) & (pl.col("job") == 1))
    clusters = min(hit.filter(pl.col("sex") == sex)["cluster"].n_unique() for sex in "KM")
    assert 1 < clusters < fit.clusters
    p = stats.f.sf((one - other) ** 2 / variance, 1, clusters - 1)
    assert found["equal in all groups"]["p_value"] == pytest.approx(p)
