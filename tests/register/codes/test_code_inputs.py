"""What codelists and tables of rates say of files and frames that they cannot use."""

import pandas as pd
import polars as pl
import pytest

from trajectories.costs import read_rates, read_refunds
from trajectories.errors import FileError, UserError
from trajectories.register import (
    describe_codes,
    load_alphabet,
    load_codelist,
    load_relabelling,
    load_states,
)

READERS = [
    load_alphabet,
    load_codelist,
    load_relabelling,
    load_states,
    read_rates,
    read_refunds,
]
DREAM = "config/codelists/dream.csv"


@pytest.mark.parametrize("read", READERS)
def test_a_file_may_be_named_by_a_text(read):
    with pytest.raises(FileError, match=r"nowhere\.csv is missing"):
        read("nowhere.csv")
    for path in (None, 3, ["a.csv"]):
        with pytest.raises(UserError, match="give the path of a file"):
            read(path)


def test_codes_are_texts_of_one_row_each():
    codelist = load_codelist(DREAM)
    rows = pl.DataFrame({"code": codelist["code"].head(3)})
    expected = describe_codes(rows, codelist)
    assert describe_codes(pd.DataFrame({"code": rows["code"].to_list()}), codelist).equals(expected)
    kinds = rows.with_columns(pl.col("code").cast(pl.Categorical))
    assert describe_codes(kinds, codelist).equals(expected)
    with pytest.raises(UserError, match="of the rows holds Int64; it must hold texts"):
        describe_codes(pl.DataFrame({"code": [130]}), codelist)
    with pytest.raises(UserError, match="The codes have no column 'group'"):
        describe_codes(rows, codelist.drop("group"))
    with pytest.raises(UserError, match="share their code with another"):
        describe_codes(rows, pl.concat([codelist, codelist]))
    with pytest.raises(UserError, match="did you mean 'Code'"):
        describe_codes(rows.rename({"code": "Code"}), codelist)
