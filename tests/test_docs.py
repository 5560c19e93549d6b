"""Commands and configurations in the documentation are those that there are."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from trajectories.cli import COMMANDS, application
from trajectories.config.reforms.package import ReformPackage
from trajectories.config.root import Config, complete
from trajectories.config.section import validated

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^( *)```(\w*)[^\n]*\n(.*?)^\1```$", re.M | re.S)
COMMAND = re.compile(r"(?:^|`)\s*trajectories ((?:--[\w-]+ )*[a-z][^`\n]*)", re.M)
BEFORE = {"--threads", "--keep-going", "--log", "--help"}
NAMES = {row.name for row in COMMANDS}


class Written(NamedTuple):
    """Something that a page tells its reader to write."""

    page: str
    text: str


def blocks(language: str) -> list[Written]:
    return [
        Written(path.name, re.sub(f"^{found[1]}", "", found[3], flags=re.M))
        for path in PAGES
        for found in BLOCK.finditer(path.read_text(encoding="utf-8"))
        if found[2] == language
    ]


def commands() -> list[Written]:
    return [
        Written(path.name, found[1].split("#")[0].strip())
        for path in PAGES
        for found in COMMAND.finditer(path.read_text(encoding="utf-8"))
    ]


def options(name: str) -> set[str]:
    """Return the options of a command, as its help lists them."""
    app = application(summaries=False)
    for word in name.split():
        app = app[word]
    return {option for argument in app.assemble_argument_collection() for option in argument.names}


def named(words: list[str]) -> str:
    """Return the command that words begin with; an empty text if there is none."""
    held = [" ".join(words[:length]) for length in (2, 1) if " ".join(words[:length]) in NAMES]
    return held[0] if held else ""


@pytest.mark.parametrize("written", blocks("yaml"), ids=lambda written: written.page)
def test_a_configuration_in_the_docs_is_valid(written: Written) -> None:
    document = yaml.safe_load(written.text)
    if "events" in document:
        validated(ReformPackage, document, name=written.page)
    else:
        validated(Config, complete(document), name=written.page)


def test_commands_in_the_docs_exist_with_their_options() -> None:
    found = commands()
    assert len(found) > 40
    wrong = []
    for page, text in found:
        words = [word for word in text.split() if word not in BEFORE]
        name = named(words)
        given = {word.partition("=")[0] for word in words if word.startswith("--")}
        if not name or not given <= options(name):
            wrong.append(f"{page}: trajectories {text}")
    assert not wrong


def test_an_invented_command_is_found() -> None:
    assert not named(["destil", "--out", "x"])
    assert "--invented" not in options("describe")
    assert "--person" in options("describe")
