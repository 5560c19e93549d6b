"""The gallery's code draws its pictures, and the notebooks run."""

import importlib.util
import re
import sys
import warnings
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))
PICTURES = ROOT / "docs" / "images" / "gallery"
LARGEST = 60_000


@pytest.mark.untraced
def test_the_gallery_draws_every_picture_that_it_shows(tmp_path):
    path = ROOT / "docs" / "hooks" / "draw_gallery.py"
    spec = importlib.util.spec_from_file_location("draw_gallery", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with warnings.catch_warnings():  # the page switches one category off, for itself
        drawn = module.draw(tmp_path)
    page = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
    assert drawn == re.findall(r"images/gallery/(\w+)\.png", page)
    assert sorted(drawn) == sorted(path.stem for path in PICTURES.glob("*.png"))
    assert all(path.stat().st_size < LARGEST for path in PICTURES.glob("*.png"))


@pytest.mark.untraced
@pytest.mark.filterwarnings("ignore")  # those of Jupyter's own processes
@pytest.mark.skipif(sys.platform == "win32", reason="kernels of Windows need another event loop")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(path):
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    book = nbformat.read(path, as_version=4)
    assert not any(cell.get("outputs") for cell in book.cells)  # committed without outputs
    nbclient.NotebookClient(book, timeout=300, kernel_name="python3").execute()
    shown = [out for cell in book.cells for out in cell.get("outputs", [])]
    assert any("image/png" in out.get("data", {}) for out in shown)
    assert not any(out.get("name") == "stderr" for out in shown), shown


def test_there_are_three_notebooks():
    assert [path.stem for path in NOTEBOOKS] == ["caseworkers", "first-look", "typology"]
