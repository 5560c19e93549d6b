"""The verbs: files in, files out, and a sentence for each mistake."""

from pathlib import Path

import polars as pl
import pytest
import yaml

from hazards.at_risk.test_person_months import BENEFIT, JOBS, PEOPLE, months_of
from hazards.registers import LAST_DAY, assignments, day, intervals, office, persons, spells
from trajectories.commands.hazards.changes import changes
from trajectories.commands.hazards.durations import durations
from trajectories.commands.hazards.estimate import estimate
from trajectories.commands.hazards.risk import risk
from trajectories.errors import UserError
from trajectories.io import write_json, write_parquet


def config_file(folder: Path, **section: object) -> Path:
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump({"hazards": section}), encoding="utf-8")
    return path


def register_folder(folder: Path, rows: list[tuple]) -> Path:
    """A cleaned register on disk, as `ingest` writes it."""
    tables = {
        "assignments": assignments(rows),
        "spells": spells(BENEFIT),
        "employment": intervals(JOBS),
        "persons": persons(PEOPLE),
        "readiness": intervals([], "readiness"),
    }
    for name, frame in tables.items():
        write_parquet(frame, folder / f"{name}.parquet")
    write_parquet(months_of(PEOPLE), folder / "person_months.parquet")
    coverage = {"first_day": "2008-01-01", "last_day": str(LAST_DAY)}
    write_json(coverage, folder / "coverage.json")
    return folder


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All three verbs on a register made by hand; few events, so every model is refused."""
    folder = tmp_path_factory.mktemp("run")
    config = config_file(folder)
    register = register_folder(folder / "register", office())
    changes(config=config, register=register, out=folder / "changes")
    risk(
        config=config,
        register=register,
        months=register / "person_months.parquet",
        changes=folder / "changes",
        out=folder / "hazards",
    )
    write_json({"hazard_ratio": 0.78}, folder / "truth.json")
    estimate(
        config=config,
        panel=folder / "hazards" / "panel.parquet",
        changes=folder / "changes",
        truth=folder / "truth.json",
        beside=folder / "hazards" / "beside",
        out=folder / "estimates",
    )
    return folder


def test_changes_are_written(run):
    found = pl.read_parquet(run / "changes" / "changes.parquet")
    assert found["cause"].unique().to_list() == ["departure"]
    departures = pl.read_parquet(run / "changes" / "departures.parquet")
    assert departures.select("caseworker", "last_day").rows() == [(1, day("2010-06-15"))]
    assert pl.read_parquet(run / "changes" / "exposures.parquet").height == 6
    assert (run / "changes" / "decided.json").read_text().strip().endswith("}")
    table = pl.read_parquet(run / "changes" / "tables" / "changes_by_cause.parquet")
    assert table.row(0) == ("departure", 6, 6, 1, 1)
    assert (run / "changes").stat().st_mode & 0o077 == 0


def test_the_panel_is_written(run):
    panel = pl.read_parquet(run / "hazards" / "panel.parquet")
    assert panel["person"].n_unique() == 18
    assert panel["listed_departures"].max() == 1
    accounting = pl.read_parquet(run / "hazards" / "risk_accounting.parquet")
    assert dict(accounting.iter_rows())["followed"] == 18


def test_panels_with_other_jobs_stand_beside(run):
    named = [
        pl.read_parquet(path)["variant"][0]
        for path in sorted((run / "hazards" / "beside").glob("jobs_*.parquet"))
    ]
    # The hours of these jobs are not known, so there is no panel by hours.
    assert named == [f"jobs of {months} months or more" for months in (3, 6, 12)]


def test_tables_are_written(run):
    names = {path.stem for path in (run / "estimates" / "tables").iterdir()}
    assert names == {
        "models",
        "notes",
        "ever_changed",
        "exits",
        "hazard_by_duration",
        "cumulative_incidence",
        "exit_months",
        "mechanisms",
    }
    notes = pl.read_parquet(run / "estimates" / "tables" / "notes.parquet")
    assert "headline_refused" in notes["code"].to_list()
    changed = pl.read_parquet(run / "estimates" / "tables" / "ever_changed.parquet")
    assert changed.row(0) == ("ready_month", 18, 6, 1, 1)


def test_new_cases_are_told_from_changes_by_the_spells(tmp_path):
    rows = [row for row in office() if row[0] != 0]
    # Client 0 has a case before the one that begins on 10 February 2009.
    rows += [(0, 7, "2009-01-01", "2009-01-31"), (0, 1, "2009-02-10", "2012-12-31")]
    register = register_folder(tmp_path / "register", rows)
    changes(config=config_file(tmp_path), register=register, out=tmp_path / "changes")
    found = pl.read_parquet(tmp_path / "changes" / "changes.parquet")
    assert found.filter(pl.col("person") == 0).is_empty()


def test_no_assignments_get_a_sentence(tmp_path):
    register = register_folder(tmp_path / "register", [])
    with pytest.raises(UserError, match="no caseworker assignments, so no change can be dated"):
        changes(config=config_file(tmp_path), register=register, out=tmp_path / "changes")


def test_a_real_register_has_no_truth(run, tmp_path):
    estimate(
        config=config_file(tmp_path, models={"adjustment": [], "min_departures": 1}),
        panel=run / "hazards" / "panel.parquet",
        changes=run / "changes",
        out=tmp_path / "estimates",
    )
    models = pl.read_parquet(tmp_path / "estimates" / "tables" / "models.parquet")
    assert models["planted"].null_count() == models.height


def test_nobody_at_risk_leaves_tables_and_sentences(run, tmp_path):
    empty = pl.read_parquet(run / "hazards" / "panel.parquet").clear()
    write_parquet(empty, tmp_path / "panel.parquet")
    estimate(
        config=config_file(tmp_path),
        panel=tmp_path / "panel.parquet",
        changes=run / "changes",
        out=tmp_path / "estimates",
    )
    tables = {
        path.stem: pl.read_parquet(path) for path in (tmp_path / "estimates" / "tables").iterdir()
    }
    full = pl.read_parquet(run / "estimates" / "tables" / "cumulative_incidence.parquet")
    assert tables["cumulative_incidence"].schema == full.schema
    assert tables["cumulative_incidence"].is_empty()
    assert tables["models"].is_empty()
    assert tables["exits"]["persons"].sum() == 0
    assert tables["ever_changed"]["persons"].sum() == 0
    assert tables["exit_months"]["exit_months"].sum() == 0
    sentences = tables["notes"]["sentence"].to_list()
    assert any("There is no person-month at risk" in sentence for sentence in sentences)


def durations_file(path: Path) -> Path:
    frame = pl.DataFrame(
        {"t": [1, 2, 3, 4, 5, 6] * 20, "e": [1, 0, 1, 1, 0, 1] * 20, "x": [0.0, 1.0] * 60}
    )
    if path.suffix == ".parquet":
        frame.write_parquet(path)
    else:
        frame.write_csv(path)
    return path


@pytest.mark.parametrize("name", ["spells.csv", "spells.parquet"])
def test_durations_are_read_and_estimated(tmp_path, name):
    section = {
        "path": str(durations_file(tmp_path / name)),
        "time": "t",
        "event": "e",
        "period_starts": [1, 3, 5],
        "terms": ["x"],
    }
    config = config_file(tmp_path, source="durations", durations=section)
    durations(config=config, out=tmp_path / "out")
    models = pl.read_parquet(tmp_path / "out" / "tables" / "models.parquet")
    assert models.filter(pl.col("term") == "x").height == 2
    curve = pl.read_parquet(tmp_path / "out" / "tables" / "kaplan_meier.parquet")
    assert curve.row(0, named=True)["at_risk"] == 120
    assert pl.read_parquet(tmp_path / "out" / "tables" / "notes.parquet").is_empty()


def test_a_missing_file_gets_a_sentence(tmp_path):
    config = config_file(tmp_path, source="durations", durations={"path": "nowhere.csv"})
    with pytest.raises(UserError, match=r"nowhere\.csv does not exist: name it in hazards"):
        durations(config=config, out=tmp_path / "out")


def test_a_file_that_is_no_csv_gets_a_sentence(tmp_path):
    path = tmp_path / "broken.csv"
    path.write_bytes(b"a,b\n1,2\n1,2,3,4\n\xff\xfe\n")
    config = config_file(tmp_path, source="durations", durations={"path": str(path)})
    with pytest.raises(UserError, match="row 2 has 4 cells and the header 2"):
        durations(config=config, out=tmp_path / "out")


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        (
            {"readiness": ["job_ready"]},
            "other readiness at time zero .hazards.risk.readiness names job_ready, but the "
            "register has activity_ready",
        ),
        (
            {"assistance_groups": ["SA_INTEGRATION"]},
            "no spell belongs to a group in hazards.risk.assistance_groups .SA_INTEGRATION.; "
            "the register has SA_NOTREADY",
        ),
    ],
)
def test_an_empty_risk_set_says_where_the_courses_went_and_which_key_mends_it(
    tmp_path: Path, section: dict, sentence: str
) -> None:
    config = config_file(tmp_path, risk=section)
    register = register_folder(tmp_path / "register", office())
    changes(config=config, register=register, out=tmp_path / "changes")
    with pytest.raises(UserError, match=f"The risk set is empty: .*{sentence}"):
        risk(
            config=config,
            register=register,
            months=register / "person_months.parquet",
            changes=tmp_path / "changes",
            out=tmp_path / "out",
        )
    assert not (tmp_path / "out" / "panel.parquet").exists()


def test_reasons_for_a_request_that_never_occur_are_told_with_those_that_do(
    tmp_path: Path,
) -> None:
    register = register_folder(tmp_path / "register", office())
    path = register / "assignments.parquet"
    reasons = pl.read_parquet(path).with_columns(reason=pl.lit("Borger"))
    config = config_file(tmp_path, changes={"request_reasons": ["borgeren"]})
    for frame, sentence in (
        (reasons, "request_reasons names borgeren, none of which .* 'reason' holds Borger"),
        (reasons.with_columns(reason=pl.lit(None, pl.String)), "assignments.columns"),
    ):
        write_parquet(frame, path)
        with pytest.raises(UserError, match=sentence):
            changes(config=config, register=register, out=tmp_path / "changes")
    write_parquet(reasons, path)
    config = config_file(tmp_path, changes={"request_reasons": ["BORGER"]})
    changes(config=config, register=register, out=tmp_path / "changes")
