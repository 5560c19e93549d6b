"""The release as an RO-Crate: read by ro-crate-py, complete, without times, paths or sizes."""

import re
import shutil
from pathlib import Path

import pytest
import yaml
from rocrate.rocrate import ROCrate

from trajectories.commands.release.check_release import check
from trajectories.commands.release.redraw import redrawn
from trajectories.errors import UserError
from trajectories.inputs import sha256_of
from trajectories.io import json_text, read_json
from trajectories.release.contents import files_of
from trajectories.release.lineage.crate import CRATE, RO_CRATE, VERSION_DATE, crate

ROOT = Path(__file__).parents[2]
REQUIRED_OF_ROOT = {"name", "description", "datePublished", "license"}
"""RO-Crate 1.1, section Root Data Entity."""


@pytest.fixture(params=["synthetic", "mvad", "jobless"])
def release(request) -> Path:
    return request.getfixturevalue(request.param).release


def graph(release: Path) -> dict[str, dict]:
    found = read_json(release / CRATE)["@graph"]
    assert len({one["@id"] for one in found}) == len(found)
    return {one["@id"]: one for one in found}


def references(value) -> set[str]:
    """All identifiers that something refers to."""
    if isinstance(value, dict):
        own = {value["@id"]} if set(value) == {"@id"} else set()
        return own | {one for held in value.values() for one in references(held)}
    return {one for held in value for one in references(held)} if isinstance(value, list) else set()


def test_ro_crate_py_reads_it(release):
    found = ROCrate(release)
    assert {one.id for one in found.data_entities} == set(files_of(release)) - {CRATE}
    assert {action.type for action in found.root_dataset["mentions"]} == {"CreateAction"}
    for action in found.root_dataset["mentions"]:
        assert action["instrument"].type == "SoftwareApplication"
        assert action["instrument"]["softwareVersion"]
        assert action["result"]


def test_every_file_is_there_with_its_hash(release):
    entities = graph(release)
    hashes = {name: one.get("sha256") for name, one in entities.items() if one["@type"] == "File"}
    expected = {name: sha256_of(release / name) for name in files_of(release) if name != CRATE}
    # The manifest holds the hash of the crate.
    assert hashes == {**expected, "manifest.json": None}
    parts = [one["@id"] for one in entities["./"]["hasPart"]]
    assert parts == sorted(expected)


def test_what_is_referred_to_is_described(release):
    entities = graph(release)
    known = {*entities, RO_CRATE}
    assert set().union(*(references(one) for one in entities.values())) <= known
    assert set(entities["./"]) >= REQUIRED_OF_ROOT


def test_every_released_file_is_the_result_of_one_rule(release):
    entities = graph(release)
    actions = [one for one in entities.values() if one["@type"] == "CreateAction"]
    rules = read_json(release / "provenance.json")["rules"]
    assert [one["@id"] for one in actions] == [f"#rule-{one['rule']}" for one in rules]
    made = [name for one in actions for name in references(one["result"])]
    assert len(made) == len(set(made))
    files = {name for name, one in entities.items() if one["@type"] == "File"}
    assert {name for name in made if not name.startswith("#")} == files
    # Nothing is read that neither the user brought nor a rule made.
    read = set().union(*(references(one.get("object", [])) for one in actions))
    assert read <= {*made, *(name for name in entities if name.startswith("#input-"))}


def test_nothing_that_differs_between_runs_or_tells_of_persons(release):
    text = (release / CRATE).read_text(encoding="utf-8")
    assert not re.search(r"T\d{2}:\d{2}|startTime|endTime|contentSize|/home|/tmp", text)
    provenance, about = read_json(release / "provenance.json"), read_json(release / "about.json")
    for one in provenance["inputs"]:
        assert f"hmac-sha256:{one['keyed_sha256']}" in text
    private = [one for one in graph(release).values() if one["@id"].startswith("#private-")]
    assert private
    assert all(set(one) == {"@id", "@type", "name", "description"} for one in private)
    again = json_text(crate(provenance, about, {}))
    assert again == json_text(crate(provenance, about, {}))


def test_code_without_a_commit_has_the_date_of_the_version(release):
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert str(citation["date-released"]) == VERSION_DATE
    provenance = read_json(release / "provenance.json")
    provenance["code"] = {"commit": None, "date": None, "modified": None}
    found = crate(provenance, read_json(release / "about.json"), {})
    root = next(one for one in found["@graph"] if one["@id"] == "./")
    assert root["datePublished"] == VERSION_DATE


def test_a_changed_crate_is_found_and_written_again(jobless, tmp_path):
    release = Path(shutil.copytree(jobless.release, tmp_path / "release"))
    assert redrawn(source=release, out=tmp_path / "a")[CRATE] is True
    text = (release / CRATE).read_text(encoding="utf-8")
    (release / CRATE).write_text(text.replace("CreateAction", "Action", 1), encoding="utf-8")
    with pytest.raises(UserError, match=r"ro-crate-metadata\.json: tampered report"):
        list(check(release))
    assert redrawn(source=release, out=tmp_path / "b")[CRATE] is False
    assert (tmp_path / "b" / CRATE).read_text(encoding="utf-8") == text
