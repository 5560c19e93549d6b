"""Fixtures that every stage's tests share."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def reference() -> Path:
    """The folder of reference data that may not be committed; tests that need it skip elsewhere."""
    folder = os.environ.get("TRAJECTORIES_REFERENCE", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip("TRAJECTORIES_REFERENCE does not name the folder of reference data")
    return Path(folder)
