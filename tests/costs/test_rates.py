"""Tables of rates: what is read, and a sentence for what cannot be."""

from pathlib import Path

import pytest

from trajectories.costs import read_rates, read_refunds
from trajectories.errors import FileError

ROOT = Path(__file__).parents[2]
RATES = "state,from_month,amount,state_share,laddered,source\n"
REFUNDS = "from_month,from_week,state_share,source\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "rates.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_ships_can_be_read_and_names_its_sources():
    rates = read_rates(ROOT / "config" / "rates" / "example.csv")
    assert rates.height > 5
    assert rates["source"].str.contains("invented for the demonstration").all()
    refunds = read_refunds(ROOT / "config" / "rates" / "refunds.csv")
    assert refunds["state_share"].to_list() == [0.8, 0.4, 0.3, 0.2]
    assert refunds["month"].unique().to_list() == [12 * 2016]


def test_rows_come_by_state_and_month(tmp_path):
    text = f"{RATES}B,2016-03,5,0.5,no,a law\nB,2014-12,4,1,yes,a law\nA,2014-01,1.5,0,no,a law\n"
    assert read_rates(write(tmp_path, text)).rows() == [
        ("A", 12 * 2014, 1.5, 0.0, False, "a law"),
        ("B", 12 * 2014 + 11, 4.0, 1.0, True, "a law"),
        ("B", 12 * 2016 + 2, 5.0, 0.5, False, "a law"),
    ]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("A,2014-13,1,0.5,no,x", "row 2: from_month is blank or not what"),
        ("A,2014,1,0.5,no,x", "row 2: from_month"),
        ("A,2014-01,much,0.5,no,x", "row 2: amount"),
        ("A,2014-01,1,half,no,x", "row 2: state_share"),
        ("A,2014-01,1,0.5,maybe,x", "row 2: laddered"),
        ("A,2014-01,-1,0.5,no,x", "negative amount"),
        ("A,2014-01,1,50,no,x", "not between 0 and 1"),
        ("A,2014-01,1,0.5,no,x\nA,2014-01,2,0.5,no,x", "two rows for the same state and month"),
    ],
)
def test_a_rate_that_cannot_be_used(tmp_path, row, sentence):
    with pytest.raises(FileError, match=sentence):
        read_rates(write(tmp_path, f"{RATES}{row}\n"))


def test_a_rate_without_a_source(tmp_path):
    with pytest.raises(FileError, match="source"):
        read_rates(write(tmp_path, f"{RATES}A,2014-01,1,0.5,no,\n"))


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("2016-01,5,0.4,x", "a ladder without a step from week 1"),
        ("2016-01,first,0.4,x", "row 2: from_week"),
        ("2016-01,1,0.4,x\n2016-01,1,0.3,x", "two rows for the same month and from_week"),
    ],
)
def test_a_ladder_that_cannot_be_used(tmp_path, row, sentence):
    with pytest.raises(FileError, match=sentence):
        read_refunds(write(tmp_path, f"{REFUNDS}{row}\n"))
