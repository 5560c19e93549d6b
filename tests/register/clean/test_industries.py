"""Industry codes that are none of DB07 are noted; months with them count as jobs."""

import polars as pl
import pytest

from trajectories.register.clean.industries import DIVISIONS, note, unlikely

LIKELY = ["47", "471", "4711", "471100", "47.11", "47.11.00", "011100", "11100", "999999", "990000"]
STRANGE = ["INGEN", "4", "44", "441100", "000000", "1234567", "47-11", "G"]


def test_codes_of_the_classification_are_told_from_others():
    assert not unlikely(pl.Series(LIKELY)).any()
    assert unlikely(pl.Series(STRANGE)).all()
    assert unlikely(pl.Series([None], dtype=pl.String)).to_list() == [None]
    assert len(DIVISIONS) == 88  # NACE Rev. 2 has 88 divisions


@pytest.mark.parametrize(("strange", "words"), [(STRANGE, "10 of 20"), (["x"], "fewer than 5 of")])
def test_they_are_counted_and_not_shown(strange, words):
    said = note(pl.Series([*LIKELY, *strange]), file="dream.csv", key="register.dream.blank")
    assert words in str(said)
    assert "INGEN" not in str(said)
    assert note(pl.Series(LIKELY), file="dream.csv", key="register.dream.blank") is None
