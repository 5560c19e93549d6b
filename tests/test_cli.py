import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from trajectories import cli
from trajectories.cli import application
from trajectories.errors import UserError
from trajectories.register.clean.accounting import AccountingError

ROOT = Path(__file__).parents[1]


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "trajectories", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )


def test_a_users_mistake_ends_with_its_sentence_and_exit_code_2(tmp_path: Path) -> None:
    path = tmp_path / "my.yaml"
    path.write_text("run:\n  nam: x\n")
    done = _run("config", "check", str(path))
    assert done.returncode == cli.USER_ERROR
    assert done.stderr == f"{path}: 1 error\n  run.nam: unknown key; did you mean `name`?\n"


def test_a_missing_configuration_is_named(tmp_path: Path) -> None:
    done = _run("ingest", "--config", "none.yaml", "--out", str(tmp_path / "out"))
    assert done.returncode == cli.USER_ERROR
    assert "none.yaml is missing" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_verb_refuses_a_configuration_in_the_words_of_the_check(tmp_path: Path) -> None:
    path = tmp_path / "my.yaml"
    path.write_text("typology: {k_max: 59}\nregister: {source: none}\n")
    arguments = ["--sequences", "none", "--distances", "none", "--out", str(tmp_path / "out")]
    done = _run("cluster", "--config", str(path), *arguments)
    assert done.returncode == cli.USER_ERROR
    assert done.stderr == _run("config", "check", str(path)).stderr
    assert "typology.k_max: must be at most 50 (it is 59)" in done.stderr


def test_the_default_configuration_is_in_order() -> None:
    result = CliRunner().invoke(cli.app, ["config", "check", str(ROOT / "config/config.yaml")])
    assert result.exit_code == 0
    assert "in order" in result.output


def test_written_configuration_files_are_those_of_the_project(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli.app, ["config", "write", str(tmp_path)])
    assert result.exit_code == 0
    for name in ("reference.yaml", "README.md", "schema.json"):
        assert (tmp_path / name).read_bytes() == (ROOT / "config" / name).read_bytes()


def test_written_pages_are_those_of_the_project(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli.app, ["docs", "write", str(tmp_path)])
    assert result.exit_code == 0
    for name in ("data-dictionary.md", "edge-cases.md"):
        assert (tmp_path / name).read_bytes() == (ROOT / "docs" / name).read_bytes()


def test_threads_reach_the_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("POLARS_MAX_THREADS", "NUMBA_NUM_THREADS", "OMP_NUM_THREADS"):
        monkeypatch.setenv(name, "7")
    application.options(threads=3)
    assert os.environ["POLARS_MAX_THREADS"] == "3"
    assert os.environ["NUMBA_NUM_THREADS"] == "3"
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
    monkeypatch.delenv("OPENBLAS_NUM_THREADS")


def test_main_prints_a_user_error_without_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise UserError("spells.csv: column `start` is missing.")

    monkeypatch.setattr(cli, "app", fail)
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == cli.USER_ERROR
    assert capsys.readouterr().err == "spells.csv: column `start` is missing.\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["config", "write", "config/config.yaml"],
            "config/config.yaml: file exists; name",
        ),
        (["describe", "none.csv"], "none.csv: no such file or directory; name another"),
        (["plan", "--config", "config/config.yaml", "--out", "docs"], "docs: is a directory;"),
        (["power", "--seed", "-1", "--replications", "2"], "The seed must be 0 or more."),
        (["power", "--persons", "1000000000000"], "persons times months must be"),
        (["power", "--hazard-ratio", "nan"], "The hazard ratio must be above 0 and finite."),
    ],
)
def test_a_wrong_value_of_an_option_gets_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    sentence: str,
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("sys.argv", ["trajectories", *arguments])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == cli.USER_ERROR
    assert sentence in capsys.readouterr().err


def test_no_message_shows_a_cpr_number_or_quotes_the_data(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop() -> None:
        raise UserError("spells of 010190-1234.csv: a column is missing.")

    def fail() -> None:
        raise ValueError("cannot parse 'person-key-77'")

    def lose_rows() -> None:
        raise AccountingError("2 of 9 rows of spells have no fate.")

    monkeypatch.delenv("TRAJECTORIES_SHOW_FAULTS", raising=False)
    said = []
    for app, code in ((stop, cli.USER_ERROR), (fail, cli.FAULT), (lose_rows, cli.FAULT)):
        monkeypatch.setattr(cli, "app", app)
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        assert stopped.value.code == code
        said.append(capsys.readouterr().err)
    assert said[0] == "spells of [CPR number].csv: a column is missing.\n"
    assert "person-key-77" not in said[1]
    assert "ValueError, at" in said[1]
    assert "test_cli.py" in said[1]
    assert "2 of 9 rows of spells have no fate." in said[2]

    monkeypatch.setenv("TRAJECTORIES_SHOW_FAULTS", "1")
    monkeypatch.setattr(cli, "app", fail)
    with pytest.raises(SystemExit):
        cli.main()
    assert "person-key-77" in capsys.readouterr().err


def test_every_rule_calls_a_verb_that_exists() -> None:
    text = "".join(path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk"))
    called = set(re.findall(r"trajectories --threads \{\w+\} (?:--keep-going )?(\w[\w-]*)", text))
    verbs = {command.callback.__name__ for command in cli.app.registered_commands}
    assert called <= verbs
    assert verbs - called == {"summary", "describe", "rejected", "power", "plan"}
