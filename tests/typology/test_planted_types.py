"""Agreement with the types that the simulator planted."""

import numpy as np
import polars as pl

from trajectories.typology.agreement import NamedPartition
from trajectories.typology.planted_types import planted_agreement

KEYS = pl.DataFrame({"key": ["a", "b", "c", "d"], "person": [3, 1, 2, 0]})
TYPES = pl.DataFrame({"person": ["a", "b", "c", "d", "e"], "type": ["x", "y", "y", "none", "x"]})


def test_windows_are_joined_to_the_types_by_key_and_those_without_one_left_out():
    person = pl.Series([0, 1, 1, 2, 3, 3])
    found = NamedPartition("om pam k=3", np.array([2, 0, 0, 0, 1, 1]))
    table = planted_agreement(found, person, KEYS, TYPES)
    assert table.row(0) == ("om pam k=3", "planted types k=2", 1.0, 1.0)
    worse = NamedPartition("om pam k=2", np.array([2, 0, 1, 0, 1, 1]))
    assert planted_agreement(worse, person, KEYS, TYPES)["ari"].item() < 1


def test_there_is_no_agreement_without_types():
    found = NamedPartition("om pam k=2", np.array([0, 1]))
    none = TYPES.with_columns(type=pl.lit("none"))
    assert planted_agreement(found, pl.Series([1, 2]), KEYS, none).height == 0
