"""The tables, figures and printed page of municipalities, from invented courses to the release."""

import datetime as dt
import re

import numpy as np
import polars as pl
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array

from packages import settings_of
from trajectories.commands.release import folder
from trajectories.commands.release.check_release import check
from trajectories.commands.release.folder import read_released
from trajectories.commands.release.redraw import redrawn
from trajectories.errors import UserError
from trajectories.reform.municipalities.municipal_tables import (
    ALL,
    caseworker_tables,
    support_tables,
    years_around,
)
from trajectories.reform.municipalities.support_events import support_events
from trajectories.release.gate.protect import protect
from trajectories.release.gate.rules import PRESETS
from trajectories.release.municipal.municipal_rates import places_of, rates_by_side, rates_by_year
from trajectories.release.municipal.pooled import pooled_by_side
from trajectories.release.outputs.registry import DRAWINGS, SPECS
from trajectories.release.page.places import render_places
from trajectories.release.store import FIGURES, read_about

from .conftest import OF_MUNICIPALITIES, Made, make

FIRST, LAST = dt.date(2011, 1, 1), dt.date(2016, 12, 1)
PERSONS = 900
DIMS = ["municipality", "year", "exit"]
SHARES = [0.5, 0.3, 0.17, 0.03]
CONFIG = {
    "run": {"name": "places", "title": "Places"},
    "simulator": {"seed": 1},
    "register": {"source": "simulator", "key_seed": 99},
    "sequences": settings_of()["sequences"],
    "reform": settings_of()["reform"],
    "release": {"language": "da"},
}


