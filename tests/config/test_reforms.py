"""Reform packages: what they hold, how they are found, and what they fill in."""

import datetime as dt
from pathlib import Path

import pytest
import yaml

from packages import DEFAULT, ROOT, SHIPPED, config_of
from trajectories.config import root
from trajectories.config.names import located
from trajectories.config.reforms.package import ReformPackage
from trajectories.config.reforms.reading import joined_events, read_package
from trajectories.errors import UserError
from trajectories.reform import load_reform


def package(name: str) -> ReformPackage:
    return read_package(name, ROOT)


def test_the_shipped_packages_are_these_and_are_read_without_error() -> None:
    folder = ROOT / "config" / "reforms"
    assert {path.stem for path in folder.glob("*.yaml")} == set(SHIPPED)
    for name in SHIPPED:
        found = package(name)
        assert found.name == name
        assert load_reform(name, ROOT) == found
        first = (folder / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
        assert first == "# yaml-language-server: $schema=schema.json"


@pytest.mark.parametrize("name", SHIPPED)
def test_every_event_of_a_shipped_package_has_kind_certainty_source_and_words(name: str) -> None:
    events = package(name).events
    assert [event.date for event in events] == sorted(event.date for event in events)
    for event in events:
        assert event.kinds
        assert event.certainty
        assert event.source
        assert event.label is not None


@pytest.mark.parametrize("name", SHIPPED)
def test_files_that_a_shipped_package_names_exist(name: str) -> None:
    found = package(name)
    named = [*found.relabelling.tables, found.alphabet.states, found.alphabet.alphabet]
    assert all((ROOT / path).is_file() for path in named)


def test_reforms_after_the_last_known_codes_say_so_and_rename_nothing() -> None:
    for name in SHIPPED[2:]:
        found = package(name)
        assert found.codes_known_until == dt.date(2025, 6, 30)
        assert found.relabelling.tables == ()
        assert found.relabelling.unknown is not None
        assert found.comparison is None


def test_the_default_fills_in_what_the_configuration_leaves_to_it() -> None:
    found = config_of()
    assert found.reform.relabelling == ["config/codelists/relabelling_2014.csv"]
    assert found.reform.split_age == 30
    assert found.hazards.changes.youth_ages == (25, 30)
    assert found.hazards.changes.reform_from == dt.date(2014, 1, 1)
    assert found.hazards.changes.reform_to == dt.date(2014, 12, 31)
    borders = (dt.date(2014, 1, 1), dt.date(2016, 10, 1))
    assert found.hazards.models.calendar_borders == borders
    assert found.run.title == package(DEFAULT).words.title.en
    assert config_of(release={"language": "da"}).run.title == package(DEFAULT).words.title.da


def test_what_the_configuration_says_is_kept() -> None:
    document = {
        "run": {"title": "Mine"},
        "reform": {"package": DEFAULT, "split_age": 25, "relabelling": []},
        "hazards": {"changes": {"youth_ages": [18]}},
    }
    found = root.load(document, name="a test", folder=ROOT)
    assert (found.run.title, found.reform.split_age) == ("Mine", 25)
    assert found.reform.relabelling == []
    assert found.hazards.changes.youth_ages == (18,)


def test_a_configuration_that_is_filled_in_reads_as_the_same_without_the_files(tmp_path) -> None:
    found = config_of()
    document = yaml.safe_load(root.dump(found))
    assert root.load(document, name="again", folder=tmp_path) == found


def test_states_without_readiness_replace_the_defaults_alone() -> None:
    found = config_of("employment-2026-2027")
    assert found.register.states.endswith("states_without_readiness.csv")
    assert found.sequences.window.origin_states == ("SA_PASSIVE", "SA_ACTIVE")
    assert "SA_READY" not in found.sequences.month.order
    own = config_of("employment-2026-2027", register={"states": "mine.csv"})
    assert own.register.states == "mine.csv"
    assert own.sequences.window.origin_states == ("SA_READY", "SA_PASSIVE", "SA_ACTIVE")


def test_several_reforms_share_their_events_and_the_first_gives_the_periods() -> None:
    both = config_of(DEFAULT, "kontanthjaelp-2025")
    names = [event.name for event in both.sequences.events or ()]
    assert {"in_force", "one_assistance"} <= set(names)
    assert [e.name for e in both.sequences.events or () if e.role] == ["agreement", "in_force"]
    assert both.register.codes_known_until == dt.date(2025, 6, 30)
    one = package(DEFAULT)
    moved = one.events[0].model_copy(update={"date": dt.date(2010, 1, 1)})
    other = one.model_copy(update={"name": "other-1", "events": (moved,)})
    assert joined_events([one, other])[0].name == f"{moved.name}_other_1"


def test_a_file_of_ones_own_is_found_by_its_path(tmp_path: Path) -> None:
    text = (ROOT / "config/reforms/benefit-cap-2016.yaml").read_text(encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(text.replace("name: benefit-cap-2016", "name: mine"))
    assert read_package("mine.yaml", tmp_path).name == "mine"
    (tmp_path / "other.yaml").write_text(text)
    with pytest.raises(UserError, match="`name` is benefit-cap-2016, it must be that of the file"):
        read_package("other.yaml", tmp_path)


def test_a_mistyped_name_is_refused_with_a_suggestion() -> None:
    with pytest.raises(UserError, match="no reform package kontanthjaelp-2041; did you mean"):
        config_of("kontanthjaelp-2041")


def test_paths_of_packages_start_at_the_project(tmp_path: Path) -> None:
    found = located(config_of(), tmp_path).reform
    table = str(tmp_path / "config/codelists/relabelling_2014.csv")
    assert found.relabelling == [table]
    assert found.packages[0].relabelling.tables == (table,)


EVENT = {"name": "a", "date": "2020-01-01", "source": "A", "role": "in_force"}
TEXT = {"en": "x", "da": "x"}
LEAST = {
    "name": "least",
    "words": {"title": TEXT, "reform": TEXT, "about": TEXT},
    "events": [EVENT],
    "alphabet": {"reason": TEXT},
}

GROUP = {"label": TEXT, "source": "A", "certainty": "high"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"events": [EVENT, EVENT]}, "events names a 2 times"),
        ({"events": [EVENT | {"role": None}]}, "role in_force to exactly one event"),
        ({"divides": ["b"]}, "b is none of the events a"),
        ({"clean": {"after_until": "c"}}, "c is none of the events a"),
        ({"relabelling": {"tables": ["x.csv"], "unknown": TEXT}}, "not both"),
        (
            {
                "touched": {"label": TEXT, "source": "A", "certainty": "high", "from_age": 40}
                | {"under_age": 30}
            },
            "from_age must lie below under_age",
        ),
        ({"comparison": GROUP | {"from_age": 30}}, "comparison needs touched"),
        (
            {"touched": GROUP | {"under_age": 31}, "comparison": GROUP | {"from_age": 30}},
            "have ages in common",
        ),
        (
            {"touched": GROUP | {"from_age": 40}, "comparison": GROUP},
            "have ages in common",
        ),
        (
            {
                "new_caseworkers": {"first_day": "2020-02-01", "last_day": "2020-01-01"}
                | {"source": "A"}
            },
            "last_day must not lie before first_day",
        ),
    ],
)
def test_a_package_that_contradicts_itself_is_refused(change: dict, message: str) -> None:
    assert ReformPackage.model_validate(LEAST).event("agreement") is None
    with pytest.raises(ValueError, match=message):
        ReformPackage.model_validate(LEAST | change)


def test_words_do_not_rerun_what_no_word_changes() -> None:
    found = config_of().model_dump(mode="json")
    bare = root.without_words(found)
    assert "label" not in bare["sequences"]["events"][0]
    assert bare["sequences"]["events"][0]["date"] == "2011-07-01"
    assert "title" not in bare["reform"]["packages"][0]["words"]
    assert bare["hazards"] == found["hazards"]
