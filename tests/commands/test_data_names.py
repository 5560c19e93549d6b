"""Rules that name values of the extracts and match none of them."""

import re
from pathlib import Path

import pytest

from trajectories.commands.config.data_check import findings
from trajectories.config import root

FILES = {
    "persons": "person,birth_date,sex\n" + "".join(f"p{i},1980-01-01,{i % 2}\n" for i in range(10)),
    "spells": "person,code,start,end\n"
    + "".join(f"p{i},130,2010-01-01,2010-12-31\n" for i in range(10)),
    "assignments": "person,caseworker,start,end,reason,role\n"
    + "".join(f"p{i},anna,2010-01-01,2010-12-31,borger,primær\n" for i in range(10)),
    "readiness": "person,readiness,start,end\n"
    + "".join(f"p{i},2.2,2010-01-01,2010-12-31\n" for i in range(10)),
}
GOOD = {"sex_map": {0: "K", 1: "M"}, "readiness_map": {"2.2": "activity_ready"}}


def _found(folder: Path, register: dict, hazards: dict) -> list[str]:
    files = {}
    for name, text in FILES.items():
        (folder / f"{name}.csv").write_text(text)
        files[name] = {"path": str(folder / f"{name}.csv")}
    section = {"source": "files", "files": files, **GOOD, **register}
    return findings(root.load({"register": section, "hazards": hazards}, name="x"))


def test_rules_that_match_are_in_order(tmp_path: Path) -> None:
    hazards = {"changes": {"request_reasons": ["Borger"]}, "risk": {"readiness": ["job_ready"]}}
    roles = {"overlaps": {"assignments": "role", "roles": ["primær"]}}
    risk = {"risk": {"readiness": ["activity_ready"], "assistance_groups": ["SA_JOBREADY"]}}
    assert not [
        line
        for line in _found(tmp_path, roles, hazards | risk)
        if line.startswith(("hazards.", "register."))
    ]


@pytest.mark.parametrize(
    ("register", "hazards", "sentence"),
    [
        (
            {"sex_map": {"female": "K", "male": "M"}},
            {},
            "register.sex_map names female, male, none of which occurs in persons.sex, which "
            "holds 0, 1.",
        ),
        (
            {"readiness_map": {"2,2": "activity_ready"}},
            {},
            "register.readiness_map names 2,2, none of which occurs in readiness.readiness, which "
            "holds 2.2.",
        ),
        ({"code_map": {"0130": "130"}}, {}, "register.code_map names 0130, none of which occurs"),
        (
            {"overlaps": {"assignments": "role", "roles": ["primary"]}},
            {},
            "register.overlaps.roles names primary, none of which occurs in assignments.role, "
            "which holds primær.",
        ),
        (
            {},
            {"changes": {"request_reasons": ["client"]}},
            "hazards.changes.request_reasons names client, none of which occurs in the table of "
            "assignments: its column 'reason' holds borger.",
        ),
        (
            {},
            {"risk": {"readiness": ["education_ready"]}},
            "hazards.risk.readiness names education_ready, none of which occurs in",
        ),
        (
            {},
            {"risk": {"assistance_groups": ["SA_NOTREADY"]}},
            "hazards.risk.assistance_groups names SA_NOTREADY, none of which occurs in "
            "spells.code, by codelist, which holds SA_JOBREADY.",
        ),
    ],
)
def test_a_rule_that_matches_nothing_is_told_with_what_occurs(
    tmp_path: Path, register: dict, hazards: dict, sentence: str
) -> None:
    found = [line for line in _found(tmp_path, register, hazards) if sentence in line]
    assert len(found) == 1


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({}, ""),
        ({"time": "weks"}, "hazards.durations.time names 'weks', which is no column of .*'weeks'"),
        ({"group": "sex"}, "hazards.durations.group names 'sex', which is no column of"),
        ({"exit_flags": ["died"]}, "hazards.durations.exit_flags names 'died'"),
        ({"terms": ["C(aeg)"]}, "hazards.durations.terms: .*'aeg'"),
    ],
)
def test_the_columns_of_durations_are_checked(tmp_path: Path, keys: dict, sentence: str) -> None:
    path = tmp_path / "durations.csv"
    path.write_text("weeks;found;age\n1;1;30\n2;0;40\n3;1;50\n")
    durations = {"path": str(path), "time": "weeks", "event": "found", **keys}
    section = {"source": "durations", "durations": durations}
    document = {"register": {"source": "none"}, "hazards": section}
    found = findings(root.load(document, name="x"))
    assert len(found) == bool(sentence)
    assert re.search(sentence, "".join(found))
