"""A release without the parts that the data did not allow: it is made, and says what is missing."""

import json
from pathlib import Path

import polars as pl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from trajectories.commands.release.figures import figures
from trajectories.commands.release.headline import headline
from trajectories.commands.release.protect import protect as protect_command
from trajectories.commands.release.provenance import provenance
from trajectories.commands.release.report import report
from trajectories.commands.release.summary import summary
from trajectories.errors import UserError
from trajectories.refusals import Refusal
from trajectories.release import protect
from trajectories.release.gate.rules import EXACT, PRESETS
from trajectories.release.missing import describe_missing, missing_sentences, publishable
from trajectories.release.outputs.registry import SPECS
from trajectories.release.study import Study

from .conftest import DEFAULT, LOCK, STYLE, write_stages
from .fakes import all_tables, duration_tables, mvad_tables

SENTENCE = (
    "Only 3 of 1,417 courses (data/spells.csv) are followed: hazards.risk.readiness names "
    "activity-ready."
)
STAGES = all_tables()
FRAMES = {
    name: frame
    for stages in (STAGES, mvad_tables(), {"durations": duration_tables()})
    for tables in stages.values()
    for name, frame in tables.items()
}
PART_OF = {
    "sequences": "windows",
    "typology": "cluster",
    "typology_hours": "hours",
    "reform": "compare",
    "hazards": "changes",
}
"""The part that makes the tables of each folder of invented tables."""
LACKING = {
    "windows": ("sequences", "typology", "typology_hours", "reform"),
    "cluster": ("typology", "typology_hours", "reform"),
    "hours": ("typology_hours",),
    "compare": ("reform",),
    "changes": ("hazards",),
}
"""The folders without tables where a part is refused."""


def release_without(folder: Path, origin: str, *, language: str = "en") -> Path:
    """Make a release where a part and all that needs it were refused."""
    lacking = LACKING[origin]
    inputs = write_stages(
        folder, {stage: tables for stage, tables in STAGES.items() if stage not in lacking}
    )
    for stage in lacking:
        Refusal(PART_OF[stage], origin, SENTENCE).write(folder / "private" / stage)
        inputs.append(folder / "private" / stage)
    config = folder / "config.yaml"
    settings = {**DEFAULT, "release": {"language": language}}
    config.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    release, private = folder / "release", folder / "private" / "release"
    protect_command(config=config, inputs=inputs, out=release, private=private)
    headline(
        release=release,
        private=private,
        out=release / "headline.json",
        exact=private / "headline.json",
    )
    return release


@pytest.mark.parametrize("origin", LACKING)
def test_what_does_not_need_a_refused_part_is_released(origin, tmp_path) -> None:
    release = release_without(tmp_path, origin)
    released = {path.stem for path in (release / "tables").iterdir()}
    made = [name for stage in STAGES if stage not in LACKING[origin] for name in STAGES[stage]]
    assert released == {SPECS[name].file for name in made}
    about = json.loads((release / "about.json").read_text(encoding="utf-8"))
    (missing,) = about["missing"]
    assert missing["origin"] == origin
    assert missing["parts"] == [PART_OF[stage] for stage in LACKING[origin]]
    for stage, state in about["stages"].items():
        assert state["enabled"] == (stage not in LACKING[origin])
        if not state["enabled"]:
            assert "not possible with these data" in state["reason"]


def test_no_released_file_holds_a_number_of_a_refusal(tmp_path) -> None:
    release = release_without(tmp_path, "changes")
    for path in release.rglob("*.json"):
        text = path.read_text(encoding="utf-8")
        assert "1,417" not in text
        assert "Only 3" not in text
        assert "spells.csv" not in text
    said = summary(release, tmp_path / "private" / "release")
    assert SENTENCE in said
    assert "caseworker changes" in said
    assert "1,417" not in summary(release)


@pytest.mark.parametrize(
    ("language", "heading", "part"),
    [
        ("en", "Missing from this report", "Windows and state sequences"),
        ("da", "Mangler i denne rapport", "Vinduer og tilstandssekvenser"),
    ],
)
def test_the_report_says_what_is_missing_and_why(tmp_path, language, heading, part) -> None:
    release = release_without(tmp_path, "windows", language=language)
    figures(release=release, style=STYLE, out=release / "figures")
    provenance(
        config=tmp_path / "config.yaml",
        lock=LOCK,
        read=[],
        release=release,
        private=tmp_path / "private" / "release",
        out=release / "provenance.json",
    )
    report(release=release, out=release)
    page = (release / "report.html").read_text(encoding="utf-8")
    assert f'<h2 id="missing">{heading}</h2>' in page
    assert f"<strong>{part}" in page
    assert "hazards.risk.readiness names activity-ready" in page
    assert "1,417" not in page
    annex = (release / "annex.html").read_text(encoding="utf-8")
    assert 'id="exits"' in annex
    assert 'id="typology"' not in annex
    brief = (release / "brief.html").read_text(encoding="utf-8")
    assert 'href="report.html#missing"' in brief


def test_nothing_to_release_stops_with_the_reasons(tmp_path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("", encoding="utf-8")
    Refusal("durations", "durations", SENTENCE).write(tmp_path / "durations")
    with pytest.raises(UserError) as stopped:
        protect_command(
            config=config,
            inputs=[tmp_path / "durations"],
            out=tmp_path / "release",
            private=tmp_path / "private",
        )
    assert str(stopped.value) == SENTENCE
    assert not (tmp_path / "release").exists()


@pytest.mark.parametrize("rules", [PRESETS["default"], EXACT], ids=["published", "exact"])
@pytest.mark.parametrize("name", sorted(SPECS))
def test_an_empty_table_passes_the_gate_empty(name, rules) -> None:
    published, _ = protect(FRAMES[name].clear(), SPECS[name], rules)
    assert published.columns == list(dict.fromkeys(SPECS[name].published))
    assert published.is_empty()
    full, _ = protect(FRAMES[name], SPECS[name], rules)
    assert pl.concat([full, published], how="vertical_relaxed").equals(full)


WORDS = st.text("abcdefghæøå ._", min_size=1, max_size=12)


@given(st.lists(st.tuples(WORDS, st.integers(0, 10**7), st.sampled_from(["", ",", " ", ".", "%"]))))
def test_no_number_of_a_sentence_is_published(pieces) -> None:
    sentence = "".join(f"{word} {number:,}{after} " for word, number, after in pieces)
    assert not any(character.isdigit() for character in publishable(sentence))


def test_what_a_published_reason_keeps() -> None:
    assert publishable("om: only 7 sequences, fewer than typology.k_max 10: lower it.") == (
        "om: only … sequences, fewer than typology.k_max …: lower it."
    )
    assert publishable(
        "C(team)[T.Team 4] has 2 exits in /home/x/panel.parquet since 2014-01-01"
    ) == ("C(team)[…] has … exits in … since …")


def test_parts_that_one_refusal_costs_stand_together() -> None:
    refusals = [
        Refusal("estimate", "risk", "Nobody."),
        Refusal("distances ham", "distances ham", "Too large."),
        Refusal("histories", "risk", "Nobody."),
    ]
    found = describe_missing(refusals)
    assert [(entry["origin"], entry["parts"]) for entry in found] == [
        ("distances ham", ["distances ham"]),
        ("risk", ["estimate", "histories"]),
    ]
    assert missing_sentences(found, Study(language="da"))[1] == [
        "Hazardmodeller for afgange, forløb omkring sagsbehandlerskift",
        "risikogruppen",
        "Nobody.",
    ]
