import os
import re
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest

from calls import call
from trajectories import cli
from trajectories.config import root
from trajectories.errors import UserError
from trajectories.register.clean.accounting import AccountingError

ROOT = Path(__file__).parents[2]


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
    result = call("config", "check", str(ROOT / "config/config.yaml"))
    assert result.code == 0
    assert "in order" in result.stdout


def test_written_configuration_files_are_those_of_the_project(tmp_path: Path) -> None:
    result = call("config", "write", str(tmp_path))
    assert result.code == 0
    made = (
        "reference.yaml",
        "README.md",
        "schema.json",
        "reforms/README.md",
        "reforms/schema.json",
    )
    for name in made:
        assert (tmp_path / name).read_bytes() == (ROOT / "config" / name).read_bytes()


def test_written_pages_are_those_of_the_project(tmp_path: Path) -> None:
    result = call("docs", "write", str(tmp_path))
    assert result.code == 0
    for name in ("data-dictionary.md", "edge-cases.md"):
        assert (tmp_path / name).read_bytes() == (ROOT / "docs" / name).read_bytes()


def test_threads_reach_the_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("POLARS_MAX_THREADS", "NUMBA_NUM_THREADS", "OMP_NUM_THREADS"):
        monkeypatch.setenv(name, "7")
    monkeypatch.setattr(cli, "run", lambda *_, **__: None)
    cli.main(["--threads", "3", "ingest"])
    assert os.environ["POLARS_MAX_THREADS"] == "3"
    assert os.environ["NUMBA_NUM_THREADS"] == "3"
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
    monkeypatch.delenv("OPENBLAS_NUM_THREADS")


def test_main_prints_a_user_error_without_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise UserError("spells.csv: column `start` is missing.")

    monkeypatch.setattr(cli, "run", fail)
    with pytest.raises(SystemExit) as stopped:
        cli.main(["ingest"])
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
    with pytest.raises(SystemExit) as stopped:
        cli.main(arguments)
    assert stopped.value.code == cli.USER_ERROR
    assert sentence in capsys.readouterr().err


