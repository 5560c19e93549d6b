"""The section `register.files`: where the input tables are, and the format of their files."""

from typing import Literal

from pydantic import Field

from trajectories.config.names import File, FileColumn, Registered, TableColumn
from trajectories.config.section import Section

MISSING = (
    "NA", "N/A", "n/a", "#N/A", "#I/T", "<NA>", "NaN", "nan", "-NaN", "-nan", "NaT", "None",
    "NULL", "Null", "null", "(null)", "<null>", "#NULL!", "\\N", ".", "._",
)  # fmt: skip
"""Missing values as written by R, pandas, SQL, SAS, Stata and spreadsheets."""

Delimiter = Literal["auto", ",", ";", "\t", "|"]
Encoding = Literal["auto", "utf-8", "windows-1252", "latin-1"]
Dates = Literal["auto", "sas_days", "excel_days", "day_first"]
Ends = Literal["last_day", "day_after"]


class FileOptions(Section):
    """Format of the files of the extracts."""

    delimiter: Delimiter = "auto"
    """Field separator of CSV files; auto takes the commonest one of the header."""
    encoding: Encoding = "auto"
    """Text encoding of CSV files; auto tries UTF-8, then Windows-1252, Latin-1."""
    dates: Dates = "auto"
    """How dates are written: `auto` reads stored dates, YYYY-MM-DD, YYYYMMDD, DDMMMYYYY and ISO
    weeks; `sas_days` numbers of days since 1960-01-01; `excel_days` since 1899-12-30; `day_first`
    DD-MM-YYYY with any of - . / or nothing between."""
    ends: Ends = "last_day"
    """Whether `end` is the last day of a row or the day after it."""
    key_digits: int | None = Field(None, ge=1, le=20)
    """Keys of fewer digits than this get zeros in front, where a file has lost them; null = as
    written."""
    missing: list[Registered] = Field(default_factory=lambda: list(MISSING))
    """Words that mean a missing value, besides empty cells; as written in columns of text, in any
    case in columns of dates and numbers."""


class TableFiles(FileOptions):
    """The files of one input table, its column names and its format."""

    path: File | list[File] | None = None
    columns: dict[TableColumn, FileColumn] = Field(default_factory=dict)


class TableConfig(Section):
    """Where one input table is, and where its format differs from the defaults."""

    path: File | list[File] | None = None
    """A file, a glob, a folder of Parquet files, or a list of these; relative paths start at the
    project folder; null where the table does not exist."""
    columns: dict[TableColumn, FileColumn] = Field(default_factory=dict)
    """Project column name to the file's own name, where the two differ."""
    delimiter: Delimiter | None = None
    """Here and below: of this table alone; null = as in `register.files.defaults`."""
    encoding: Encoding | None = None
    """Text encoding of this table."""
    dates: Dates | None = None
    """How dates are written in this table."""
    ends: Ends | None = None
    """What `end` means in this table."""
    key_digits: int | None = Field(None, ge=1, le=20)
    """Digits of the keys in this table; 1 = as written."""
    missing: list[Registered] | None = None
    """Words that mean a missing value in this table."""


class RegisterFiles(Section):
    """The input tables of a real extract (`register.source: files`)."""

    defaults: FileOptions = Field(default_factory=FileOptions)
    """How the files are written, said once for all tables."""
    persons: TableConfig = Field(default_factory=TableConfig)
    """One row a person; where it is absent, the persons are those of `spells`."""
    spells: TableConfig = Field(default_factory=TableConfig)
    """Benefit spells: person, code, start, end."""
    employment: TableConfig = Field(default_factory=TableConfig)
    """Employment spells: person, start, end, [weekly_hours], [industry]."""
    assignments: TableConfig = Field(default_factory=TableConfig)
    """Caseworker assignments: person, caseworker, start, end, [team], [municipality], [reason],
    [role]."""
    readiness: TableConfig = Field(default_factory=TableConfig)
    """Visitation groups over time: person, readiness, start, end."""
    activities: TableConfig = Field(default_factory=TableConfig)
    """Internships, wage subsidies and courses where the codes do not tell them: person, activity,
    start, end."""
    dream: TableConfig = Field(default_factory=TableConfig)
    """The wide weekly register, see `register.dream`; it gives those of `spells`, `employment` and
    `readiness` that have no files of their own."""

    def of(self, table: str) -> TableFiles:
        """Return the files and format of a table, with `defaults` for options it does not set."""
        own: TableConfig = getattr(self, table)
        given = {key: value for key, value in own if value is not None}
        return TableFiles(**{**dict(self.defaults), **given})
