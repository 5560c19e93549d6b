import errno
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from trajectories import io
from trajectories.artefacts.persons import scan
from trajectories.errors import FileError, UserError, why_unwritten


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


KINDS = {
    "a.parquet": (lambda path: io.write_parquet(FRAME, path), io.read_parquet, "Parquet"),
    "a.npy": (lambda path: io.write_array(VALUES, path), io.read_array, "NumPy"),
    "b.npy": (
        lambda path: io.write_array(VALUES, path),
        lambda path: io.read_array(path, mapped=True),
        "NumPy",
    ),
    "a.npz": (lambda path: np.savez(path, a=VALUES, b=VALUES), io.read_arrays, "NumPy"),
    "b.npz": (lambda path: np.savez_compressed(path, a=VALUES), io.read_arrays, "NumPy"),
    "a.json": (lambda path: io.write_json({"a": list(range(200))}, path), io.read_json, "JSON"),
}
VALUES = np.arange(300.0)
FRAME = pl.DataFrame({"a": range(300), "b": [str(x) for x in range(300)]})


def readable(path: Path) -> bool:
    """Whether an archive has the very numbers that were written."""
    try:
        return path.suffix == ".npz" and bool((io.read_arrays(path)["a"] == VALUES).all())
    except FileError:
        return False


@pytest.mark.parametrize("name", KINDS)
def test_a_file_cut_anywhere_or_left_empty_gets_a_sentence(tmp_path: Path, name: str) -> None:
    write, read, kind = KINDS[name]
    path = tmp_path / "private" / "hazards" / "risk" / "beside" / name
    path.parent.mkdir(parents=True)
    write(path)
    whole = path.read_bytes()
    lengths = {*range(0, len(whole) - 1, max(1, len(whole) // 150)), len(whole) - 3}
    for length in sorted(lengths):
        for rest in (b"", bytes(len(whole) - length)):  # a power cut may leave zeros
            if rest and name.endswith(".npy") and length >= len(whole) - VALUES.nbytes:
                continue  # numbers that are zero: no reader can know
            path.write_bytes(whole[:length] + rest)
            if rest and len(whole) - length < 40 and readable(path):
                continue  # zeros where a zip has what nobody reads
            with pytest.raises(FileError, match=rf"not a whole {kind} file") as raised:
                read(path)
            assert str(path) in str(raised.value)
            folder = tmp_path / "private" / "hazards" / "risk"
            assert f"delete {folder} and run again" in str(raised.value)


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("r/private/register/tables/accounting.parquet", "r/private/register"),
        ("r/private/dissimilarity/om/distances.npy", "r/private/dissimilarity/om"),
        ("r/private/tiles/om/1-of-2/distances.npy", "r/private/tiles/om/1-of-2"),
        ("r/private/truth.json", "r/private/truth.json"),
        ("private/x/private/months/person_months.parquet", "private/x/private/months"),
        ("elsewhere/a.npy", "elsewhere/a.npy"),
    ],
)
def test_what_to_delete_is_what_a_rule_makes(path: str, folder: str) -> None:
    assert io.made_together(Path(path)) == Path(folder)


def test_a_missing_file_says_which_folder_keeps_it_from_being_made(tmp_path: Path) -> None:
    folder = tmp_path / "private" / "typology"
    folder.mkdir(parents=True)
    with pytest.raises(FileError, match="makes it first, after deleting") as raised:
        io.read_json(folder / "meta.json")
    assert str(raised.value).endswith(f"{folder}.")


def test_a_file_that_another_program_holds_is_named(tmp_path: Path, monkeypatch) -> None:
    """As on Windows, where a file that is mapped or open cannot be replaced."""
    path, real, tries = tmp_path / "a.json", os.replace, []

    def replace(*places: Path) -> None:
        tries.append(places)
        if len(tries) < busy:
            raise PermissionError(13, "in use", str(path))
        real(*places)

    monkeypatch.setattr(io, "WAITS_FOR_OTHERS", (0.0, 0.0, 0.0))
    monkeypatch.setattr(os, "replace", replace)
    busy = 1
    io.write_json(1, path)
    busy, tries[:] = 3, []
    io.write_json(2, path)
    assert (io.read_json(path), len(tries)) == (2, 3)
    busy, tries[:] = 9, []
    with pytest.raises(FileError, match=r"a\.json cannot be replaced while another program"):
        io.write_json(3, path)
    assert io.read_json(path) == 2
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]


def test_private_folders_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    folder = io.make_private(tmp_path / "private")
    assert folder.stat().st_mode & 0o777 == 0o700


