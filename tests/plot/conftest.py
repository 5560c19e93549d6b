"""Pictures are drawn in memory and closed after each test."""

import warnings

import matplotlib
import pytest

matplotlib.use("Agg")


@pytest.fixture(autouse=True)
def closed():
    """Close the figures of a test."""
    yield
    from matplotlib import pyplot

    pyplot.close("all")


@pytest.fixture
def own_data():
    """Do not warn of microdata: the sequences are made up."""
    from trajectories.plot import MicrodataWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MicrodataWarning)
        yield
