"""Codelists, state rules and alphabets: the shipped ones, and what is wrong with bad ones."""

import datetime as dt
import re
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from trajectories.errors import UserError
from trajectories.register.codes.codelist import (
    MEANING,
    VALIDITY,
    StateRules,
    describe_codes,
    load_alphabet,
    load_codelist,
    load_labels,
    load_states,
    unknown_codes,
)
from trajectories.register.codes.relabelling import load_relabelling

SHIPPED = Path(__file__).parents[3] / "config" / "codelists"
ALPHABET = [
    "JOB",
    "EDU",
    "UI",
    "SA_READY",
    "SA_PASSIVE",
    "SA_ACTIVE",
    "REHAB",
    "SICK",
    "FLEX",
    "PENSION",
    "SELF",
    "OUT",
]


@pytest.fixture(scope="module")
def dream() -> pl.DataFrame:
    return load_codelist(SHIPPED / "dream.csv")


@pytest.fixture(scope="module")
def rules() -> StateRules:
    return load_states(SHIPPED / "states.csv")


def test_the_shipped_codelist_holds_the_131_codes_and_keeps_their_confidence(dream):
    assert dream.height == 131
    assert dream.columns == [*MEANING, *VALIDITY]
    assert set(dream["readiness"].drop_nulls()) == {"job_ready", "not_ready"}
    raw = pl.read_csv(SHIPPED / "dream.csv", infer_schema=False)
    assert set(raw["confidence"]) == {"high", "medium"}


def test_no_unverified_code_is_shipped_and_the_claims_stand_in_the_docs(dream):
    docs = SHIPPED.parents[1] / "docs"
    unverified = pl.read_csv(docs / "dream_codes_unverified.csv")
    chapter = (docs / "register.md").read_text(encoding="utf-8")
    for claim, status in unverified.iter_rows():
        assert f"| {claim} | {status} |" in chapter
    gaps = unverified.filter(pl.col("status").str.starts_with("gaps in"))["claim"][0]
    claimed = set(re.findall(r"\d{3}", gaps)) | {"772", "773", "775", "891", "995", "996"}
    claimed |= {str(code) for code in range(870, 879)}
    assert not claimed & set(dream["code"])


def test_the_claims_are_those_of_the_reference(reference):
    docs = SHIPPED.parents[1] / "docs"
    name = "dream_codes_unverified.csv"
    assert (docs / name).read_bytes() == (reference / name).read_bytes()


def test_every_code_under_every_readiness_has_a_state_of_the_alphabet(dream, rules):
    alphabet = load_alphabet(SHIPPED / "alphabet.csv")
    assert alphabet == ALPHABET
    rules.check_alphabet(alphabet)
    for readiness in (None, "job_ready", "activity_ready", "education_ready", "not_ready"):
        seen = dream.with_columns(readiness=pl.lit(readiness, dtype=pl.String))
        assert set(rules.apply(seen)["state"]) <= set(alphabet)
    assert rules.states == set(alphabet)


@pytest.mark.parametrize(
    ("code", "readiness", "state"),
    [
        ("130", None, "SA_READY"),
        ("137", "job_ready", "SA_READY"),
        ("130", "activity_ready", "SA_PASSIVE"),
        ("137", "education_ready", "SA_ACTIVE"),
        ("730", None, "SA_PASSIVE"),
        ("737", None, "SA_ACTIVE"),
        ("739", None, "SA_ACTIVE"),
        ("730", "job_ready", "SA_READY"),
        ("700", None, "SA_PASSIVE"),
        ("705", None, "SA_ACTIVE"),
        ("700", "job_ready", "SA_READY"),
        ("111", "activity_ready", "UI"),
        ("151", None, "UI"),
        ("511", None, "JOB"),
        ("651", None, "EDU"),
        ("813", None, "REHAB"),
        ("785", None, "REHAB"),
        ("760", None, "REHAB"),
        ("771", None, "FLEX"),
        ("740", None, "FLEX"),
        ("781", None, "PENSION"),
        ("783", None, "PENSION"),
        ("621", None, "PENSION"),
        ("998", None, "PENSION"),
        ("412", None, "SELF"),
        ("881", None, "SELF"),
        ("890", None, "SICK"),
        ("997", None, "OUT"),
        ("999", None, "OUT"),
    ],
)
def test_states_follow_readiness_and_activity(dream, rules, code, readiness, state):
    row = describe_codes(pl.DataFrame({"code": [code]}), dream)
    if readiness is not None:
        row = row.with_columns(readiness=pl.lit(readiness))
    assert rules.apply(row)["state"].to_list() == [state]


