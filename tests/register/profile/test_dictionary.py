"""The data dictionary says something of every column of the contracts, and stands in the docs."""

from pathlib import Path

from trajectories.register.clean.contracts import Persons, Spells
from trajectories.register.clean.ingestion import OUTPUTS
from trajectories.register.clean.rules import TABLES
from trajectories.register.profile.dictionary import MEANINGS, columns, dictionary_page, meaning

ROOT = Path(__file__).parents[3]


def test_every_column_of_every_contract_has_a_meaning_and_every_meaning_a_column():
    used = set()
    for table, schema in {"persons": Persons, **OUTPUTS}.items():
        found = columns(table)
        assert set(schema.column_names()) <= set(found)
        if table != "persons":
            assert set(TABLES[table].kinds) <= set(found)
        for name in found:
            fact = meaning(table, name)
            assert fact.danish
            assert fact.english
            used.add(f"{table}.{name}" if f"{table}.{name}" in MEANINGS else name)
    assert used == set(MEANINGS)


def test_types_and_needs_come_from_the_contracts():
    spells = columns("spells")
    assert spells["code"] == ("yes", "text", "text")
    assert spells["municipality"] == ("no", "whole number", "whole number or missing")
    assert spells["registered"] == ("no", "date", "–")
    assert spells["group"] == ("–", "–", "text")
    assert columns("persons")["died"] == ("no", "date", "date or missing")
    assert Spells.columns()["benefit"].nullable


def test_the_page_is_up_to_date():
    written = (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert written == dictionary_page(), "run `trajectories docs write`"
    assert "`foed_dato`" in written
