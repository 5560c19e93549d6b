"""The workflow as its users run it: whole, again, after a change, with another number of cores."""

import json
import re
import shutil
import subprocess
import sys

import polars as pl
import pytest
import yaml

from workflow.projects import changed, copy_project


def test_a_run_ends_with_the_report_and_its_headline(project, finished) -> None:
    release = project.folder / "results/synthetic/release"
    assert (release / "report.html").stat().st_size > 50_000
    headline = json.loads((release / "headline.json").read_text())
    assert headline["persons"] > 0
    assert 0.2 < headline["ever_changed_share"] < 0.6
    assert headline["relabelling_contrast"] == 0
    assert "report.html" in finished.stdout + finished.stderr


def test_what_is_private_is_its_owners_alone_and_what_is_released_is_not(project, finished) -> None:
    run = project.folder / "results/synthetic"
    private = [run / "private", *(run / "private").rglob("*")]
    assert len(private) > 100
    assert [path for path in private if path.stat().st_mode & 0o077] == []
    usual = (project.folder / "min konfig [1].yaml").stat().st_mode & 0o777
    released = [path for path in (run / "release").rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in released} == {usual}


def test_exact_numbers_stay_in_private(project, finished) -> None:
    """Logs among them: an error names the rows that it is about."""
    run = project.folder / "results/synthetic"
    assert {path.name for path in run.iterdir()} == {"private", "release", "benchmarks"}
    log = (run / "private/logs/distances.om.log").read_text()
    unique = json.loads((run / "private/dissimilarity/om/meta.json").read_text())["unique"]
    pairs = unique * (unique - 1) // 2
    said = finished.stdout + finished.stderr + log
    assert "distances, " in log
    for number in (unique, pairs):
        assert f"{number:,} " not in said
        assert f" {number} " not in said


def test_a_second_run_does_nothing(project, overlay, finished) -> None:
    assert project.planned(overlay) == set()


def test_a_second_run_starts_without_frames_of_pandas(
    project, overlay, finished, monkeypatch
) -> None:
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
    done = project.snakemake(overlay)
    assert "Nothing to be done" in done.stderr
    assert re.search(r"\| +snakemake\.persistence$", done.stderr, re.MULTILINE)
    assert not re.search(r"\| +pandas$", done.stderr, re.MULTILINE)


def test_a_run_that_registered_its_release_has_nothing_to_do(project, overlay, finished) -> None:
    run = project.folder / "results/synthetic"
    register = project.folder / "data/releases"
    command = [sys.executable, "-P", "-m", "trajectories", "register-release", str(run / "release")]
    subprocess.run(
        [*command, "--private", str(run / "private/release")], check=True, cwd=project.folder
    )
    try:
        assert project.planned(overlay) == set()
        note = register / "0001" / "release.json"
        note.write_text(json.dumps({**json.loads(note.read_text()), "private": "another"}))
        assert "protect" in project.planned(overlay)
    finally:
        shutil.rmtree(register)


@pytest.mark.parametrize(
    ("change", "first", "untouched"),
    [
        ({"release": {"language": "da"}}, "protect", {"simulate", "estimate", "cluster"}),
        ({"typology": {"k_max": 9}}, "cluster", {"distances", "estimate", "ingest"}),
        ({"hazards": {"risk": {"lag_months": 0}}}, "risk", {"cluster", "ingest", "months"}),
        (
            {"sequences": {"window": {"length_months": 12}}},
            "windows",
            {"ingest", "months", "estimate"},
        ),
    ],
)
def test_a_changed_value_reruns_what_depends_on_it(
    project, overlay, finished, change, first, untouched
) -> None:
    planned = project.planned(changed(overlay, change))
    assert any(name.startswith(first) for name in planned), planned
    assert not planned & untouched


def test_the_tables_are_the_same_with_one_core_in_another_folder(
    project, overlay, finished, tmp_path
) -> None:
    """That the same tables give the same figures, `redraw` shows below."""
    other = copy_project(tmp_path)
    done = other.snakemake(overlay, "results/synthetic/release/headline.json", cores=1)
    assert done.returncode == 0, done.stdout + done.stderr
    first, second = project.release("synthetic"), other.release("synthetic")
    assert len(second) > 30
    assert {name for name in second if second[name] != first.get(name)} == set()
    assert {name for name in first if name.startswith("tables/")} <= set(second)


