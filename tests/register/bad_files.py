"""Bad files and bad settings: what stops the run, and what is read all the same."""

from pathlib import Path

import polars as pl

from .bad_inputs import GOOD, ROOT, Bad

SPELLS = GOOD["spells"]
LATIN = GOOD["assignments"].replace("adult", "område nord").encode("latin-1")


def frame() -> pl.DataFrame:
    return pl.read_csv(SPELLS.encode(), try_parse_dates=True, schema_overrides={"code": pl.String})


def cut_parquet(path: Path) -> None:
    frame().write_parquet(path)
    path.write_bytes(path.read_bytes()[:-40])


def wrong_type(path: Path) -> None:
    frame().with_columns(start=pl.lit(True)).write_parquet(path)


def fractions_for_keys(path: Path) -> None:
    frame().with_columns(person=pl.lit(1.5)).write_parquet(path)


FILES = (
    Bad(
        "a file that does not exist",
        "none.csv does not exist",
        files={"spells": ("none.csv", None)},
    ),
    Bad(
        "a pattern that matches no file",
        "does not exist",
        files={"spells": ("spells_*.csv", None)},
    ),
    Bad("an empty file", "spells.csv is empty", files={"spells": ("spells.csv", b"")}),
    Bad("an empty Parquet file", "is empty", files={"spells": ("spells.parquet", b"")}),
    Bad(
        "a Parquet file cut short",
        "not a whole Parquet file",
        files={"spells": ("spells.parquet", cut_parquet)},
    ),
    Bad(
        "a CSV file named `.parquet`",
        "not a whole Parquet file",
        files={"spells": ("spells.parquet", SPELLS.encode())},
    ),
    Bad(
        "a Stata file that is none",
        "not a whole dta file",
        files={"spells": ("spells.dta", b"<stata_dta><header>")},
    ),
    Bad(
        "a SAS file that is none",
        "not a whole sas7bdat file",
        files={"spells": ("spells.sas7bdat", b"no SAS file at all")},
    ),
    Bad("a format that is not read", "unknown format", files={"spells": ("spells.xlsx", b"PK")}),
    Bad(
        "a header and no rows of persons",
        "has no rows",
        files={"persons": ("persons.csv", GOOD["persons"].splitlines()[0].encode() + b"\n")},
    ),
    Bad(
        "a header and no spells",
        "no usable row",
        files={"spells": ("spells.csv", SPELLS.splitlines()[0].encode() + b"\n")},
    ),
    Bad(
        "no usable person",
        "no usable row: of 2 rows 2 were rejected because sex is neither K nor M",
        files={"persons": ("persons.csv", b"person,sex\np,F\nq,F\n")},
    ),
    Bad(
        "no spell on the days of the extract",
        "no usable row: of 1 rows 1 were rejected because lies outside",
        section={"first_day": "2001-01-01", "last_day": "2001-12-31"},
    ),
    Bad(
        "a table other than persons and spells without a usable row, which is then empty",
        "rejected: person is not in persons",
        files={"employment": ("employment.csv", b"person,start,end\nx,2010-01-01,2010-02-01\n")},
    ),
    Bad(
        "a missing column",
        "has no column 'code'",
        files={"spells": ("spells.csv", SPELLS.replace("code", "ydelse").encode())},
    ),
    Bad(
        "a renamed column that is not there",
        "has no column 'ydelse'",
        section={"files": {"spells": {"columns": {"code": "ydelse"}}}},
    ),
    Bad(
        "a new name for a column that the table does not have",
        "which is no column of this table",
        section={"files": {"spells": {"columns": {"kode": "code"}}}},
    ),
    Bad(
        "a column that the configuration keeps and the file lacks",
        "has no column 'weight'",
        section={"keep": ["weight"]},
    ),
    Bad(
        "a CSV file without a header",
        "looks like data",
        files={"spells": ("spells.csv", SPELLS.splitlines()[1].encode() + b"\n")},
    ),
    Bad("a column of the wrong type", "holds Boolean", files={"spells": ("s.parquet", wrong_type)}),
    Bad(
        "keys stored as fractions",
        "holds Float64",
        files={"spells": ("s.parquet", fractions_for_keys)},
    ),
    Bad(
        "a row with more cells than the header",
        "not a whole",
        {"spells": "p,130,2010-01-01,2010-02-01,657,,,,\n"},
    ),
    Bad("a CSV file in Latin-1", "is read", files={"assignments": ("assignments.csv", LATIN)}),
    Bad(
        "a CSV file in UTF-16",
        "not a text file in UTF-8",
        files={"spells": ("spells.csv", SPELLS.encode("utf-16"))},
    ),
    Bad(
        "a CSV file that is not in the encoding named",
        "is not in utf-8",
        files={"assignments": ("assignments.csv", LATIN)},
        section={"files": {"assignments": {"encoding": "utf-8"}}},
    ),
)


def config(**register: object) -> dict:
    return {"register": {"source": "files", "files": {"spells": {"path": "a.csv"}}, **register}}


SETTINGS = (
    Bad(
        "a mistyped key of the configuration",
        "did you mean",
        document=config(overlap={"spells": "longest"}),
    ),
    Bad(
        "a rule that does not exist",
        "overlaps.spells",
        document=config(overlaps={"spells": "shortest"}),
    ),
    Bad(
        "a number out of its range",
        "spell_gap_days",
        document=config(overlaps={"spell_gap_days": 400}),
    ),
    Bad("words for a date", "first_day", document=config(first_day="the beginning")),
    Bad(
        "a last day before the first",
        "last_day must not lie before first_day",
        document=config(first_day="2012-01-01", last_day="2011-01-01"),
    ),
    Bad(
        "files as the source, and no spells named",
        "must name the spells",
        document={"register": {"source": "files"}},
    ),
    Bad(
        "priority without an order",
        "overlaps.priority must name groups",
        document=config(overlaps={"spells": "priority"}),
    ),
    Bad(
        "an order of roles that is missing",
        "overlaps.roles must name roles",
        document=config(overlaps={"assignments": "role"}),
    ),
    Bad(
        "a mistyped group in the priority",
        "did you mean SICK",
        section={"overlaps": {"spells": "priority", "priority": ["SIKC"]}},
    ),
    Bad(
        "a rule that looks at a column which the file lacks",
        "has no column 'role'",
        section={"overlaps": {"assignments": "role", "roles": ["main"]}},
    ),
    Bad(
        "a code mapped to one that the codelist does not hold",
        "code_map maps to '132'",
        section={"code_map": {"131": "132"}},
    ),
    Bad("a codelist that is missing", "none.csv is missing", section={"codelist": "none.csv"}),
    Bad(
        "state rules that lead to a state outside the alphabet",
        "which the alphabet does not hold",
        section={"alphabet": str(ROOT / "config" / "codelists" / "mvad_alphabet.csv")},
    ),
)
