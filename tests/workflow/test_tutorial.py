"""The tutorial, command by command: what it tells its reader to type works and says what it shows.

The workflow runs on the example's own extracts, with few repetitions and the parts of the brief.
"""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from workflow.projects import ROOT, Project, changed, copy_project

PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
TYPED = ("trajectories ", "make ", "python ")
INLINE = re.compile(r"`(trajectories [^`]+)`")
FEW = {
    "sequences": {"long_courses": {"enabled": False}},
    "typology": {
        "k_max": 3,
        "validation": {
            "replicates": 19,
            "sample": 100,
            "bootstraps": 10,
            "draws": 100,
            "model_sample": 100,
        },
        "hours": {"sample": 50, "types": {"enabled": False}},
        "associations": {"enabled": False},
    },
    "reform": {"municipalities": {"enabled": False}},
    "hazards": {
        "models": {"randomisations": 199},
        "histories": {"enabled": False},
        "sensitivity": {"enabled": False},
    },
}
"""Few repetitions, and none of the parts that the brief does not need."""


class Step(NamedTuple):
    """A command of the page, and the output that the next block shows; empty where none does."""

    command: str
    output: str


def steps() -> list[Step]:
    """Read the commands of the page in their order, those within sentences among them."""
    found: list[tuple[int, str, str]] = []
    blocks = [block for block in BLOCK.finditer(PAGE) if not block[1]]
    for block, after in zip(blocks, [*blocks[1:], None], strict=True):
        command = block[2].strip()
        if command.startswith(TYPED):
            told = after is not None and not after[2].startswith(TYPED)
            found.append((block.start(), command, after[2] if told and after is not None else ""))
    found += [(one.start(), " ".join(one[1].split()), "") for one in INLINE.finditer(PAGE)]
    return [Step(command, output) for _, command, output in sorted(found)]


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = copy_project(tmp_path_factory.mktemp("tutorial"))
    (project.folder / "data").symlink_to(ROOT / "data")
    return project


def run(project: Project, step: Step) -> str:
    """Run a command of the page as its reader would; return what it prints."""
    words = shlex.split(step.command)
    if words[0] == "make":
        assert words[1] == "results"
        path = ROOT / words[2].removeprefix("CONFIG=")
        done = project.snakemake(changed(yaml.safe_load(path.read_text(encoding="utf-8")), FEW))
    else:
        if words[1] == "example":
            words[words.index("--persons") + 1] = "12"
            words += ["--out", "larger"]
        done = subprocess.run(
            [sys.executable, "-P", "-m", "trajectories", *words[1:]],
            cwd=project.folder,
            capture_output=True,
            text=True,
            check=False,
        )
    # A check that finds something ends with the code of bad input.
    expected = 2 if "finding" in step.output else 0
    assert done.returncode == expected, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_page_has_its_steps_in_order() -> None:
    assert [step.command.split()[:2] for step in steps()] == [
        ["trajectories", "config"],
        ["make", "results"],
        ["trajectories", "rejected"],
        ["trajectories", "example"],
    ]


@pytest.mark.untraced
def test_every_command_of_the_page_works_and_ends_at_a_brief(tutorial: Project) -> None:
    for step in steps():
        printed = run(tutorial, step)
        for line in step.output.splitlines():
            assert " ".join(line.split()) in " ".join(printed.split())
    release = tutorial.folder / "results" / "municipality" / "release"
    for name in ("brief", "report", "annex"):
        assert "<h1>" in (release / f"{name}.html").read_text(encoding="utf-8")
    assert len(list(Path(tutorial.folder / "larger").glob("*.csv"))) == 4
    brief = " ".join((release / "brief.html").read_text(encoding="utf-8").split())
    for quoted in re.findall(r'says: "([^"]+)"', " ".join(PAGE.split())):
        assert quoted in brief
    assert "500 people" in brief