def test_what_lies_in_a_private_folder_is_its_owners_alone_from_the_start(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    usual = os.umask(0o022)
    try:
        private = io.make_private(tmp_path / "run" / "private")
        (private / "made by another program").mkdir()
        frame = pl.DataFrame({"key": ["a"]})
        with io.replacing(private / "new" / "deep" / "a.txt") as temporary:
            assert temporary.stat().st_mode & 0o777 == 0o600
            temporary.write_text("key")
        io.write_parquet(frame, private / "tables" / "a.parquet")
        io.write_parquet_parts([frame, frame], private / "b.parquet")
        io.write_csv(frame, private / "a.csv")
        io.write_json({}, private / "a.json")
        io.write_array(np.arange(3), io.make_private(private / "arrays") / "a.npy")
        io.write_json({}, tmp_path / "run" / "release" / "a.json")
        io.write_parquet(frame, tmp_path / "run" / "release" / "tables" / "a.parquet")
    finally:
        os.umask(usual)
    mine = [path for path in private.rglob("*") if path.name != "made by another program"]
    assert len(mine) == 10
    assert {oct(path.stat().st_mode & 0o077) for path in mine} == {"0o0"}
    others = [tmp_path / "run", *(tmp_path / "run" / "release").rglob("*")]
    assert {oct(path.stat().st_mode & 0o777) for path in others if path.is_dir()} == {"0o755"}
    assert {oct(path.stat().st_mode & 0o777) for path in others if path.is_file()} == {"0o644"}


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("a.parquet", io.read_parquet),
        ("a.parquet", scan),
        ("a.json", io.read_json),
        ("a.npy", io.read_array),
        ("a.npy", lambda path: io.read_array(path, mapped=True)),
        ("a.npz", io.read_arrays),
    ],
)
@pytest.mark.parametrize("left", [0, 3, 60, 0.5, 0.95])
def test_a_file_cut_anywhere_gets_a_sentence(tmp_path: Path, name, read, left) -> None:
    path = tmp_path / name
    with pytest.raises(FileError, match=f"{name} is missing: run the stage"):
        read(path)
    numbers = np.random.default_rng(1).random(500)
    if name == "a.npz":
        np.savez(path, states=numbers, weight=numbers)
    elif name == "a.npy":
        io.write_array(numbers, path)
    elif name == "a.json":
        io.write_json(numbers.tolist(), path)
    else:
        io.write_parquet(pl.DataFrame({"a": numbers}), path)
    read(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: left if left >= 1 or left == 0 else int(left * len(whole))])
    with pytest.raises(FileError, match=f"{name} is not a whole .* file: delete it and run again"):
        read(path)


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


class Disk:
    """What a disk says: the system's error, polars' and NumPy's words for it, and none of these."""

    full = OSError(errno.ENOSPC, "No space left on device")
    polars = pl.exceptions.ComputeError("No space left on device (os error 28)")
    windows = pl.exceptions.ComputeError("There is not enough space on the disk. (os error 112)")
    short = OSError("4000 requested and 1012 written")
    locked = OSError(errno.EROFS, "Read-only file system", "a.json")


@pytest.mark.parametrize("name", ["full", "polars", "windows", "short", "locked"])
def test_a_disk_that_takes_no_more_gets_a_sentence(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.json"
    io.write_json(1, path)

    def fill() -> None:
        with io.replacing(path) as temporary:
            temporary.write_text("2")
            raise getattr(Disk, name)

    with pytest.raises(FileError, match=r"a\.json could not be written, .*, and run again"):
        fill()
    assert io.read_json(path) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]


def test_another_error_is_not_the_disks(tmp_path: Path) -> None:
    for error in (OSError("2 rows"), pl.exceptions.ComputeError("bad cast"), KeyError("a")):
        assert why_unwritten(error) == ""
    with pytest.raises(KeyError), io.replacing(tmp_path / "a.json"):
        raise KeyError


def test_what_killed_processes_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    parts = tmp_path / "private" / ".parts.x1"
    parts.mkdir(parents=True)
    (parts / "a.parquet").touch()
    killed = "import os, sys; from pathlib import Path; from trajectories.io import replacing\n"
    killed += "with replacing(Path(sys.argv[1])) as path: path.touch(); os._exit(9)"
    subprocess.run([sys.executable, "-c", killed, str(tmp_path / "b" / "t.json")], check=False)
    kept = [tmp_path / "b" / name for name in (".snakemake_timestamp", "c.json", ".x.json")]
    for path in kept:
        path.touch()
    assert io.remove_unfinished(tmp_path) == 2
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == sorted(kept)


def test_a_file_is_on_the_disk_before_it_has_its_name(tmp_path: Path, monkeypatch) -> None:
    calls: list[str] = []
    for name in ("fsync", "replace"):
        real = getattr(os, name)
        monkeypatch.setattr(
            os, name, lambda *given, name=name, real=real: (calls.append(name), real(*given))[1]
        )
    io.write_json(1, tmp_path / "a.json")
    assert calls == ["fsync", "replace"]


@pytest.mark.parametrize("text", ["[]", "3", '{"a": 1}'])
def test_an_object_of_another_shape_is_no_whole_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "about.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileError, match=r"about\.json is not a whole JSON file: delete it"):
        io.read_object(path, "b")


@pytest.mark.parametrize("text", ["{}", "[3]", '[{"b": 1}, {"a": 1}]'])
def test_a_list_of_other_objects_is_no_whole_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileError, match=r"manifest\.json is not a whole JSON file: delete it"):
        io.read_objects(path, "b")


def test_a_file_for_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "register").write_text("", encoding="utf-8")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for folder in ("register", "loop"):
        with pytest.raises(FileError, match=rf"{folder}.rejected\.parquet cannot be read"):
            io.read_parquet(tmp_path / folder / "rejected.parquet")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_pipe_is_never_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileError, match="pipe is a device or a pipe: name a file"):
        io.write_text("a", tmp_path / "pipe")
    assert (tmp_path / "pipe").is_fifo()
