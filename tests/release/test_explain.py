"""Where a released number comes from: answers against declarations, tables and planted changes."""

import itertools
import json
import shutil
from collections.abc import Iterator

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packages import config_of
from trajectories.cli import run
from trajectories.commands.release.explain import explain, usual_settings
from trajectories.errors import UserError
from trajectories.io import read_json
from trajectories.release.about import settings
from trajectories.release.contents import seal
from trajectories.release.gate.derive import ratio
from trajectories.release.gate.rules import PRESETS
from trajectories.release.headline import KEYS, headline
from trajectories.release.lineage.columns import derived_of, how_made
from trajectories.release.lineage.headline_cells import CELLS, cells_of
from trajectories.release.lineage.rows import MOST_ROWS, pick
from trajectories.release.lineage.rules import leaves_below, read_rules, rules_before, used_rules
from trajectories.release.outputs.registry import SPECS
from trajectories.release.store import TABLES, read_tables

RULES = {"threshold": 5, "base": 5, "significant_digits": 3, "step_events": 5}
SHARES = "tables/reform_shares.csv"


def test_a_cell_is_answered_in_a_few_lines(synthetic):
    lines = list(explain(synthetic.release / SHARES, "2", "after", "share", "all"))
    table = pl.read_csv(synthetic.release / SHARES).filter(
        pl.col("cluster") == 2, pl.col("group") == "after", pl.col("age") == "all"
    )
    assert len(lines) == 6
    assert lines[1] == f"  age all, group after, cluster 2: share {table['share'][0]}"
    assert "share: computed from the released windows and total" in lines[2]
    assert lines[3].startswith("made by rule make_reform, code 0000000000000005")
    assert lines[3].endswith("after read 0000000000000000")
    assert "reform.split_age = 30" in lines[4]
    (entry,) = read_json(synthetic.release / "provenance.json")["inputs"]
    assert entry["keyed_sha256"][:12] in lines[5]


def test_the_whole_answer_as_json(synthetic, capsys):
    run(["explain", str(synthetic.release / SHARES), "under 30", "1", "before", "--json"])
    found = json.loads(capsys.readouterr().out)
    (row,) = found["rows"]
    assert row["keys"] == {"age": "under 30", "group": "before", "cluster": 1}
    assert list(row["numbers"]) == [
        name for name in SPECS["shares"].published if name not in SPECS["shares"].dims
    ]
    assert (
        found["table"]["sha256"]
        == {
            one["file"]: one["sha256"]
            for one in read_json(synthetic.release / "provenance.json")["files"]
        }[SHARES]
    )
    assert set(found["settings"]) >= {"reform.split_age", "register.source"}
    assert found["protection"]["rules"] == {"preset": "default", "threshold": 5, "base": 5}


def test_what_a_reform_package_gives_is_no_setting_of_the_run():
    given = settings(config_of().model_dump(mode="json"))
    usual = leaves_below(usual_settings(given), ["reform", "sequences", "hazards"])
    filled = {"sequences.events", "reform.split_age", "hazards.models.calendar_borders"}
    own = leaves_below(given, filled)
    assert {key: usual[key] for key in filled} == own
    assert None not in own.values()
    assert usual["reform.package"] is None


def test_settings_of_another_version_are_compared_with_the_plain_defaults():
    given = {"reform": {"packages": [{"x": 1}]}, "register": {"states": "s", "alphabet": "a"}}
    assert usual_settings(given) == usual_settings({})


def test_earlier_releases_are_named(synthetic, tmp_path):
    release = shutil.copytree(synthetic.release, tmp_path / "release")
    about = read_json(release / "about.json")
    about["earlier"] = {"releases": 2}
    (release / "about.json").write_text(json.dumps(about))
    seal(release, read_json(release / "gate.json"))
    lines = "\n".join(explain(release / SHARES, "2", "after", "share"))
    assert "Compared with earlier releases: 2; a number whose difference may rest" in lines


