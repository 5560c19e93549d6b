"""A run whose data do not allow a part: the rest is released, and the report says what is missing.

All paths of the run hold what a shell, a glob or a wildcard would take for its own.
"""

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pyreadstat
import pytest

from workflow.projects import Project, copy_project

RESULTS = "mine resultater (x) & 'y'"
RUN = f"{RESULTS}/refused"
DATA = "data [2020] (ny) $HOME"
PERSONS = 60
OVERLAY = {
    "run": {"name": "refused", "results": RESULTS},
    "register": {
        "source": "files",
        "last_day": "2012-06-30",
        "files": {
            "spells": {"path": f"{DATA}/spells (*).csv"},
            "persons": {"path": f"{DATA}/persons [1].csv"},
            "assignments": {"path": f"{DATA}/assignments.dta"},
            "activities": {"path": f"{DATA}/activities.xpt"},
        },
    },
    "sequences": {"window": {"length_months": 6, "months_without": 3}, "group_by": "sex"},
    "dissimilarity": {"main": "ham", "measures": {"om": None, "ham": {"measure": "ham"}}},
    # The few courses move alike: mixtures of chains tell fewer types than are tried.
    "typology": {"starts": 2},
    "reform": {"enabled": False},
    "hazards": {"risk": {"readiness": ["activity_ready"]}},
}


def write_extracts(folder: Path) -> Path:
    """Sixty persons with a spell or two each, and a caseworker; return the spells' file.

    Caseworkers are in a Stata file, one of them without a client, and two activities in a SAS file.
    """
    folder.mkdir()
    begin = date(2010, 1, 4)
    spells, assigned = [], []
    for person in range(PERSONS):
        start = begin + timedelta(weeks=person % 40)
        end = start + timedelta(days=100 + 11 * (person % 17))
        code = ("130", "733", "730")[person % 3]
        spells.append((f"p{person}", code, start, end))
        if person % 4 == 0:
            later = end + timedelta(days=150)
            spells.append((f"p{person}", "730", later, later + timedelta(days=200)))
        assigned.append((f"p{person}", f"c{person % 5}", start, end))
    columns = {"orient": "row"}
    pl.DataFrame(spells, schema=["person", "code", "start", "end"], **columns).write_csv(
        folder / "spells (2010).csv"
    )
    assigned.append((None, "c0", begin, begin))
    held = pl.DataFrame(assigned, schema=["person", "caseworker", "start", "end"], **columns)
    pyreadstat.write_dta(held, folder / "assignments.dta")
    days = {"start": [begin] * 2, "end": [begin + timedelta(days=30)] * 2}
    active = pl.DataFrame({"person": ["p0", "p3"], "activity": ["internship_private"] * 2, **days})
    pyreadstat.write_xport(active, folder / "activities.xpt")
    people = [(f"p{n}", date(1970 + n % 20, 1, 1), "KM"[n % 2], 751) for n in range(PERSONS)]
    pl.DataFrame(
        people, schema=["person", "birth_date", "sex", "municipality"], **columns
    ).write_csv(folder / "persons [1].csv")
    return folder / "spells (2010).csv"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("own") / "Æblø's (ny) projekt [1]"
    folder.mkdir()
    write_extracts(folder / DATA)
    environment = folder / "miljø (ny)"
    environment.symlink_to(sys.prefix)
    return Project(copy_project(folder).folder, environment / "bin" / "python")


@pytest.fixture(scope="module")
def done(own: Project) -> subprocess.CompletedProcess[str]:
    run = own.snakemake(OVERLAY)
    assert run.returncode == 0, run.stdout + run.stderr
    return run


def test_the_rest_is_released_with_the_reason_of_what_is_missing(own, done) -> None:
    release = own.folder / RUN / "release"
    tables = {path.stem for path in (release / "tables").iterdir()}
    assert "typology_clusters" in tables
    assert "hazards_models" not in tables
    about = json.loads((release / "about.json").read_text(encoding="utf-8"))
    missing = next(one for one in about["missing"] if "estimate" in one["parts"])
    assert missing["origin"] == "risk"
    assert missing["parts"] == ["estimate", "histories", "sensitivity"]
    page = (release / "report.html").read_text(encoding="utf-8")
    assert "Missing from this report" in page
    assert "hazards.risk.readiness names activity_ready" in page


def test_sas_and_stata_files_are_converted_and_then_read(own, done) -> None:
    run = own.folder / RUN
    assert "assignments.dta: 61 of 61 rows" in done.stdout + done.stderr
    assert "activities.xpt: 2 rows" in (run / "private/logs/convert.log").read_text()
    register = run / "private/register"
    log = json.loads((register / "reading.json").read_text())
    statistical = [entry for entry in log if entry["format"] != "csv"]
    assert {(entry["file"], entry["format"], entry["rows"]) for entry in statistical} == {
        ("activities.xpt", "xpt", 2),
        ("assignments.dta", "dta", 61),
    }
    assert pl.read_parquet(register / "assignments.parquet", glob=False).height == PERSONS
    rejected = pl.read_parquet(register / "rejected.parquet", glob=False)
    assert rejected.select("file", "row", "reason").rows() == [
        ("assignments.dta", 61, "person is missing")
    ]


def test_the_console_says_it_where_it_happens_and_at_the_end(own, done) -> None:
    said = done.stdout + done.stderr
    sentence = "hazards.risk.readiness names activity_ready, but the register has"
    assert said.count(sentence) == 2
    assert sentence in said[said.index("Report: ") :]
    assert "hazard models of exits" in said[said.index("Report: ") :]
    assert "Traceback" not in said


def test_nothing_is_left_to_do_until_the_key_is_mended(own, done) -> None:
    assert own.planned(OVERLAY) == set()
    mended = {**OVERLAY, "hazards": {"risk": {"readiness": ["job_ready"]}}}
    planned = own.planned(mended)
    assert {"risk", "estimate", "protect", "report"} <= planned
    assert not planned & {"ingest", "cluster", "changes"}


def test_a_file_that_an_older_one_replaces_is_read_again(own, done) -> None:
    path = own.folder / DATA / "spells (2010).csv"
    whole, times = path.read_bytes(), path.stat()
    try:
        path.write_bytes(b"\n".join(whole.splitlines()[:-1]) + b"\n")
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns - 10**9))
        assert {"ingest", "months", "provenance"} <= own.planned(OVERLAY)
    finally:
        path.write_bytes(whole)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert own.planned(OVERLAY) == set()


def test_a_file_that_changes_during_a_run_stops_it(own, done) -> None:
    """The provenance is made anew after the file has changed, without any other job."""
    path = own.folder / DATA / "persons [1].csv"
    whole, times = path.read_bytes(), path.stat()
    other = {**OVERLAY, "release": {"language": "da"}}
    try:
        path.write_bytes(whole.replace(b",K,", b",M,", 1))
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        stopped = own.snakemake(other, f"{RUN}/release/provenance.json", cores=1)
    finally:
        path.write_bytes(whole)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert stopped.returncode != 0
    assert "persons [1].csv is no longer the file that the tables were made of" in stopped.stderr
    assert not (own.folder / RUN / "release/provenance.json").exists()
