"""Numbers and words that a user hands over are what they must be, or a sentence names them."""

import numpy as np
import pytest

from trajectories.notebook.checked_values import (
    finite_number,
    one_of,
    texts_in,
    unmasked,
    whole_number,
)


def test_numbers_pass():
    assert whole_number(np.int64(3), "n", least=3) == 3
    assert finite_number(np.float32(0.5), "x", least=0) == 0.5
    assert finite_number(2, "x") == 2.0


@pytest.mark.parametrize("value", [None, True, np.True_, "1", 1.5, 0, -1])
def test_what_is_no_whole_number_is_refused(value):
    with pytest.raises(ValueError, match=r"n is .*: give a whole number from 1 on"):
        whole_number(value, "n", least=1)


@pytest.mark.parametrize("value", [None, True, "1", float("nan"), float("inf"), -1.0, [1]])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match=r"x is .*: give a number from 0 on"):
        finite_number(value, "x", least=0)


def test_a_word_is_one_of_those_allowed():
    one_of("ratio", "scale", ("difference", "ratio"))
    with pytest.raises(ValueError, match=r"scale is 'ration'.*did you mean 'ratio'"):
        one_of("ration", "scale", ("difference", "ratio"))
    with pytest.raises(ValueError, match=r"scale is None: give one of difference, ratio\."):
        one_of(None, "scale", ("difference", "ratio"))


def test_one_text_is_no_list_of_texts():
    assert texts_in(("a", "b"), "states") == ["a", "b"]
    with pytest.raises(ValueError, match=r"give a list, such as \['job'\]"):
        texts_in("job", "states")
    for values in (None, 3, ["a", 1]):
        with pytest.raises(ValueError, match="states must be a list of texts"):
            texts_in(values, "states")


def test_masks_are_not_forgotten():
    assert unmasked([1, 2], "x").tolist() == [1, 2]
    with pytest.raises(ValueError, match="x has masked values"):
        unmasked(np.ma.array([1, 2], mask=[0, 1]), "x")
    with pytest.raises(ValueError, match="rows of different lengths"):
        unmasked([[1], [1, 2]], "x")
