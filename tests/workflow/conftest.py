"""One small run of the whole workflow, shared by all tests."""

import subprocess

import pytest

from workflow.projects import PERSONS, Project, copy_project


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("project") / "Æblø (ny) projekt [1]"
    folder.mkdir()
    return copy_project(folder)


@pytest.fixture(scope="session")
def overlay() -> dict:
    """Few persons, and no more repetitions than there must be: each part still does its work."""
    return {
        "simulator": {"persons": PERSONS},
        "release": {"figure_formats": []},
        "typology": {
            "k_max": 6,
            "starts": 2,
            "validation": {
                "replicates": 19,
                "sample": 150,
                "bootstraps": 10,
                "draws": 100,
                "model_sample": 300,
            },
            "hours": {"sample": 50, "types": {"sample": 60, "k_max": 3}},
        },
        "hazards": {
            "models": {"randomisations": 199},
            "histories": {"sample": 1000},
            "sensitivity": {"selection_strengths": [1.0, 2.0], "draws": 2},
        },
    }


@pytest.fixture(scope="session")
def finished(project: Project, overlay: dict) -> subprocess.CompletedProcess[str]:
    """A small run of everything, made once for all tests."""
    done = project.snakemake(overlay)
    assert done.returncode == 0, done.stdout + done.stderr
    return done
