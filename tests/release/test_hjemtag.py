"""The folder taken home: the release in another form, and a scan that can fail."""

import re
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trajectories.commands.release.folder import HEADLINE, MANIFEST, PROVENANCE
from trajectories.commands.release.hjemtag import check_hjemtag, hjemtag
from trajectories.errors import UserError
from trajectories.io import read_json, write_json
from trajectories.release.contents import files_of
from trajectories.release.gate.rules import PRESETS
from trajectories.release.gate.spec import Count, TableSpec, Total
from trajectories.release.hjemtag.columns import small_whole_numbers, taken_table
from trajectories.release.hjemtag.names import NAME, file_name
from trajectories.release.hjemtag.scan import LEAST, scan
from trajectories.release.hjemtag.workbook import workbook
from trajectories.release.outputs.registry import SPECS
from trajectories.release.store import TABLES, read_tables

from .test_inspection import with_chunk


@pytest.fixture(scope="module")
def taken(synthetic, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("taken") / "hjemtag"
    list(hjemtag(synthetic.release, out=folder))
    return folder


@pytest.fixture(scope="module")
def small(mvad, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("small") / "hjemtag"
    list(hjemtag(mvad.release, out=folder))
    return folder


@pytest.fixture
def home(small, tmp_path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(small, tmp_path / "hjemtag"))


@pytest.fixture
def curves(jobless, tmp_path) -> Path:
    """A folder with a curve that a test may spoil."""
    list(hjemtag(jobless.release, out=tmp_path / "hjemtag"))
    return tmp_path / "hjemtag"


def table_of(folder: Path, name: str) -> Path:
    (path,) = (folder / "1_tabeller").glob(f"{name}__*.csv")
    return path


def test_nothing_would_be_flagged(taken, small):
    assert list(scan(taken, users=["somebody"])) == []
    (line,) = check_hjemtag(small)
    assert line.endswith("nothing that the export scan would flag.")


def test_every_table_and_figure_is_there_and_described(synthetic, taken):
    tables = {path.name.partition("__")[0] for path in (taken / "1_tabeller").glob("*.csv")}
    released = {path.stem for path in (synthetic.release / "tables").iterdir()}
    empty = {
        SPECS[n].file for n, t in read_tables(synthetic.release / TABLES).items() if t.is_empty()
    }
    assert tables == released - empty
    figures = {path.name.partition("__")[0] for path in (taken / "2_figurer").iterdir()}
    drawn = {path.stem for path in (synthetic.release / "figures").glob("*.png")}
    assert figures == drawn
    said = (taken / "README.txt").read_text(encoding="utf-8")
    assert all(Path(name).stem in said for name in files_of(taken) if name != "README.txt")


def test_no_number_changes(synthetic, taken):
    released = pl.read_csv(synthetic.release / "tables/reform_shares.csv")
    home = pl.read_csv(table_of(taken, "reform_shares"))
    names = {"windows": "N", "persons": "N_persons", "total": "N_total"}
    assert home.columns == [names.get(name, name) for name in released.columns]
    clusters = "cluster " + released["cluster"].cast(pl.String)
    assert home["cluster"].to_list() == clusters.to_list()
    for name in released.columns:
        if name != "cluster":
            assert home[names.get(name, name)].to_list() == released[name].to_list()


def test_the_workbook_holds_the_same_as_the_csv_file(taken):
    path = table_of(taken, "reform_shares")
    sheet = openpyxl.load_workbook(path.with_suffix(".xlsx")).active
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    table = pl.read_csv(path)
    assert rows == [table.columns, *map(list, table.rows())]


def test_the_folder_is_the_same_every_time(jobless, tmp_path):
    for name in ("a", "b"):
        list(hjemtag(jobless.release, out=tmp_path / name))
    list(hjemtag(jobless.release, out=tmp_path / "b"))
    assert files_of(tmp_path / "a") == files_of(tmp_path / "b")
    for name in files_of(tmp_path / "a"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.parametrize("suffix", ["pdf", "svg"])
def test_figures_come_in_the_format_that_there_is(jobless, tmp_path, suffix):
    release = Path(shutil.copytree(jobless.release, tmp_path / "release"))
    for path in (release / "figures").glob("*.png"):
        path.rename(path.with_suffix(".pdf"))
        if suffix == "svg":
            path.with_suffix(".pdf").unlink()
    there = files_of(release)
    entries = read_json(release / MANIFEST)
    write_json([one for one in entries if one["file"] in there], release / MANIFEST)
    list(hjemtag(release, out=tmp_path / "h"))
    suffixes = {path.suffix for path in (tmp_path / "h/2_figurer").iterdir()}
    assert suffixes == {f".{suffix}"}


def test_danish_words_and_names(mvad, tmp_path):
    list(hjemtag(mvad.release, out=tmp_path / "h"))
    assert "Kolonner med navnet N er antal." in (tmp_path / "h/README.txt").read_text("utf-8")
    chosen = pl.read_csv(table_of(tmp_path / "h", "typology_quality"))["chosen"]
    assert set(chosen) == {"ja", "nej"}


def test_a_folder_with_other_files_is_left_alone(jobless, tmp_path):
    (tmp_path / "thesis.docx").write_text("x", encoding="utf-8")
    with pytest.raises(UserError, match=r"holds thesis\.docx"):
        list(hjemtag(jobless.release, out=tmp_path))
    assert files_of(tmp_path) == ["thesis.docx"]


def test_an_altered_release_is_not_taken_home(jobless, tmp_path):
    release = Path(shutil.copytree(jobless.release, tmp_path / "release"))
    (release / "tables/hazards_exits.csv").write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"hazards_exits\.csv"):
        list(hjemtag(release, out=tmp_path / "h"))


@pytest.mark.parametrize("name", [HEADLINE, PROVENANCE, MANIFEST, "figures/forest.svg"])
@pytest.mark.parametrize("harm", [Path.unlink, partial(Path.write_text, data="{}")])
def test_what_the_gate_did_not_make_is_not_taken_home_altered(jobless, tmp_path, name, harm):
    release = Path(shutil.copytree(jobless.release, tmp_path / "release"))
    harm(release / name)
    with pytest.raises(UserError, match=re.escape(Path(name).name)):
        list(hjemtag(release, out=tmp_path / "h"))
    assert not (tmp_path / "h").exists()


def test_an_empty_folder_has_nothing_to_scan(tmp_path):
    with pytest.raises(UserError, match="holds no files: make it with"):
        list(check_hjemtag(tmp_path))


# ---- one planted violation a rule


def with_column(name: str, values: Callable[[int], list]) -> Callable[[Path], None]:
    def plant(home: Path) -> None:
        path = table_of(home, "reform_shares")
        table = pl.read_csv(path, infer_schema=False)
        column = pl.Series(name, [str(one) for one in values(table.height)])
        table = table.with_columns(column)
        table.write_csv(path)
        path.with_suffix(".xlsx").write_bytes(workbook(table))

    return plant


def renamed(home: Path) -> None:
    path = table_of(home, "reform_shares")
    for one in (path, path.with_suffix(".xlsx")):
        one.rename(one.with_stem("table2"))
    readme = home / "README.txt"
    readme.write_text(readme.read_text("utf-8") + "table2 (csv, xlsx)\n", encoding="utf-8")


def other_format(home: Path) -> None:
    path = table_of(home, "reform_shares")
    path.with_suffix(".sas7bdat").write_bytes(b"x")


def among_figures(home: Path) -> None:
    path = table_of(home, "reform_shares")
    shutil.copy(path, home / "2_figurer" / path.name)
    shutil.copy(path.with_suffix(".xlsx"), home / "2_figurer" / path.with_suffix(".xlsx").name)


def other_workbook(home: Path) -> None:
    path = table_of(home, "reform_shares").with_suffix(".xlsx")
    shutil.copy(table_of(home, "typology_quality").with_suffix(".xlsx"), path)


def lonely_workbook(home: Path) -> None:
    table_of(home, "reform_shares").unlink()


def unknown_file(home: Path) -> None:
    (home / "2_figurer" / "more__than-is-said__n10.png").write_bytes(b"x")


def part_of_a_name(home: Path) -> None:
    (home / "3_rapporter" / "report.htm.html").write_text("x")
    (home / "3_rapporter" / "a.html").write_text("x")


def without_readme(home: Path) -> None:
    (home / "README.txt").unlink()


def hidden(home: Path) -> None:
    (home / "1_tabeller" / ".Rhistory").write_text("x", encoding="utf-8")


def photographed(home: Path) -> None:
    path = min((home / "2_figurer").iterdir())
    path.write_bytes(with_chunk(path.read_bytes(), b"tEXt", b"Author\x00Kim"))


def with_path(home: Path) -> None:
    readme = home / "README.txt"
    readme.write_text(readme.read_text("utf-8") + "E:\\workdata\\704001\n", encoding="utf-8")


def with_user(home: Path) -> None:
    readme = home / "README.txt"
    readme.write_text(readme.read_text("utf-8") + "kimjensen\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("plant", "kind"),
    [
        (with_column("employed", lambda n: [number % 2 for number in range(n)]), "zeros and ones"),
        (with_column("children", lambda n: [number % 4 for number in range(n)]), "whole numbers"),
        (with_column("Antal", lambda n: [100 + number for number in range(n)]), "column of counts"),
        (with_column("N_small", lambda n: [LEAST - 1] + [50] * (n - 1)), "small count"),
        (with_column("N_words", lambda n: ["few"] + [50] * (n - 1)), "small count"),
        (
            with_column("income_median", lambda n: [212.5 + number for number in range(n)]),
            "order statistic",
        ),
        (with_column("p90", lambda n: [1.5 + number for number in range(n)]), "order statistic"),
        (with_column("pnr", lambda n: [f"x{number}" for number in range(n)]), "key column"),
        (with_column("born", lambda n: ["03-04-1981"] * n), "date of birth"),
        (renamed, "file name"),
        (other_format, "format"),
        (among_figures, "format"),
        (other_workbook, "unequal twins"),
        (lonely_workbook, "unequal twins"),
        (unknown_file, "foreign file"),
        (part_of_a_name, "foreign file"),
        (without_readme, "missing file"),
        (hidden, "hidden file"),
        (photographed, "metadata"),
        (with_path, "path"),
        (with_user, "user name"),
    ],
)
def test_a_planted_violation_is_found_and_nothing_else(home, plant, kind):
    plant(home)
    assert {one.kind for one in scan(home, users=["kimjensen"])} == {kind}


def test_findings_end_the_check_with_a_line_each(home):
    with_path(home)
    with pytest.raises(UserError, match=r"would be flagged; 1 finding:\n  README\.txt: path: "):
        list(check_hjemtag(home))


@pytest.mark.parametrize(
    "column",
    [
        pl.when(pl.int_range(pl.len()) != 1).then("N_events").alias("N_events"),
        pl.lit(None).alias("N_events"),
    ],
)
def test_a_curve_that_moves_without_events_is_found(curves, column):
    path = table_of(curves, "hazards_kaplan_meier")
    table = pl.read_csv(path, infer_schema=False).with_columns(column)
    table.write_csv(path)
    path.with_suffix(".xlsx").write_bytes(workbook(pl.read_csv(path, infer_schema=False)))
    assert {one.kind for one in scan(curves)} == {"step curve"}


def test_a_curve_without_its_events_is_found(curves):
    path = table_of(curves, "hazards_kaplan_meier")
    table = pl.read_csv(path, infer_schema=False).drop("N_events")
    table.write_csv(path)
    path.with_suffix(".xlsx").write_bytes(workbook(table))
    assert {one.kind for one in scan(curves)} == {"step curve"}


# ---- columns and names


def spec(*counts: Count, totals: tuple[Total, ...] = ()) -> TableSpec:
    return TableSpec(
        stage="reform",
        name="x",
        sensitivity="high",
        row="x",
        dims=("cluster",),
        counts=counts,
        totals=totals,
    )


def test_counts_are_called_n_and_zeros_are_none():
    table = pl.DataFrame(
        {
            "cluster": [1, 2],
            "months": [100, 0],
            "persons": [10, None],
            "weight": [1.5, 2.0],
            "total": [110, 110],
            "share": [1.0, 0.0],
            "mean": [1.0, 0.5],
            "odd": [True, None],
        }
    )
    made = taken_table(
        spec(
            Count("months", "months"),
            Count("persons", "persons", guards=True),
            Count("weight", "weight"),
            totals=(Total("total", "months", over=("cluster",)),),
        ),
        table,
        "yes",
        "no",
    )
    assert made.frame.to_dict(as_series=False) == {
        "cluster": ["cluster 1", "cluster 2"],
        "N_months": [100, None],
        "N": [10, None],
        "weight": [1.5, 2.0],
        "N_total": [110, 110],
        "mean": [1.0, 0.5],
        "odd": ["yes", None],
    }
    assert (made.left_out, made.n) == (("share",), 110)


@given(st.lists(st.integers(-150, 150) | st.none()))
def test_small_whole_numbers_are_known(numbers):
    texts = pl.Series([None if one is None else str(one) for one in numbers], dtype=pl.String)
    known = [one for one in numbers if one is not None]
    assert small_whole_numbers(texts) == (bool(known) and all(abs(one) < 100 for one in known))
    assert not small_whole_numbers(pl.Series([*(str(one) for one in known), "1.5"]))


@given(st.text(min_size=1), st.none() | st.integers(5, 10**7))
def test_names_say_what_and_how_many(holds, n):
    name = file_name("reform_shares", f"Rows {holds}", n, "csv")
    assert NAME.fullmatch(name)
    assert name.isascii()
    assert len(name) < 110
    assert name.endswith("no-counts.csv" if n is None else f"__n{n}.csv")


def test_a_long_name_ends_with_a_word_that_says_something():
    held = "windows of one cluster of any partition in one state at one month of the window"
    name = file_name("partition_states", held, 10, "csv")
    assert name.split("__")[1] == "windows-of-one-cluster-of-any-partition-in-one-state"


def test_the_preset_of_statistics_denmark_is_as_strict_as_the_default():
    dst, default = PRESETS["dst"], PRESETS["default"]
    assert (dst.threshold, dst.base, dst.width) == (default.threshold, default.base, default.width)
