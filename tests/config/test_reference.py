import datetime as dt
import difflib
from pathlib import Path
from typing import Literal

import pytest
import yaml
from pydantic import Field

from trajectories.config import reference, root
from trajectories.config.document import merge, sections
from trajectories.config.meanings import meanings, models_below
from trajectories.config.moved import MOVED
from trajectories.config.reforms.filling import with_reforms
from trajectories.config.reforms.package import ReformPackage
from trajectories.config.section import Section
from trajectories.errors import UserError

CONFIG = Path(__file__).parents[2] / "config"


@pytest.mark.parametrize(
    ("name", "generate"),
    [
        ("reference.yaml", reference.reference_yaml),
        ("README.md", reference.reference_page),
        ("schema.json", reference.json_schema),
        ("reforms/README.md", reference.reform_page),
        ("reforms/schema.json", reference.reform_schema),
    ],
)
def test_generated_files_are_those_of_the_models(name: str, generate) -> None:
    written = (CONFIG / name).read_text(encoding="utf-8").splitlines()
    drift = list(difflib.unified_diff(written, generate().splitlines(), "written", "models"))
    assert not drift, "run `trajectories config write`:\n" + "\n".join(drift[:40])


def test_the_reference_holds_every_key_with_its_default() -> None:
    document = yaml.safe_load(reference.reference_yaml())
    assert root.Config.model_validate(document) == root.Config()
    assert document == yaml.safe_load(root.dump(root.Config()))


def test_the_file_of_what_a_study_decides_is_short_and_is_the_default_run() -> None:
    path = CONFIG / "config.yaml"
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 100
    named = root.Config.model_validate({"reform": {"package": "kontanthjaelp-2014"}})
    assert root.read(path) == root.read_overlay(path) == with_reforms(named, CONFIG.parent)


def test_an_overlay_of_an_overlay_says_the_options_of_files_once() -> None:
    below = sections(CONFIG / "config.yaml")
    above = {
        "register": {"files": {"defaults": {"delimiter": ";"}, "spells": {"ends": "day_after"}}}
    }
    files = root.load(root.complete(merge(below, above)), name="my.yaml").register.files
    assert files.of("persons").delimiter == files.of("spells").delimiter == ";"
    assert (files.of("persons").ends, files.of("spells").ends) == ("last_day", "day_after")


class _Cost(Section):
    value: float = Field(2.0, gt=0)
    """Cost of a substitution."""


class _Example(Section):
    name: Literal["om", "ham"] = "om"
    """Which measure."""
    costs: dict[str, _Cost] = Field({"first": _Cost(), "second": _Cost(value=1.0)})
    """Costs by name."""
    days: tuple[dt.date, ...] = (dt.date(2014, 1, 1),)
    """Dates."""


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


class _Twice(Section):
    one: _Cost = _Cost()
    """One."""
    two: _Cost = _Cost(value=1.0)
    """Two."""


def test_sections_of_one_model_are_explained_once() -> None:
    assert reference._section_lines(_Twice(), indent=1) == [
        "  # One.",
        "  one:",
        "    # Cost of a substitution. Allowed: more than 0.",
        "    value: 2.0",
        "  # Two.",
        "  two:",
        "    value: 1.0",
    ]
    assert list(reference._rows(_Twice, prefix="x")) == [
        "| `x.one` |  |  | One. |",
        "| `x.one.value` | more than 0 | `2.0` | Cost of a substitution. |",
        "| `x.two` |  |  | Two. Keys as under `x.one`. |",
    ]


def test_every_key_has_a_meaning() -> None:
    models = [*models_below(root.Config), *models_below(ReformPackage)]
    assert len(models) > 30
    for model in models:
        assert set(model.model_fields) == set(filter(meanings(model).get, model.model_fields)), (
            model
        )


def test_example_overlays_are_valid() -> None:
    examples = sorted((CONFIG / "examples").glob("*.yaml"))
    assert {path.stem for path in examples} >= {"mvad", "jobless", "own-data"}
    for path in examples:
        assert root.read(path).run.name != "synthetic", f"{path.name} must name its own run"


@pytest.mark.parametrize("old", MOVED)
def test_a_key_that_moved_is_refused_with_its_new_place(old: str) -> None:
    document: dict = {}
    here = document
    *above, last = old.split(".")
    for part in above:
        here = here.setdefault(part, {})
    here[last] = ["Ukendt"]
    with pytest.raises(UserError, match=f"{old}: is now `{MOVED[old]}`; write it there"):
        root.load(document, name="my.yaml")
    assert root.leaf(root.Config(), MOVED[old])
