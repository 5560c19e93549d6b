"""What the gate says of declarations, rules and tables that it cannot use."""

import math
import re

import pandas as pd
import polars as pl
import pytest

from trajectories.errors import UserError
from trajectories.release import EXACT, PRESETS, Count, Estimate, Rules, TableSpec, Total, protect

TABLE = pl.DataFrame(
    {"place": ["a", "b", "c"], "persons": [1203, 418, 3], "share": [0.5, 0.25, 0.125]}
)
PERSONS = Count("persons", "persons", guards=True)
RULES = PRESETS["default"]


def declared(**parts):
    given = {"counts": (PERSONS,), "estimates": (Estimate("share"),), "dims": ("place",), **parts}
    named = {"stage": "own", "name": "places", "sensitivity": "high", "row": "persons"}
    return TableSpec(**{**named, **given})


def published(table=TABLE, spec=None, rules=RULES):
    return protect(table, declared() if spec is None else spec, rules)[0]


def test_a_frame_of_pandas_gives_the_same():
    assert published(pd.DataFrame(TABLE.to_dict(as_series=False))).equals(published())


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"sensitivity": "hgih"}, "did you mean 'high'"),
        ({"sensitivity": None}, "sensitivity is None: give one of high, moderate"),
        ({"name": "../places"}, "name is '../places': give one word"),
        ({"name": None}, "name is None"),
        ({"dims": "place"}, "dims of the table places must be a tuple of str"),
        ({"counts": PERSONS}, "counts of the table places must be a tuple of Count"),
        ({"counts": ("persons",)}, "counts of the table places must be a tuple of Count"),
        ({"counts": (Count("persons", "person", guards=True),)}, "did you mean 'persons'"),
        ({"counts": (PERSONS, PERSONS)}, "declares the column 'persons' twice"),
        ({"estimates": (Estimate("share", supported_by="person"),)}, "names 'person', which is"),
        ({"totals": (Total("all", "person", ("place",)),)}, "totals of the table places names"),
        ({"totals": (Total("all", "persons", "place"),)}, "must be a tuple: ('place',)"),
        ({"totals": (Total("all", "persons", ("town",)),)}, "over of all of the table places"),
        ({"pool": "town"}, "pool of the table places names 'town', which is none of place"),
        ({"grid": ("town",)}, "grid of the table places names 'town'"),
        ({"at_least": "people"}, "at_least of the table places names 'people'"),
        ({"drop_small": "persons"}, "drop_small of the table places must be a tuple"),
        ({"drop_small": ("person",)}, "drop_small of the table places names 'person'"),
        ({"counts": (), "estimates": (Estimate("persons"),)}, "nothing guards its estimates"),
        ({"counts": (Count("persons", "persons"),)}, "nothing guards its estimates"),
    ],
)
def test_a_declaration_that_says_nothing(parts, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        declared(**parts)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"threshold": 0}, "threshold is 0: give a whole number from 1 on"),
        ({"threshold": -1}, "threshold is -1"),
        ({"threshold": math.nan}, "threshold is nan"),
        ({"threshold": True}, "threshold is True"),
        ({"threshold": "5"}, "threshold is '5'"),
        ({"base": 0}, "base is 0: give a whole number from 1 on"),
        ({"width": -1}, "width is -1"),
        ({"significant_digits": 0}, "significant_digits is 0"),
        ({"dominance": 2}, "dominance is 2: give a share from 0 to 1"),
    ],
)
def test_rules_that_protect_nothing(given, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        Rules("own", **{"threshold": 5, "base": 5, **given})
    assert EXACT.threshold == 0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"table": None}, "give a frame of polars or pandas"),
        ({"rules": "default"}, "takes a table, its TableSpec and Rules"),
        ({"spec": "places"}, "takes a table, its TableSpec and Rules"),
        ({"table": TABLE.with_columns(pl.col("persons").cast(pl.String))}, "counts are numbers"),
        ({"table": TABLE.with_columns(persons=pl.lit(value=True))}, "counts are numbers"),
        ({"table": TABLE.with_columns(persons=math.inf)}, "an infinite count in the column pers"),
        ({"table": TABLE.with_columns(pl.concat_list("place"))}, "in place: give one value a cell"),
    ],
)
def test_a_table_that_cannot_be_protected(given, said):
    with pytest.raises(UserError, match=re.escape(said)):
        published(**given)
