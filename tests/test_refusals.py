"""Each part of a run, refused by its data: it leaves a refusal, and what needs it passes it on."""

import inspect
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from typer.testing import CliRunner

from trajectories import cli
from trajectories.errors import FileError, UserError
from trajectories.refusals import REFUSED, Refusal, first_refusal, refusal_in
from trajectories.release.missing import PARTS

ROOT = Path(__file__).parents[1]
RULES = ROOT / "workflow" / "rules"
CONFIG = ROOT / "config" / "config.yaml"
CALLED = {
    "channels": "channels.channels",
    "tile": "dissimilarity.tile",
    "distances": "dissimilarity.distances",
    "cluster": "typology.cluster",
    "hours": "typology.hours",
    "courses": "courses.courses",
    "picture": "courses.index_plot",
    "compare": "reform.compare",
    "windows": "sequences.windows",
    **{
        name: f"hazards.{name}"
        for name in ("changes", "risk", "estimate", "histories", "sensitivity", "durations")
    },
}
VERBS = {command.callback.__name__: command.callback for command in cli.app.registered_commands}
SENTENCE = "Only 3 rows are left: name more in some.key."
NO_FOLDERS = ("config", "out", "style", "truth", "name", "part")
NEEDED = [
    (verb, option)
    for verb in CALLED
    for option in inspect.signature(VERBS[verb]).parameters
    if option not in NO_FOLDERS
]


def invoke(
    monkeypatch: pytest.MonkeyPatch, verb: str, folder: Path, act: Callable, *options: str
) -> tuple[int, str, BaseException | None]:
    """Call a verb of the command line with all its options, where the stage itself is `act`."""
    module, _, function = CALLED[verb].partition(".")
    monkeypatch.setattr(import_module(f"trajectories.verbs.{module}"), function, act)
    arguments = []
    for name in inspect.signature(VERBS[verb]).parameters:
        values = {"name": "om", "part": "1-of-2", "config": str(CONFIG)}
        value = values.get(name, str(folder / name))
        arguments += [f"--{name}", value]
    done = CliRunner().invoke(cli.app, [*options, verb, *arguments])
    return done.exit_code, done.output, done.exception


def refuse(**_: object) -> None:
    raise UserError(SENTENCE)


def test_every_rule_after_the_person_months_goes_on_without_its_part() -> None:
    text = "".join(path.read_text() for path in RULES.glob("*.smk"))
    alone = re.findall(r"trajectories --threads \{\w+\} --keep-going (\w+)", text)
    assert sorted(alone) == sorted(CALLED)
    assert CALLED.keys() - {"picture"} == PARTS.keys()


@pytest.mark.parametrize("verb", CALLED)
def test_a_refused_part_leaves_its_sentence(verb, tmp_path, monkeypatch) -> None:
    code, said, _ = invoke(monkeypatch, verb, tmp_path, refuse, "--keep-going")
    assert code == 0
    assert SENTENCE in said
    assert "✗" in said
    name = f"{verb} om" if verb in ("tile", "distances") else verb
    assert refusal_in(tmp_path / "out") == Refusal(name, name, SENTENCE)
    assert (tmp_path / "out" / REFUSED).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("verb", CALLED)
def test_by_hand_a_verb_stops_with_the_sentence_and_leaves_nothing(
    verb, tmp_path, monkeypatch
) -> None:
    code, _, error = invoke(monkeypatch, verb, tmp_path, refuse)
    assert code != 0
    assert isinstance(error, UserError)
    assert str(error) == SENTENCE
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("verb", "option"), NEEDED)
def test_what_needs_a_refused_part_passes_it_on_and_does_not_run(
    verb, option, tmp_path, monkeypatch
) -> None:
    ran = []
    Refusal("changes", "changes", SENTENCE).write(tmp_path / option)
    code, said, _ = invoke(
        monkeypatch, verb, tmp_path, lambda **given: ran.append(given), "--keep-going"
    )
    assert code == 0
    left = refusal_in(tmp_path / "out")
    if option == "others":
        assert left is None
        assert ran[0]["others"] == []
        return
    assert ran == []
    assert left is not None
    assert (left.origin, left.sentence) == ("changes", SENTENCE)
    assert left.part.split()[0] == verb
    assert "`changes`" in said


def test_a_file_in_the_folder_of_a_refused_part_is_refused_too(tmp_path) -> None:
    Refusal("risk", "risk", SENTENCE).write(tmp_path / "risk")
    found = first_refusal([tmp_path, tmp_path / "risk" / "panel.parquet"])
    assert found == Refusal("risk", "risk", SENTENCE)
    assert first_refusal([tmp_path / "changes", tmp_path]) is None


def test_a_broken_file_ends_the_run(tmp_path, monkeypatch) -> None:
    def fail(**_: object) -> None:
        raise FileError("windows.parquet is not a whole Parquet file: delete it and run again.")

    code, _, error = invoke(monkeypatch, "cluster", tmp_path, fail, "--keep-going")
    assert code != 0
    assert isinstance(error, FileError)
    assert not (tmp_path / "out").exists()


def test_a_part_that_is_made_after_all_takes_its_refusal_away(tmp_path, monkeypatch) -> None:
    Refusal("risk", "risk", SENTENCE).write(tmp_path / "out")
    assert invoke(monkeypatch, "risk", tmp_path, lambda **_: None)[0] == 0
    assert refusal_in(tmp_path / "out") is None
