import pytest
from pydantic import ValidationError

from trajectories.config.sections.reform import ReformConfig
from trajectories.config.sections.release import ReleaseConfig
from trajectories.release.about import WITHHELD, describe_run, rules_of, settings
from trajectories.release.study import Study, setting


def test_the_default_rules_are_five_and_five():
    rules = rules_of(ReleaseConfig())
    assert (rules.threshold, rules.base, rules.step_events, rules.dominance) == (5, 5, 5, 0.85)
    assert "Counts under 5" in rules.sentence(Study())


def test_keys_make_a_preset_stricter_and_never_laxer():
    rules = rules_of(ReleaseConfig(preset="strict", threshold=5, base=20, dominance=0.5))
    assert (rules.threshold, rules.base, rules.dominance) == (10, 20, 0.5)
    assert rules_of(ReleaseConfig(preset="opensafely")).threshold == 8
    assert rules_of(ReleaseConfig(threshold=20)).step_events == 20
    assert rules_of(ReleaseConfig()).width == 3
    assert rules_of(ReleaseConfig(preset="opensafely", width=5)).width == 5


@pytest.mark.parametrize("key", ["threshold", "base"])
def test_rules_under_five_are_refused(key):
    with pytest.raises(ValidationError):
        ReleaseConfig(**{key: 4})
    with pytest.raises(ValidationError):
        ReleaseConfig(dominance=0.9)


def test_settings_leave_without_paths_files_and_secret_seeds():
    document = {
        "run": {"name": "x", "results": "/home/åse/results", "title": "Jobs / exits"},
        "register": {
            "key_seed": 7,
            "codelist": "config/codelists/dream.csv",
            "files": {"spells": {"path": "C:\\data\\spells.sas7bdat"}},
        },
        "sequences": {"events": [{"name": "cap", "source": "Act 461/2011", "date": "2011-07-01"}]},
        "typology": {"k_max": 10, "share": 0.2, "flag": True, "nothing": None},
    }
    clean = settings(document)
    assert clean["run"] == {"name": "x", "results": WITHHELD, "title": "Jobs / exits"}
    assert clean["register"] == {"key_seed": WITHHELD, "codelist": WITHHELD, "files": WITHHELD}
    assert clean["sequences"]["events"][0]["source"] == "Act 461/2011"
    assert clean["typology"] == {"k_max": 10, "share": 0.2, "flag": True, "nothing": None}


def test_dates_become_text():
    import datetime as dt

    assert settings({"first_day": dt.date(2008, 1, 1)}) == {"first_day": "2008-01-01"}


def test_an_empty_configuration_describes_the_default_run():
    section = ReleaseConfig()
    about = describe_run({}, section, rules_of(section), present={"register"})
    assert about["simulated"] is True
    assert about["stages"]["register"] == {"enabled": True, "reason": ""}
    assert about["stages"]["reform"] == {"enabled": False, "reason": "not run"}


def test_reasons_of_the_analyst_come_first():
    section = ReleaseConfig(absent={"reform": "No reform falls into the data."})
    about = describe_run({"reform": {"enabled": False}}, section, rules_of(section), present=set())
    assert about["stages"]["reform"]["reason"] == "No reform falls into the data"


def test_a_setting_is_looked_up_by_its_dotted_key():
    assert setting({"reform": {"split_age": 25}}, "reform.split_age") == 25
    assert setting({"reform": 1}, "reform.split_age") == ReformConfig().split_age
    with pytest.raises(KeyError):
        setting({}, "reform.splitage")


def test_a_danish_run_is_described_in_danish():
    section = ReleaseConfig(language="da", absent={"typology": "Kun {varigheder}."})
    document = {"hazards": {"enabled": False}}
    about = describe_run(document, section, rules_of(section), present={"register"})
    reasons = {stage: state["reason"] for stage, state in about["stages"].items()}
    assert about["rules"]["sentence"].startswith("Antal under 5 tilbageholdes")
    assert reasons["hazards"] == "slået fra i konfigurationen (hazards.enabled)"
    assert reasons["reform"] == "ikke kørt"
    assert reasons["typology"] == "Kun {varigheder}"
