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
    return {"simulator": {"persons": PERSONS}}


@pytest.fixture(scope="session")
def finished(project: Project, overlay: dict) -> subprocess.CompletedProcess[str]:
    """A small run of everything, made once for all tests."""
    done = project.snakemake(overlay)
    assert done.returncode == 0, done.stdout + done.stderr
    return done
