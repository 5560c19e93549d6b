"""The section's own checks."""

import re

import pytest
from pydantic import ValidationError

from trajectories.config.sections.hazards import (
    ChangesConfig,
    DurationsConfig,
    ExitsConfig,
    HazardsConfig,
    RiskConfig,
)


@pytest.mark.parametrize(
    ("model", "values", "sentence"),
    [
        (
            ChangesConfig,
            {"reform_from": "2014-01-01", "reform_to": "2013-01-01"},
            "reform_to must not lie before reform_from",
        ),
        (ExitsConfig, {"sickness": ["EDU"]}, "EDU stands in both education and sickness"),
        (RiskConfig, {"age_starts": [30, 18]}, "age_starts must ascend"),
        (RiskConfig, {"duration_starts": [1, 3]}, "duration_starts must begin with 0"),
        (DurationsConfig, {"period_starts": [1, 1]}, "period_starts must ascend"),
        (DurationsConfig, {"period_starts": [2, 3]}, "period_starts must begin with 1"),
        (HazardsConfig, {"source": "durations"}, "durations.path must name a file"),
    ],
)
def test_contradictions_get_a_sentence(model, values, sentence):
    with pytest.raises(ValidationError, match=re.escape(sentence)):
        model.model_validate(values)


def test_a_disabled_stage_needs_no_file():
    assert HazardsConfig(enabled=False, source="durations").durations.path is None
