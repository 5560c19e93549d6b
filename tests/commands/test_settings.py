"""Every name in a configuration is checked against what it names."""

from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import pytest
import yaml

from calls import call
from packages import DEFAULT
from trajectories.commands.config.settings import check, findings
from trajectories.config import root
from trajectories.config.document import merge
from trajectories.config.kinds import models_in
from trajectories.config.names import Names, texts_of
from trajectories.config.sections.register import TABLE_COLUMNS
from trajectories.errors import UserError
from trajectories.register.clean.rules import TABLES

CHECKED = {
    "code", "group", "group or code", "state", "readiness", "activity", "measure",
    "column of persons", "column of a table", "term of the panel", "term of the weights",
    "term of durations",
}  # fmt: skip
"""Checked by `findings`."""
WITH_FILES = {"file"}
"""Checked by `require_files` before a run, and by the reader."""
WITH_DATA = {"registered value", "column of a file", "column of durations"}
"""Checked by `config check --data` and by the stage that reads the column."""
FREE = {"words", "label", "folder", "pattern"}
"""Names that the user gives; patterns are checked by their model."""


def _found(document: dict) -> str:
    named = merge({"reform": {"package": DEFAULT}}, document)
    return "\n".join(findings(root.load(named, name="x")))


def _undeclared(annotation: Any, key: str) -> list[str]:
    if annotation is str:
        return [key]
    if get_origin(annotation) is Literal:
        return []
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        declared = any(isinstance(one, Names) for one in metadata)
        return [] if declared else _undeclared(inner, key)
    nested = (part for part in get_args(annotation) if part is not Ellipsis)
    return [found for part in nested for found in _undeclared(part, key)]


def test_every_leaf_that_holds_text_declares_what_it_names() -> None:
    def walk(model: Any, above: str) -> list[str]:
        found = []
        for name, field in model.model_fields.items():
            declared = any(isinstance(one, Names) for one in field.metadata)
            found += [] if declared else _undeclared(field.annotation, f"{above}.{name}")
            for nested in models_in(field.annotation):
                found += walk(nested, f"{above}.{name}")
        return found

    assert walk(root.Config, "config") == []
    kinds = get_args(Names.__dataclass_fields__["kind"].type)
    assert set(kinds) == CHECKED | WITH_FILES | WITH_DATA | FREE


def test_every_text_of_the_default_run_is_walked_with_what_it_names() -> None:
    named = {text.key: text for text in texts_of(root.Config())}
    assert named["hazards.risk.exits.education"].names == Names("group", optional=True)
    assert named["sequences.month.job_state"].names == Names("state")
    assert named["sequences.month.out_state"].names == Names("state")
    assert all(text.names is not None for text in texts_of(root.Config()))


LEAVES = sorted(
    {
        text.key: text
        for text in texts_of(root.Config())
        if text.names is not None and text.names.kind in CHECKED
    }.items()
)


