"""What every stage's tests share: the reference data, and which tests one worker runs."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from untraced import compile_untraced, is_untraced, untraced

# How long an example takes says nothing of what is tested: the first waits for a compiler.
settings.register_profile("project", deadline=None)
settings.load_profile("project")

# Matrices of tests are small: threads of the linear algebra would wait for each other, busily.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

TOGETHER = {
    "the workflow's run": ("tests/workflow/",),
    "the simulated panel": (
        "tests/hazards/headline/test_estimates.py",
        "tests/hazards/checks/test_selection_curve.py",
        "tests/hazards/test_simulated.py",
    ),
    "the releases": ("tests/release/",),
    "the simulated register": ("tests/simulator/",),
}
"""Tests that read what one costly fixture of the session made, the longest first."""


def shared(nodeid: str) -> str:
    """Name what one worker runs as a whole: tests of a costly fixture, else those of a file.

    The fixtures of a module or session are made once, and no two workers compile the same kernels
    at the same time.
    """
    for name, paths in TOGETHER.items():
        if nodeid.startswith(paths):
            return name
    return nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Hand out the work by `shared`, in the order in which it was collected."""
    from xdist.scheduler import LoadScopeScheduling

    class Shared(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return shared(nodeid)

    config.option.loadscopereorder = False
    return Shared(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no worker is left alone with it."""
    places = {name: place for place, name in enumerate(TOGETHER)}
    items.sort(key=lambda item: places.get(shared(item.nodeid), len(places)))


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Import the package where coverage looks already, and numba after it."""
    if session.config.getoption("dist", "no") == "no":  # a process that runs tests itself
        compile_untraced()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item):
    """Run a test, and the fixtures that it is the first to need, traced or not."""
    if not is_untraced(item):
        return (yield)
    with untraced():
        return (yield)


@pytest.fixture(scope="session")
def reference() -> Path:
    """The folder of reference data that may not be committed; tests that need it skip elsewhere."""
    folder = os.environ.get("TRAJECTORIES_REFERENCE", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip("TRAJECTORIES_REFERENCE does not name the folder of reference data")
    return Path(folder)
