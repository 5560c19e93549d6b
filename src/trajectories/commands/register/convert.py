"""`convert`: SAS and Stata files to Parquet."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trajectories.config.section import read_section
from trajectories.config.sections.register import TABLE_COLUMNS, RegisterConfig
from trajectories.inputs import attested
from trajectories.io import make_private, write_json
from trajectories.register.read.readers import find_files
from trajectories.register.read.statistical_files import CONVERTED, STATISTICAL, copy_of
from trajectories.register.read.statistical_files import convert as convert_file


def convert(*, config: Path, out: Path) -> None:
    """Turn SAS and Stata files among the extracts into Parquet, once.

    Args:
        config: the run's configuration; the section `register` is read.
        out: folder that receives `<table>/<number>/<file>.parquet`, and `converted.json` with
            table, copy, format and rows of each.

    Raises:
        UserError: a file does not exist or is cut short.
    """
    section = read_section(config, "register", RegisterConfig)
    make_private(out)
    log: list[Mapping[str, Any]] = []
    named = [
        (table, number, path)
        for table in TABLE_COLUMNS
        for number, path in enumerate(find_files(section.files.of(table), table=table))
        if path.suffix.lower() in STATISTICAL
    ]
    with attested([path for _, _, path in named], out):
        for table, number, path in named:
            copy = copy_of(path, number, out / table)
            rows = convert_file(path, copy)
            log.append(
                {
                    "table": table,
                    "copy": str(copy.relative_to(out)),
                    "format": path.suffix.lower()[1:],
                    "rows": rows,
                }
            )
    write_json(log, out / CONVERTED)
