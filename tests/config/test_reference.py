import difflib
from pathlib import Path

import pytest
import yaml

from trajectories.config import reference, root

CONFIG = Path(__file__).parents[2] / "config"


@pytest.mark.parametrize(
    ("name", "generate"),
    [
        ("config.yaml", reference.default_yaml),
        ("README.md", reference.reference_page),
        ("schema.json", reference.json_schema),
    ],
)
def test_generated_files_are_those_of_the_models(name: str, generate) -> None:
    written = (CONFIG / name).read_text(encoding="utf-8").splitlines()
    drift = list(difflib.unified_diff(written, generate().splitlines(), "written", "models"))
    assert not drift, "run `trajectories config write`:\n" + "\n".join(drift[:40])


def test_the_default_file_is_the_default_configuration() -> None:
    document = yaml.safe_load(reference.default_yaml())
    assert root.load(document, name="default") == root.Config()


def test_every_key_of_the_default_file_has_a_comment() -> None:
    lines = reference.default_yaml().splitlines()
    for before, line in zip(lines, lines[1:], strict=False):
        if line and not line.lstrip().startswith("#") and line.endswith(":"):
            assert before.lstrip().startswith("#") or "measures" in "".join(lines), line


def test_every_key_has_a_meaning() -> None:
    def check(model, path: str) -> None:
        for key, field in model.model_fields.items():
            assert field.description, f"{path}.{key} has no description"
            for nested in root.models_in(field.annotation):
                check(nested, f"{path}.{key}")

    check(root.Config, "config")


def test_example_overlays_are_valid() -> None:
    examples = sorted((CONFIG / "examples").glob("*.yaml"))
    assert {path.stem for path in examples} >= {"mvad", "jobless", "own-data"}
    for path in examples:
        assert root.read(path).run.name != "synthetic", f"{path.name} must name its own run"
