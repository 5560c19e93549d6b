"""Public names of packages: all there, and nothing imported for those that are not used."""

import pkgutil
import subprocess
import sys
from importlib import import_module

import pytest

PACKAGES = (
    "caseworkers",
    "discrepancy",
    "dissimilarity",
    "hazards",
    "plot",
    "reform",
    "register",
    "release",
    "sequences",
    "simulator",
    "survival",
    "typology",
)


@pytest.mark.parametrize("name", PACKAGES)
def test_every_public_name_is_found_and_no_other(name):
    package = import_module(f"trajectories.{name}")
    assert sorted(package.__all__) == dir(package)
    assert all(getattr(package, public) is not None for public in package.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = package.nothing
    # An imported module would stand where the package looks its namesake up.
    modules = {module.name for module in pkgutil.iter_modules(package.__path__)}
    assert modules & set(package.__all__) == set()


@pytest.mark.parametrize(
    ("wanted", "spared"),
    [
        ("trajectories.survival.errors", "trajectories.survival.cox"),
        ("trajectories.commands.hazards.changes", "trajectories.survival.discrete_time"),
        ("trajectories.commands.register.ingest", "trajectories.sequences"),
    ],
)
def test_a_module_does_not_import_all_that_its_package_hands_on(wanted, spared):
    code = f"import sys, {wanted}; print([name for name in sys.modules if {spared!r} in name])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
