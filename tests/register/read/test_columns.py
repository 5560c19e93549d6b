"""Which column is which: capitals and spaces, columns twice, and what may be meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trajectories.config.sections.dream import DreamConfig
from trajectories.errors import UserError
from trajectories.register.read.columns import OFTEN, find_columns, fold, refuse_twins, suggest
from trajectories.register.weekly.columns import columns_in

WANTED = {"person": "person", "start": "start", "birth_date": "birth_date", "end": "end"}


def find(header: list[str], wanted: dict[str, str] | None = None, named: tuple[str, ...] = ()):
    options = {"named": named, "file": "spells.csv", "key": "register.files.spells.columns"}
    return find_columns(header, wanted or WANTED, **options)


def test_names_may_differ_in_capitals_spaces_and_signs():
    header = ["PERSON", " start ", "Birth.Date", "\ufeffend", "", ""]
    assert find(header) == {"person": 0, "start": 1, "birth_date": 2, "end": 3}
    assert find(["person", "andet"]) == {"person": 0}


@pytest.mark.parametrize("twin", ["end", "END", " end", "end ", "End."])
def test_a_column_that_stands_twice_stops(twin):
    with pytest.raises(
        UserError, match=r"spells.csv holds the column 'end' twice, .*columns 2 and"
    ):
        find(["person", "end", twin])


def test_the_one_that_the_configuration_names_is_taken():
    header = ["person", "end", "END"]
    assert find(header, {"end": "END"}, ("end",)) == {"end": 2}
    with pytest.raises(UserError, match="'SLUT' twice"):
        find(["SLUT", "SLUT"], {"end": "SLUT"}, ("end",))


def test_a_column_that_is_not_wanted_may_stand_twice():
    assert find(["person", "note", "note", "", ""]) == {"person": 0}


def test_twins_of_any_name_stop_where_all_columns_are_used():
    refuse_twins(["time", "", "", "x"], file="d.csv")
    with pytest.raises(UserError, match=r"d.csv holds the column 'x' twice"):
        refuse_twins(["time", "x", "x"], file="d.csv")


@given(st.permutations(["time", "x", "x.1", "x1"]))
def test_names_that_differ_are_no_twins(header):
    refuse_twins(header, file="d.csv")


@pytest.mark.parametrize("twin", ["y_0801", "Y_0801", "y_0801 "])
def test_a_week_that_stands_twice_stops(twin):
    with pytest.raises(UserError, match=r"twice|two columns for one period"):
        columns_in(["y_0801", twin], DreamConfig(), file="dream.csv")


def test_names_of_danish_extracts_are_suggested_where_one_fits():
    header = ["PNR", "Køn", "Kommune nr", "Fødselsdato", "fra", "startdato"]
    assert suggest(header, list(OFTEN)) == {
        "person": "PNR",
        "sex": "Køn",
        "municipality": "Kommune nr",
        "birth_date": "Fødselsdato",
    }
    assert all(name == fold(name) for names in OFTEN.values() for name in names)
