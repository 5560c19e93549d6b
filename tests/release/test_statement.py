"""The statement for the output check says what the gate's own files say."""

import json
import re

import polars as pl
import pytest

from trajectories.inputs import sha256_of
from trajectories.release.provenance import keyed_hash_of
from trajectories.release.store import read_tables

from .conftest import Made
from .outline import Outline


@pytest.fixture(scope="module")
def stated(synthetic: Made) -> Outline:
    return Outline((synthetic.release / "statement.html").read_text(encoding="utf-8"))


def test_it_names_the_certificate_that_stays(synthetic, stated):
    private = synthetic.private / "certificate.json"
    # The key of simulated data; that of real extracts is secret.
    assert keyed_hash_of(private, b"simulated") in stated.words
    assert sha256_of(private) not in stated.words
    proof = json.loads(private.read_text(encoding="utf-8"))
    assert f"at least {proof['rules']['width'] + 1} whole numbers" in stated.words


def test_its_sums_are_those_of_the_list(synthetic, stated):
    listed = pl.read_csv(synthetic.release / "disclosure.csv", glob=False)
    cells, withheld = listed["cells"].sum(), listed["withheld"].sum()
    assert f"Of {cells:,} counts {withheld:,} (" in stated.words
    assert f"{listed.height:,} tables of counts" in stated.words


def test_the_smallest_count_of_a_table_is_in_the_table(synthetic):
    listed = pl.read_csv(synthetic.release / "disclosure.csv", glob=False)
    threshold = json.loads((synthetic.release / "about.json").read_text("utf-8"))["rules"]
    tables = read_tables(synthetic.release / "tables")
    assert listed["smallest"].drop_nulls().min() >= threshold["base"]
    for name in ("reform_shares", "typology_clusters"):
        smallest = listed.filter(pl.col("table") == name)["smallest"].item()
        table = tables[name.partition("_")[2]]
        counts = [column for column in ("windows", "persons", "total") if column in table.columns]
        assert smallest == min(table.select(pl.col(counts).filter(pl.col(counts) > 0)).min().row(0))


def test_it_says_nothing_of_a_machine_or_a_person(stated):
    assert not re.search(r"/(tmp|home|root)/|p\d{3,}", stated.words)
