import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from trajectories.config import root
from trajectories.config.document import as_written, merge, sections
from trajectories.config.section import read_section
from trajectories.config.sections.register import RegisterConfig
from trajectories.config.sections.typology import TypologyConfig
from trajectories.errors import UserError

MANY = "a: &a [x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{above}'] * 9)}]\n"
    for above, name in zip("abcdefghi", "bcdefghij", strict=True)
)
"""Anchors that stand for 9 to the power of 9 values."""


def _errors(document: dict) -> str:
    with pytest.raises(UserError) as caught:
        root.load(document, name="my.yaml")
    return str(caught.value)


def test_all_errors_are_printed_at_once_each_with_its_key() -> None:
    text = _errors(
        {
            "simulator": {"person": 10, "persons": "many"},
            "sequences": {"length_months": -1},
            "registr": {},
        }
    )
    assert text.startswith("my.yaml: 4 errors\n")
    assert "simulator.person: unknown key; did you mean `persons`?" in text
    assert "simulator.persons: " in text
    assert "(it is 'many')" in text
    assert "registr: unknown key; did you mean `register`?" in text
    assert "Traceback" not in text


def test_a_mistyped_choice_gets_the_allowed_ones_and_a_suggestion() -> None:
    text = _errors({"register": {"source": "simulater"}})
    assert "register.source: must be one of `simulator`, `files`, `none`" in text
    assert "did you mean `simulator`?" in text


def test_a_wrong_part_of_a_list_is_told_once() -> None:
    text = _errors({"typology": {"validation": {"models": ["exchangd"]}}})
    assert "typology.validation.models[1]: must be one of `combined`" in text
    assert "at least" not in text
    assert "models: must hold at least 1" in _errors({"typology": {"validation": {"models": []}}})


def test_a_key_unlike_any_other_gets_the_list_of_keys() -> None:
    allowed = "cores, memory_gib, name, niceness, results, temporary, title"
    assert f"run.zzzzz: unknown key; allowed are {allowed}" in _errors({"run": {"zzzzz": 1}})


def test_keys_inside_named_entries_are_suggested() -> None:
    text = _errors({"dissimilarity": {"measures": {"om": {"measur": "om"}}}})
    assert "did you mean `measure`?" in text


def test_numbers_from_the_command_line_may_be_text() -> None:
    assert root.load({"simulator": {"persons": "500"}}, name="x").simulator.persons == 500


def test_sections_that_contradict_each_other_are_errors() -> None:
    text = _errors({"typology": {"enabled": False}})
    assert "reform.enabled is true but typology.enabled is false" in text