def test_no_message_shows_a_cpr_number_or_quotes_the_data(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise UserError("spells of 010190-1234.csv: a column is missing.")

    def fail(*_: object, **__: object) -> None:
        raise ValueError("cannot parse 'person-key-77'")

    def lose_rows(*_: object, **__: object) -> None:
        raise AccountingError("2 of 9 rows of spells have no fate.")

    monkeypatch.delenv("TRAJECTORIES_SHOW_FAULTS", raising=False)
    said = []
    for run, code in ((stop, cli.USER_ERROR), (fail, cli.FAULT), (lose_rows, cli.FAULT)):
        monkeypatch.setattr(cli, "run", run)
        with pytest.raises(SystemExit) as stopped:
            cli.main(["ingest"])
        assert stopped.value.code == code
        said.append(capsys.readouterr().err)
    assert said[0] == "spells of [CPR number].csv: a column is missing.\n"
    assert "person-key-77" not in said[1]
    assert "ValueError, at" in said[1]
    assert "test_cli.py" in said[1]
    assert "2 of 9 rows of spells have no fate." in said[2]

    monkeypatch.setenv("TRAJECTORIES_SHOW_FAULTS", "1")
    monkeypatch.setattr(cli, "run", fail)
    with pytest.raises(SystemExit):
        cli.main(["ingest"])
    assert "person-key-77" in capsys.readouterr().err


def test_every_rule_calls_a_command_that_exists() -> None:
    text = "".join(path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk"))
    called = set(re.findall(r'--log \{log:q\}"\s+" ([\w-]+)', text))
    assert called == {row.name for row in cli.COMMANDS if row.step} | {"redraw", "hjemtag"}
    others = {row.name for row in cli.COMMANDS if " " not in row.name} - called
    releases = {
        "summary",
        "check-release",
        "register-release",
        "compare-releases",
        "explain",
        "check-hjemtag",
    }
    assert others == releases | {"describe", "rejected", "power", "plan", "run", "bundle"}


def test_help_is_the_docstrings_and_imports_no_command() -> None:
    code = (
        "import sys; from trajectories import cli; cli.main(['--help']); "
        "print([name for name in sys.modules if name.startswith('trajectories.commands')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")
    for row in cli.COMMANDS:
        if " " not in row.name:
            assert cli.sentence_of(row)[:40] in " ".join(done.stdout.split())
    shown = call("estimate", "--help").stdout
    assert "Estimate how caseworker changes relate to exits." in shown
    assert "panel.parquet, as risk wrote it" in shown


def test_a_command_imports_only_what_it_needs() -> None:
    code = (
        "import sys; from trajectories import cli; "
        "cli.application(summaries=False).parse_args("
        "['rejected', '--register', 'none'], exit_on_error=False); "
        "print([name for name in ('numba', 'scipy', 'matplotlib') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_what_is_printed_is_logged_for_its_owner_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*_: object, **__: object) -> None:
        print("  ▸ Counting …")
        raise UserError("spells.csv: column `start` is missing.")

    monkeypatch.setattr(cli, "run", fail)
    log = tmp_path / "logs" / "ingest.log"
    log.parent.mkdir()
    log.write_text("of an earlier run")
    log.chmod(0o644)
    done = call("--log", str(log), "ingest")
    assert done.code == cli.USER_ERROR
    assert done.stdout + done.stderr == log.read_text(encoding="utf-8")
    assert "earlier" not in done.stdout
    assert "column `start` is missing" in done.stderr
    assert log.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OSError(12, "Cannot allocate memory"),
        ImportError("polars.so: failed to map segment from shared object"),
    ],
)
def test_memory_that_the_system_refuses_gets_a_sentence(
    monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("no module") from error

    monkeypatch.setattr(cli, "run", fail)
    done = call("ingest")
    assert done.code == cli.USER_ERROR
    assert "no memory left for this step" in done.stderr
    assert "fault of the program" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--threads", "0", "ingest"], "threads"),
        (["--threads", "x", "ingest"], "unable to convert"),
        (["ingets"], 'Did you mean "ingest"?'),
        (["ingest", "--confg", "x"], "Did you mean --config"),
        (["power", "--replications", "1"], "replications"),
        (["ingest", "--config", "c.yaml", "--out", ""], "What follows --out is empty"),
        (["config", "check", " "], "What follows check is empty"),
        (["example", "extracts", "--persons", "0"], "persons"),
        (["example", "extracts", "--seed", "-1"], "seed"),
        (["redraw", "--source", "a", "--out", "b", "--processes", "0"], "processes"),
    ],
)
def test_what_is_typed_wrongly_gets_a_sentence(arguments: list[str], sentence: str) -> None:
    done = call(*arguments)
    assert done.code == cli.USER_ERROR
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("typed", "cores"), [([], "2"), (["--cores", "5"], "5"), (["--dry-run", "all"], "2")]
)
def test_run_takes_processors_from_the_option_or_the_configuration(
    typed, cores, monkeypatch, tmp_path
) -> None:
    (tmp_path / "my.yaml").write_text("run: {cores: 2}\n", encoding="utf-8")
    (tmp_path / "Snakefile").touch()
    monkeypatch.chdir(tmp_path)
    called = []
    done = nullcontext(SimpleNamespace(stderr=[], wait=lambda: 3))
    monkeypatch.setattr(subprocess, "Popen", lambda words, **_: (called.append(words), done)[1])
    with pytest.raises(SystemExit) as ended:
        cli.main(["run", "--config", "my.yaml", *typed])
    assert ended.value.code == 3
    (words,) = called
    assert words[words.index("--cores") + 1] == cores
    assert words[words.index("--configfile") + 1] == "my.yaml"
    assert words[1:4] == ["-P", "-m", "snakemake"]
    assert ("--dry-run" in words) is ("--dry-run" in typed)


def test_a_step_reads_what_a_study_decides_as_the_workflow_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A file of few keys gets the defaults of the project and what its reform adds."""
    monkeypatch.chdir(ROOT)
    path = tmp_path / "my.yaml"
    path.write_text("sequences: {window: {length_months: 36}}\n")
    whole = cli._require_order(path)
    found = root.read(whole)
    assert found == root.read_overlay(path)
    assert found.sequences.window.length_months == 36
    assert found.hazards.changes.youth_ages
    assert cli._require_order(whole) == whole


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
def test_a_reader_who_has_enough_is_no_fault() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "trajectories", "config", "check", "config/config.yaml"],
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (cli.READER_LEFT, b"")
