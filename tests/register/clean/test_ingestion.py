"""The whole stage on a messy register: conservation, row order, seeds, and a naive reference."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from register.messy import LAST, messy_register
from trajectories.config.sections.register import RegisterConfig
from trajectories.errors import UserError
from trajectories.register import RawTable, clean_register, load_codelist
from trajectories.register.clean.ingestion import CleanTable
from trajectories.register.codes.codelist import MEANING

CODELIST = load_codelist(Path(__file__).parents[3] / "config" / "codelists" / "dream.csv")
TABLES = ("persons", "spells", "employment", "assignments", "readiness", "activities")


def clean(tables: dict[str, pl.DataFrame], *, seed: int = 1) -> dict[str, CleanTable]:
    raw = {name: RawTable(name, frame, (f"{name}.parquet",)) for name, frame in tables.items()}
    return clean_register(raw, CODELIST, RegisterConfig(), key_seed=seed)


@pytest.fixture(scope="module")
def messy() -> dict[str, pl.DataFrame]:
    return messy_register(60, seed=3)


@pytest.fixture(scope="module")
def cleaned(messy) -> dict[str, CleanTable]:
    return clean(messy)


def with_keys(tables: dict[str, CleanTable], name: str) -> pl.DataFrame:
    """Put the keys back, so that registers with other row numbers can be compared."""
    frame = tables[name].frame.join(tables["persons"].keys, on="person").drop("person")
    if name == "assignments":
        workers = tables[name].keys.rename({"key": "worker"})
        frame = frame.join(workers, on="caseworker").drop("caseworker")
    return frame.sort(pl.all())


def test_each_table_adds_up_and_every_rejected_row_is_kept(messy, cleaned):
    assert tuple(cleaned) == TABLES
    for name, table in list(cleaned.items())[:-1]:
        rows = {step: 0 for step in ("read", "rejected", "merged", "used")}
        for step, count in table.accounting.select("step", "rows").iter_rows():
            rows[step] += count
        assert rows["read"] == messy[name].height
        assert rows["read"] == rows["rejected"] + rows["merged"] + rows["used"]
        assert rows["rejected"] == table.rejected.height > 0
        assert table.rejected.select("file", "row").is_unique().all()
        assert rows["used"] <= table.frame.height or name == "persons"


def test_the_order_of_rows_changes_nothing_but_the_row_numbers_of_the_quarantine(messy, cleaned):
    shuffled = {
        name: frame.sample(fraction=1, shuffle=True, seed=5) for name, frame in messy.items()
    }
    again = clean(shuffled)
    for name, table in cleaned.items():
        assert again[name].frame.equals(table.frame)
        assert again[name].accounting.equals(table.accounting)
        content = ("table", "file", "reason", "raw")
        assert (
            again[name]
            .rejected.select(content)
            .sort(content)
            .equals(table.rejected.select(content).sort(content))
        )


def test_the_seed_of_the_keys_changes_nothing_but_the_row_numbers(messy, cleaned):
    again = clean(messy, seed=99)
    assert not again["persons"].keys.equals(cleaned["persons"].keys)
    for name, table in cleaned.items():
        assert with_keys(again, name).equals(with_keys(cleaned, name))
        assert again[name].accounting.equals(table.accounting)


def test_person_numbers_are_dense_and_no_key_leaves_the_key_table(cleaned):
    persons = cleaned["persons"]
    assert persons.frame["person"].to_list() == list(range(persons.frame.height))
    assert persons.keys["person"].to_list() != sorted(persons.keys["person"])
    keys = set(persons.keys["key"]) | set(cleaned["assignments"].keys["key"])
    for table in cleaned.values():
        for column in table.frame.select(pl.col(pl.String)):
            assert not keys & set(column)


def naive_spells(messy: dict[str, pl.DataFrame]) -> tuple[Counter, dict[tuple[str, date], str]]:
    """Clean the spells row by row and day by day, the slow and plain way."""
    rows: dict[str, set[tuple]] = {}
    for key, *values in messy["persons"].iter_rows():
        rows.setdefault(key, set()).add(tuple(values))
    rejected_persons = {key for key, variants in rows.items() if len(variants) > 1}
    reasons, accepted = Counter(), set()
    for key, code, start, end, place in messy["spells"].iter_rows():
        birth, _, _, died, _ = next(iter(rows.get(key, {(None,) * 5})))
        if key is None:
            reasons["person is missing"] += 1
        elif key not in rows:
            reasons["person is not in persons"] += 1
        elif key in rejected_persons:
            reasons["person was rejected in persons"] += 1
        elif start is None:
            reasons["start is missing"] += 1
        elif end is not None and end < start:
            reasons["end lies before start"] += 1
        elif code is None:
            reasons["code is missing"] += 1
        elif start < birth:
            reasons["starts before birth"] += 1
        elif died is not None and start > died:
            reasons["starts after death"] += 1
        else:
            accepted.add((key, start, min(end or LAST, died or LAST), code, place))
    held: dict[tuple[str, date], tuple[tuple, str]] = {}
    for key, start, end, code, place in accepted:
        for offset in range((end - start).days + 1):
            day = start + timedelta(offset)
            claim = ((-start.toordinal(), end.toordinal(), code, place), code)
            held[key, day] = min(claim, held.get((key, day), claim))
    return reasons, {day: code for day, (_, code) in held.items()}


def test_spells_equal_those_of_a_naive_reference(messy, cleaned):
    reasons, held = naive_spells(messy)
    assert Counter(cleaned["spells"].rejected["reason"].to_list()) == reasons
    found = {}
    keyed = with_keys(cleaned, "spells").select("key", "start", "end", "code")
    for key, start, end, code in keyed.iter_rows():
        for offset in range((end - start).days + 1):
            assert (key, start + timedelta(offset)) not in found
            found[key, start + timedelta(offset)] = code
    assert found == held


def test_codes_carry_their_meaning(cleaned):
    spells = cleaned["spells"].frame
    here = pl.col("code").is_in(spells["code"].unique().implode())
    expected = CODELIST.filter(here).select(MEANING)
    found = spells.select(MEANING).unique().sort("code")
    assert found.equals(expected)


def test_absent_tables_come_out_empty_under_their_contract(messy, cleaned):
    bare = clean({"spells": messy["spells"]})
    for name in ("employment", "assignments", "readiness"):
        assert bare[name].frame.is_empty()
        assert bare[name].frame.schema == cleaned[name].frame.schema
        assert bare[name].accounting.is_empty()
    assert bare["persons"].accounting.is_empty()
    assert bare["persons"].frame.schema == cleaned["persons"].frame.schema
    assert bare["persons"].frame.height == messy["spells"]["person"].drop_nulls().n_unique()


def test_an_optional_table_may_have_no_rows(messy):
    found = clean({**messy, "readiness": messy["readiness"].clear()})["readiness"]
    assert found.frame.is_empty()
    assert found.accounting.rows() == [("readiness", "read", "rows read", 0)]


def test_spells_are_needed(messy):
    with pytest.raises(UserError, match="the extract has no spells"):
        clean({"persons": messy["persons"]})


def test_rows_of_spells_are_trimmed_not_lost(cleaned):
    rows = dict(cleaned["spells"].accounting.select("reason", "rows").rows())
    assert rows["trimmed"] > 0
    assert np.isin(["as registered", "equal to another row"], list(rows)).all()


def test_spells_after_the_last_known_codes_stop_the_run(messy):
    raw = {name: RawTable(name, frame, (f"{name}.parquet",)) for name, frame in messy.items()}
    for source, until, message in (
        ("files", date(2012, 1, 1), "spells that begin after 2012-01-01, until when the meaning"),
        ("files", LAST, None),
        ("simulator", date(2012, 1, 1), None),
    ):
        files = {"spells": {"path": "spells.parquet"}}
        rules = RegisterConfig(source=source, files=files, codes_known_until=until)
        if message is None:
            assert clean_register(raw, CODELIST, rules, key_seed=1)["spells"].frame.height
        else:
            with pytest.raises(UserError, match=message):
                clean_register(raw, CODELIST, rules, key_seed=1)