def test_rules_keep_the_rows_in_their_order_and_the_first_match_wins():
    rules = StateRules((("a", None, "*", "one"), ("a", "x", "y", "two"), ("*", "*", "*", "rest")))
    frame = pl.DataFrame(
        {
            "n": [1, 2, 3, 4, 5],
            "group": ["b", "a", "a", None, "a"],
            "readiness": ["x", "x", None, None, "x"],
            "activity": ["y", "y", "y", None, None],
        },
        schema_overrides={"group": pl.Categorical},
    )
    found = rules.apply(frame)
    assert found["n"].to_list() == [1, 2, 3, 4, 5]
    assert found["state"].to_list() == ["rest", "two", "one", "rest", "rest"]


def test_a_combination_without_a_rule_is_named():
    rules = StateRules((("a", "*", "*", "one"),), "states.csv")
    frame = pl.DataFrame({"group": ["a", "b"], "readiness": ["r", None], "activity": ["x", "x"]})
    message = "states.csv has no rule for group b, readiness blank, activity x"
    with pytest.raises(UserError, match=message):
        rules.apply(frame)


def test_a_state_outside_the_alphabet_is_named():
    with pytest.raises(UserError, match="the state one, which the alphabet does not hold"):
        StateRules((("a", "*", "*", "one"),)).check_alphabet(["two"])


def test_the_mvad_codelist_maps_each_activity_to_itself():
    codes = load_codelist(SHIPPED / "mvad.csv")
    found = load_states(SHIPPED / "mvad_states.csv").apply(codes)
    assert found["state"].to_list() == found["code"].to_list()
    alphabet = ["employment", "FE", "HE", "joblessness", "school", "training"]
    assert load_alphabet(SHIPPED / "mvad_alphabet.csv") == alphabet


HEADER = "code,benefit,activity,readiness,state\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "is missing"),
        ("", "has no column 'code': its header must hold"),
        ("code,benefit\n1,2\n", "has no column 'activity'"),
        (HEADER, "has a header but no rows"),
        (HEADER + "1,a,b,c,\n", "has a row without a state"),
        (HEADER + ",a,b,c,X\n", "has a row without a code"),
        (HEADER + "1,a,b,c,X\n 1 ,a,b,c,Y\n", "holds code 1 more than once"),
    ],
)
def test_a_bad_codelist_gets_one_sentence(tmp_path, text, message):
    path = tmp_path / "codes.csv"
    if text is not None:
        path.write_text(text)
    with pytest.raises(UserError, match=message):
        load_codelist(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("state,order\nA,1\nB,1\n", "an order of its own"),
        ("state,order\nA,1\nB,x\n", "an order of its own"),
        ("state,order\nA,1\nA,2\n", "name each state once"),
        ("state,order\nA,1\n,2\n", "name each state once"),
    ],
)
def test_a_bad_alphabet_gets_one_sentence(tmp_path, text, message):
    path = tmp_path / "alphabet.csv"
    path.write_text(text)
    with pytest.raises(UserError, match=message):
        load_alphabet(path)


def test_an_alphabet_follows_its_order_not_its_rows(tmp_path):
    path = tmp_path / "alphabet.csv"
    path.write_text("state,order\nB,10\nA,9\n")
    assert load_alphabet(path) == ["A", "B"]


def test_a_rule_without_a_state_gets_one_sentence(tmp_path):
    path = tmp_path / "states.csv"
    path.write_text("group,readiness,activity,state\na,*,*,\n")
    with pytest.raises(UserError, match="has a rule without a state"):
        load_states(path)


def coded(*pairs: tuple[str | None, str | None]) -> pl.DataFrame:
    frame = pl.DataFrame(pairs, schema={"code": pl.String, "start": pl.String}, orient="row")
    return frame.with_columns(pl.col("start").str.to_date(), key=pl.lit("p"))