def test_redrawn_figures_are_byte_identical(project, overlay, finished, tmp_path) -> None:
    shutil.copytree(project.folder / "results/synthetic/release", tmp_path / "release")
    shown = project.snakemake(overlay, "redraw", "--config", f"redraw_from={tmp_path / 'release'}")
    assert shown.returncode == 0, shown.stderr
    assert "identical" in shown.stdout + shown.stderr


def test_every_row_is_accounted_for(project, finished) -> None:
    table = pl.read_parquet(
        project.folder / "results/synthetic/private/register/tables/accounting.parquet",
        glob=False,
    )
    signed = table.with_columns(
        pl.when(pl.col("step") == "read").then("rows").otherwise(-pl.col("rows")).alias("signed")
    )
    sums = signed.group_by("table").agg(pl.col("signed").sum())
    assert sums["signed"].to_list() == [0] * sums.height
    assert sums.height >= 5


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ({"simulator": {"person": 5}}, "simulator.person: unknown key; did you mean `persons`?"),
        ({"typology": {"k_max": "few"}}, "typology.k_max: "),
        (
            {"hazards": {"risk": {"readiness": ["activity-ready"]}}},
            "hazards.risk.readiness: names 'activity-ready', which is no readiness of the codelist "
            "config/codelists/dream.csv; did you mean `activity_ready`?",
        ),
        ("run:\n  name: a\nrun:\n  seed: 2\n", "run: on line 1 and again on line 3"),
    ],
)
def test_a_wrong_configuration_stops_before_any_job(project, broken, sentence) -> None:
    done = project.snakemake(broken)
    assert done.returncode != 0
    assert sentence in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_a_run_starts_from_any_folder_and_takes_values_as_they_were_written(
    project, tmp_path
) -> None:
    overlay = tmp_path / "my.yaml"
    overlay.write_text(
        "run: {name: away}\nregister: {sex_map: {1: M, NO: K}, code_map: {0730: 730}}\n"
        "dissimilarity: {measures: {ham: null}}\n"
    )
    done = subprocess.run(
        [
            *(sys.executable, "-m", "snakemake", "--cores", "1", "--dry-run"),
            *("--snakefile", str(project.folder / "Snakefile"), "--configfile", overlay.name),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    kept = yaml.safe_load((project.folder / "results/away/private/config.yaml").read_text())
    assert kept["register"]["sex_map"] == {"1": "M", "NO": "K"}
    assert kept["register"]["code_map"] == {"0730": "730"}
    assert list(kept["dissimilarity"]["measures"]) == ["om", "lcs", "omstran"]


def test_a_missing_file_of_the_user_is_named(project) -> None:
    overlay = {
        "run": {"name": "own"},
        "register": {"source": "files", "files": {"spells": {"path": "none.csv"}}},
        "hazards": {"enabled": False},
    }
    done = project.snakemake(overlay)
    assert done.returncode != 0
    assert "register.files.spells.path: none.csv does not exist" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_an_unknown_code_stops_with_its_sentence(project) -> None:
    folder = project.folder / "data"
    folder.mkdir(exist_ok=True)
    (folder / "spells.csv").write_text(
        "person,code,start,end\na,130,2012-01-02,2012-05-01\na,4711,2012-06-01,2012-08-01\n"
    )
    overlay = {
        "run": {"name": "unknown-code"},
        "register": {"source": "files", "files": {"spells": {"path": "data/spells.csv"}}},
        "hazards": {"enabled": False},
    }
    done = project.snakemake(overlay)
    text = done.stdout + done.stderr
    assert done.returncode != 0
    assert "4711" in text
    assert "2012-06" in text
    # Snakemake's own words come first: the sentence stands once more at the end.
    assert "4711" in done.stderr.rpartition("Stopped.")[2]
    assert "Traceback" not in text


def test_lint_finds_nothing_but_what_is_meant(project, overlay) -> None:
    """Jobs need no container, and paths of the run are no parameters, or its folder reran rules."""
    done = project.snakemake(overlay, "--lint")
    found = set(re.findall(r"^ {4}\* (.*):$", done.stderr, re.M))
    outside = re.compile(r"Shell command directly uses variable [A-Z]+ from outside of the rule")
    container = "Specify a conda environment or container for each rule."
    assert container in found, done.stderr
    assert {title for title in found if not outside.fullmatch(title)} == {container}
