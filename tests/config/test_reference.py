import datetime as dt
import difflib
from pathlib import Path
from typing import Literal

import pytest
import yaml
from pydantic import Field

from trajectories.config import reference, root
from trajectories.config._base import Section
from trajectories.config._kinds import models_in

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


class _Cost(Section):
    value: float = Field(2.0, gt=0, description="Cost of a substitution.")


class _Example(Section):
    name: Literal["om", "ham"] = Field("om", description="Which measure.")
    costs: dict[str, _Cost] = Field(
        {"first": _Cost(), "second": _Cost(value=1.0)}, description="Costs by name."
    )
    days: tuple[dt.date, ...] = Field((dt.date(2014, 1, 1),), description="Dates.")


def test_each_key_is_written_with_its_meaning_once() -> None:
    assert reference._section_lines(_Example(), indent=1) == [
        "  # Which measure. Allowed: `om`, `ham`.",
        "  name: om",
        "  # Costs by name.",
        "  costs:",
        "    first:",
        "      # Cost of a substitution. Allowed: more than 0.",
        "      value: 2.0",
        "    second:",
        "      value: 1.0",
        "  # Dates.",
        "  days: ['2014-01-01']",
    ]


def test_every_key_has_a_meaning() -> None:
    def check(model, path: str) -> None:
        for key, field in model.model_fields.items():
            assert field.description, f"{path}.{key} has no description"
            for nested in models_in(field.annotation):
                check(nested, f"{path}.{key}")

    check(root.Config, "config")


def test_example_overlays_are_valid() -> None:
    examples = sorted((CONFIG / "examples").glob("*.yaml"))
    assert {path.stem for path in examples} >= {"mvad", "jobless", "own-data"}
    for path in examples:
        assert root.read(path).run.name != "synthetic", f"{path.name} must name its own run"
