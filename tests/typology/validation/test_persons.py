"""Persons are drawn with all their sequences, whatever the order of rows."""

import numpy as np
import pytest

from trajectories.typology.validation.persons import Persons

ITEM = np.array([0, 0, 1, 2, 2, 3, 1, 0])
WEIGHT = np.array([1.0, 2.0, 1.0, 1.0, 3.0, 2.0, 1.0, 1.0])
PERSON = np.array([7, 7, 7, 2, 5, 5, 9, 4])


def test_a_draw_takes_all_sequences_of_a_person() -> None:
    cases = Persons.of(4, WEIGHT, ITEM, PERSON)
    assert cases.count == 5
    assert cases.total == pytest.approx(8)
    for number in range(20):
        found = cases.draw(np.random.default_rng(number), 5)
        times = np.bincount(np.random.default_rng(number).integers(0, 5, 5), minlength=5)
        expected = np.zeros(4)
        for i, w, p in zip(cases.item, cases.weight, cases.person, strict=True):
            expected[i] += w * times[p]
        np.testing.assert_allclose(found, expected * 8 / expected.sum())


def test_the_order_of_rows_and_the_persons_names_do_not_matter() -> None:
    mixed = np.array([3, 1, 7, 0, 2, 6, 5, 4])
    one = Persons.of(4, WEIGHT, ITEM, PERSON)
    other = Persons.of(4, WEIGHT[mixed] * 3, ITEM[mixed], 100 - PERSON[mixed])
    for number in range(10):
        a, b = (p.draw(np.random.default_rng(number), 5) for p in (one, other))
        np.testing.assert_allclose(a, b)


def test_a_subsample_is_stratified_and_has_no_case_twice() -> None:
    item = np.repeat(np.arange(6), [40, 10, 20, 10, 15, 5])
    cases = Persons.of(6, None, item)
    labels = np.array([0, 0, 1, 1, 2, 2])
    drawn = np.zeros(6)
    for number in range(200):
        found = cases.subsample(np.random.default_rng(number), 50, labels)
        np.testing.assert_array_equal(np.bincount(labels, found), [25, 15, 10])
        assert (found <= np.bincount(item)).all()
        drawn += found
    np.testing.assert_allclose(drawn / 200, np.bincount(item) / 2, rtol=0.06)


def test_cases_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="numbers of items"):
        Persons.of(2, None, [0, 2])
    with pytest.raises(ValueError, match="of one length"):
        Persons.of(2, None, [0, 1], [1])
