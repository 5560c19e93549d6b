"""The section `simulator`: its defaults are the planted truth, its bounds hold."""

import pytest
import yaml
from pydantic import ValidationError

from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator.scenarios import SCENARIOS


def test_defaults_are_the_default_run():
    settings = SimulatorConfig()
    assert (settings.persons, settings.hazard_ratio, settings.scenario) == (20_000, 0.78, "A")
    assert settings.relabelling_2014
    assert not settings.visitation_2014


def test_every_scenario_that_the_config_names_is_there():
    names = SimulatorConfig.model_json_schema()["properties"]["scenario"]["enum"]
    assert sorted(names) == sorted(SCENARIOS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"persons": 0},
        {"hazard_ratio": 0},
        {"scenario": "Z"},
        {"messy_share": 1.5},
        {"seed": -1},
        {"caseload": 5},
        {"person": 3},
    ],
)
def test_wrong_values_are_refused(wrong):
    with pytest.raises(ValidationError):
        SimulatorConfig(**wrong)


def test_an_unquoted_null_in_yaml_is_the_scenario_of_that_name():
    assert SimulatorConfig.model_validate(yaml.safe_load("scenario: null")).scenario == "null"
