"""Nothing that the gate withholds changes a word of what leaves.

Two registers that differ in withheld cells alone give the same tables, captions, headline and
report, byte for byte: no sentence then tells of a cell that the tables keep back.
"""

from pathlib import Path

import polars as pl
import pytest
import yaml

from trajectories.commands.release.folder import read_released
from trajectories.commands.release.protect import protect
from trajectories.commands.release.provenance import provenance as provenance_command
from trajectories.hazards.headline.verdict import (
    ALWAYS,
    OF_DESIGNS,
    OF_EVENT_STUDY,
    OF_RANDOMISATION,
    verdict,
)
from trajectories.io import read_json, write_parquet
from trajectories.release.gate.spec import TableSpec
from trajectories.release.headline import headline
from trajectories.release.outputs.registry import SPECS, describe_figures
from trajectories.release.page.render import render_documents
from trajectories.release.store import read_about, read_tables

from .conftest import DEFAULT, LOCK, STYLE
from .fakes import all_tables

Stages = dict[str, dict[str, pl.DataFrame]]
LAG = 1


def guarded(spec: TableSpec) -> list[str]:
    return [count.name for count in spec.counts if count.guards]


def planted(table: pl.DataFrame, spec: TableSpec, small: int, place: int) -> pl.DataFrame:
    """Make one row rest on few: its counts small, its estimates and other counts another's."""
    columns = set(table.columns)
    guards = [name for name in guarded(spec) if name in columns]
    simple = not (spec.totals or spec.life_table or spec.pool or spec.sum_of or spec.grid)
    if not guards or not simple or table.is_empty():
        return table
    here = pl.int_range(pl.len()) == place % table.height
    counts = [count.name for count in spec.counts if count.name in columns]
    estimates = [one.name for one in spec.estimates if one.name in columns]
    return table.with_columns(
        *(pl.when(here).then(pl.lit(small + 1)).otherwise(name).alias(name) for name in counts),
        *(
            pl.when(here).then(pl.col(name) * 10.0 ** (small - 2)).otherwise(name).alias(name)
            for name in estimates
        ),
    )


def world(small: int, place: int) -> Stages:
    """The invented aggregates with small cells, and the verdict that the stage makes of them."""
    stages = {
        stage: {
            name: planted(table, SPECS[name], small, place) if name != "verdict" else table
            for name, table in tables.items()
        }
        for stage, tables in all_tables().items()
    }
    made = stages["hazards"]
    made["verdict"] = verdict(
        models=made["models"],
        designs=made["designs"].with_columns(
            pl.lit(None, pl.Int64).alias(name)
            for name in ("out_persons", "out_events")
            if name not in made["designs"].columns
        ),
        tests=made["event_tests"],
        balanced=made["balance"],
        exit_months=made["exit_months"],
        randomised=made["randomisation"],
        bounds=made["lead_bounds"],
        lag_months=LAG,
        asked=(*ALWAYS, *OF_DESIGNS, *OF_EVENT_STUDY, *OF_RANDOMISATION),
    )
    made["notes"] = made["notes"].with_columns(sentence=pl.lit(f"{small} were left out."))
    return stages


def leaving(
    root: Path, stages: dict[str, dict[str, pl.DataFrame]], language: str
) -> dict[str, str]:
    """All text that leaves, by file."""
    config = root / "config.yaml"
    root.mkdir(parents=True)
    section = DEFAULT["release"] | {"language": language}
    config.write_text(yaml.safe_dump(DEFAULT | {"release": section}), encoding="utf-8")
    inputs = []
    for stage, tables in stages.items():
        folder = root / "private" / stage
        inputs.append(folder)
        for name, table in tables.items():
            write_parquet(table, folder / "tables" / f"{name}.parquet")
    out = root / "release"
    protect(config=config, inputs=inputs, out=out, private=root / "private")
    provenance = root / "provenance.json"
    provenance_command(
        config=config,
        lock=LOCK,
        read=[],
        release=out,
        private=root / "private",
        out=provenance,
    )
    tables = read_tables(out / "tables")
    look = read_released(out, STYLE)[1]
    described = describe_figures(tables, look)
    pages = render_documents(
        tables=tables,
        about=read_about(out),
        headline=headline(tables),
        provenance=read_json(provenance),
        disclosure=pl.read_csv(out / "disclosure.csv"),
        descriptions=described,
        pictures={
            f"{figure['name']}{end}.svg": b"<svg/>"
            for figure in described
            for end in ("", "_narrow")
        },
        style=look,
    )
    text = {path.name: path.read_text("utf-8") for path in sorted(out.rglob("*")) if path.is_file()}
    return text | pages | {"captions": str(described), "headline": str(headline(tables))}


@pytest.mark.parametrize(("language", "place"), [("en", 0), ("da", 1), ("en", -1)])
def test_what_is_withheld_changes_no_text(tmp_path, language, place):
    worlds = world(3, place), world(1, place)
    tables = [made["hazards"]["designs"] for made in worlds]
    assert not tables[0].equals(tables[1])
    one, other = (
        leaving(tmp_path / name, made, language)
        for name, made in zip(("one", "other"), worlds, strict=True)
    )
    assert {name for name in one if one[name] != other.get(name)} == set()
    assert set(one) == set(other)
