from pathlib import Path

import numpy as np
import polars as pl
import pytest

from trajectories import io
from trajectories.errors import UserError


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "table.json"
    io.write_json({"a": 1}, path)
    with pytest.raises(TypeError):
        io.write_json({"a": object()}, path)
    with pytest.raises(FileNotFoundError), io.replacing(path) as temporary:
        temporary.unlink()
    assert io.read_json(path) == {"a": 1}
    assert [file.name for file in tmp_path.iterdir()] == ["table.json"]


def test_frames_and_arrays_survive_the_round_trip(tmp_path: Path) -> None:
    frame = pl.DataFrame({"a": [1, 2], "b": ["æ", None]})
    io.write_parquet(frame, tmp_path / "new" / "frame.parquet")
    assert io.read_parquet(tmp_path / "new" / "frame.parquet").equals(frame)
    io.write_csv(frame, tmp_path / "frame.csv")
    assert (tmp_path / "frame.csv").read_bytes() == "a,b\n1,æ\n2,\n".encode()
    io.write_array(np.arange(3), tmp_path / "array.npy")
    assert np.load(tmp_path / "array.npy").tolist() == [0, 1, 2]


def test_a_missing_and_a_truncated_file_get_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is missing: run the stage"):
        io.read_parquet(tmp_path / "none.parquet")
    path = tmp_path / "cut.parquet"
    io.write_parquet(pl.DataFrame({"a": range(1000)}), path)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(UserError, match="not a whole Parquet file"):
        io.read_parquet(path)


def test_private_folders_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    folder = io.make_private(tmp_path / "private")
    assert folder.stat().st_mode & 0o777 == 0o700


def test_parts_are_written_one_after_another(tmp_path):
    parts = [pl.DataFrame({"a": [n, n + 1], "b": ["x", None]}) for n in range(5)]
    path = tmp_path / "whole.parquet"
    io.write_parquet_parts(iter(parts), path)
    assert pl.read_parquet(path).equals(pl.concat(parts))
    assert [file.name for file in tmp_path.iterdir()] == ["whole.parquet"]


def test_a_part_that_cannot_be_made_leaves_no_file(tmp_path):
    def parts():
        yield pl.DataFrame({"a": [1]})
        raise UserError("the second part is bad")

    with pytest.raises(UserError, match="the second part is bad"):
        io.write_parquet_parts(parts(), tmp_path / "whole.parquet")
    assert list(tmp_path.iterdir()) == []


def test_a_writer_that_stops_is_noticed(tmp_path, monkeypatch):
    def full(source, schema):
        next(source(None, None, None, None))
        raise OSError("No space left on device")

    monkeypatch.setattr(io, "SECONDS_BETWEEN_LOOKS", 0.01)
    monkeypatch.setattr(io, "register_io_source", full)
    with pytest.raises(OSError, match="No space left"):
        io.write_parquet_parts([pl.DataFrame({"a": [1]})] * 5, tmp_path / "whole.parquet")
    assert list(tmp_path.iterdir()) == []
