"""The examples of the public interface run and print what they say."""

import doctest
import warnings
from importlib import import_module

import matplotlib
import pytest

matplotlib.use("Agg")

INTERFACE = {
    "sequences": """
        as_sequences indicators mean_time modal_states monthly_states state_distribution
        transition_rates windows
        """,
    "dissimilarity": "cross pairwise substitution_costs",
    "typology": """
        bootstrap_quality clara cluster_association cut linkage medseq null_quality pam
        property_clusters quality rarcat relative_frequency_groups representatives silhouette
        stability ward
        """,
    "discrepancy": """
        by_position centre_distances compare_groups discrepancy multifactor regression_tree
        """,
    "hazards": "caseworker_changes event_study risk_set",
    "reform": "composition_weights decomposition difference_in_differences load_reform",
    "release": "protect",
    "survival": """
        cumulative_incidence fine_gray fit_cox fit_hazard fit_parametric kaplan_meier
        """,
    "plot": """
        by_position chronogram cumulative_incidence entropy event_study forest frequency index
        mean_time modal null_models parallel_coordinates quality_by_k relative_frequency
        representatives silhouettes spell_survival survival transitions tree
        """,
}
"""Functions by room that have an example and name what is related."""
WITHOUT_R = {
    *("sequences.windows", "hazards.caseworker_changes"),
    *("reform.load_reform", "reform.decomposition", "plot.event_study", "plot.forest"),
}
FUNCTIONS = [(room, name) for room, names in INTERFACE.items() for name in names.split()]


def function(room, name):
    return getattr(import_module(f"trajectories.{room}"), name)


@pytest.mark.parametrize(("room", "name"), FUNCTIONS)
def test_an_example_prints_what_it_says(room, name):
    found = function(room, name)
    tests = doctest.DocTestFinder(recurse=False).find(found, name, globs={})
    examples = sum(len(test.examples) for test in tests)
    assert examples > 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        said = []
        runner = doctest.DocTestRunner()
        for test in tests:
            runner.run(test, out=said.append)
    from matplotlib import pyplot

    pyplot.close("all")
    assert runner.summarize(verbose=False).failed == 0, "".join(said)


@pytest.mark.parametrize(("room", "name"), FUNCTIONS)
def test_a_docstring_names_what_is_related_and_what_r_calls_it(room, name):
    text = function(room, name).__doc__
    assert "See Also:" in text
    assert "R equivalent: " in text or f"{room}.{name}" in WITHOUT_R


def test_every_plot_has_an_example():
    listed = set(import_module("trajectories.plot").__all__) - {"MicrodataWarning"}
    assert listed == set(INTERFACE["plot"].split())