def test_a_release_that_names_no_rules_says_so(synthetic, tmp_path):
    release = shutil.copytree(synthetic.release, tmp_path / "release")
    found = read_json(release / "provenance.json")
    del found["rules"]
    (release / "provenance.json").write_text(json.dumps(found))
    lines = "\n".join(explain(release / SHARES, "2", "after", "share"))
    assert "this release says no more of its rules" in lines
    assert "settings: this release does not say which of them the rule reads" in lines


def test_what_was_withheld_is_said_to_be(synthetic):
    tables = read_tables(synthetic.release / TABLES)
    for spec in SPECS.values():
        if spec.name not in tables or not spec.counts:
            continue
        rows = tables[spec.name].filter(pl.col(spec.counts[0].name).is_null())
        if rows.height and all(rows.row(0, named=True)[key] for key in spec.dims):
            words = [f"{key}={rows[key][0]}" for key in spec.dims]
            lines = list(explain(synthetic.release / f"tables/{spec.file}.csv", *words))
            assert "– is a number under 5" in "\n".join(lines)
            return
    pytest.fail("no row of the fixture is withheld")


@pytest.mark.parametrize(
    ("file", "words", "sentence"),
    [
        (SHARES, ["aftr", "2"], r"no key or column aftr; the nearest: after \(group\)\."),
        (SHARES, ["cluster"], r"cluster is a key of .*: name one of its values, 1, 2"),
        (SHARES, ["age="], r"age is a key of reform_shares\.csv: name one of its values, all, "),
        ("tables", [], r"is a folder: name a table in it or its headline\.json\."),
        (SHARES, ["windos"], r"the nearest: windows \(a column\)"),
        (SHARES, ["zzzzzz"], r"zzzzzz; age: all, .*; group: after, .*; cluster: 1, 2"),
        (SHARES, ["after"], rf"18 rows with after: pick at most {MOST_ROWS} by a value of age"),
        (SHARES, ["1", "2"], r"no row with 2 and the words before it; they allow age: "),
        (SHARES, ["group=2"], r"no key or column group=2"),
        ("headline.json", ["departur_hr"], r"Name one key .* the nearest: departure_hr, "),
        ("headline.json", [], r"Name one key of headline\.json; there are "),
        ("disclosure.csv", [], r"disclosure\.csv is no table of the release"),
        ("tables/nothing.csv", [], r"nothing\.csv is missing: name a table or the headline"),
    ],
)
def test_a_wrong_word_gets_one_sentence(synthetic, file, words, sentence):
    with pytest.raises(UserError, match=sentence) as error:
        list(explain(synthetic.release / file, *words))
    assert "\n" not in str(error.value)


def test_a_file_outside_a_release_is_named(tmp_path):
    (tmp_path / "a.csv").write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(UserError, match="lies in no release folder"):
        list(explain(tmp_path / "a.csv"))


def test_an_altered_table_is_not_explained(synthetic, tmp_path):
    release = shutil.copytree(synthetic.release, tmp_path / "release")
    with (release / SHARES).open("a", encoding="utf-8") as file:
        file.write("all,after,9,10,10,10,1,0,1,1\n")
    with pytest.raises(UserError, match="was changed after the gate made it"):
        list(explain(release / SHARES, "after", "2"))


# ---- rows


def naive(table: pl.DataFrame, dims: tuple[str, ...], words: list[str]) -> Iterator[int]:
    """Rows some of whose keys are the words, by trying every assignment."""
    for number, row in enumerate(table.iter_rows(named=True)):
        texts = [str(row[name]).lower() for name in dims]
        if any(list(chosen) == words for chosen in itertools.permutations(texts, len(words))):
            yield number


@given(
    st.lists(st.tuples(*[st.sampled_from(["1", "2", "A"])] * 3), min_size=1, max_size=8),
    st.lists(st.sampled_from(["1", "2", "a"]), max_size=3),
)
def test_rows_are_those_of_some_assignment_of_the_words(rows, words):
    spec = SPECS["shares"]
    table = pl.DataFrame(rows, schema=list(spec.dims), orient="row").with_row_index("number")
    expected = list(naive(table, spec.dims, words))
    if expected:
        assert pick(spec, table, words).rows["number"].to_list() == expected
    else:
        with pytest.raises(UserError):
            pick(spec, table, words)


