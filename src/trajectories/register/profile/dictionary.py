"""The data dictionary: the meaning of each column of the register, generated from the contracts.

Types and missing values come from the contracts (`contracts`), allowed values from the constants
that the contracts use, and the columns of input files from the tables (`rules`). `MEANINGS` adds
the Danish term, the meaning, the unit, the name in national registers if a source is known, and
the years.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import dataframely as dy

from trajectories.config.sections.dream import DreamConfig
from trajectories.config.sections.register import READINESS
from trajectories.register.clean.contracts import HOURS_A_WEEK, LARGEST_MUNICIPALITY, SEXES, Persons
from trajectories.register.clean.ingestion import OUTPUTS
from trajectories.register.clean.persons import CONTENT
from trajectories.register.clean.rules import TABLES

TYPES = {
    "Date": "date",
    "String": "text",
    "Float64": "number",
    "Int16": "whole number",
    "Int64": "whole number",
    "UInt32": "row number",
    "whole": "whole number",
    "number": "number",
    "text": "text",
    "date": "date",
    "moment": "date",
}
SOURCES = (
    "DREAM is the weekly register; names of its columns as public loaders of it read them. BEF is "
    "CPR-registerets befolkningstabel; names and years as the R package osdc documents them."
)
SINCE_1968 = "1968 on"


@dataclass(frozen=True)
class Meaning:
    """The meaning of a column.

    Attributes:
        danish: the Danish term.
        english: the meaning.
        unit: unit of numbers and dates.
        values: the allowed values, if restricted.
        register: the column's name in a national register, and which; blank if unknown.
        years: the years with values.
    """

    danish: str
    english: str
    unit: str = ""
    values: str = ""
    register: str = ""
    years: str = ""


START = Meaning("startdato", "first day, inclusive", "day")
END = Meaning("slutdato", "last day, inclusive; in a file an empty cell is still running", "day")
REGISTERED = Meaning("registreringsdato", "day on which the row was entered", "day")
PLACE = Meaning(
    "kommune",
    "municipality",
    "municipality code",
    f"0 to {LARGEST_MUNICIPALITY}",
    "`nykom…` (DREAM)",
)
READY = Meaning("visitationsgruppe", "readiness for work", values=", ".join(READINESS))
MEANINGS: dict[str, Meaning] = {
    "person": Meaning(
        "person",
        "in a file the pseudonymous key of a person, afterwards a row number",
        register="`pnr`, pseudonymised (BEF)",
        years=SINCE_1968,
    ),
    "start": START,
    "end": END,
    "registered": REGISTERED,
    "municipality": PLACE,
    "persons.birth_date": Meaning(
        "fødselsdato", "birthday", "day", register="`foed_dato` (BEF)", years=SINCE_1968
    ),
    "persons.sex": Meaning(
        "køn",
        "sex",
        values=", ".join(f"{x} ({y})" for x, y in zip(SEXES, ("kvinde", "mand"), strict=True)),
        register="`koen` (BEF)",
        years=SINCE_1968,
    ),
    "persons.died": Meaning("dødsdato", "date of death", "day"),
    "persons.emigrated": Meaning("udvandringsdato", "date of emigration", "day"),
    "spells.code": Meaning(
        "ydelseskode",
        "register code of the benefit",
        values="codes of the codelist",
        register="`y_YYWW` (DREAM, one column a week)",
        years="mid-1991 on",
    ),
    "spells.benefit": Meaning("ydelse", "benefit", values="column `benefit` of the codelist"),
    "spells.activity": Meaning(
        "aktivering", "activity under the benefit", values="column `activity` of the codelist"
    ),
    "spells.readiness": Meaning(
        "match- eller visitationsgruppe",
        "readiness according to the code",
        values="column `readiness` of the codelist",
    ),
    "spells.group": Meaning(
        "ydelsesgruppe", "group of codes with one meaning", values="column `state` of the codelist"
    ),
    "employment.weekly_hours": Meaning(
        "ugentlige arbejdstimer", "hours of work", "hours a week", f"0 to {HOURS_A_WEEK}"
    ),
    "employment.industry": Meaning(
        "branche",
        "industry of the workplace",
        register="`branche_YYYY_MM` (DREAM, one column a month)",
        years="2008 on",
    ),
    "assignments.caseworker": Meaning(
        "sagsbehandler", "in a file the key of a caseworker, afterwards a row number"
    ),
    "assignments.team": Meaning("team", "organisational unit of the caseworker"),
    "assignments.reason": Meaning("årsag", "why the case was given to the caseworker"),
    "assignments.role": Meaning("rolle", "the caseworker's role in the case"),
    "readiness.readiness": Meaning(
        READY.danish,
        READY.english,
        values=READY.values,
        register="`visit…kvYYYY` (DREAM, one column a quarter)",
    ),
    "activities.activity": Meaning(
        "aktivitet",
        "internship, wage subsidy or course",
        values="column `activity` of the codelist",
    ),
}


@dataclass(frozen=True)
class WeeklyColumn:
    """A kind of column of the wide weekly register.

    Attributes:
        kind: the setting under `register.dream` with the pattern of its names.
        meaning: the meaning of its cells.
        period: the period of one column.
        name: the source of the pattern.
    """

    kind: str
    meaning: Meaning
    period: str
    name: str


WEEKLY = (
    WeeklyColumn(
        "weeks",
        Meaning(
            "ydelseskode i ugen",
            "register code of the benefit of that week; blank is a week without a benefit",
            values="codes of the codelist",
            years="mid-1991 on",
        ),
        "an ISO week, Monday to Sunday; 2009, 2015 and 2020 have a week 53",
        "read by public loaders of DREAM",
    ),
    WeeklyColumn(
        "industry",
        Meaning(
            "branchekode i måneden",
            "industry of the workplace; blank is a month without work",
            years="2008 on",
        ),
        "a month",
        "read by public loaders of DREAM",
    ),
    WeeklyColumn(
        "municipality",
        Meaning("kommune", "municipality", values=f"0 to {LARGEST_MUNICIPALITY}"),
        "a month (a pattern with the year alone: a year; without any: all weeks)",
        "a guess: set it by the extract",
    ),
    WeeklyColumn(
        "visitation",
        Meaning(
            READY.danish,
            "readiness for work, as registered in that quarter",
            values=f"{READY.values}, after `readiness_map`",
        ),
        "a quarter",
        "a guess: set it by the extract",
    ),
)


def weekly_meaning(kind: str) -> tuple[str, str]:
    """Return the Danish term and English meaning of a kind of weekly column, or of the key."""
    if kind == "person":
        return MEANINGS["person"].danish, MEANINGS["person"].english
    fact = next(column.meaning for column in WEEKLY if column.kind == kind)
    return fact.danish, fact.english


def columns(table: str) -> dict[str, tuple[str, str, str]]:
    """Return the columns of a table in input files and after cleaning.

    Returns:
        For each column: required in a file (yes, no or –), its type in a file, its type
        afterwards, with `or missing` if it may be missing.
    """
    schema = Persons if table == "persons" else OUTPUTS[table]
    kinds = (
        {"person": "text", **dict.fromkeys(CONTENT, "")}
        if table == "persons"
        else {"person": "text", "start": "date", "end": "date", **TABLES[table].kinds}
    )
    needed = {"person"} if table == "persons" else {"person", "start", "end",
                                                    *TABLES[table].required}  # fmt: skip
    after = {name: _type(column) for name, column in schema.columns().items()}
    found = {}
    for name in dict.fromkeys((*kinds, *after)):
        there = name in kinds
        kind = TYPES[kinds[name]] if kinds.get(name) else after[name].split(" or ")[0]
        found[name] = (
            ("yes" if name in needed else "no") if there else "–",
            kind if there else "–",
            after.get(name, "–"),
        )
    return found


def meaning(table: str, column: str) -> Meaning:
    """Return the meaning of a column of a table."""
    return MEANINGS.get(f"{table}.{column}") or MEANINGS[column]


def dictionary_page() -> str:
    """Return the documentation page of the data dictionary."""
    return "\n".join(_page())


def _page() -> Iterator[str]:
    yield (
        "# Data dictionary\n\n"
        "Generated from the contracts of the register stage by `trajectories docs write`. *In a "
        "file* tells whether a column is required; *afterwards* is the type in the cleaned table. "
        "The name in a national register is given if a source is known; names differ between "
        "extracts, and `register.files.<table>.columns` maps them. Assignments come from "
        f"municipal case systems: no national register contains caseworkers. {SOURCES}\n"
    )
    for table in ("persons", *OUTPUTS):
        schema = Persons if table == "persons" else OUTPUTS[table]
        words = (schema.__doc__ or "").split(": ", 1)[1].replace("\n    ", " ")
        yield f"## `{table}`\n\n{words[:1].upper()}{words[1:]}\n"
        yield (
            "| column | Danish | meaning | in a file | type in a file | afterwards | unit | "
            "allowed values | in national registers | years |"
        )
        yield "|---|---|---|---|---|---|---|---|---|---|"
        for name, (needed, before, after) in columns(table).items():
            fact = meaning(table, name)
            cells = (f"`{name}`", fact.danish, fact.english, needed, before, after, fact.unit,
                     fact.values, fact.register, fact.years)  # fmt: skip
            yield "| " + " | ".join(cell or "–" for cell in cells) + " |"
        yield ""
    yield from _weekly_page()


def _weekly_page() -> Iterator[str]:
    yield (
        "## `dream`, the wide weekly file\n\n"
        "One row per person, one column per period; [Reading](reading.md#the-weekly-register) "
        "describes how `spells`, `employment` and `readiness` are derived from it. The patterns of "
        "the names are settings under `register.dream`, since names differ between extracts. "
        "`trajectories describe` shows which columns each pattern finds.\n"
    )
    yield (
        "| setting | pattern by default | where the names come from | Danish | meaning | "
        "one column is | allowed values | years |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    key = MEANINGS["person"]
    yield (
        "| `register.files.dream.columns.person` | `person` | yours | "
        f"{key.danish} | the pseudonymous key of a person | – | – | – |"
    )
    for column in WEEKLY:
        fact = column.meaning
        pattern = DreamConfig.model_fields[column.kind].default
        cells = (f"`register.dream.{column.kind}`", f"`{pattern}`", column.name, fact.danish,
                 fact.english, column.period, fact.values, fact.years)  # fmt: skip
        yield "| " + " | ".join(cell or "–" for cell in cells) + " |"
    yield ""


def _type(column: dy.Column) -> str:
    name = TYPES[type(column).__name__]
    return f"{name} or missing" if column.nullable else name