def exact_tables() -> dict[str, pl.DataFrame]:
    """Tables of invented courses in four municipalities, the last with a handful of persons."""
    random = np.random.default_rng(3)
    months = [dt.date(2011 + i // 12, i % 12 + 1, 1) for i in range(72)]
    states = np.empty((PERSONS, 72), dtype=object)
    states[:, 0] = "SA_PASSIVE"
    for at in range(1, 72):
        drawn = random.choice(
            ["SA_PASSIVE", "JOB", "EDU", "FLEX"], PERSONS, p=[0.7, 0.2, 0.08, 0.02]
        )
        states[:, at] = np.where(random.random(PERSONS) < 0.2, drawn, states[:, at - 1])
    places = random.choice([159, 657, 740, 820], PERSONS, p=SHARES)
    person_months = pl.DataFrame(
        {
            "person": np.repeat(np.arange(PERSONS), 72),
            "month": months * PERSONS,
            "state": states.ravel().tolist(),
            "municipality": np.repeat(places, 72),
        }
    )
    exits = {"job": ("JOB",), "education": ("EDU",), "flexjob": ("FLEX",)}
    found = support_events(person_months, exits, states=("SA_PASSIVE",))
    calendar = years_around(dt.date(2014, 1, 1), FIRST, LAST, years=3)
    assignments = pl.DataFrame(
        {
            "person": np.arange(PERSONS),
            "caseworker": places * 100 + np.arange(PERSONS) % 12,
            "municipality": places,
            "start": [FIRST] * PERSONS,
            "responsible_until": [LAST] * PERSONS,
        }
    )
    changes = assignments.select(
        "person",
        pl.Series("month", [months[at] for at in random.integers(0, 72, PERSONS)]),
        pl.col("caseworker").alias("from_caseworker"),
        (pl.col("caseworker") + 1).alias("to_caseworker"),
        pl.col("municipality").alias("from_municipality"),
    )
    return support_tables(found, calendar, last=LAST, lasting_months=6) | caseworker_tables(
        changes, assignments, calendar
    )


@pytest.fixture(scope="module")
def exact() -> dict[str, pl.DataFrame]:
    return exact_tables()


@pytest.fixture(scope="module")
def published(exact: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    return {
        name: protect(table, SPECS[name], PRESETS["default"])[0] for name, table in exact.items()
    }


@pytest.fixture(scope="module")
def made(exact: dict[str, pl.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("places"), {"reform": exact}, CONFIG)


def test_the_chapter_draws_its_figures(made: Made) -> None:
    drawn = {path.stem for path in (made.release / "figures").glob("*.png")}
    assert set(OF_MUNICIPALITIES) <= drawn


def test_no_small_count_leaves(
    exact: dict[str, pl.DataFrame], published: dict[str, pl.DataFrame]
) -> None:
    for name, table in published.items():
        spec = SPECS[name]
        dims = list(spec.dims)
        both = table.join(exact[name], on=dims, how="left", suffix="_exact")
        for count in (one.name for one in spec.counts):
            shown = both.drop_nulls(count)
            assert (shown[f"{count}_exact"] >= 5).all()
            assert (shown[count] % 5 == 0).all()


def test_linear_programs_do_not_find_a_withheld_count(
    exact: dict[str, pl.DataFrame], published: dict[str, pl.DataFrame]
) -> None:
    """A reader who solves all sums at once learns less of a small count than four values."""
    table = published["municipality_exits"].with_row_index("row")
    true = table.join(
        exact["municipality_exits"], on=DIMS, how="left", suffix="_true", maintain_order="left"
    )
    true_counts = true["exits_true"].fill_null(0).to_numpy()
    shown = table["exits"].cast(pl.Float64).to_numpy(allow_copy=True)
    bounds = [
        (0, None) if np.isnan(one) else (max(np.ceil(one - 2.5), 5), np.ceil(one + 2.5) - 1)
        for one in shown
    ]
    equations = []
    for away in ("exit", "municipality"):
        for _key, part in table.group_by([one for one in DIMS if one != away]):
            row = np.zeros(table.height)
            whole = (part[away] == ALL).to_numpy()
            row[part["row"].to_numpy()] = np.where(whole, -1.0, 1.0)
            equations.append(row)
    matrix = csr_array(np.array(equations))
    assert not np.any(matrix @ true_counts)
    small = np.flatnonzero(np.isnan(shown) & (true_counts < 5) & (true_counts > 0))
    assert len(small) >= 5
    for cell in small:
        ends = []
        for sign in (1, -1):
            goal = np.zeros(table.height)
            goal[cell] = sign
            found = linprog(goal, A_eq=matrix, b_eq=np.zeros(len(equations)), bounds=bounds)
            ends.append(np.inf if found.status == 3 else sign * found.fun)
        assert ends[1] - ends[0] >= 3 - 1e-6


def test_rates_are_those_of_published_counts(published: dict[str, pl.DataFrame]) -> None:
    yearly_rates = rates_by_year(published, "jobs").drop_nulls("rate")
    row = yearly_rates.filter(municipality="159", year="2014").row(0, named=True)
    place = {"municipality": "159", "year": "2014"}
    jobs = published["municipality_exits"].filter(**place, exit="job")["exits"].item()
    months = published["municipality_support"].filter(**place)["months"].item()
    assert row["rate"] == jobs / months
    sides = rates_by_side(published, "jobs", 2014)
    after = sides.filter(municipality="159", side="after").row(0, named=True)
    yearly = published["municipality_exits"].filter(
        pl.col("year") >= "2014", municipality="159", exit="job"
    )
    assert after["above"] == yearly["exits"].sum()
    # The smallest municipality has years with too few exits, and no rate of what is left.
    assert sides.filter(municipality="820", side="after")["rate"].item() is None or (
        published["municipality_exits"]
        .filter(pl.col("year") >= "2014", municipality="820", exit="job")["exits"]
        .null_count()
        == 0
    )


def test_pooled_rates_lie_between_their_own_and_the_common_rate(
    published: dict[str, pl.DataFrame],
) -> None:
    table = pooled_by_side(published, "jobs", 2014)
    assert set(table["side"]) == {"before", "after"}
    for (_side,), part in table.group_by("side"):
        mean = part["above"].sum() / part["below"].sum()
        low = part["rate"].clip(upper_bound=mean) - 2e-3
        high = part["rate"].clip(lower_bound=mean) + 2e-3
        assert ((low <= part["pooled"]) & (part["pooled"] <= high)).all()


def test_the_page_has_a_section_of_each_municipality_in_danish(made: Made) -> None:
    page = (made.release / folder.PLACES).read_text(encoding="utf-8")
    for place in ("159", "657", "740", "820"):
        assert f'id="place-{place}"' in page
        assert f"Kommune {place}" in page
    assert "break-before: page" in page
    assert "Municipality" not in page
    assert folder.PLACES in (made.release / folder.MANIFEST).read_text(encoding="utf-8")


def test_no_funnel_is_drawn_where_exits_are_those_of_all_municipalities(made: Made) -> None:
    whole = made.release / folder.PLACES
    tables, look = read_released(made.release, made.release / FIGURES / folder.STYLE)
    (funnels,) = (one for one in DRAWINGS if one.name == "municipality_funnels")
    assert funnels.possible(tables)
    exits = tables["municipality_exits"].filter(pl.col("municipality") == ALL)
    coarser = {**tables, "municipality_exits": exits}
    assert not funnels.possible(coarser)
    page = render_places(coarser, read_about(made.release), look)
    pictures = '<svg class="wide"'
    assert page.count(pictures) * 2 == whole.read_text(encoding="utf-8").count(pictures) > 0


def test_a_further_municipality_adds_a_fraction_of_the_first(made: Made) -> None:
    """What the figures of all have in common is written once: a country has a hundred."""
    tables, look = read_released(made.release, made.release / FIGURES / folder.STYLE)
    several = {
        name: table.filter(pl.col("municipality").is_in([ALL, "159", "657"]))
        if "municipality" in table.columns
        else table
        for name, table in tables.items()
    }
    lengths = [
        len(re.sub(r"<style>.*?</style>", "", render_places(some, read_about(made.release), look)))
        for some in (several, tables)
    ]
    added = len(places_of(tables)) - 2
    assert added > 1
    assert (lengths[1] - lengths[0]) / added < 0.25 * lengths[0]


def test_the_page_is_made_again_and_compared(made: Made, tmp_path) -> None:
    assert "nothing found" in "".join(check(made.release, private=made.private))
    assert redrawn(source=made.release, out=tmp_path)[folder.PLACES]
    page = made.release / folder.PLACES
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("Kommune 159", "Kommune 160", 1), encoding="utf-8")
    try:
        with pytest.raises(UserError, match=r"municipalities\.html: tampered report"):
            list(check(made.release, private=made.private))
        assert not redrawn(source=made.release, out=tmp_path)[folder.PLACES]
    finally:
        page.write_text(text, encoding="utf-8")
