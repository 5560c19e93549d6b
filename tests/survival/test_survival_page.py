"""The examples of docs/survival.md give the output that the page shows."""

import contextlib
import io
import re
from pathlib import Path

import polars as pl

import trajectories.survival

PAGE = Path(__file__).parents[2] / "docs" / "survival.md"
BLOCK = re.compile(r"^```(python|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def compared(page: str) -> list[tuple[str, str]]:
    """What each block of code prints, and what the page shows: the block of text that follows it.

    Blocks share their names, as in a notebook.
    """
    names: dict[str, object] = {}
    pairs: list[tuple[str, str]] = []
    for language, text in BLOCK.findall(page):
        if language == "text":
            pairs[-1] = (pairs[-1][0], stripped(text))
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(text, names)
        pairs.append((stripped(printed.getvalue()), ""))
    return pairs


def stripped(output: str) -> str:
    return "\n".join(line.strip() for line in output.splitlines()).strip()


def test_the_examples_print_what_the_page_shows():
    with pl.Config():
        pairs = compared(PAGE.read_text(encoding="utf-8"))
    assert len(pairs) > 15
    for printed, shown in pairs:
        assert printed == shown


def test_a_wrong_output_is_seen():
    page = "```python\nprint(1 + 1)\n```\n\n```text\n3\n```\n"
    assert compared(page) == [("2", "3")]


def test_the_page_names_every_function_of_the_package():
    text = PAGE.read_text(encoding="utf-8")
    types = {"CoxFit", "HazardFit", "ParametricFit", "WildBootstrap"}
    names = set(trajectories.survival.__all__) - types
    assert {name for name in names if not re.search(rf"\b{name}\b", text)} == set()
