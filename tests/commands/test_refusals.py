"""Each part of a run, refused by its data: it leaves a refusal, and what needs it passes it on."""

import inspect
import re
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import wraps
from importlib import import_module
from io import StringIO
from pathlib import Path

import pytest

from trajectories import cli
from trajectories.errors import FileError, UserError
from trajectories.refusals import REFUSED, Refusal, first_refusal, refusal_in
from trajectories.release.missing import PARTS

ROOT = Path(__file__).parents[2]
RULES = ROOT / "workflow" / "rules"
CONFIG = ROOT / "config" / "config.yaml"
CALLED = {row.name: row for row in cli.COMMANDS if row.part}


def function_of(verb: str) -> Callable[..., None]:
    module, _, name = CALLED[verb].place.partition(":")
    return getattr(import_module(f"trajectories.commands.{module}"), name)


SENTENCE = "Only 3 rows are left: name more in some.key."
NO_FOLDERS = ("config", "out", "style", "truth", "name", "part")
NEEDED = [
    (verb, option)
    for verb in CALLED
    for option in inspect.signature(function_of(verb)).parameters
    if option not in NO_FOLDERS
]


def invoke(
    monkeypatch: pytest.MonkeyPatch, verb: str, folder: Path, act: Callable, *, keep_going: bool
) -> tuple[str, BaseException | None]:
    """Run a command with all its options, where the function itself is `act`."""
    module, _, name = CALLED[verb].place.partition(":")
    own = function_of(verb)
    monkeypatch.setattr(f"trajectories.commands.{module}.{name}", wraps(own)(act))
    arguments = []
    for option in inspect.signature(own).parameters:
        values = {"name": "om", "part": "1-of-2", "config": str(CONFIG)}
        arguments += [f"--{option}", values.get(option, str(folder / option))]
    said, error = StringIO(), None
    with redirect_stdout(said):
        try:
            cli.run([verb, *arguments], keep_going=keep_going)
        except UserError as raised:
            error = raised
    return said.getvalue(), error


def refuse(**_: object) -> None:
    raise UserError(SENTENCE)


def test_every_rule_after_the_person_months_goes_on_without_its_part() -> None:
    text = "".join(path.read_text() for path in RULES.glob("*.smk"))
    alone = re.findall(r'--keep-going --log \{log:q\}"\s+" ([\w-]+)', text)
    assert sorted(alone) == sorted(CALLED)
    assert CALLED.keys() - {"picture"} == PARTS.keys()


@pytest.mark.parametrize("verb", CALLED)
def test_a_refused_part_leaves_its_sentence(verb, tmp_path, monkeypatch) -> None:
    said, error = invoke(monkeypatch, verb, tmp_path, refuse, keep_going=True)
    assert error is None
    assert SENTENCE in said
    assert "✗" in said
    name = f"{verb} om" if verb in ("tile", "distances") else verb
    assert refusal_in(tmp_path / "out") == Refusal(name, name, SENTENCE)
    assert (tmp_path / "out" / REFUSED).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("verb", CALLED)
def test_by_hand_a_verb_stops_with_the_sentence_and_leaves_nothing(
    verb, tmp_path, monkeypatch
) -> None:
    _, error = invoke(monkeypatch, verb, tmp_path, refuse, keep_going=False)
    assert isinstance(error, UserError)
    assert str(error) == SENTENCE
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("verb", "option"), NEEDED)
def test_what_needs_a_refused_part_passes_it_on_and_does_not_run(
    verb, option, tmp_path, monkeypatch
) -> None:
    ran = []
    Refusal("changes", "changes", SENTENCE).write(tmp_path / option)
    said, error = invoke(
        monkeypatch, verb, tmp_path, lambda **given: ran.append(given), keep_going=True
    )
    assert error is None
    left = refusal_in(tmp_path / "out")
    if option == CALLED[verb].optional:
        assert left is None
        assert ran[0][option] == []
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

    _, error = invoke(monkeypatch, "cluster", tmp_path, fail, keep_going=True)
    assert isinstance(error, FileError)
    assert not (tmp_path / "out").exists()


def test_a_part_that_is_made_after_all_takes_its_refusal_away(tmp_path, monkeypatch) -> None:
    Refusal("risk", "risk", SENTENCE).write(tmp_path / "out")
    assert invoke(monkeypatch, "risk", tmp_path, lambda **_: None, keep_going=False)[1] is None
    assert refusal_in(tmp_path / "out") is None
