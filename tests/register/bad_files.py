"""Bad files and bad settings: what stops the run, and what is read all the same."""

from collections.abc import Callable
from pathlib import Path

import polars as pl

from register.bad_inputs import GOOD, ROOT, Bad

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


def long_keys(path: Path) -> None:
    frame().with_columns(person=pl.lit(2.0**60)).write_parquet(path)


def zoned(zone: str) -> Callable[[Path], None]:
    """Write days as timestamps at midnight in Denmark, stored in a time zone."""

    def write(path: Path) -> None:
        local = pl.col("start", "end").cast(pl.Datetime).dt.replace_time_zone("Europe/Copenhagen")
        frame().with_columns(local.dt.convert_time_zone(zone)).write_parquet(path)

    return write


def many(*forms: str) -> str:
    """Write twenty rows of the first form, and one of each other."""
    first = [forms[0].format(n=n, month=f"{n % 5 + 1:02d}", day=n % 5 + 1) for n in range(1, 21)]
    return "".join(f"{row}\n" for row in [*first, *forms[1:]])


def people(form: str) -> bytes:
    """Write twenty persons."""
    return f"person,birth_date,sex\n{many(form)}".encode()


def twice(name: str, twin: str) -> bytes:
    """Write the spells with one more column, which says something else, under a second name."""
    head, row = SPELLS.splitlines()
    return f"{head},{twin}\n{row},2011-12-31\n".encode().replace(b"end", name.encode(), 1)