def test_files_without_assignments_cannot_give_hazards() -> None:
    files = {"source": "files", "files": {"spells": {"path": "spells.csv"}}}
    text = _errors({"register": files})
    assert "register.files.assignments.path is missing" in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("run: [\n", "is not valid YAML"),
        ("run:\n\tname: x\n", "line 2 is not valid YAML: here or on the line before is a tab"),
        ("run:\n\u00a0\u00a0name: x\n  title: y\n", "is a space that does not break"),
        ("run:\n  name: !env NAME\n", "line 2: YAML takes a value that begins with !"),
        ("a: &a [*a]\n", "holds an anchor that contains itself"),
        (MANY, "holds anchors that repeat each other"),
        ("- run\n", "must hold sections"),
        (f"run:\n  name: {'a' * 101}\n", "At most 100 small letters"),
        ("run:\n  nam: x\n", "did you mean `name`"),
        ("run:\n  name: a\nrun:\n  seed: 2\n", "run: on line 1 and again on line 3"),
        ("a:\n- b:\n    c: 1\n    c: 2\n", r"a\.b\.c: on line 3 and again on line 4"),
    ],
)
def test_a_file_that_cannot_be_read_gets_a_sentence(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "my.yaml"
    path.write_text(text)
    with pytest.raises(UserError, match=message):
        root.read(path)


def test_files_that_are_not_there_are_named_with_their_keys(tmp_path: Path) -> None:
    root.require_files(root.Config())
    (tmp_path / "a.csv").write_text("person\n")
    files = {
        "spells": {"path": [f"{tmp_path}/*.csv", f"{tmp_path}/*.parquet"]},
        "persons": {"path": "none.csv"},
    }
    document = {
        "register": {"source": "files", "files": files, "codelist": "none/codes.csv"},
        "hazards": {"enabled": False},
    }
    with pytest.raises(UserError) as caught:
        root.require_files(root.load(document, name="my.yaml"))
    found = [line.split(" does not exist")[0] for line in str(caught.value).splitlines()[1:]]
    assert sorted(found) == [
        "  register.codelist: none/codes.csv",
        "  register.files.persons.path: none.csv",
        f"  register.files.spells.path: {tmp_path}/*.parquet",
    ]


def test_a_file_in_another_encoding_gets_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "my.yaml"
    path.write_bytes("run:\n  title: Århus\n".encode("latin-1"))
    with pytest.raises(UserError, match="is not in UTF-8"):
        root.read(path)


def test_a_missing_and_an_empty_file(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is missing"):
        root.read(tmp_path / "none.yaml")
    (tmp_path / "empty.yaml").write_text("")
    assert root.read(tmp_path / "empty.yaml") == root.Config()


def test_leaves_are_plain_data_and_the_dump_reads_back() -> None:
    config = root.Config()
    assert root.leaf(config, "run.name") == "synthetic"
    with pytest.raises(KeyError):
        root.leaf(config, "run.nothing")
    assert root.load(yaml.safe_load(root.dump(config)), name="dump") == config


def test_stages_follow_the_switches() -> None:
    assert root.stages(root.Config()) == [
        "register",
        "sequences",
        "dissimilarity",
        "typology",
        "reform",
        "hazards",
    ]
    off = root.load({"typology": {"enabled": False}, "reform": {"enabled": False}}, name="x")
    assert root.stages(off) == ["register", "sequences", "hazards"]


def test_inputs_are_resolved_globs(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv"):
        (tmp_path / name).write_text("")
    config = root.load(
        {
            "register": {
                "source": "files",
                "files": {
                    "spells": {"path": str(tmp_path / "*.csv")},
                    "assignments": {"path": ["none.csv"]},
                },
            }
        },
        name="x",
    )
    assert root.input_files(config) == [
        str(tmp_path / "a.csv"),
        str(tmp_path / "b.csv"),
        "none.csv",
    ]


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("register: {sex_map: {1: M, 2: K}}", "register.sex_map", {"1": "M", "2": "K"}),
        ("register: {code_map: {0730: 730}}", "register.code_map", {"0730": "730"}),
        ("register: {readiness_map: {NO: job_ready}}", "register.readiness_map.NO", "job_ready"),
        ("register: {overlaps: {roles: [yes, 010]}}", "register.overlaps.roles", ["yes", "010"]),
        ("register: {after_death_codes: [999, 1_0]}", "register.after_death_codes", ["999", "1_0"]),
        ("run: {title: 2014}", "run.title", "2014"),
        ("run: {title: 2014-01-01}", "run.title", "2014-01-01"),
        ("hazards: {models: {risks: no}}", "hazards.models.risks", False),
        ("simulator: {persons: 0730}", "simulator.persons", 730),
        ("simulator:\nrun:\n", "run.name", "synthetic"),
        ("dissimilarity: {measures: {ham: null}}", "dissimilarity.main", "om"),
    ],
)
def test_what_is_written_is_taken_as_what_it_plainly_means(
    tmp_path: Path, text: str, key: str, value: object
) -> None:
    path = tmp_path / "my.yaml"
    path.write_text(text)
    assert root.leaf(root.read_overlay(path), key) == value
    # The workflow's own reader made numbers, truth values and dates of it before.
    plain = yaml.safe_load(text)
    written = as_written(merge(root.Config().model_dump(mode="json"), plain), sections(path))
    assert root.leaf(root.load(written, name="x"), key) == value


def test_an_overlay_removes_a_measure_of_the_default_run_and_keeps_the_others(
    tmp_path: Path,
) -> None:
    path = tmp_path / "my.yaml"
    path.write_text("dissimilarity: {measures: {ham: null, dhd: {measure: dhd}}}")
    assert list(root.read_overlay(path).dissimilarity.measures) == ["om", "lcs", "omstran", "dhd"]
    path.write_text("dissimilarity: {measures: {om: null}}")
    with pytest.raises(UserError, match=r"dissimilarity\.main: is `om`, which is none of the"):
        root.read_overlay(path)


def test_an_overlay_is_laid_over_the_default_run_of_its_project(tmp_path: Path) -> None:
    project, path = tmp_path / "project", tmp_path / "project" / "mine" / "my.yaml"
    for folder in (project / "config", path.parent):
        folder.mkdir(parents=True)
    path.write_text("typology: {k_min: 5}")
    assert root.read_overlay(path).typology.k_min == 5
    (project / "Snakefile").touch()
    (project / "config" / "config.yaml").write_text("typology: {k_max: 4}")
    with pytest.raises(UserError, match=r"typology\.k_min: 5 is larger than k_max 4"):
        root.read_overlay(path)


def test_relative_paths_start_at_the_project_from_wherever_it_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, path = tmp_path / "project", tmp_path / "project" / "mine" / "my.yaml"
    path.parent.mkdir(parents=True)
    (project / "Snakefile").touch()
    path.write_text(
        "register: {source: files, codelist: lists/codes.csv, files: "
        "{spells: {path: [a.csv, /b.csv]}, assignments: {path: c.csv}}}"
    )
    for read in (root.read, root.read_overlay):
        register = read(path).register
        assert register.codelist == str(project / "lists" / "codes.csv")
        assert register.files.spells.path == [str(project / "a.csv"), "/b.csv"]
        assert register.files.assignments.path == str(project / "c.csv")
        assert register.files.persons.path is None
    assert read_section(path, "register", RegisterConfig) == register
    monkeypatch.chdir(project)
    assert root.read(path).register.codelist == "lists/codes.csv"


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"release": "strict"}, "release: must be a section with keys such as `preset`"),
        ({"release": {"authors": "A. Hansen"}}, "release.authors: must be a list, such as [a, a]"),
        ({"simulator": {"persons": True}}, "simulator.persons: must be a whole number"),
        ({"typology": {"k_max": 59}}, "typology.k_max: must be at most 50 (it is 59)"),
        ({"register": {"first_day": "the beginning"}}, "must be a date, YYYY-MM-DD or null"),
        ({"register": {"files": {"spells": {"path": {"a": 1}}}}}, "path: must be text or a list"),
        ({"register": {"source": "files"}}, "register.files.spells.path: must name the spells"),
        ({"sequences": {"events": [{"date": "2014-01-01"}]}}, "sequences.events[1].name: must be"),
        ({"hazards": {"risk": {"job_hours": float("nan")}}}, "risk.job_hours: must be a finite"),
        ({"run": {"name": "Min kørsel"}}, "hyphens and underscores"),
    ],
)
def test_a_message_names_the_key_and_what_to_write(document: dict, sentence: str) -> None:
    assert sentence in _errors(document)


def test_a_section_that_a_verb_reads_is_refused_in_the_words_of_the_check(tmp_path: Path) -> None:
    path = tmp_path / "my.yaml"
    path.write_text("typology: {k_min: 2, k_max: 59}")
    sentence = r"1 error\n  typology.k_max: must be at most 50 \(it is 59\)"
    for read in (root.read, lambda file: read_section(file, "typology", TypologyConfig)):
        with pytest.raises(UserError, match=sentence):
            read(path)


def test_the_models_are_imported_without_what_calculates() -> None:
    script = "import sys, trajectories.config.root; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    heavy = {"polars", "numpy", "pandas", "formulaic", "matplotlib", "numba"}
    assert not heavy & set(done.stdout.split())