# ---- columns


def test_every_released_column_is_said_to_be_made_somehow():
    for spec in SPECS.values():
        for column in spec.published:
            assert how_made(spec, column, RULES) != "made by the gate", (spec.name, column)


def test_what_a_share_is_derived_of_is_found_by_trying():
    spec = SPECS["shares"]
    assert derived_of(spec, "share") == (["windows", "total"], [])
    assert derived_of(spec, "se") == (["total"], ["se"])
    assert derived_of(spec, "windows") == ([], [])
    derive = ratio("share", "windows", "total")
    table = pl.DataFrame({"windows": [5.0], "total": [50.0]})
    assert "share" in derive(table, PRESETS["default"]).columns


# ---- headline


def test_every_headline_number_has_its_cells():
    assert set(CELLS) == set(KEYS)


@pytest.mark.parametrize("made", ["synthetic", "mvad", "jobless"])
def test_headline_numbers_follow_from_their_cells_alone(request, made):
    """A change in the named cells changes the number; a change everywhere else does not."""
    release = request.getfixturevalue(made).release
    tables = read_tables(release / TABLES)
    before = headline(tables)
    checked = 0
    for key, value in before.items():
        cells = cells_of(key, tables)
        if value is None or cells is None:
            continue
        marked = tables[cells.table].with_row_index("_row")
        chosen = cells.of(marked)["_row"].to_list()
        numbers = [
            name
            for name, dtype in tables[cells.table].schema.items()
            if dtype.is_numeric() and name not in cells.rows
        ]
        here = pl.col("_row").is_in(chosen)
        inside = marked.with_columns(
            pl.when(here)
            .then(pl.col(name) * 3 + 1)
            .otherwise(name)
            .cast(marked.schema[name])
            .alias(name)
            for name in cells.columns
        ).drop("_row")
        assert headline({**tables, cells.table: inside})[key] != value, key
        untouched = {name: SPECS[name].dims for name in tables}
        outside = marked.with_columns(
            pl.when(here & pl.lit(name in cells.columns))
            .then(name)
            .otherwise(pl.col(name) * 3 + 1)
            .cast(marked.schema[name])
            .alias(name)
            for name in numbers
            if name in cells.columns or name not in untouched[cells.table]
        ).drop("_row")
        if "largest" not in cells.how:
            assert headline({**tables, cells.table: outside})[key] == value, key
        checked += 1
    assert checked >= 2


# ---- rules

ORDER = ["a", "b", "c", "d", "provenance", "report"]


@given(st.data())
def test_rules_before_are_those_on_a_path(data):
    described = [
        {
            "rule": name,
            "code": name,
            "settings": [],
            "after": data.draw(st.lists(st.sampled_from(ORDER[:number]), unique=True))
            if number
            else [],
            "outputs": ["/home/somebody"],
        }
        for number, name in enumerate(ORDER)
    ]
    after = {one["rule"]: set(one["after"]) for one in described}

    def above(name: str) -> set[str]:
        return after[name] | {far for near in after[name] for far in above(near)}

    kept = used_rules(described, ["b"])
    assert {one["rule"] for one in kept} == {"b", "provenance", "report"} | above("b") | above(
        "provenance"
    ) | above("report")
    assert all(set(one) == {"rule", "code", "settings", "after"} for one in kept)
    rules = read_rules({"rules": described})
    for name in ORDER:
        assert {one.rule for one in rules_before(rules, name)} == above(name)


def test_leaves_lie_at_or_below_their_keys():
    settings = {"a": {"b": {"c": 1, "d": [2]}, "e": {}}, "ab": 3}
    assert leaves_below(settings, ["a.b"]) == {"a.b.c": 1, "a.b.d": [2]}
    assert leaves_below(settings, ["ab", "a.e", "x.y"]) == {"a.e": {}, "ab": 3, "x.y": None}