@pytest.mark.parametrize("key", [key for key, _ in LEAVES])
def test_a_mistyped_name_is_found_in_every_leaf_with_a_suggestion(key: str) -> None:
    document = yaml.safe_load(root.dump(root.Config()))
    *path, last = key.split(".")
    here = document
    for part in path:
        here = here[part]
    held = here[last]
    right = held if isinstance(held, str) else held[-1]
    wrong = right.replace("(", "(x") if "(" in right else f"{right}x"
    here[last] = wrong if isinstance(held, str) else [*held[:-1], wrong]
    if key == "dissimilarity.main":
        with pytest.raises(UserError, match=r"dissimilarity\.main: is `omx`"):
            root.load(document, name="x")
        return
    said = [line for line in _found(document).splitlines() if line.startswith(f"{key}: ")]
    assert len(said) == 1
    assert "did you mean `" in said[0] or key.endswith("code")


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (
            {"hazards": {"risk": {"readiness": ["activity-ready"]}}},
            "hazards.risk.readiness: names 'activity-ready', which is no readiness of the codelist "
            "config/codelists/dream.csv; did you mean `activity_ready`?",
        ),
        (
            {"hazards": {"models": {"departure_month": 30}}},
            "hazards.models.risk_months: names 12, but a departure in month 30",
        ),
        (
            {"hazards": {"models": {"departure_month": 11, "risk_months": [12]}}},
            "name months after 12, or an earlier departure_month",
        ),
        (
            {"hazards": {"models": {"adjustment": ["C(sex)*"]}}},
            "hazards.models.adjustment: 'C(sex)*' cannot be read as a formula term",
        ),
        (
            {"hazards": {"models": {"censoring_terms": ["C(active_state"]}}},
            "hazards.models.censoring_terms: 'C(active_state' cannot be read",
        ),
        (
            {"hazards": {"models": {"adjustment": ["C(duration_band)*sex"]}}},
            "hazards.models.adjustment: 'C(duration_band)*sex' takes sex for a number: write "
            "C(sex)",
        ),
        (
            {"hazards": {"models": {"adjustment": ["np.log(durations + 1)"]}}},
            "'np.log(durations + 1)' names 'durations', which is no column of the panel; did you "
            "mean `duration`?",
        ),
        (
            {"hazards": {"models": {"adjustment": ["job ~ duration"]}}},
            "hazards.models.adjustment: 'job ~ duration' cannot be read as a formula term",
        ),
        (
            {"hazards": {"models": {"event": "sickness"}, "risk": {"pause": ["sickness"]}}},
            "hazards.models.event: is `sickness`, which hazards.risk.pause takes for a pause",
        ),
        (
            {"hazards": {"risk": {"assistance_groups": ["SA_JOBREADY", "EDU"]}}},
            "hazards.risk.assistance_groups: names EDU, which hazards.risk.exits.education names",
        ),
        (
            {"sequences": {"weight": "wt"}},
            "sequences.weight: names 'wt', which is no column of persons of register.keep",
        ),
        ({"sequences": {"group_by": "gender"}}, "sequences.group_by: names 'gender'"),
        (
            {"simulator": {"format": "dream"}, "sequences": {"month": {"rule": "first_day"}}},
            "sequences.month.rule: is `first_day`, which needs days",
        ),
        (
            {"simulator": {"format": "dream"}, "hazards": {"risk": {"job_hours": 80}}},
            "hazards.risk.job_hours: asks for hours of work, and a weekly register has none",
        ),
        (
            {"register": {"code_map": {"0730": "73O"}}},
            "register.code_map.0730: names '73O', which is no code of the codelist",
        ),
        (
            {"register": {"readiness_map": {"2.3": "activityready"}}},
            "register.readiness_map.2.3: names 'activityready'",
        ),
        (
            {"dissimilarity": {"measures": {"om": {"costs": "constant", "indels": {"JOBB": 1}}}}},
            "dissimilarity.measures.om.indels: names 'JOBB'",
        ),
        (
            {
                "register": {
                    "source": "files",
                    "files": {
                        "spells": {"path": "a.csv", "columns": {"kode": "ydelse"}},
                        "assignments": {"path": "b.csv"},
                    },
                }
            },
            "register.files.spells.columns: names 'kode', which is no column of this table; did "
            "you mean `code`?",
        ),
    ],
)
def test_what_names_nothing_gets_its_sentence(document: dict, sentence: str) -> None:
    document.setdefault("dissimilarity", {"measures": {"om": {}}})
    assert sentence in _found(document)


def test_terms_of_numbers_and_functions_are_in_order() -> None:
    terms = ["duration", "np.log(duration + 1)", "C(sex):duration", "C(age_band)*C(calendar_month)"]
    assert _found({"hazards": {"models": {"adjustment": terms}}}) == ""


def test_a_run_without_periods_is_told_to_name_a_reform() -> None:
    assert "reform.package: is null" in "\n".join(findings(root.load({}, name="x")))
    assert findings(root.load({"sequences": {"group_by": "sex"}}, name="x")) == []


def test_what_the_run_does_not_look_at_is_not_checked() -> None:
    strange = {"models": {"adjustment": ["C(strange)"]}, "risk": {"readiness": ["strange"]}}
    assert _found({"hazards": {"enabled": False, **strange}}) == ""
    assert "strange" in _found({"hazards": strange})
    states = {"origin_states": ["STRANGE"]}
    assert _found({"sequences": {"window": {**states, "origin_month": "2012-01-01"}}}) == ""
    assert "STRANGE" in _found({"sequences": {"window": states}})


def test_groups_of_exits_may_be_absent_from_a_codelist_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    path.write_text(
        "code,benefit,activity,readiness,state\n1,sa,,activity_ready,SA_NOTREADY\n2,edu,,,STUDY\n"
    )
    found = _found(
        {
            "register": {"codelist": str(path), "after_death_codes": ["999"]},
            "hazards": {"risk": {"assistance_groups": ["SA_NOTREADY"]}},
        }
    )
    assert found == ""


def test_lists_that_cannot_be_used_are_named_with_their_key(tmp_path: Path) -> None:
    path = tmp_path / "states.csv"
    path.write_text("group,readiness,activity,state\nEDU,*,*,STUDY\n")
    assert "register.states: states.csv gives the state STUDY, which" in _found(
        {"register": {"states": str(path)}}
    )
    path.write_text("group,readiness,state\nEDU,*,EDU\n")
    assert "register.states: " in _found({"register": {"states": str(path)}})


def test_the_table_columns_are_those_of_the_reader() -> None:
    read = {name: {"person", "start", "end", *table.kinds} for name, table in TABLES.items()}
    assert {name: set(TABLE_COLUMNS[name]) for name in read} == read


def test_the_check_of_the_command_line_tells_names_and_types_alike(tmp_path: Path) -> None:
    path = tmp_path / "my.yaml"
    path.write_text("hazards: {risk: {assistance_groups: [SA_NOTREDY], readiness: [jobready]}}")
    done = call("config", "check", str(path))
    assert done.stderr.splitlines()[0] == f"{path}: 2 errors"
    with pytest.raises(UserError, match="did you mean `SA_NOTREADY`"):
        check(root.read(path), name="my.yaml")