def spreadsheet(text: str) -> bytes:
    """Write a table as a Danish spreadsheet would."""
    lines = [f"{line};;" for line in text.replace(",", ";").splitlines()]
    return "\r\n".join(["\ufeffsep=;", *lines, ";" * lines[0].count(";"), "", ""]).encode()


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
        "of fewer than 5 rows all were rejected, most often because sex is neither K nor M",
        files={"persons": ("persons.csv", b"person,sex\np,F\nq,F\n")},
    ),
    Bad(
        "no spell on the days of the extract",
        "rows all were rejected, most often because lies outside",
        section={"first_day": "2001-01-01", "last_day": "2001-12-31"},
    ),
    Bad(
        "a mistyped end that lies in the future, where no last day is configured",
        "in the year 2102, lies in the future",
        {"spells": "p,130,2011-01-01,2102-06-30,,\n"},
        section={"last_day": None},
    ),
    Bad(
        "a mistyped end after all other dates, where no last day is configured",
        "fewer than 5 rows have a date after 2011-05",
        {
            "spells": many(
                "p,130,2011-{month}-01,2011-{month}-28,,", "p,130,2011-01-01,2014-06-30,,"
            )
        },
        section={"last_day": None},
    ),
    Bad(
        "keys that have lost their leading zeros",
        "register.files.spells.key_digits: 4 fills them in",
        files={"persons": ("persons.csv", people("{n:04d},1980-01-01,K"))},
        rows={"spells": many("{n},130,2011-{month}-01,2011-{month}-28,,")},
    ),
    Bad(
        "the same, where the configuration fills them in",
        "is read",
        files={
            "persons": ("persons.csv", people("{n:04d},1980-01-01,K")),
            "spells": (
                "spells.csv",
                f"person,code,start,end\n{many('{n},130,2011-{month}-01,2011-{month}-28')}".encode(),
            ),
            "employment": ("employment.csv", b"person,start,end\n"),
            "assignments": ("assignments.csv", b"person,caseworker,start,end\n"),
            "readiness": ("readiness.csv", b"person,readiness,start,end\n"),
            "activities": ("activities.csv", b"person,activity,start,end\n"),
        },
        section={"files": {"spells": {"key_digits": 4}}},
    ),
    Bad(
        "dates that begin with the day in nearly all rows",
        "register.files.spells.dates: day_first would read all of these",
        {"spells": many("p,130,{day}-{month}-2011,28-{month}-2011,,")},
    ),
    Bad(
        "sexes in other words",
        "register.sex_map: {F: K} would read all of these",
        files={"persons": ("persons.csv", people("{n},1980-01-01,F"))},
    ),
    Bad(
        "a row of totals at the end",
        "rejected: person is missing",
        {"spells": "I alt,,,,,\n"},
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
        "row 2 has 9 cells and the header 6",
        {"spells": "p,130,2010-01-01,2010-02-01,657,,,,\n"},
    ),
    Bad(
        "a row with fewer cells than the header",
        "row 2 has 3 cells and the header 6",
        {"spells": "p,130,2010-01-01\n"},
    ),
    Bad(
        "a row cut short in a weekly register",
        "row 2 has 2 cells and the header 3",
        files={"dream": ("dream.csv", b"person;y_1001;y_1002\np;130;130\nq;130\n")},
    ),
    Bad(
        "a week that occurs twice in a weekly register",
        "holds the column 'y_1001' twice",
        files={"dream": ("dream.csv", b"person;y_1001;y_1001\np;130;730\n")},
    ),
    Bad(
        "a quotation mark that does not surround its cell, by which rows could be lost",
        "quotation mark",
        {"assignments": 'p,b"o,2012-01-01,2012-02-01,,,\np,c"o,2012-03-01,2012-04-01,,,\n'},
    ),
    Bad(
        "a column that occurs twice",
        "holds the column 'end' twice",
        files={"spells": ("spells.csv", twice("end", "end"))},
    ),
    Bad(
        "two columns whose names differ in capitals and spaces alone",
        "holds the column 'end' twice",
        files={"spells": ("spells.csv", twice("end", " End"))},
    ),
    Bad(
        "two such columns, one of which the configuration names",
        "is read",
        files={"spells": ("spells.csv", twice("end", " End"))},
        section={"files": {"spells": {"columns": {"end": "end"}}}},
    ),
    Bad(
        "a header in capitals and with spaces",
        "is read",
        files={"spells": ("spells.csv", SPELLS.replace("person,code", " PERSON,Code ").encode())},
    ),
    Bad(
        "a file from a Danish spreadsheet: byte-order mark, semicolons, `sep=;`, empty rows and "
        "columns at the end",
        "is read",
        files={"spells": ("spells.csv", spreadsheet(SPELLS))},
    ),
    Bad(
        "columns under the names of a Danish extract",
        "perhaps {person: PNR, start: Fra dato, end: Til dato, code: Ydelse}",
        files={"spells": ("spells.csv", b"PNR;Ydelse;Fra dato;Til dato\np;130;2010-01-01;\n")},
    ),
    Bad(
        "lines that end in a carriage return alone",
        "carriage return",
        files={"spells": ("spells.csv", SPELLS.replace("\n", "\r").encode())},
    ),
    Bad(
        "timestamps at midnight in Denmark, stored with their time zone",
        "is read",
        files={"spells": ("s.parquet", zoned("Europe/Copenhagen"))},
    ),
    Bad(
        "timestamps at midnight in Denmark, stored in UTC",
        "times of day other than midnight",
        files={"spells": ("s.parquet", zoned("UTC"))},
    ),
    Bad(
        "keys that a spreadsheet shortened",
        "whose last digits are lost",
        {"spells": "1.23457E+15,130,2010-01-01,2010-02-01,,\n"},
    ),
    Bad(
        "keys of more than 15 digits stored as fractions",
        "whose last digits are lost",
        files={"spells": ("s.parquet", long_keys)},
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
        "last_day: must not lie before first_day",
        document=config(first_day="2012-01-01", last_day="2011-01-01"),
    ),
    Bad(
        "files as the source, and no spells named",
        "must name the spells",
        document={"register": {"source": "files"}},
    ),
    Bad(
        "priority without an order",
        "overlaps.priority: must name groups",
        document=config(overlaps={"spells": "priority"}),
    ),
    Bad(
        "an order of roles that is missing",
        "overlaps.roles: must name roles",
        document=config(overlaps={"assignments": "role"}),
    ),
    Bad(
        "a mistyped group in the priority",
        "did you mean SICK",
        section={"overlaps": {"spells": "priority", "priority": ["SIKC"]}},
    ),
    Bad(
        "an order of roles none of which occurs",
        "register.overlaps.roles names first, none of which occurs in the column 'role'",
        files={
            "assignments": (
                "assignments.csv",
                "person,caseworker,start,end,role\n"
                + "".join(f"p,anna,2010-0{n}-01,2010-0{n}-28,primær\n" for n in range(1, 7)),
            )
        },
        section={"overlaps": {"assignments": "role", "roles": ["first"]}},
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
