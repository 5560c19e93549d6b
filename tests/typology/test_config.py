"""The section `typology` of the configuration."""

import pytest
from pydantic import ValidationError

from trajectories.config.sections.typology import TypologyConfig


def test_the_default_is_a_model() -> None:
    section = TypologyConfig()
    assert section.method == "markov_mixture"
    assert section.models.enabled


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"k_min": 5, "k_max": 4}, "k_min 5 is larger than k_max 4"),
        ({"method": "pam", "methods": ["ward"]}, "method pam is none of methods"),
        ({"methods": ["pam", "pam"]}, "names a method twice"),
        ({"choice": {"rule": "fixed"}}, "`fixed` needs k"),
        ({"choice": {"k": 3}}, "`fixed` needs k"),
        ({"choice": {"rule": "fixed", "k": 11}}, "choice.k 11 lies outside"),
        ({"choice": {"indices": ["ASW", "ASW"]}}, "names an index twice"),
        (
            {"method": "pam", "validation": {"enabled": False}},
            "the rule `validated` needs validation",
        ),
        ({"validation": {"level": 0.001}}, "39 replicates are too few"),
        ({"validation": {"models": ["markov", "markov"]}}, "names a null model twice"),
        ({"method": "pam", "choice": {"rule": "bic"}}, "the rule `bic` needs a model as method"),
        ({"clusters": 4}, "Extra inputs"),
    ],
)
def test_contradictions_are_refused(settings: dict, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        TypologyConfig.model_validate(settings)
