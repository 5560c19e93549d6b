"""The public names of the stage, and what they drag along."""

import pytest

from trajectories import register
from trajectories.codehash import Code


def test_every_public_name_is_there_and_no_other():
    for name in dir(register):
        assert getattr(register, name).__name__ == name
    assert "clean_register" in dir(register)
    with pytest.raises(AttributeError, match="has no attribute 'cleaned'"):
        _ = register.cleaned


def test_codelists_do_not_depend_on_the_code_that_cleans():
    closure = Code().closure
    assert "trajectories.register.clean.intervals" not in closure(
        "trajectories.register.codes.codelist"
    )
    assert "trajectories.register.clean.intervals" in closure(
        "trajectories.commands.register.ingest"
    )
