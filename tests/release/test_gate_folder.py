"""The folder that the gate writes: what stops it, and what it clears."""

import shutil

import polars as pl
import pytest
import yaml

from trajectories.commands.release.compare_releases import compare
from trajectories.commands.release.hjemtag import hjemtag
from trajectories.commands.release.protect import protect
from trajectories.commands.release.redraw import redrawn
from trajectories.errors import UserError
from trajectories.io import write_parquet
from trajectories.release.contents import files_of

from .conftest import DEFAULT, write, write_stages
from .fakes import duration_tables


def test_a_table_without_declaration_stops_the_gate(tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump(DEFAULT, allow_unicode=True), encoding="utf-8")
    write_parquet(pl.DataFrame({"a": [1]}), tmp_path / "tables" / "diary.parquet")
    with pytest.raises(UserError, match="Table diary has no declaration"):
        protect(
            config=config,
            inputs=[tmp_path],
            out=tmp_path / "release",
            private=tmp_path / "private",
        )
    assert not (tmp_path / "release" / "tables").exists()


def test_two_tables_of_one_name_stop_the_gate(tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text("", encoding="utf-8")
    inputs = write_stages(tmp_path, {"a": duration_tables(), "b": duration_tables()})
    with pytest.raises(UserError, match="Two stages made a table kaplan_meier"):
        protect(
            config=config, inputs=inputs, out=tmp_path / "release", private=tmp_path / "private"
        )


def test_a_missing_stage_folder_is_named(tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="nowhere is missing: run the stage"):
        protect(
            config=config,
            inputs=[tmp_path / "nowhere"],
            out=tmp_path / "release",
            private=tmp_path / "private",
        )


def test_tables_of_an_earlier_run_do_not_stay(tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text("", encoding="utf-8")
    inputs = write_stages(tmp_path, {"hazards": duration_tables()})
    folders = {"out": tmp_path / "release", "private": tmp_path / "private"}
    protect(config=config, inputs=inputs, **folders)
    made = files_of(tmp_path / "release")
    for name in ("tables/hazards_exits.csv", "tables/deep/x.csv", ".hidden", "report.html"):
        write(name)(tmp_path / "release")
    protect(config=config, inputs=inputs, **folders)
    assert files_of(tmp_path / "release") == made


def test_a_gate_that_was_killed_half_way_does_not_stop_the_next(tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text("", encoding="utf-8")
    inputs = write_stages(tmp_path, {"hazards": duration_tables()})
    folders = {"out": tmp_path / "release", "private": tmp_path / "private"}
    protect(config=config, inputs=inputs, **folders)
    made = files_of(tmp_path / "release")
    # The workflow removes what the rule declares before it runs again.
    for name in ("about.json", "disclosure.csv", "tables/hazards_models.csv"):
        (tmp_path / "release" / name).unlink()
    protect(config=config, inputs=inputs, **folders)
    assert files_of(tmp_path / "release") == made


def test_files_that_no_release_made_are_not_removed(tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text("", encoding="utf-8")
    inputs = write_stages(tmp_path, {"hazards": duration_tables()})
    write("thesis.docx")(tmp_path / "mine")
    with pytest.raises(UserError, match=r"holds thesis\.docx, which no release made"):
        protect(config=config, inputs=inputs, out=tmp_path / "mine", private=tmp_path / "private")
    assert (tmp_path / "mine" / "thesis.docx").exists()


def test_a_folder_that_is_no_release_is_named(tmp_path):
    with pytest.raises(UserError, match=r"gate\.json is missing"):
        redrawn(source=tmp_path, out=tmp_path / "out")


@pytest.mark.parametrize("inside", ["", "figures", "new/page.html"])
def test_nothing_is_written_into_a_release(jobless, tmp_path, inside):
    released = shutil.copytree(jobless.release, tmp_path / "release")
    before = files_of(released)
    for write_into in (
        lambda out: redrawn(source=released, out=out),
        lambda out: list(hjemtag(released, out=out)),
        lambda out: list(compare(jobless.release, released, out=out)),
    ):
        with pytest.raises(UserError, match="must stay as it was made: name a folder outside it"):
            write_into(released / inside)
    assert files_of(released) == before
