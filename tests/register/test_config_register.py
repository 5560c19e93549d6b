"""The section `register`: defaults, and settings that do not go together."""

import pytest
from pydantic import ValidationError

from trajectories.config.sections.register import RegisterConfig


def test_the_defaults_read_the_simulator_and_the_shipped_codelists():
    section = RegisterConfig()
    assert section.source == "simulator"
    assert section.codelist == "config/codelists/dream.csv"
    assert section.overlaps.spells == "latest_start"


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ({"source": "files"}, "files.spells.path must name the spells"),
        ({"first_day": "2010-01-01", "last_day": "2009-01-01"}, "last_day must not lie before"),
        ({"keep": ["weight", "sex"]}, "keep must not name 'sex'"),
        ({"overlaps": {"spells": "priority"}}, "overlaps.priority must name groups"),
        ({"overlaps": {"spells": "newest"}}, "latest_start"),
        ({"key_seeds": 1}, "Extra inputs are not permitted"),
    ],
)
def test_what_does_not_go_together_is_an_error(section, message):
    with pytest.raises(ValidationError, match=message):
        RegisterConfig.model_validate(section)
