"""Rules are plain commands: no shell but one that splits words, no bash, make or tee."""

import shlex
import sys
from pathlib import Path

import pytest

from workflow.projects import PERSONS, Project, copy_project

HERE = Path(__file__).parent
OVERLAY = {"simulator": {"persons": PERSONS}, "dissimilarity": {"tiles": 2}}
REFUSED = set('|<>&;$*"')
LONGEST_OF_CMD = 8191


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("plain") / "Æblø (ny) projekt [1]"
    folder.mkdir()
    return copy_project(folder)


def test_every_rule_is_one_plain_command(project: Project) -> None:
    done = project.snakemake(OVERLAY, "--dry-run", "--printshellcmds", "--quiet", "host")
    assert done.returncode == 0, done.stderr
    said = done.stdout + done.stderr
    commands = [line for line in said.splitlines() if " -m trajectories " in line]
    verbs = {words[words.index("--log") + 2] for words in map(shlex.split, commands)}
    assert {"simulate", "tile", "distances", "cluster", "protect", "report"} <= verbs
    assert len(verbs) >= 20
    assert [command for command in commands if REFUSED & set(command)] == []
    assert max(map(len, commands)) < LONGEST_OF_CMD // 2


def test_a_run_needs_neither_a_shell_nor_its_tools(project, tmp_path, monkeypatch) -> None:
    # an environment may lie in a folder with a space, which a script's first line cannot name
    launcher = tmp_path / "launcher"
    launcher.write_text(
        f"#!{Path(sys.executable).resolve()}\n{(HERE / 'launcher.py').read_text(encoding='utf-8')}"
    )
    launcher.chmod(0o755)
    monkeypatch.setenv("LAUNCHED", str(tmp_path / "launched.txt"))
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    done = project.snakemake(
        OVERLAY,
        "results/synthetic/private/months/person_months.parquet",
        *("--default-resources", f"shell_exec='{launcher}'"),
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    launched = (tmp_path / "launched.txt").read_text(encoding="utf-8").split()
    assert launched == ["simulate", "ingest", "months"]


def test_a_run_goes_on_after_one_that_was_killed(project: Project) -> None:
    locks = project.folder / ".snakemake/locks"
    locks.mkdir(parents=True, exist_ok=True)
    output = project.folder / "results/synthetic/private/months/person_months.parquet"
    (locks / "0.output.lock").write_text(f"{output.relative_to(project.folder)}\n")
    done = project.snakemake(OVERLAY, str(output.relative_to(project.folder)), "--touch")
    assert "no other run is alive" in done.stderr
    assert "locked" not in done.stderr