def test_unknown_codes_stop_with_their_rows_and_months(dream):
    rows = coded(("130", "2010-01-01"), ("13x", "2012-05-03"), ("13x", "2011-02-01"), ("zz", None))
    message = r"spells.csv holds codes .*: 13x, zz \(3 rows, 2011-02 to 2012-05\).*code_map"
    with pytest.raises(UserError, match=message):
        unknown_codes(rows, dream["code"], file="spells.csv")
    unknown_codes(rows.filter(pl.col("code") == "130"), dream["code"], file="spells.csv")


def test_too_many_unknown_values_or_keys_are_counted_and_not_shown(dream):
    rows = coded(*((f"x{i:02d}", None) for i in range(31)))
    with pytest.raises(UserError, match=r"holds 31 values that are no known code") as caught:
        unknown_codes(rows, dream["code"], file="spells.csv")
    assert "x01" not in str(caught.value)
    keys = coded(("abc", None), ("130", None)).with_columns(key=pl.Series(["abc", "abc"]))
    with pytest.raises(UserError, match=r"holds 1 values that are no known code") as caught:
        unknown_codes(keys, dream["code"], file="spells.csv")
    assert "abc" not in str(caught.value)
    rows = coded(("x", None))
    with pytest.raises(UserError, match=r"holds a code that .*: x \(1 row\); add"):
        unknown_codes(rows, dream["code"], file="spells.csv")


TABLE = "code,danish,benefit,activity,readiness,state,valid_from\n" + (
    "0730,Kontanthjælp – aktiv,sa,,activity_ready,SA,2014-01-01\n010,,edu,,,EDU,\n"
)


@pytest.mark.parametrize(
    "written",
    [
        TABLE.encode(),
        b"\xef\xbb\xbf" + TABLE.encode(),
        TABLE.replace(",", ";").encode("windows-1252"),
        TABLE.replace(",", ";").replace("\n", "\r\n").encode("utf-8-sig"),
        TABLE.replace(",", "\t").encode(),
        TABLE.replace(",", ";").replace("2014-01-01", "01-01-2014").encode("windows-1252"),
        (TABLE.replace(",", ";") + ";;;;;;\n;;;;;;\n").encode("windows-1252"),
        TABLE.replace(",", ";").replace("\n", ";;\n").encode("windows-1252"),
    ],
)
def test_a_codelist_from_a_danish_spreadsheet_is_that_of_any_other(tmp_path, written):
    plain, path = tmp_path / "plain.csv", tmp_path / "codes.csv"
    plain.write_text(TABLE)
    path.write_bytes(written)
    assert_frame_equal(load_labels(path), load_labels(plain))
    assert load_labels(path)["danish"].to_list() == [None, "Kontanthjælp – aktiv"]
    assert load_labels(path)["valid_from"].to_list() == [None, dt.date(2014, 1, 1)]


def test_states_alphabet_and_relabelling_come_from_a_spreadsheet_as_well(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes("state;order\r\nÅben;2\r\nJOB;1\r\n;\r\n".encode("windows-1252"))
    assert load_alphabet(path) == ["JOB", "Åben"]
    path.write_bytes(b"\xef\xbb\xbfgroup;readiness;activity;state\r\nSA;*;;JOB\r\n")
    assert load_states(path).rules == (("SA", "*", None, "JOB"),)
    path.write_bytes(b"dimension;after;before;from_date\r\ncode;140;130;01-01-2014\r\n")
    assert load_relabelling(path).row(0) == ("code", "140", "130", dt.date(2014, 1, 1))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04\x00", "is a spreadsheet or in UTF-16: save it as CSV in UTF-8"),
        ("state,order\nJOB,1\n".encode("utf-16"), "is a spreadsheet or in UTF-16"),
        (b"state,order\nJOB\n", "row 1 has 1 cell and the header 2"),
        (b"state,order\nJOB,1,2\n", "row 1 has 3 cells and the header 2"),
        (b"state,order,order\nJOB,1,2\n", "has the column 'order' twice"),
    ],
)
def test_a_list_that_is_no_whole_table_gets_a_sentence(tmp_path, content, sentence):
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(UserError, match=sentence):
        load_alphabet(path)
