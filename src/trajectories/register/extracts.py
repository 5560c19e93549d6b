"""The extracts that a configuration names, or that the simulator wrote."""

from contextlib import AbstractContextManager
from pathlib import Path

from trajectories.config.sections.files import TableFiles
from trajectories.config.sections.register import RegisterConfig
from trajectories.register.clean.persons import CONTENT
from trajectories.register.clean.rules import TABLES
from trajectories.register.read.readers import RawTable, find_files, names_of, read_files
from trajectories.register.read.statistical_files import Say, announce, copy_of
from trajectories.register.read.wide_files import open_wide
from trajectories.register.weekly.scan import Scan, scan_register


def files_of(
    name: str, section: RegisterConfig, raw: Path | None, converted: Path | None = None
) -> TableFiles:
    """Return the files of a table: those of the config, or what the simulator wrote, if any."""
    if section.source != "simulator":
        files = section.files.of(name)
        if converted is None or files.path is None:
            return files
        paths = find_files(files, table=name)
        copies = [copy_of(path, place, converted / name) for place, path in enumerate(paths)]
        chosen = [
            str(copy if copy.exists() else path) for path, copy in zip(paths, copies, strict=True)
        ]
        return files.model_copy(update={"path": chosen})
    folder = raw or Path()
    found = sorted(folder.glob(f"{name}.*"))
    if not found and name == "spells" and not any(folder.glob("dream.*")):
        found = [folder / "spells.parquet"]
    return TableFiles(path=str(found[0]) if found else None)


def read_input(
    name: str, section: RegisterConfig, raw: Path | None, converted: Path | None = None
) -> RawTable | None:
    """Read a raw table that the configuration names or that the simulator wrote, if any."""
    files = files_of(name, section, raw, converted)
    return None if files.path is None else read_table(name, files, section)


def read_table(name: str, files: TableFiles, section: RegisterConfig) -> RawTable:
    """Read the files of a table with the columns that it needs and may have."""
    if name == "persons":
        required, optional = ("person", *section.keep), CONTENT
        return read_files(files, table=name, required=required, optional=optional)
    table = TABLES[name]
    return read_files(
        files,
        table=name,
        required=("person", "start", "end", *table.required),
        optional=[key for key in table.kinds if key not in table.required],
    )


def scan_weekly(
    wide: TableFiles, section: RegisterConfig, scratch: Path, *, say: Say = announce
) -> AbstractContextManager[Scan]:
    """Read the weekly register once, with its runs in a folder of scratch files."""
    paths = find_files(wide, table="dream")
    files = []
    for number, (path, name) in enumerate(zip(paths, names_of(paths), strict=True)):
        own = scratch / str(number)
        own.mkdir()
        files.append(open_wide(path, wide, scratch=own, name=name, say=say))
    key = wide.columns.get("person", "person")
    return scan_register(
        files,
        section.dream,
        key=key,
        scratch=scratch,
        key_digits=wide.key_digits,
        missing=wide.missing,
        say=say,
    )
