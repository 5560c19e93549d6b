"""Random streams: the same numbers as a plain implementation, uniform, and one for each purpose."""

import numpy as np
import pytest

from simulator import oracles
from trajectories.simulator import random_streams as purposes
from trajectories.simulator.persons.identifiers import CASEWORKER, PERSON, opaque
from trajectories.simulator.random_kernels import keys_of, mix, person_key, uniforms


def test_mix_and_uniform_equal_the_plain_ones():
    for value in (0, 1, 2**40 + 17, 2**64 - 1):
        assert int(mix(np.uint64(value))) == oracles.mix(value)
    persons = np.array([0, 5, 123_456_789])
    months = np.array([-72, 0, 131])
    drawn = uniforms(11, persons, 7, months)
    plain = [
        oracles.uniform(11, p, 7, m) for p, m in zip(persons.tolist(), months.tolist(), strict=True)
    ]
    assert drawn.tolist() == plain


def test_keys_are_those_of_single_persons():
    keys = keys_of(3, np.arange(4))
    assert keys.tolist() == [int(person_key(3, person)) for person in range(4)]


def test_streams_are_uniform_and_unrelated():
    persons = np.arange(20_000)
    month = np.zeros_like(persons)
    one = uniforms(1, persons, 3, month)
    for other in (
        uniforms(2, persons, 3, month),
        uniforms(1, persons + 1, 3, month),
        uniforms(1, persons, 4, month),
        uniforms(1, persons, 3, month + 1),
    ):
        assert abs(np.corrcoef(one, other)[0, 1]) < 0.03
    counts = np.histogram(one, bins=20, range=(0, 1))[0]
    assert ((counts - 1000) ** 2 / 1000).sum() < 50
    assert one.min() > 0
    assert one.max() < 1


def test_no_two_purposes_share_a_number():
    numbers = [v for k, v in vars(purposes).items() if k.isupper() and k != "TABLE_STRIDE"]
    assert len(set(numbers)) == len(numbers)
    assert max(numbers) < purposes.TABLE_STRIDE


def test_identifiers_are_one_to_one_and_differ_by_letter_and_seed():
    numbers = np.concatenate([np.arange(50_000), [2**40 + 1, 2**48 - 1]])
    names = opaque(PERSON, 1, numbers)
    assert names.n_unique() == len(numbers)
    assert names.str.contains(r"^p[0-9a-f]{12}$").all()
    assert opaque(PERSON, 1, numbers[:3]).to_list() == names[:3].to_list()
    assert opaque(PERSON, 2, numbers)[5] != names[5]
    assert opaque(CASEWORKER, 1, numbers)[5][1:] != names[5][1:]


@pytest.mark.parametrize("seed", [0, 2**63 - 1])
def test_extreme_seeds_draw(seed):
    drawn = uniforms(seed, np.arange(100), 1, np.zeros(100, np.int64))
    assert 0.3 < drawn.mean() < 0.7
    assert opaque(PERSON, seed, np.arange(3)).n_unique() == 3
