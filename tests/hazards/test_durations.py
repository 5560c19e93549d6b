"""Durations from a table: person-periods, models, curves, notes, mistakes."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from trajectories.commands.hazards.durations import read_durations
from trajectories.config.sections.durations import DurationsConfig
from trajectories.config.sections.hazards import HazardsConfig
from trajectories.errors import UserError
from trajectories.hazards.durations import (
    fit_durations,
    model_table,
    notes,
    person_periods,
    survival,
)
from trajectories.hazards.headline.models import MODEL_SCHEMA
from trajectories.survival.bands import UNKNOWN

EXAMPLE = Path(__file__).parents[2] / "config" / "examples" / "jobless.yaml"
RULES = DurationsConfig(path="file.csv", time="weeks", event="job", period_starts=(1, 2, 4))
TABLE = pl.DataFrame(
    {"weeks": [1, 3, 4, 2], "job": [1, 0, 1, 0], "x": [0.5, 1.5, -1.0, 2.0], "g": list("aabb")}
)


def test_each_period_at_risk_is_a_row():
    periods = person_periods(TABLE, RULES)
    assert periods.select("person", "period", "event").rows() == [
        (0, 1, 1),
        (1, 1, 0),
        (1, 2, 0),
        (1, 3, 0),
        (2, 1, 0),
        (2, 2, 0),
        (2, 3, 0),
        (2, 4, 1),
        (3, 1, 0),
        (3, 2, 0),
    ]
    assert periods["period_band"].to_list()[4:8] == ["1", "2-3", "2-3", "4+"]
    assert periods.schema["period_band"] == pl.Enum(["1", "2-3", "4+", UNKNOWN])
    assert periods.columns == ["person", "period", "period_band", "event", "x", "g"]


def test_late_entry_leaves_out_the_periods_before():
    rules = RULES.model_copy(update={"entry": "from"})
    table = TABLE.with_columns(**{"from": pl.Series([0, 2, 1, 0])})
    periods = person_periods(table, rules)
    assert periods.filter(pl.col("person") == 1)["period"].to_list() == [3]
    assert survival(table, rules)["at_risk"].to_list() == [2, 2, 2, 1]


def test_survival_for_all_and_by_group():
    curves = survival(TABLE, RULES.model_copy(update={"group": "g"}))
    assert curves["group"].unique(maintain_order=True).to_list() == ["all", "g=a", "g=b"]
    assert curves.filter(pl.col("group") == "all")["estimate"].to_list() == [0.75, 0.75, 0.75, 0.0]
    assert survival(TABLE, RULES)["group"].unique().to_list() == ["all"]


def mccall() -> DurationsConfig:
    document = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    return HazardsConfig.model_validate(document["hazards"]).durations


def test_mccall_s_spells_without_an_exit_get_a_note(reference: Path):
    table = pl.read_csv(reference / "jobless" / "jobless.csv")
    rules = mccall()
    assert table.height == 3343
    fit = fit_durations(person_periods(table, rules), rules)
    assert notes(table, fit, rules).rows() == [
        (
            "no_exit_flag",
            "102 durations carry none of censor1, censor2, censor3, censor4: they count as "
            "censored.",
        )
    ]


def test_every_covariate_of_the_data_is_in_the_example(reference: Path):
    table = pl.read_csv(reference / "jobless" / "jobless.csv")
    covariates = {c for c in table.columns if c != "spell" and not c.startswith("censor")}
    assert {term for term in mccall().terms if ":" not in term} == covariates
    assert {term for term in mccall().terms if ":" in term} == {"ui:reprate", "ui:disrate"}


@pytest.fixture(scope="module")
def drawn() -> pl.DataFrame:
    rng = np.random.default_rng(4)
    x = rng.integers(0, 2, 400)
    weeks = np.minimum(rng.geometric(0.1 + 0.1 * x), 10)
    return pl.DataFrame({"weeks": weeks, "job": (weeks < 10).astype(int), "x": x, "one": 1})


def test_the_model_s_table_holds_both_variances(drawn):
    rules = RULES.model_copy(update={"terms": ("x", "one")})
    fit = fit_durations(person_periods(drawn, rules), rules)
    table = model_table(fit)
    assert dict(table.schema) == MODEL_SCHEMA
    assert table["variance"].unique(maintain_order=True).to_list() == [
        "model",
        "sandwich by person",
    ]
    x = table.filter(pl.col("term") == "x")
    assert x["persons"].to_list() == [400, 400]
    assert x["clusters"].to_list() == [None, 400]
    assert x["person_months"].to_list() == [drawn["weeks"].sum()] * 2
    assert x["events"].to_list() == [drawn["job"].sum()] * 2
    assert 0.3 < x["coef"][0] < 1.0
    assert notes(drawn, fit, rules).rows() == [
        ("durations_note", "The term one is constant and was left out.")
    ]


def test_flags_that_are_always_set_need_no_note(drawn):
    rules = RULES.model_copy(update={"terms": ("x",), "exit_flags": ("one",)})
    fit = fit_durations(person_periods(drawn, rules), rules)
    assert notes(drawn, fit, rules).is_empty()


@pytest.mark.parametrize(
    ("table", "rules", "sentence"),
    [
        (
            TABLE.drop("weeks"),
            {},
            r"hazards.durations.time names 'weeks', which is no column of file.csv .job, x, g.",
        ),
        (TABLE.with_columns(job=None), {}, "'job' is empty in 4 durations of file.csv"),
        (TABLE.clear(), {}, "durations of file.csv have no rows"),
        (TABLE.with_columns(pl.col("x").abs()), {"time": "x"}, "'x' must hold whole periods"),
        (TABLE, {"time": "x"}, "'x' is below 0 in 1 duration of file.csv"),
        (TABLE, {"time": "g"}, "'g' of the durations of file.csv holds String; it must hold numb"),
        (TABLE.with_columns(weeks=0), {}, "'weeks' is 0 in 4 durations of file.csv"),
        (TABLE, {"entry": "weeks"}, "'weeks' is not before 'weeks' in 4 durations of file.csv"),
        (
            TABLE.with_columns(job=pl.Series([1.0, float("nan"), 1.0, 0.0])),
            {},
            "'job' is empty in 1 duration of file.csv",
        ),
        (
            TABLE.with_columns(weeks=pl.Series([1, 3, 200_000_000, 2])),
            {},
            "would make 200,000,006 person-periods of file.csv, and 50,000,000 is the most",
        ),
        (TABLE.with_columns(x=None), {"terms": ("x",)}, "'x' is empty in 4 durations of file.csv"),
        (TABLE.with_columns(period=1), {}, "has a column 'period', a name used by person-periods"),
    ],
)
def test_mistakes_get_a_sentence(table, rules, sentence):
    with pytest.raises(UserError, match=sentence):
        person_periods(table, RULES.model_copy(update=rules))


def test_an_event_other_than_0_and_1_gets_a_sentence():
    with pytest.raises(UserError, match="'job' is neither 0 nor 1 in 2 durations of"):
        person_periods(TABLE.with_columns(job=pl.col("job") * 2), RULES)


WRITTEN = {
    "semicolons": "tid;skete;gruppe\n3;1;a\n5;0;b\n2;1;a\n7;0;b\n",
    "words of R": "tid,skete,gruppe\n3,TRUE,a\n5,FALSE,b\n2,TRUE,a\n7,FALSE,b\n",
    "decimals of pandas": "tid,skete,gruppe\n3.0,1.0,a\n5.0,0.0,b\n2.0,1.0,a\n7.0,0.0,b\n",
    "a spreadsheet": "\ufeffTid;Skete;gruppe;;\r\n"
    "3;1;a;;\r\n5;0;b;;\r\n2;1;a;;\r\n7;0;b;;\r\n;;;;\r\n",
}


def read_text(folder: Path, text: str) -> pl.DataFrame:
    (folder / "d.csv").write_text(text, encoding="utf-8", newline="")
    return read_durations(DurationsConfig(path=str(folder / "d.csv"), time="tid", event="skete"))


@pytest.mark.parametrize("form", WRITTEN)
def test_a_file_of_durations_is_read_as_any_extract(tmp_path, form):
    table = read_text(tmp_path, WRITTEN[form])
    assert table.select("tid", "skete", "gruppe").rows() == [
        (3, 1, "a"), (5, 0, "b"), (2, 1, "a"), (7, 0, "b")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tid,skete,x,x\n3,1,1,2\n", "holds the column 'x' twice"),
        ("tid,skete,Tid \n3,1,4\n", "holds the column 'tid' twice"),
        ("tid,skete,x\n3,1\n", "row 1 has 2 cells and the header 3"),
    ],
)
def test_a_file_of_durations_that_could_be_misread_stops(tmp_path, text, message):
    with pytest.raises(UserError, match=message):
        read_text(tmp_path, text)
