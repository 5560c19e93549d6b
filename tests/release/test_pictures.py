"""Figures inside a document: the same picture, and each shared part once."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trajectories.release.page.pictures import Pictures

from .outline import documents_of

SMALL = """<?xml version="1.0"?>
<svg xmlns:xlink="http://www.w3.org/1999/xlink" xmlns="http://www.w3.org/2000/svg"
 width="10pt" height="10pt" viewBox="0 0 10 10"><defs><style>*{{}}</style></defs>
<g id="a"><defs><path id="Sans-1" d="M 1 2
L 3 4
" transform="scale(0.015625)"/></defs>
<g style="fill: #1c1c1c" transform="translate(1.23456789 2) scale(0.075 -0.075)">
<use xlink:href="#Sans-1"/><use xlink:href="#Sans-1" transform="translate(63.625 0)"/></g>
<path d="{data}" clip-path="url(#p1)" style="fill: none"/></g>
<defs><clipPath id="p1"><rect x="0" y="0" width="9.5" height="9"/></clipPath></defs></svg>"""


def picture(data: str = "M 0 0 L 1 1") -> bytes:
    return SMALL.format(data=data).encode()


def points(data: str) -> list[tuple[float, float]]:
    """The corners of a path of straight steps."""
    found, at = [], (0.0, 0.0)
    for letter, rest in re.findall(r"([MLHV])([^A-Za-z]*)", data):
        numbers = [float(number) for number in rest.split()]
        x = numbers[0] if letter != "V" else at[0]
        y = numbers[-1] if letter != "H" else at[1]
        at = (x, y)
        found.append(at)
    return found


coordinate = st.integers(-50_000, 50_000).map(lambda number: number / 100)


@given(st.lists(st.tuples(coordinate, coordinate), min_size=2, max_size=12))
def test_a_path_keeps_its_corners_within_a_tenth_of_a_point(corners):
    data = " ".join(f"{'L' if i else 'M'} {x} {y}" for i, (x, y) in enumerate(corners))
    page = Pictures({"a.svg": picture(data)}).inline("a.svg", "alt", "wide")
    written = re.findall(r' d="([^"]*)" clip-path', page)[0]
    assert points(written) == [pytest.approx(corner, abs=0.0501) for corner in corners]


def test_what_figures_share_is_written_once():
    pictures = Pictures({"a.svg": picture(), "b.svg": picture("M 0 0 L 2 2")})
    first, second = (pictures.inline(name, "It's <so>", "wide") for name in ("a.svg", "b.svg"))
    shared = str(pictures.shared())
    assert shared.count("<clipPath") == 1
    assert shared.count("transform") == 1
    assert first != second
    assert 'aria-label="It&#39;s &lt;so&gt;"' in first
    for page in (first, second):
        names = re.findall(r"#(p\d+)", page)
        assert names
        assert all(f'id="{name}"' in shared for name in names)


def test_a_long_path_is_written_once_where_that_is_asked_for():
    line = "M 0 0 " + "L 2 3 L 4 1 " * 60
    files = {name: picture(line) for name in ("a.svg", "b.svg")}
    plain, sharing = Pictures(files), Pictures(files, long_path=200)
    written = [plain.inline(name, "x", "wide") for name in files]
    references = [sharing.inline(name, "x", "wide") for name in files]
    path = re.search(r'<path d="[^"]{200,}"[^>]*/>', written[0])
    assert path is not None
    assert all(path[0] in one for one in written)
    assert not any(path[0] in one for one in references)
    d = re.search(r'd="[^"]+"', path[0])
    assert d is not None
    assert str(sharing.shared()).count(d[0]) == 1
    name = re.search(rf'id="(p[0-9]+)"[^<]*{re.escape(d[0])}', str(sharing.shared()))
    assert name is not None
    assert all(f'<use href="#{name[1]}"/>' in one for one in references)


def test_a_document_without_figures_has_nothing_to_share():
    assert Pictures({}).shared() == ""


def test_every_reference_within_the_pictures_of_a_run_leads_somewhere(synthetic):
    for page in documents_of(synthetic.release).split("<!DOCTYPE html>")[1:]:
        drawn = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
        for one in drawn:
            ElementTree.fromstring(one)
        names = set(re.findall(r'<\w+ id="(p\d+)"', drawn[-1])) if drawn else set()
        used = set(re.findall(r'href="#(p\d+)"|url\(#(p\d+)\)', page))
        assert {a or b for a, b in used} <= names
