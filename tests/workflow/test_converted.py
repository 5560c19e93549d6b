"""SAS and Stata files in the workflow: made Parquet by a job that tells of its rows."""

import json
from datetime import date

import polars as pl
import pyreadstat

from workflow.projects import copy_project


def test_sas_and_stata_files_are_converted_and_then_read(tmp_path) -> None:
    project = copy_project(tmp_path)
    data = tmp_path / "data"
    data.mkdir()
    days = {"start": [date(2012, 1, 2)] * 3, "end": [date(2012, 5, 1)] * 3}
    spells = pl.DataFrame({"person": ["a", "b", None], "code": ["130", "730", "130"], **days})
    pyreadstat.write_dta(spells, data / "spells.dta")
    pyreadstat.write_xport(pl.DataFrame({"person": ["a", "b"]}), data / "persons.xpt")
    files = {"spells": {"path": "data/spells.dta"}, "persons": {"path": "data/persons.xpt"}}
    overlay = {
        "run": {"name": "converted"},
        "register": {"source": "files", "files": files},
        "hazards": {"enabled": False},
    }
    run = "results/converted"
    done = project.snakemake(overlay, f"{run}/private/register")
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "spells.dta: 3 of 3 rows" in said
    assert "persons.xpt: 2 rows" in (tmp_path / run / "private/logs/convert.log").read_text()
    register = tmp_path / run / "private/register"
    log = json.loads((register / "reading.json").read_text())
    assert {(entry["file"], entry["format"], entry["rows"]) for entry in log} == {
        ("persons.xpt", "xpt", 2),
        ("spells.dta", "dta", 3),
    }
    assert pl.read_parquet(register / "spells.parquet").height == 2
    rejected = pl.read_parquet(register / "rejected.parquet")
    assert rejected.select("file", "row", "reason").rows() == [
        ("spells.dta", 3, "person is missing")
    ]
