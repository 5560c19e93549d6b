import json

import pytest

from trajectories.config.sections.simulator import PlantedReformConfig, SimulatorConfig
from trajectories.reform.planted_truth import planted_table
from trajectories.simulator import simulate, truth_of


@pytest.mark.parametrize("ratio", [1.0, 3.0])
def test_planted_effects_are_those_of_the_intervention(ratio: float) -> None:
    settings = SimulatorConfig(
        persons=1500,
        seed=4,
        reform=PlantedReformConfig(education_ratio=ratio, activation_ratio=1.0, shift_share=0.0),
    )
    register = simulate(settings)
    truth = truth_of(settings, register.tallies, register.truth_departures)
    table = planted_table(json.loads(json.dumps(truth))["reform"])
    held = {row["outcome"]: row for row in table.to_dicts()}
    assert list(held)[:4] == ["exit_job", "exit_education", "exit_flexjob", "entry_activity"]
    assert list(held)[4] == "other_code"
    assert held["other_code"]["effect"] == held["other_code"]["touched_after"] > 0.1
    assert "other_readiness" not in held
    assert "type_none" not in held
    assert "type_long_passive" in held
    # Nobody's type is shifted; education is the more frequent, the higher its ratio.
    assert held["type_long_passive"]["effect"] == 0
    education = held["exit_education"]
    assert education["effect"] == pytest.approx(
        education["touched_after"] - education["touched_without"]
    )
    if ratio == 1.0:
        assert education["effect"] == 0
        assert held["entry_activity"]["effect"] == 0
    else:
        # Less than the planted ratio, since types of course bring some to education by themselves.
        assert 1.2 < education["touched_after"] / education["touched_without"] < ratio
