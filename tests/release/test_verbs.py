"""The verbs: what they write, where, and what stays private."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from trajectories.commands.release.provenance import provenance
from trajectories.commands.release.redraw import redrawn
from trajectories.commands.release.report import report
from trajectories.errors import FileError, UserError
from trajectories.inputs import sha256_of
from trajectories.io import write_json
from trajectories.release.outputs.documents import FILES
from trajectories.release.outputs.registry import DRAWINGS, SPECS
from trajectories.release.provenance import keyed_hash_of

from .conftest import LOCK, OF_MUNICIPALITIES, STYLE, write


def read(path: Path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_every_table_leaves_with_an_exact_twin_that_stays(synthetic):
    released = {path.name for path in (synthetic.release / "tables").iterdir()}
    assert released == {path.name for path in (synthetic.private / "exact").iterdir()}
    assert "sequences_state_distribution.csv" in released
    expected = {f"{spec.file}.csv" for spec in SPECS.values()} - {"hazards_kaplan_meier.csv"}
    assert released == expected


def test_the_private_folder_is_its_owners_alone(synthetic):
    assert synthetic.private.stat().st_mode & 0o777 == 0o700


def test_log_and_disclosure_list_every_table(synthetic):
    log = read(synthetic.private / "log.json")
    disclosure = pl.read_csv(synthetic.release / "disclosure.csv")
    assert disclosure["table"].to_list() == [entry["table"].replace("/", "_") for entry in log]
    hours = next(entry for entry in log if entry["table"] == "typology/hours")
    assert hours["dominated"] == 1
    assert set(disclosure["sensitivity"]) == {"high", "moderate"}


def test_about_says_what_ran_and_by_which_rules(synthetic, mvad, jobless):
    about = read(synthetic.release / "about.json")
    assert about["simulated"] is True
    assert all(stage["enabled"] for stage in about["stages"].values())
    assert about["rules"]["threshold"] == 5
    about = read(mvad.release / "about.json")
    assert about["simulated"] is False
    assert about["stages"]["hazards"] == {
        "enabled": False,
        "reason": "the data hold no caseworkers",
    }
    about = read(jobless.release / "about.json")
    assert about["simulated"] is False
    assert "durations" in about["stages"]["register"]["reason"]
    assert about["stages"]["typology"]["reason"] == (
        "switched off in the configuration (typology.enabled)"
    )


def test_headline_of_the_default_run(synthetic):
    assert read(synthetic.release / "headline.json") == {
        "departure_hr": 0.778,
        "departure_hr_ci": [0.715, 0.846],
        "departures_given_other_hr": 0.781,
        "association_hr": 0.77,
        "association_hr_ci": [0.734, 0.807],
        "job_risk_difference_12m_pp": -1.7,
        "job_risk_difference_12m_pp_ci": [-2.4, -0.9],
        "job_risk_difference_24m_pp": -2.6,
        "job_risk_difference_24m_pp_ci": [-3.9, -1.4],
        "risk_differences": [
            {"months": 12, "points": -1.7, "ci": [-2.4, -0.9]},
            {"months": 24, "points": -2.6, "ci": [-3.9, -1.4]},
        ],
        "ever_changed_share": 0.408,
        "relabelling_contrast": 0.0,
        "k": 6,
        "asw": 0.47,
        "persons": 20000,
        "person_months": 1848295,
        "rows_read": 383720,
        "rows_rejected": 3860,
    }
    exact = read(synthetic.private / "headline.json")
    assert exact["rows_read"] == 383726
    assert exact["departure_hr"] == pytest.approx(0.7777112448)
    assert list(exact) == list(read(synthetic.release / "headline.json"))


def test_headline_of_runs_without_stages(mvad, jobless):
    school = read(mvad.release / "headline.json")
    assert (school["departure_hr"], school["k"], school["persons"]) == (None, 4, 710)
    assert school["rows_read"] == 2875
    durations = read(jobless.release / "headline.json")
    assert (durations["persons"], durations["person_months"]) == (3345, 20885)
    assert durations["rows_read"] is None
    assert durations["ever_changed_share"] is None


def test_figures_come_in_three_forms_with_alternative_texts(synthetic):
    folder = synthetic.release / "figures"
    described = read(folder / "figures.json")
    names = [figure["name"] for figure in described]
    absent = {"kaplan_meier", *OF_MUNICIPALITIES}
    assert names == [drawing.name for drawing in DRAWINGS if drawing.name not in absent]
    for figure in described:
        assert (folder / f"{figure['name']}.png").read_bytes().startswith(b"\x89PNG")
        for size in ("", "_narrow"):
            assert b"<svg" in (folder / f"{figure['name']}{size}.svg").read_bytes()
        assert figure["alt"].startswith("Simulated data. ")
        assert len(figure["caption"]) > 30
    assert (folder / "style.yaml").read_bytes() == STYLE.read_bytes()


def test_figures_are_drawn_from_what_there_is(jobless, mvad):
    names = [figure["name"] for figure in read(jobless.release / "figures" / "figures.json")]
    assert names == ["kaplan_meier", "forest"]
    names = [figure["name"] for figure in read(mvad.release / "figures" / "figures.json")]
    assert "seam" not in names
    assert "hours" not in names
    assert "shares" in names


def test_pictures_hold_no_date_and_no_trace_of_the_machine(synthetic):
    for path in (synthetic.release / "figures").glob("*.svg"):
        content = path.read_bytes()
        assert b"<dc:date>" not in content
        assert b"matplotlib.org" not in content


def test_provenance_tells_what_and_not_where_or_who(synthetic, mvad):
    found = read(synthetic.release / "provenance.json")
    assert found["seeds"] == {"simulator.seed": 1}
    assert found["lock_sha256"] == sha256_of(LOCK)
    assert found["versions"]["polars"] == pl.__version__
    (entry,) = found["inputs"]
    assert entry == {
        "input": "file",
        "keyed_sha256": keyed_hash_of(synthetic.config, b"simulated"),
        "rules": ["read"],
    }
    tables = {entry["file"]: entry for entry in found["files"]}
    exits = tables["tables/hazards_exits.csv"]
    assert exits["source"] == "hazards/exits"
    assert exits["sha256"] == sha256_of(synthetic.release / "tables/hazards_exits.csv")
    assert tables["figures/forest.svg"]["source"] == "tables/hazards_models.csv"
    assert exits["rule"] == "make_hazards"
    assert tables["figures/forest.svg"]["rule"] == "figures"
    assert all(entry["source"] and entry["rule"] for entry in found["files"])
    assert all(set(rule) == {"rule", "code", "settings", "after"} for rule in found["rules"])
    assert {"read", "make_hazards", "protect", "report"} <= {
        rule["rule"] for rule in found["rules"]
    }
    text = (mvad.release / "provenance.json").read_text(encoding="utf-8")
    assert "/home" not in text
    assert str(mvad.root) not in text


def test_input_hashes_of_real_data_need_a_key_that_stays(mvad):
    key = mvad.private / "provenance.key"
    assert key.stat().st_mode & 0o777 == 0o600
    before = (mvad.release / "provenance.json").read_bytes()
    provenance(
        config=mvad.config,
        lock=LOCK,
        read=[mvad.read],
        release=mvad.release,
        private=mvad.private,
        out=mvad.root / "again.json",
        rules=mvad.root / "rules.json",
    )
    again, first = read(mvad.root / "again.json"), json.loads(before)
    assert again["inputs"] == first["inputs"]
    assert again["inputs"][0]["keyed_sha256"] != sha256_of(mvad.config)


@pytest.mark.parametrize("rest", ["", "ab" * 31, "ab" * 31 + "a"])
def test_a_key_that_was_cut_short_is_not_used(mvad, tmp_path, rest):
    (tmp_path / "provenance.key").write_text(rest, encoding="utf-8")
    with pytest.raises(FileError, match=r"provenance\.key is not a whole key"):
        provenance(
            config=mvad.config,
            lock=LOCK,
            read=[mvad.read],
            release=mvad.release,
            private=tmp_path,
            out=tmp_path / "again.json",
        )


def test_run_times_and_host_stay_private(synthetic, tmp_path):
    benchmarks = tmp_path / "benchmarks"
    benchmarks.mkdir()
    (benchmarks / "ingest.tsv").write_text("s\tmax_rss\n12.5\t300.1\n", encoding="utf-8")
    (benchmarks / "empty.tsv").write_text("s\tmax_rss\n", encoding="utf-8")
    provenance(
        config=synthetic.config,
        lock=LOCK,
        read=[],
        release=synthetic.release,
        private=tmp_path / "private",
        out=tmp_path / "provenance.json",
        benchmarks=benchmarks,
    )
    times = read(tmp_path / "private" / "runtimes.json")
    assert times["rules"] == {"ingest": {"seconds": "12.5", "peak_mib": "300.1"}}
    assert times["host"] not in (tmp_path / "provenance.json").read_text(encoding="utf-8")
    assert not (synthetic.release / "runtimes.json").exists()


def test_manifest_lists_every_released_file_with_its_hash(synthetic):
    manifest = {e["file"]: e["sha256"] for e in read(synthetic.release / "manifest.json")}
    files = {
        path.relative_to(synthetic.release).as_posix()
        for path in synthetic.release.rglob("*")
        if path.is_file()
    }
    assert set(manifest) == files - {"manifest.json"}
    assert set(FILES.values()) < set(manifest)


def test_redrawing_gives_the_same_bytes_and_notices_others(jobless, tmp_path):
    # Drawn by one process before, and by two now.
    same = redrawn(source=jobless.release, out=tmp_path, processes=2)
    assert {*FILES.values(), "statement.html", "ro-crate-metadata.json"} < set(same)
    assert len(same) == 6 + len(FILES) + 2
    assert all(same.values())
    assert read(tmp_path / "redraw.json") == same
    released = tmp_path / "copy"
    shutil.copytree(jobless.release, released)
    (released / "figures" / "forest.svg").write_bytes(b"something else")
    (released / "figures" / "forest.png").unlink()
    changed = redrawn(source=released, out=tmp_path / "again")
    assert {name for name, identical in changed.items() if not identical} == {
        "forest.svg",
        "forest.png",
    }


def append(name: str) -> Callable[[Path], None]:
    """Alter a released file."""

    def alter(folder: Path) -> None:
        path = folder / name
        path.write_bytes(path.read_bytes() + b"\n")

    return alter


def exact_twin(folder: Path) -> None:
    shutil.copy(folder / "tables" / "hazards_models.csv", folder / "tables" / "hazards_exits.csv")


def link(folder: Path) -> None:
    path = folder / "tables" / "hazards_models.csv"
    path.rename(folder.parent / "elsewhere.csv")
    path.symlink_to(folder.parent / "elsewhere.csv")


def test_one_figure_is_redrawn_by_its_name(jobless, tmp_path):
    same = redrawn(source=jobless.release, out=tmp_path, only=["kaplan_meier"])
    assert same == dict.fromkeys(
        ("kaplan_meier.svg", "kaplan_meier.png", "kaplan_meier_narrow.svg"), True
    )
    assert {path.name for path in tmp_path.iterdir()} == {*same, "redraw.json"}
    with pytest.raises(UserError, match=r"has no figure kaplan; its figures are .*kaplan_meier"):
        redrawn(source=jobless.release, out=tmp_path, only=["kaplan"])


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (append("tables/hazards_models.csv"), r"tables/hazards_models\.csv was changed"),
        (append("headline.json"), r"headline\.json was changed"),
        (append("disclosure.csv"), r"disclosure\.csv was changed"),
        (append("about.json"), r"about\.json was changed"),
        (append("provenance.json"), r"provenance\.json was changed"),
        (append("figures/style.yaml"), r"style\.yaml was changed"),
        (append("report.html"), r"report\.html was changed"),
        (append("brief.html"), r"brief\.html was changed"),
        (append("annex.html"), r"annex\.html was changed"),
        (exact_twin, r"holds tables/hazards_exits\.csv, which the gate did not make"),
        (link, r"tables/hazards_models\.csv was changed"),
        (write("tables/more/exact.csv"), r"holds tables/more/exact\.csv, which the gate did not"),
        (write(".hidden"), r"holds \.hidden, which the gate did not make"),
        (write("persons.parquet"), r"holds persons\.parquet, which the gate did not make"),
    ],
)
def test_a_release_with_a_foreign_or_altered_file_is_refused(jobless, tmp_path, spoil, sentence):
    released = tmp_path / "copy"
    shutil.copytree(jobless.release, released)
    spoil(released)
    with pytest.raises(UserError, match=sentence):
        redrawn(source=released, out=tmp_path / "out")
    if "html" not in sentence and "provenance" not in sentence:
        with pytest.raises(UserError, match=sentence):
            report(release=released, out=released)


def test_a_headline_that_does_not_follow_from_the_tables_is_refused(jobless, tmp_path):
    released = tmp_path / "copy"
    shutil.copytree(jobless.release, released)
    found = read(released / "headline.json")
    write_json({**found, "persons": 7}, released / "headline.json")
    recorded = read(released / "provenance.json")
    for one in recorded["files"]:
        one["sha256"] = sha256_of(released / one["file"])
    write_json(recorded, released / "provenance.json")
    with pytest.raises(UserError, match=r"headline\.json does not follow from the tables"):
        report(release=released, out=released)


@pytest.mark.parametrize("name", ["figures/exact.csv", "figures/.svg"])
def test_a_figure_that_was_not_drawn_of_the_tables_is_refused(jobless, tmp_path, name):
    released = tmp_path / "copy"
    shutil.copytree(jobless.release, released)
    write(name)(released)
    with pytest.raises(UserError, match="which was not drawn of its tables"):
        report(release=released, out=released)
    with pytest.raises(UserError, match="which was not drawn of its tables"):
        redrawn(source=released, out=tmp_path / "out")


def test_another_process_with_other_habits_draws_the_same_bytes(jobless, tmp_path):
    habits = tmp_path / "habits"
    habits.mkdir()
    (habits / "matplotlibrc").write_text("font.size: 23\nsvg.fonttype: none\n", encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; "
        "from trajectories.commands.release.redraw import redrawn; "
        "same = redrawn(source=Path(sys.argv[1]), out=Path(sys.argv[2])); "
        "sys.exit(0 if same and all(same.values()) else 1)"
    )
    environment = os.environ | {
        "MPLCONFIGDIR": str(habits),
        "TZ": "Pacific/Auckland",
        "PYTHONHASHSEED": "12345",
    }
    command = [sys.executable, "-c", code, str(jobless.release), str(tmp_path / "out")]
    subprocess.run(command, env=environment, check=True)
