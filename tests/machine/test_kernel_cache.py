import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from trajectories.machine import kernel_cache as _numba_cache
from trajectories.machine.kernel_cache import VARIABLE, kernel_hash, use_versioned_cache


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path / "tmp"))
    return tmp_path


def package(folder: Path) -> Path:
    (folder / "stage").mkdir(parents=True)
    (folder / "stage" / "alignment_kernels.py").write_text("a = 1\n")
    (folder / "stage" / "lanes_kernels.py").write_text("b = 2\n")
    (folder / "stage" / "measures.py").write_text("c = 3\n")
    return folder


def test_folder_lies_in_users_cache_and_is_named_by_hash(cache):
    use_versioned_cache()
    folder = Path(os.environ[VARIABLE])
    assert folder == cache / "cache" / "trajectories" / f"numba-{kernel_hash(_numba_cache.PACKAGE)}"
    assert folder.stat().st_mode & 0o777 == 0o700


def test_variable_that_is_set_stays(cache, monkeypatch):
    monkeypatch.setenv(VARIABLE, "/elsewhere")
    use_versioned_cache()
    assert os.environ[VARIABLE] == "/elsewhere"
    assert not (cache / "cache").exists()


def test_temporary_folder_where_cache_cannot_be_written(cache):
    (cache / "cache").write_text("a file, not a folder")
    use_versioned_cache()
    assert Path(os.environ[VARIABLE]).is_relative_to(cache / "tmp")


def test_relative_cache_home_is_ignored(cache, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(cache / "home"))
    use_versioned_cache()
    assert Path(os.environ[VARIABLE]).is_relative_to(cache / "home" / ".cache")


def test_folder_of_another_user_is_not_taken(cache, monkeypatch):
    use_versioned_cache()
    monkeypatch.delenv(VARIABLE)
    stranger = os.getuid() + 1
    monkeypatch.setattr(_numba_cache.os, "getuid", lambda: stranger)
    use_versioned_cache()
    assert VARIABLE not in os.environ


def test_hash_follows_content_and_names_of_kernel_modules_alone(tmp_path):
    first = package(tmp_path / "first")
    before = kernel_hash(first)
    assert kernel_hash(package(tmp_path / "second")) == before
    (first / "stage" / "measures.py").write_text("c = 4\n")
    assert kernel_hash(first) == before
    (first / "stage" / "lanes_kernels.py").write_text("b = 3\n")
    assert kernel_hash(first) != before


def test_it_imports_nothing_but_the_standard_library(cache):
    code = (
        "import sys, runpy;"
        f"runpy.run_path({str(_numba_cache.__file__)!r})['use_versioned_cache']();"
        "assert not {'numba', 'numpy', 'llvmlite'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
